/** The embedded engine over a long life: files that were read once are not kept in its memory. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { quoteText } from '@weft/core/lib/ident-sql';
import { openDuckdb } from './duckdb-engine.ts';

test('the engine keeps nothing of the files that it has read', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'weft-duckdb-'));
  const duckdb = await openDuckdb({ memory: '256MB', threads: 1, tempDirectory: directory });
  const engine = await duckdb.connect();
  try {
    const file = quoteText(join(directory, 'a.parquet'));
    await engine.run(`COPY (SELECT range AS n FROM range(200000)) TO ${file} (FORMAT parquet)`);
    const [sum] = await engine.rows(`SELECT sum(n)::BIGINT AS n FROM read_parquet(${file})`);
    assert.equal(sum?.['n'], 19_999_900_000);
    const [kept] = await engine.rows(
      `SELECT sum(memory_usage_bytes)::BIGINT AS bytes FROM duckdb_memory() WHERE tag = 'EXTERNAL_FILE_CACHE'`,
    );
    assert.equal(kept?.['bytes'], 0);
  } finally {
    engine.close();
    duckdb.close();
    await rm(directory, { recursive: true, force: true });
  }
});
