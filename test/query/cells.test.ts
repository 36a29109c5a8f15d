/**
 * Masks that hold in some rows alone: random masks and conditions over random rows, on every type, against the reference evaluator
 * row by row and each plain mask by itself; and the strictest of several, row by row, too.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isPrimitive } from '@weft/core/contract/data-type';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { createTable, currentColumns } from '@weft/core/lakehouse/table';
import { must } from '@weft/core/lib/assert';
import { quoteIdent } from '@weft/core/lib/ident-sql';
import { cellAt, evaluatePredicate } from '@weft/core/lib/predicate';
import { maskFits, maskProblems } from '@weft/core/policy/mask-types';
import {
  type CellMask,
  type Mask,
  type PlaceMask,
  type PlainMask,
  stricterMask,
} from '@weft/core/policy/obligations';
import { maskColumns, maskedSelect, setKeySql } from '@weft/core/query/masks';
import { seededRandom } from '../../server/src/adapters/object-store-memory.ts';
import { createMaskKeys } from '../../server/src/services/mask-keys.ts';
import { column } from '../lakehouse/support.ts';
import { openTestEngine } from '../support/engine.ts';
import { makePredicate } from '../support/predicate-cases.ts';
import {
  CASE_COLUMNS,
  type CaseRow,
  makeConstant,
  makeRow,
  pick,
  placesOf,
  rowsSql,
} from '../support/predicate-rows.ts';
import { deriveTestKey } from '../support/projections.ts';

const random = seededRandom(Number(process.env['WEFT_SEED'] ?? 20_260_604));
const places = placesOf(CASE_COLUMNS);
const rows: CaseRow[] = Array.from({ length: 300 }, () =>
  makeRow(CASE_COLUMNS, { random, beyond: false }),
);
const stored = currentColumns(
  createTable({
    uuid: 'u',
    location: 'file:///t',
    columns: CASE_COLUMNS.map(({ name, type }) => column(name, type)),
    properties: {},
    now: 1,
  }),
);

let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
  await engine.run(`CREATE TEMP TABLE rows AS ${rowsSql(CASE_COLUMNS, rows)}`);
  for (const sql of setKeySql(createMaskKeys({ deriveKey: deriveTestKey }).keyOf('agr_1')))
    await engine.run(sql);
});
after(() => engine.close());

/** What each row shows of a column under masks, as text; NULL is null. */
async function shownOf(name: string, masks: readonly PlaceMask[]): Promise<(string | null)[]> {
  const masked = maskColumns(stored, masks).filter((one) => one.column.name === name);
  const select = maskedSelect(masked, 'rows', ['_weft_stored.id AS n']);
  const sql = `SELECT CAST(${quoteIdent(name)} AS VARCHAR) AS v FROM (${select}) ORDER BY n`;
  return (await engine.rows(sql)).map(({ v }) => (v === null ? null : String(v)));
}

type Column = (typeof CASE_COLUMNS)[number];

/** Plain masks that leave the type of a column. */
function plainOf({ type }: Column): PlainMask[] {
  const value = makeConstant(type, random);
  const candidates: PlainMask[] = [
    { kind: 'null' },
    ...(value === null ? [] : [{ kind: 'fixed' as const, value }]),
    { kind: 'truncate', step: '10' },
    { kind: 'truncate', unit: 'year' },
    { kind: 'part', show: 'first', characters: 1 },
    ...(type.kind === 'string' ? [{ kind: 'hash' as const }] : []),
  ];
  return candidates.filter((mask) => maskFits(mask, type) === null);
}

function makeCells(from: Column): CellMask {
  const masks = plainOf(from);
  const cases = Array.from({ length: 1 + Math.floor(random() * 2) }, () => ({
    where: makePredicate(random, places, 2),
    mask: pick(random, masks),
  }));
  return { kind: 'cells', cases, otherwise: random() < 0.5 ? null : pick(random, masks) };
}

/** The plain mask of a row, or null where the value itself is shown. */
function maskOf(mask: Mask, row: CaseRow): PlainMask | null {
  if (mask.kind !== 'cells') return mask;
  const holds = mask.cases.find(({ where }) =>
    evaluatePredicate(where, (path) => cellAt(row, path)),
  );
  return holds?.mask ?? mask.otherwise;
}

