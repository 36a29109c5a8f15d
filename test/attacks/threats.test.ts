/**
 * The other attacks of the threat list, each where Weft has the part.
 *
 * Here: A2 every function of the engine; A18 names of the past; A22 texts of errors; keys of hashes; cells that are combined.
 * In `matrix.test.ts`: A1, A3, A5, A7. Elsewhere, and not repeated:
 * A3 `EXPLAIN`, A4 files by name, A5 writing, A6 shadowed names: `test/hostile/gate.test.ts`, `test/hostile/wall.test.ts`
 * A7 a search of 1,000 queries, A8 weak masks: `test/query/masked.test.ts`; A10 footers of files: `searchFiles`
 * A16 one meaning of NULL: `test/query/predicate.differential.test.ts`; A19 exhaustion: `server/src/adapters/query-process.test.ts`
 * A14 answers of the decision service: `decisions.test.ts`
 * A20 revocation: `test/identity/revocation.test.ts`; A12 answers in caches: `test/identity/caches.mesh.test.ts`; A22 audit: `test/query/service.test.ts`
 * Left out, for Weft has no such part yet: A9 metadata tables of Trino, A11 credentials for files, A13 clients that are trusted
 * to filter, A15 a way around it, A21 products that are derived by Weft. Of A17, time,
 * nothing is promised: `docs/query.md` says what it tells.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { must } from '@weft/core/lib/assert';
import { EXPRESSION_FUNCTIONS } from '@weft/core/query/functions';
import { passesGate, searchGate } from './gate-search.ts';
import { IS_FULL, partOf } from './plan.ts';
import { POLICIES } from './policies.ts';
import { type Block, compare, decide, searchErrors, searchHashes, type Tally } from './search.ts';
import {
  callOf,
  callsOf,
  changingNames,
  constantsFor,
  errorOf,
  listOverloads,
  type Overload,
  openRowsEngine,
} from './throwing.ts';
import { openWorlds, type Worlds } from './worlds.ts';

let worlds: Worlds;
let engine: Awaited<ReturnType<typeof openRowsEngine>>;

before(async () => {
  [worlds, engine] = await Promise.all([openWorlds(['mixed']), openRowsEngine()]);
});
after(async () => {
  engine.close();
  await worlds.close();
});

const blockOf = (name: string): Block => ({
  policy: must(
    POLICIES.find((policy) => policy.name === name),
    'a policy',
  ),
  form: 'mixed',
});

const passes = (sql: string): Promise<boolean> => passesGate(engine.connection, sql);

test('every function of the engine that is not known to be harmless is refused, wherever it stands (A2)', async () => {
  const { findings, asked } = await searchGate(engine.connection);
  assert.deepEqual(findings, []);
  assert.ok(asked > (IS_FULL ? 800 : 120), `${asked} functions`);
});

test('functions that read settings, paths, statistics, logs or text as SQL are among the refused (A2)', async () => {
  const telling = ['stats', 'current_setting', 'getvariable', 'error', 'nextval', 'write_log'];
  const reading = ['query', 'query_table', 'read_parquet', 'read_text', 'glob', 'parquet_metadata'];
  const listing = ['duckdb_views', 'duckdb_settings', 'duckdb_columns', 'pragma_storage_info'];
  for (const name of [...telling, 'json_execute_serialized_sql', 'current_query', 'txid_current']) {
    assert.equal(await passes(`SELECT ${callOf(name, ["'a'"])}`), false, name);
  }
  for (const name of [...reading, ...listing]) {
    assert.equal(await passes(`SELECT * FROM ${callOf(name, ["'a'"])}`), false, name);
  }
});

/** One call of each overload that has an answer on open rows, columns where they fit. */
async function callable(overloads: readonly Overload[]): Promise<string[]> {
  const found: string[] = [];
  for (const overload of overloads) {
    const constant = callOf(overload.name, constantsFor(overload.types, 0));
    const calls = [...[...callsOf(overload)].map(({ sql }) => sql), constant];
    for (const call of calls.slice(0, 12)) {
      const sql = `CAST(${call} AS VARCHAR)`;
      if ((await errorOf(engine.connection, `SELECT ${sql} FROM open_rows`)) !== null) continue;
      found.push(sql);
      break;
    }
  }
  return found;
}

