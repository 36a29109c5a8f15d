/**
 * Entry point of the ingest child: the real stager and the loop that serves the parent. Settings come as JSON in the
 * first argument.
 *
 * Not started by hand: without a parent's channel it serves nobody and ends.
 */
import { createStager } from '../adapters/stager.ts';
import { serveIngest } from './ingest-loop.ts';
import type { ChildSettings } from './ingest-messages.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as ChildSettings;
await serveIngest({
  settings,
  // Why one: a child checks one batch at a time.
  createStager: (openEngine) => createStager({ threads: 1, openEngine }),
});
