/** Processes that check at the end of their rest: the request that comes in that very moment gets a living one. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RewriteRequest } from '@weft/core/lakehouse/rewrite-files';
import { silentLogger } from '../../../test/support/store.ts';
import { createIngestProcesses } from './ingest-process.ts';

const REST_SECONDS = 0.02;
const NOTHING: RewriteRequest = {
  sources: [],
  columns: [],
  layout: { partition: [], sort: [] } as unknown as RewriteRequest['layout'],
  directory: '/nowhere',
  name: 'none',
};

test('a request that comes when the rest of a process is over is not lost with it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'weft-rest-'));
  const processes = createIngestProcesses({
    settings: {
      memory: '64MB',
      threads: 1,
      tempDirectory: directory,
      statementSeconds: 10,
      contractSeconds: 2,
    },
    atOnce: 1,
    idleSeconds: REST_SECONDS,
    silenceSeconds: 60,
    logger: silentLogger,
  });
  const { signal } = new AbortController();
  // Why not whether it works: what counts is that an answer comes, of whatever kind, and no end.
  const ask = (): Promise<string> =>
    processes.rewrite(NOTHING, { signal }).then(
      () => 'done',
      (error: { code?: string }) => error.code ?? 'failed',
    );
  try {
    for (let i = 0; i < 3; i++) {
      assert.notEqual(await ask(), 'UNAVAILABLE');
      await sleep(REST_SECONDS * 1_000);
    }
  } finally {
    await processes.close();
    await rm(directory, { recursive: true, force: true });
  }
});
