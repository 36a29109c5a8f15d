/**
 * Predicates as Trino SQL, on a real Trino that reads an Iceberg table of ours: the rows that the reference evaluator keeps,
 * as an expression (never NULL) and as a filter that Trino pushes down to files and row groups.
 *
 * `WEFT_PREDICATES=2000` tries as many.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Predicate } from '@weft/core/lib/predicate';
import { predicateToTrino } from '@weft/core/lib/predicate-trino';
import { seededRandom } from '../../server/src/adapters/object-store-memory.ts';
import { openTestEngine } from '../support/engine.ts';
import {
  describeFailure,
  makePredicate,
  shrinkPredicate,
  verdicts,
} from '../support/predicate-cases.ts';
import {
  CASE_COLUMNS,
  type CaseColumn,
  type CaseRow,
  placesOf,
} from '../support/predicate-rows.ts';
import { similarRows, writeCaseTable } from '../support/predicate-table.ts';
import { serveTables } from './catalog.ts';
import { startTrino, type Trino } from './server.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 20_260_601);
const PREDICATES = Number(process.env['WEFT_PREDICATES'] ?? 300);
const BATCH = 20;

const text = (value: string) => ({ type: 'string', value }) as const;
const member = (name: string) => ({
  id: name,
  name,
  type: { kind: 'string' } as const,
  required: false,
});

test('Trino keeps the rows that the reference evaluator keeps', {
  timeout: 1_800_000,
}, async (t) => {
  const random = seededRandom(seed);
  const engine = await openTestEngine();
  t.after(() => engine.close());
  const files = Array.from({ length: 30 }, () =>
    similarRows(random, CASE_COLUMNS, { rows: 20, beyond: false }),
  );
  const cases = await writeCaseTable(t, engine, CASE_COLUMNS, files);
  const address: CaseColumn[] = [
    { name: 'zip', type: { kind: 'string' } },
    { name: 'address', type: { kind: 'struct', fields: [member('zip')] } },
  ];
  const confusing = await writeCaseTable(t, engine, address, [
    [
      { zip: 'a', address: { zip: 'b' } },
      { zip: 'b', address: { zip: 'a' } },
      { zip: 'b', address: null },
    ],
  ]);
  const catalog = await serveTables(
    'fuzz',
    new Map([
      ['cases', cases],
      ['address', confusing],
    ]),
  );
  t.after(() => catalog.close());
  const trino = await startTrino(catalog.uri);
  assert.ok(!('absent' in trino), 'absent' in trino ? trino.absent : '');
  t.after(() => trino.stop());
  const rows = files.flat();
  const places = placesOf(CASE_COLUMNS);
  const draw = (depth: number): Predicate => makePredicate(random, places, depth);

  await t.test('as expressions', async () => {
    for (let done = 0; done < PREDICATES; done += BATCH) {
      const predicates = Array.from({ length: BATCH }, () => draw(2));
      assert.equal(await firstFailure(trino, predicates, rows), null);
    }
  });
  await t.test('as filters', async () => {
    for (let i = 0; i < PREDICATES; i++) {
      const predicate = draw(1);
      assert.equal(await filterFailure(trino, predicate, rows), null);
    }
  });
  await t.test(
    'of a field, where the table has the name of the struct and a column that of the field',
    async () => {
      const ids = async (where: string): Promise<unknown> =>
        (await trino.query(`SELECT id FROM lake.fuzz.address WHERE ${where} ORDER BY id`)).flat();
      const predicate: Predicate = { op: 'eq', column: 'address.zip', value: text('a') };
      assert.deepEqual(await ids(predicateToTrino(predicate)), [1]);
      // Control: the plain path means the other column here.
      assert.deepEqual(await ids(`"address"."zip" = 'a'`), [0]);
    },
  );
});

async function answers(trino: Trino, predicates: readonly Predicate[]): Promise<string[]> {
  const cases = predicates.map((predicate) => {
    const sql = predicateToTrino(predicate);
    return `CASE ${sql} WHEN TRUE THEN '1' WHEN FALSE THEN '0' ELSE 'N' END`;
  });
  const found = await trino.query(`SELECT ${cases.join(' || ')} FROM lake.fuzz.cases ORDER BY id`);
  return predicates.map((_, i) => found.map(([row]) => String(row)[i]).join(''));
}

async function firstFailure(
  trino: Trino,
  predicates: readonly Predicate[],
  rows: readonly CaseRow[],
): Promise<string | null> {
  const failing = async (candidates: readonly Predicate[]): Promise<Predicate[]> => {
    const found = await answers(trino, candidates);
    return candidates.filter((predicate, i) => found[i] !== verdicts(predicate, rows));
  };
  const [failed] = await failing(predicates);
  if (failed === undefined) return null;
  const small = await shrinkPredicate(failed, failing);
  const [got = ''] = await answers(trino, [small]);
  return describe(small, got, rows);
}

async function filterFailure(
  trino: Trino,
  predicate: Predicate,
  rows: readonly CaseRow[],
): Promise<string | null> {
  const kept = async (candidate: Predicate): Promise<string> => {
    const where = predicateToTrino(candidate);
    const found = await trino.query(`SELECT id FROM lake.fuzz.cases WHERE ${where}`);
    const ids = new Set(found.map(([id]) => Number(id)));
    return rows.map((_, id) => (ids.has(id) ? '1' : '0')).join('');
  };
  const failing = async (candidates: readonly Predicate[]): Promise<Predicate[]> => {
    for (const candidate of candidates) {
      if ((await kept(candidate)) !== verdicts(candidate, rows)) return [candidate];
    }
    return [];
  };
  const [failed] = await failing([predicate]);
  if (failed === undefined) return null;
  const small = await shrinkPredicate(failed, failing);
  return describe(small, await kept(small), rows);
}

function describe(predicate: Predicate, got: string, rows: readonly CaseRow[]): string {
  const expected = verdicts(predicate, rows);
  const id = [...expected].findIndex((verdict, i) => verdict !== got[i]);
  return describeFailure(predicate, predicateToTrino(predicate), {
    id,
    cells: rows[id] ?? {},
    expected: expected[id] === '1',
    got: got[id] ?? 'nothing',
  });
}
