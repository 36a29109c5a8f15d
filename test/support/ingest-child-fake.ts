/**
 * An ingest child for tests: the real loop over the fake stager. The landing file holds the records as JSON, or a word
 * that makes the child misbehave.
 */
import * as fs from 'node:fs/promises';
import type { SqlEngine, Stager } from '@weft/core/ingest/ports';
import { WeftError } from '@weft/core/lib/error';
import { quoteText } from '@weft/core/lib/ident-sql';
import { serveIngest } from '../../server/src/workers/ingest-loop.ts';
import { createFakeStager, type FakeRecord } from './fake-stager.ts';

/** Batches that this child failed once. */
const stumbled = new Set<string>();

/** Text of a time that is none; making it is an error in the inside of DuckDB 1.5, which then refuses everything. */
const LOSING = new URL('../stage/fixtures/pyarrow-times.parquet', import.meta.url).pathname;

async function loseEngine(engine: SqlEngine): Promise<void> {
  try {
    await engine.rows(
      `SELECT CAST(at_time AS VARCHAR) FROM read_parquet(${quoteText(LOSING)}) WHERE id = 5`,
    );
  } finally {
    engine.close();
  }
}

await serveIngest({
  settings: JSON.parse(process.argv[2] ?? '{}'),
  createStager: (connect): Stager => ({
    async stage(request, onPart) {
      const text = await fs.readFile(request.landing.path, 'utf8');
      if (text === 'die') process.kill(process.pid, 'SIGKILL');
      if (text === 'hang') for (;;);
      if (text === 'wait') await new Promise((resolve) => setTimeout(resolve, 3_600_000));
      if (text === 'unreadable') throw new WeftError('BATCH_UNREADABLE', 'there is no header line');
      const { path } = request.landing;
      if (text.startsWith('stumble') && !stumbled.has(path)) {
        stumbled.add(path);
        throw new Error('a fault that is over by the next time');
      }
      if (text === 'lose') await loseEngine(await connect());
      if (text === 'break') throw new Error('a fault that stays');
      const records = JSON.parse(text.replace('stumble', '')) as FakeRecord[];
      const engine = await connect();
      try {
        return await createFakeStager(engine, records, 4).stage(request, onPart);
      } finally {
        engine.close();
      }
    },
  }),
});
