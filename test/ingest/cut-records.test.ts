/**
 * Records that are cut out of plain bytes: each comes back byte for byte, whatever its bytes are. Oracle: the pieces of the
 * buffer that was written.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { quoteText } from '@weft/core/lib/ident-sql';
import fc from 'fast-check';
import { createCheckFiles } from '../../server/src/adapters/check-files.ts';
import { openTestEngine } from '../support/engine.ts';

let engine: SqlEngine;
let directory: string;
before(async () => {
  engine = await openTestEngine();
  directory = await fs.mkdtemp(path.join(os.tmpdir(), 'weft-cut-'));
});
after(async () => {
  engine.close();
  await fs.rm(directory, { recursive: true, force: true });
});

interface Case {
  records: readonly Uint8Array[];
  start: number;
  bytesMax: number;
}

/** What comes back of records that stand one after the other behind `start` other bytes. */
async function cut({ records, start, bytesMax }: Case): Promise<[number, number, string][]> {
  const at = (name: string): string => path.join(directory, name);
  await fs.writeFile(at('plain'), Buffer.concat([Buffer.alloc(start, 120), ...records]));
  let offset = 0;
  const lines = records.map(({ length }, i) => {
    const line = `${offset},${length},${i},${i + 2}\n`;
    offset += length;
    return line;
  });
  await fs.writeFile(at('positions.csv'), lines.join(''));
  const paths = { plainPath: at('plain'), positionsPath: at('positions.csv') };
  await createCheckFiles().cutRecords({ ...paths, start, outPath: at('out.parquet'), bytesMax });
  const rows = await engine.rows(
    `SELECT ord, line, hex(raw) AS raw FROM read_parquet(${quoteText(at('out.parquet'))}) ORDER BY ord`,
  );
  return rows.map((row) => [Number(row['ord']), Number(row['line']), String(row['raw'])]);
}

const expected = ({ records, bytesMax }: Case): [number, number, string][] =>
  records.map((record, i) => [
    i,
    i + 2,
    Buffer.from(record.subarray(0, bytesMax)).toString('hex').toUpperCase(),
  ]);

test('records of any bytes', async () => {
  // The second is "NULL" in base64, the third as it is.
  const odd = ['', '\x35\x42\xcb', 'NULL', '\0', '\xff\xfe', '"', '\r\n'];
  const records = odd.map((text) => Buffer.from(text, 'latin1'));
  for (const each of [records, []] as const) {
    const one = { records: each, start: 7, bytesMax: 100 };
    assert.deepEqual(await cut(one), expected(one));
  }
});

test('random records, some of them cut', async () => {
  const record = fc.uint8Array({ maxLength: 60 });
  const cases = fc.record({
    records: fc.array(record, { maxLength: 200 }),
    start: fc.nat({ max: 40 }),
    bytesMax: fc.integer({ min: 1, max: 50 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async (one) => assert.deepEqual(await cut(one), expected(one))),
    { numRuns: 30 },
  );
});

test('more than one row group has room for, by rows and by bytes', async () => {
  const many = Array.from({ length: 70_000 }, (_, i) => Buffer.from(String(i)));
  const large = Array.from({ length: 7 }, (_, i) => Buffer.alloc(900_000 + i, i));
  for (const records of [many, large, [Buffer.alloc(5 << 20, 1), Buffer.from('after')]]) {
    const one = { records, start: 3, bytesMax: 1 << 20 };
    assert.deepEqual(await cut(one), expected(one));
  }
});
