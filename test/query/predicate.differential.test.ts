/**
 * Predicates in DuckDB against the reference evaluator, over a million random cases: as expressions on a table, as filters
 * that the engine pushes into Parquet files, and with builds that are broken on purpose, which must be caught.
 *
 * `WEFT_PREDICATES=50000` tries as many predicates (each on 2,000 rows); without it 520.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { quoteText } from '@weft/core/lib/ident-sql';
import { evaluatePredicate, type Predicate } from '@weft/core/lib/predicate';
import { predicateToIceberg } from '@weft/core/lib/predicate-iceberg';
import { plainPredicate } from '@weft/core/lib/predicate-plain';
import { predicateToDuckdb } from '@weft/core/lib/predicate-sql';
import { predicateToTrino } from '@weft/core/lib/predicate-trino';
import { filterProblem } from '@weft/core/policy/filter-fit';
import { seededRandom } from '../../server/src/adapters/object-store-memory.ts';
import { openTestEngine } from '../support/engine.ts';
import {
  describeFailure,
  makePredicate,
  matching,
  shrinkPredicate,
  verdicts,
} from '../support/predicate-cases.ts';
import {
  CASE_COLUMNS,
  type CaseRow,
  makeConstant,
  makeRow,
  pick,
  placesOf,
  rowsSql,
} from '../support/predicate-rows.ts';

const seed = Number(process.env['WEFT_SEED'] ?? 20_260_601);
const PREDICATES = Number(process.env['WEFT_PREDICATES'] ?? 520);
const ROWS = 2_000;
const BATCH = 65;

type Translate = (predicate: Predicate) => string;

const random = seededRandom(seed);
const places = placesOf(CASE_COLUMNS);
const rows: CaseRow[] = Array.from({ length: ROWS }, () =>
  makeRow(CASE_COLUMNS, { random, beyond: true }),
);
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-predicates-'));
const file = path.join(directory, 'rows.parquet');
let engine: SqlEngine;

before(async () => {
  engine = await openTestEngine();
  await engine.run(`CREATE TEMP TABLE rows AS ${rowsSql(CASE_COLUMNS, rows)}`);
  await engine.run(
    `COPY (SELECT * FROM rows ORDER BY id) TO ${quoteText(file)} (FORMAT parquet, ROW_GROUP_SIZE 256)`,
  );
});
after(() => {
  engine.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

/** For each predicate a character for each row, in order: `1` TRUE, `0` FALSE, `N` NULL. */
async function answers(predicates: readonly Predicate[], translate: Translate): Promise<string[]> {
  const cases = predicates.map(
    (predicate) =>
      `CASE ${translate(predicate)} WHEN TRUE THEN '1' WHEN FALSE THEN '0' ELSE 'N' END`,
  );
  const found = await engine.rows(`SELECT concat(${cases.join(',\n')}) AS v FROM rows ORDER BY id`);
  return predicates.map((_, i) => found.map((row) => String(row['v'])[i]).join(''));
}

/** The smallest case that the engine sees in another way, in words; null where all agree. */
async function firstFailure(
  predicates: readonly Predicate[],
  translate: Translate,
): Promise<string | null> {
  const failing = async (candidates: readonly Predicate[]): Promise<Predicate[]> => {
    const found = await answers(candidates, translate);
    return candidates.filter((predicate, i) => found[i] !== verdicts(predicate, rows));
  };
  const [failed] = await failing(predicates);
  if (failed === undefined) return null;
  const small = await shrinkPredicate(failed, failing);
  const expected = verdicts(small, rows);
  const [got = ''] = await answers([small], translate);
  const id = [...expected].findIndex((verdict, i) => verdict !== got[i]);
  return describeFailure(small, translate(small), {
    id,
    cells: rows[id] ?? {},
    expected: expected[id] === '1',
    got: got[id] ?? 'nothing',
  });
}

function tellsApart(predicate: Predicate, some: readonly CaseRow[]): boolean {
  return new Set(verdicts(predicate, some)).size > 1;
}

test('an expression is true or false for every row, as the reference evaluator says', async () => {
  const some = rows.slice(0, 100);
  let cases = 0;
  let hits = 0;
  for (let done = 0; done < PREDICATES; done += BATCH) {
    const predicates = Array.from({ length: Math.min(BATCH, PREDICATES - done) }, () =>
      makePredicate(random, places),
    );
    assert.equal(await firstFailure(predicates, predicateToDuckdb), null);
    cases += predicates.length * ROWS;
    hits += predicates.filter((predicate) => tellsApart(predicate, some)).length;
  }
  assert.ok(cases >= 1_000_000, `${cases} cases`);
  assert.ok(hits > PREDICATES / 3, `${hits} predicates told rows apart`);
});