/** Together in one question; each by itself where that is refused, so that one of them hides no other. */
async function compareCalls(calls: readonly string[], tally: Tally): Promise<void> {
  const question = (list: readonly string[]) => ({
    sql: `SELECT ${list.join(', ')} FROM attacks.mixed`,
    where: 'functions',
  });
  const together: Tally = { findings: [], asked: 0, refused: 0 };
  await compare(worlds, question(calls), together);
  tally.findings.push(...together.findings);
  if (together.refused === 0) return;
  for (const call of calls) await compare(worlds, question([call]), tally);
}

test('every function that is let through says the same whatever is hidden (A2)', async () => {
  await decide(worlds, blockOf('equality'));
  const changing = await changingNames(engine.connection);
  const tally: Tally = { findings: [], asked: 0, refused: 0 };
  let called = 0;
  for (const kind of ['scalar', 'aggregate', 'macro']) {
    const permitted = (await listOverloads(engine.connection, [kind])).filter(
      ({ name }) => EXPRESSION_FUNCTIONS.has(name) && !changing.has(name),
    );
    const part = partOf(permitted, 32);
    const calls = await callable(part);
    called += calls.length;
    assert.ok(
      !IS_FULL || calls.length > part.length / 4,
      `${calls.length} of ${part.length} ${kind}s`,
    );
    for (let at = 0; at < calls.length; at += 40) {
      await compareCalls(calls.slice(at, at + 40), tally);
    }
  }
  assert.deepEqual(tally.findings, []);
  assert.ok(tally.refused <= called / 100, `${tally.refused} of ${called} calls were refused`);
  assert.ok(called > (IS_FULL ? 1_000 : 15), `${called} calls`);
});

test('names of the past, of files and of the engine lead nowhere (A18)', async () => {
  await decide(worlds, blockOf('set'));
  const tally: Tally = { findings: [], asked: 0, refused: 0 };
  const engineNames = ['rowid', 'filename', 'file_row_number', 'file_index', '_weft_stored'];
  const names = partOf(engineNames, 2);
  for (const name of names) {
    const sql = `SELECT ${name} FROM attacks.mixed`;
    await compare(worlds, { sql, where: 'names' }, tally);
  }
  assert.equal(tally.refused, names.length);
  assert.deepEqual(tally.findings, []);
  for (const at of ['VERSION => 1', "TIMESTAMP => '2020-01-01'"]) {
    assert.equal(await passes(`SELECT * FROM attacks.mixed AT (${at})`), false);
  }
});

test('an error of a value tells it to neither the consumer nor the log (A22)', async () => {
  assert.deepEqual(await searchErrors(worlds, blockOf('equality')), []);
});

test('what is hashed for two agreements cannot be joined', async () => {
  assert.deepEqual(await searchHashes(worlds, blockOf('set')), []);
});

/** Cells with fewer units than the minimum are in the secret world alone; no combination of cells may tell. */
const COMBINATIONS = [
  'SELECT sum(count), sum(sum_units), sum(sum_num), count(*) FROM attacks.mixed',
  'SELECT region, sum(count) FROM attacks.mixed GROUP BY ROLLUP (region) ORDER BY ALL',
  'SELECT a.count - b.count FROM attacks.mixed a, attacks.mixed b ORDER BY ALL',
  'SELECT sum(count) FILTER (region IS NULL), sum(count) FILTER (count < 3) FROM attacks.mixed',
  'SELECT count(*) FROM attacks.mixed GROUP BY CUBE (region, sec, day) ORDER BY ALL',
  "SELECT * FROM attacks.mixed WHERE region = 'FR' OR sec LIKE '%-%' OR day < DATE '2000-01-01'",
  'SELECT min(count) OVER (), max(sum_num) OVER (ORDER BY day) FROM attacks.mixed ORDER BY ALL',
];

test('cells of one version cannot be combined to what has too few units', async () => {
  const { columns } = await decide(worlds, blockOf('roll-up'));
  assert.ok(columns.includes('sum_units'), columns.join());
  const tally: Tally = { findings: [], asked: 0, refused: 0 };
  for (const sql of COMBINATIONS) await compare(worlds, { sql, where: 'cells' }, tally);
  assert.deepEqual(tally.findings, []);
  assert.equal(tally.refused, 0);
});