test('in each row the first mask whose condition holds is carried out, and no other', async () => {
  let masked = 0;
  let plain = 0;
  for (let i = 0; i < 120; i++) {
    const from = pick(random, CASE_COLUMNS);
    const mask = makeCells(from);
    const place = from.name;
    assert.deepEqual(maskProblems(CASE_COLUMNS, [{ place, mask }]), []);
    const found = await shownOf(place, [{ place, mask }]);
    const as = new Map<string, (string | null)[]>();
    for (const [n, row] of rows.entries()) {
      const one = maskOf(mask, row);
      const key = JSON.stringify(one);
      const all = as.get(key) ?? (await shownOf(place, one === null ? [] : [{ place, mask: one }]));
      as.set(key, all);
      assert.equal(found[n], all[n], `${place} ${JSON.stringify(mask)} row ${n}`);
      if (one === null) plain++;
      else masked++;
    }
  }
  assert.ok(masked > 2_000 && plain > 2_000, `${masked} masked, ${plain} plain`);
});

const STRICTNESS = ['part', 'bucket', 'truncate', 'hash', 'fixed', 'null', 'hide'];

test('of the masks of several permits each row has the strictest that holds in it', () => {
  let merged = 0;
  let cells = 0;
  for (let i = 0; i < 2_000; i++) {
    const from = pick(
      random,
      CASE_COLUMNS.filter(({ type }) => isPrimitive(type)),
    );
    const sides: Mask[] = [0, 1].map(() =>
      random() < 0.3 ? pick(random, plainOf(from)) : makeOrdered(from),
    );
    const [a, b] = sides;
    const both = stricterMask(must(a, 'one'), must(b, 'other'));
    assert.deepEqual(both, stricterMask(must(b, 'other'), must(a, 'one')) === null ? null : both);
    if (both === null) continue;
    merged++;
    if (both.kind === 'cells') cells++;
    for (const row of rows.slice(0, 40)) {
      const ranks = sides.map((side) => STRICTNESS.indexOf(maskOf(side, row)?.kind ?? ''));
      assert.equal(
        STRICTNESS.indexOf(maskOf(both, row)?.kind ?? ''),
        Math.max(...ranks),
        JSON.stringify({ sides, both }),
      );
    }
  }
  assert.ok(merged > 500 && cells > 200, `${merged} merged, ${cells} of cells`);
});

/** One case, as an annotation has it. */
function makeOrdered(from: Column): Mask {
  const where = makePredicate(random, places, 1);
  return { kind: 'cells', cases: [{ where, mask: pick(random, plainOf(from)) }], otherwise: null };
}

test('what is inside of a place keeps its own mask in the rows where the whole is shown', async () => {
  const address = must(
    CASE_COLUMNS.find(({ type }) => type.kind === 'struct'),
    'a struct',
  );
  const fields = address.type.kind === 'struct' ? address.type.fields : [];
  const inner = must(
    fields.find(({ type }) => type.kind === 'string'),
    'a text inside',
  );
  const some = must(
    placesOf(CASE_COLUMNS).find(({ type }) => type.kind === 'boolean'),
    'a boolean',
  ).path;
  const condition = {
    op: 'eq',
    column: some,
    value: { type: 'boolean', value: true },
  } as const;
  const own: PlaceMask = { place: `${address.name}.${inner.name}`, mask: { kind: 'null' } };
  const whole: PlaceMask = {
    place: address.name,
    mask: { kind: 'cells', cases: [{ where: condition, mask: { kind: 'null' } }], otherwise: null },
  };
  assert.deepEqual(maskProblems(CASE_COLUMNS, [own, whole]), []);
  const [both, inside] = [
    await shownOf(address.name, [own, whole]),
    await shownOf(address.name, [own]),
  ];
  const kept = rows.filter((row, n) => {
    const holds = evaluatePredicate(condition, (path) => cellAt(row, path));
    assert.equal(both[n], holds ? null : inside[n]);
    return !holds && inside[n] !== null;
  });
  assert.ok(kept.length > 50, `${kept.length} rows`);
});
