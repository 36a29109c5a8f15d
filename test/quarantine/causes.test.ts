/**
 * Causes of more refused records than memory could hold one by one: a small file can unpack to as many. Oracle: how many were
 * made.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { EVERY_ROW, type QuarantineSource } from '@weft/core/ingest/quarantine-files';
import { groupCauses } from '@weft/core/ingest/quarantine-search';
import { quoteText } from '@weft/core/lib/ident-sql';
import { openTestEngine } from '../support/engine.ts';

const RECORDS = 4_000_000;
const BATCH = 'bat_01KABCDEFGHJKMNPQRSTVWXYZ0';

test('causes of millions of records are counted in little memory', async (t) => {
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'weft-causes-'));
  t.after(() => fs.rm(directory, { recursive: true, force: true }));
  const file = path.join(directory, `${BATCH}.parquet`);
  const engine = await openTestEngine();
  t.after(() => engine.close());
  const reason = (rule: string, column: string): string =>
    `{'rule': '${rule}', 'column': ${column}, 'value': 'x', 'message': 'is no integer'}`;
  const several = `[${reason('a.type', `'lines[0].qty'`)}, ${reason('a.type', `'lines[1].qty'`)}, ${reason('b.type', 'NULL::VARCHAR')}]`;
  await engine.run(
    `COPY (SELECT i AS record, i + 1 AS line, i AS "offset", 1 AS length, encode('') AS raw, 'quarantined' AS kind,
        CASE WHEN i % 4 = 0 THEN ${several} ELSE [${reason('b.type', 'NULL::VARCHAR')}] END AS reasons
      FROM range(${RECORDS}) AS r(i)) TO ${quoteText(file)} (FORMAT parquet)`,
  );
  await engine.run(`SET memory_limit = '96MB'`);
  const nothing = { waiting: [], givenUp: [], marks: [], children: [], held: [] };
  const source: QuarantineSource = { files: [{ batch: BATCH, path: file }], ...nothing };
  const causes = await groupCauses(engine, { source, filter: EVERY_ROW, withExamples: true });
  const told = causes.map(({ rule, column, open, records, examples }) => [
    ...[rule, column, open, records],
    ...examples,
  ]);
  assert.deepEqual(told, [
    ['b.type', null, RECORDS, RECORDS, 'x'],
    ['a.type', 'lines[].qty', RECORDS / 4, RECORDS / 4, 'x'],
  ]);
  const filter = { ...EVERY_ROW, rule: 'a.type', column: 'lines[1].qty' };
  const [one] = await groupCauses(engine, { source, filter, withExamples: false });
  assert.equal(one?.records, RECORDS / 4);
});