test('what people read of a predicate is true for the same rows, in no more words', () => {
  const some = rows.slice(0, 200);
  let shorter = 0;
  for (let i = 0; i < 5_000; i++) {
    // Why few places: parts that say the same speak of the same column.
    const few = [pick(random, places), pick(random, places)];
    const predicate = withGuards(makePredicate(random, few), few[i % 2]?.path ?? '');
    const plain = plainPredicate(predicate);
    assert.equal(verdicts(plain, some), verdicts(predicate, some), JSON.stringify(predicate));
    const [words, fewer] = [JSON.stringify(predicate).length, JSON.stringify(plain).length];
    assert.ok(fewer <= words, JSON.stringify({ predicate, plain }));
    if (fewer < words) shorter++;
  }
  assert.ok(shorter > 1_000, `${shorter} became shorter`);
});

/** As a policy that forbids some rows leaves it: what has no value, and what is forbidden, is out. */
function withGuards(predicate: Predicate, column: string): Predicate {
  const guard: Predicate = { op: 'ne', column, value: { type: 'null' } };
  if (random() < 0.5) return predicate;
  return { op: 'and', args: [{ op: 'not', arg: { op: 'and', args: [guard, predicate] } }, guard] };
}

test('a filter that is pushed into a Parquet file keeps the same rows', async () => {
  for (let i = 0; i < 150; i++) {
    const predicate = makePredicate(random, places, 2);
    const where = predicateToDuckdb(predicate);
    const found = await engine.rows(
      `SELECT id FROM read_parquet(${quoteText(file)}) WHERE ${where}`,
    );
    const ids = found.map((row) => Number(row['id'])).sort((a, b) => a - b);
    assert.deepEqual(ids, matching(predicate, rows), where);
  }
});

test('a set of thousands of keys keeps the same rows, and so does its negation', async () => {
  const simple = places.filter(({ type }) => makeConstant(type, random) !== null);
  for (const { path: column, type } of simple) {
    const keys = Array.from({ length: 3_000 }, () => makeConstant(type, random)).filter(
      (key) => key !== null,
    );
    const member: Predicate = { op: 'inSet', column, set: 'keys', list: { version: 'v', keys } };
    for (const predicate of [member, { op: 'not', arg: member } as const]) {
      assert.equal(await firstFailure([predicate], predicateToDuckdb), null, column);
    }
  }
});

test('a set that nobody bound is no predicate for any engine', () => {
  const open: Predicate = { op: 'not', arg: { op: 'inSet', column: 'n', set: 'k', list: null } };
  for (const translate of [predicateToDuckdb, predicateToTrino]) {
    assert.throws(() => translate(open), /the list of the set k/);
  }
  assert.throws(() => predicateToIceberg(open, () => true), /the list of the set k/);
  assert.throws(() => evaluatePredicate(open, () => null), /the list of the set k/);
  assert.deepEqual(filterProblem(open, [{ name: 'n', type: { kind: 'int' } }]), {
    path: 'n',
    problem: 'a set has no list',
  });
});

test('a long list is not said to readers of Iceberg expressions', () => {
  const list = (length: number): Predicate => ({
    op: 'inSet',
    column: 'n',
    set: 'k',
    list: {
      version: 'v',
      keys: Array.from({ length }, (_, i) => ({ type: 'int', value: String(i) })),
    },
  });
  assert.match(predicateToIceberg(list(1_000), () => true) ?? '', /"type":"in"/);
  assert.equal(
    predicateToIceberg({ op: 'not', arg: list(1_001) }, () => true),
    null,
  );
});

/** Faults that somebody could make, as changes to the text. */
const FAULTS: [string, RegExp, string][] = [
  ['NULL is not asked for', /\([^()]+ IS NOT NULL\) AND /g, ''],
  ['NULL inside a struct is not asked for', /\(struct_extract\([^()]+\) IS NOT NULL\) AND /g, ''],
  ['NULL satisfies nothing', /\("\w+" IS NULL\) OR /g, ''],
  ['a limit belongs to the other side', /<= CAST/g, '< CAST'],
  ['NaN is a small number', / OR isnan\("\w+"\)/g, ''],
  ['negation is lost', / NOT IN /g, ' IN '],
  ['a prefix may begin anywhere', /starts_with\(/g, 'contains('],
  ['case does not count', /"label" =/g, 'lower("label") ='],
  ['microseconds are lost', /\.\d{6}' AS TIMESTAMP\)/g, ".000000' AS TIMESTAMP)"],
  ['a field of another struct', /'zip'\)/g, "'geo').code"],
];
for (const [name, pattern, text] of FAULTS) {
  test(`a build in which ${name} is caught`, async () => {
    const translate: Translate = (p) => predicateToDuckdb(p).replaceAll(pattern, text);
    let found: string | null = null;
    for (let i = 0; i < 400 && found === null; i++) {
      const predicates = Array.from({ length: 30 }, () => makePredicate(random, places));
      found = await firstFailure(predicates, translate);
    }
    assert.match(found ?? 'all agree', /^row \d+ is (true|false), and the engine says/);
  });
}
