/**
 * Quarantine files of parts as one: the same rows for two readers that we did not write, found by their numbers, too, which is
 * what statistics are for.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import type { PartContext } from '@weft/core/ingest/check-part';
import { joinQuarantine } from '@weft/core/ingest/join-quarantine';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { quoteText } from '@weft/core/lib/ident-sql';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { createCheckFiles } from '../../server/src/adapters/check-files.ts';
import { openTestEngine } from '../support/engine.ts';

let engine: SqlEngine;
let directory: string;
before(async () => {
  engine = await openTestEngine();
  directory = await fs.mkdtemp(path.join(os.tmpdir(), 'weft-join-'));
});
after(async () => {
  engine.close();
  await fs.rm(directory, { recursive: true, force: true });
});

const at = (name: string): string => path.join(directory, name);

/** Rows of a part, like those of a quarantine file: bytes, missing lines, one reason or several. */
async function writePart(name: string, from: number, to: number, more = ''): Promise<string> {
  const reason = `{'rule': 'r' || i % 3, 'column': if(i % 5 = 0, NULL, 'c'), 'value': repeat('v', (i % 4)::INTEGER), 'message': 'm'}`;
  await engine.run(
    `COPY (SELECT i AS record, if(i % 7 = 0, NULL, i + 1) AS line, i * 10 AS "offset", 9::INTEGER AS length,
        encode('raw ' || i) AS raw, if(i % 11 = 0, 'duplicate', 'quarantined') AS kind,
        CASE WHEN i % 4 = 0 THEN [${reason}, ${reason}] ELSE [${reason}] END AS reasons ${more}
      FROM range(${from}, ${to}) AS r(i)) TO ${quoteText(at(name))} (FORMAT parquet, COMPRESSION zstd)`,
  );
  return at(name);
}

let joins = 0;
async function join(paths: readonly string[]): Promise<{ path: string; counts: unknown }> {
  const files = createCheckFiles();
  const quarantinePath = at(`whole-${joins++}.parquet`);
  const context = { ports: { engine, files }, request: { quarantinePath } };
  const counts = await joinQuarantine(context as unknown as PartContext, paths);
  return { path: quarantinePath, counts };
}

const hashOf = async (paths: readonly string[]): Promise<unknown> =>
  await engine.rows(
    `SELECT count(*) AS n, bit_xor(hash(q::VARCHAR)) AS h FROM read_parquet([${paths.map(quoteText).join(', ')}]) AS q`,
  );

const groupsOf = async (file: string): Promise<number> => {
  const [row] = await engine.rows(
    `SELECT count(DISTINCT row_group_id) AS n FROM parquet_metadata(${quoteText(file)})`,
  );
  return Number(row?.['n']);
};

test('large parts keep their pages: every row is there, and found by its number', async () => {
  const parts = [
    await writePart('a.parquet', 0, 150_000),
    await writePart('b.parquet', 150_000, 163_001),
    await writePart('c.parquet', 163_001, 300_000),
  ];
  const { path: file, counts } = await join(parts);
  assert.deepEqual(counts, { quarantined: 272_727, duplicates: 27_273 });
  assert.equal(await groupsOf(file), 5, 'row groups as they were');
  assert.deepEqual(await hashOf([file]), await hashOf(parts));
  for (const record of [0, 149_999, 150_000, 163_000, 163_001, 299_999]) {
    const found = await engine.rows(
      `SELECT decode(raw) AS raw FROM read_parquet(${quoteText(file)}) WHERE record = ${record}`,
    );
    assert.deepEqual(found, [{ raw: `raw ${record}` }]);
  }
});

test('another reader sees the same rows', async () => {
  const parts = [
    await writePart('d.parquet', 0, 20_000),
    await writePart('e.parquet', 20_000, 40_000),
  ];
  const read = async (file: string) =>
    await parquetReadObjects({ file: await asyncBufferFromFile(file), compressors });
  const { path: file } = await join(parts);
  assert.deepEqual(await read(file), (await Promise.all(parts.map(read))).flat());
});

test('small parts, and parts of two shapes, are written again as one', async () => {
  const small = [await writePart('f.parquet', 0, 100), await writePart('g.parquet', 100, 250)];
  const shapes = [
    await writePart('h.parquet', 0, 10_000),
    await writePart('i.parquet', 10_000, 20_000, ', 1 AS more'),
  ];
  const { path: file, counts } = await join(small);
  assert.deepEqual(counts, { quarantined: 227, duplicates: 23 });
  assert.equal(await groupsOf(file), 1);
  assert.deepEqual(await hashOf([file]), await hashOf(small));
  assert.deepEqual((await join(shapes)).counts, { quarantined: 18_181, duplicates: 1_819 });
});

test('one part is moved', async () => {
  const part = await writePart('j.parquet', 0, 22);
  assert.deepEqual((await join([part])).counts, { quarantined: 20, duplicates: 2 });
  await assert.rejects(fs.stat(part), { code: 'ENOENT' });
});
