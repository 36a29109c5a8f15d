/** Text that begins with U+FEFF: read as it is, hashed as it is, and within the bounds of its file. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { BUCKET_FUNCTIONS } from '@weft/core/lakehouse/layout-sql';
import { hashCell } from '@weft/core/lakehouse/partition';
import { quoteText } from '@weft/core/lib/ident-sql';
import { openDuckdb } from './duckdb-engine.ts';

test('a text keeps the U+FEFF that it begins with', async (t) => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-text-'));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  const duckdb = await openDuckdb({
    memory: '256MB',
    threads: 1,
    tempDirectory: directory,
    hashes: true,
  });
  t.after(() => duckdb.close());
  const engine = await duckdb.connect();
  const hash = BUCKET_FUNCTIONS.text;
  const [row] = await engine.rows(
    `SELECT v, [v] AS list, ${hash}(v) AS hash FROM (SELECT chr(65279) || 'a' AS v)`,
  );
  assert.deepEqual(row, {
    v: '\ufeffa',
    list: ['\ufeffa'],
    hash: hashCell({ kind: 'string' }, '\ufeffa'),
  });
  const file = quoteText(path.join(directory, 'a.parquet'));
  const [stats] = await engine.rows(
    `COPY (SELECT chr(65279) AS v) TO ${file} (FORMAT parquet, RETURN_STATS)`,
  );
  assert.ok(JSON.stringify(stats).includes('["max","\ufeff"]'), JSON.stringify(stats));
  engine.close();
});
