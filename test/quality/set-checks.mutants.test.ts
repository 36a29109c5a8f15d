/**
 * The questions that thresholds, rules over many rows and the validator of one record are asked see every operator: each is changed
 * once, and some answer must become another.
 *
 * The right answers are those of the code as it is; `set-checks.test.ts`, `threshold.test.ts` and `validate-record.test.ts` hold it
 * to oracles. What no question can find, since it changes nothing, is listed with the reason.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { compileIngestPlan } from '@weft/core/contract/compile/ingest-plan';
import { type DataType, duckdbType } from '@weft/core/contract/data-type';
import type { Check, Measure, ThresholdOp } from '@weft/core/contract/plan';
import { readContract } from '@weft/core/contract/read';
import type { SqlEngine } from '@weft/core/ingest/ports';
import type * as Validators from '@weft/core/ingest/validate-record';
import * as validators from '@weft/core/ingest/validate-record';
import { must } from '@weft/core/lib/assert';
import { quoteText } from '@weft/core/lib/ident-sql';
import { type SqlSetCheck, setCheckSql } from '@weft/core/quality/set-sql';
import type * as Thresholds from '@weft/core/quality/threshold';
import * as thresholds from '@weft/core/quality/threshold';
import { openTestEngine } from '../support/engine.ts';
import { isChosen, mutantModules, REPEAT } from '../support/mutant-modules.ts';
import { type Mutant, skeleton, sqlMutants } from '../support/mutants.ts';
import { BAD_ORDERS, GOOD_ORDERS, ORDERS } from '../support/orders.ts';
import { column } from '../support/rule-cases.ts';

/** What `ask` says of a module, an error as its words. */
function told<Module>(ask: (module: Module) => unknown, module: Module): string {
  const text = (_: string, value: unknown): unknown =>
    typeof value === 'bigint' ? `${value}n` : value;
  try {
    return JSON.stringify(ask(module), text);
  } catch (error) {
    return String(error);
  }
}

/** Mutants of a file under which every answer stays as it is. */
async function missedIn<Module>(options: {
  file: string;
  entry: string;
  real: Module;
  ask(module: Module): unknown;
  equivalent: readonly string[];
}): Promise<string[]> {
  const { file, entry, real, ask, equivalent } = options;
  const { mutants, load } = mutantModules([file], entry === file ? [] : [entry]);
  assert.ok(mutants.length > 5, `${mutants.length} mutants of ${file}`);
  const right = told(ask, real);
  const missed: string[] = [];
  for (const [number, { line, from, to }] of [...mutants.entries()].filter(isChosen)) {
    if (equivalent.some((part) => line.includes(part))) continue;
    if (told(ask, await load<Module>(number, entry)) === right) {
      missed.push(`${from} → ${to} in ${line}`);
    }
  }
  return missed;
}

const OPS: readonly ThresholdOp[] = [
  'mustBe',
  'mustNotBe',
  'mustBeGreaterThan',
  'mustBeGreaterOrEqualTo',
  'mustBeLessThan',
  'mustBeLessOrEqualTo',
  'mustBeBetween',
  'mustNotBeBetween',
];
const TEXTS = [
  '0',
  '-0',
  '7',
  '-7',
  '12.50',
  '-0.5',
  '1e3',
  '2.5e-2',
  '.5',
  'x',
  'NaN',
  '',
  '1e400',
];
const CHECKS: Check[] = [
  { kind: 'required', column: 'a' },
  { kind: 'rowCount' },
  { kind: 'freshness', column: 'a' },
];

function askThresholds(module: typeof Thresholds): unknown {
  const { compareRatios, meetsThreshold, offenderRatio, ratioOf, ratioText, thresholdWords } =
    module;
  const small = [-3n, -1n, 0n, 1n, 2n, 3n];
  const ratios = small.flatMap((numerator) =>
    [1n, 2n, 3n, 7_000_001n].map((denominator) => ({ numerator, denominator })),
  );
  const units = ['rows', 'percent'] as const;
  return [
    TEXTS.map(ratioOf),
    units.map((unit) =>
      [
        [0, 0],
        [0, 3],
        [1, 3],
        [3, 3],
      ].map(([a = 0, b = 0]) => offenderRatio(a, b, unit)),
    ),
    [
      [4, 3],
      [-1, 3],
    ].map(([a = 0, b = 0]) => told(() => offenderRatio(a, b, 'rows'), null)),
    OPS.map((op) => ratios.map((r) => meetsThreshold({ op, values: [0, 1], unit: 'rows' }, r))),
    ratios.map((a) => ratios.map((b) => compareRatios(a, b))),
    [
      ...ratios,
      { numerator: 5n, denominator: 10_000_000n },
      { numerator: -1n, denominator: 4_000_000n },
    ].map(ratioText),
    OPS.flatMap((op) =>
      units.flatMap((unit) =>
        CHECKS.map((check) => thresholdWords({ op, values: [1, 2], unit }, check)),
      ),
    ),
  ];
}

/** Rules of every consequence on flat columns, absences that are muted, and orders with nested ones. */
const FLAT = `apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
domain: sales
dataProduct: parcels
schema:
  - name: parcels
    properties:
      - { name: id, logicalType: integer, required: true, logicalTypeOptions: { minimum: 1 } }
      - name: note
        logicalType: string
        logicalTypeOptions: { pattern: '^[^!]*$' }
        quality:
          - { id: known, metric: missingValues, arguments: { missingValues: ['', 'n/a'] }, mustBe: 0 }
          - { id: marked, metric: invalidValues, arguments: { validValues: [x, 'n/a'] }, mustBe: 0, customProperties: [{ property: weftOnFailure, value: warn }] }
    quality:
      - { id: both, metric: rowCount, mustBeGreaterThan: 0 }
`;
const FLAT_LINES = [
  '{"id":1,"note":"x"}',
  '{"id":0,"note":"oh!"}',
  '{"id":"x","note":5}',
  '{"note":""}',
  '{"id":2,"note":"n/a"}',
  `{"id":3,"note":"${'é!😀'.repeat(300)}"}`,
];

function askValidators({ createJsonValidator }: typeof Validators): unknown {
  const many = `{"id":70,"address":{"postalCode":"12345"},"lines":[${Array(40).fill('{"gtin":"4006381333931","qty":0}').join()}]}`;
  const orders = [...GOOD_ORDERS, ...BAD_ORDERS.map(({ line }) => line), many];
  return [[FLAT, FLAT_LINES] as const, [ORDERS, orders] as const].map(([contract, lines]) => {
    const { model } = must(readContract(contract).value, 'contract');
    const plan = compileIngestPlan(model, { hash: '0'.repeat(64) });
    const validator = createJsonValidator(plan, {
      now: '2026-11-28T12:00:00.000Z',
      reference: () => null,
    });
    return [validator.unchecked, lines.map((line) => validator.validate(line))];
  });
}

describe('a changed operator is found', () => {
  it('in thresholds', async () => {
    const missed = await missedIn({
      file: 'quality/threshold.ts',
      entry: 'quality/threshold.ts',
      real: thresholds,
      ask: askThresholds,
      // Equal ones are told before, and zero has no sign in either form.
      equivalent: ['left === right ? 0 : left < right', 'const negative = value.numerator < 0n'],
    });
    assert.deepEqual(missed, [], REPEAT);
  });

  it('in the validator of one record', async () => {
    const missed = await missedIn({
      file: 'quality/record-validator.ts',
      entry: 'ingest/validate-record.ts',
      real: validators,
      ask: askValidators,
      equivalent: [],
    });
    assert.deepEqual(missed, [], REPEAT);
  });

  let engine: SqlEngine;
  before(async () => {
    engine = await openTestEngine();
    // Why: several threads add doubles in another order each time, and the last digit is another.
    await engine.run('SET threads = 1');
  });
  after(() => engine.close());

  it('in the SQL of rules over many rows', async () => {
    const waiting = new Map<string, SqlMutant[]>();
    for (const [i, question] of QUESTIONS.entries()) {
      const sql = await statementOf(engine, question, i);
      const right = await answerOf(engine, sql);
      assert.equal(await answerOf(engine, sql), right, 'the same question has the same answer');
      for (const mutant of sqlMutants(sql)) {
        const before = skeleton(sql.slice(0, mutant.at));
        const shape = `${before.slice(-24)} ${skeleton(sql.slice(mutant.at)).slice(0, 12)}`;
        const place = `${question.check.kind} ${shape} ${mutant.from} ${mutant.to}`;
        waiting.set(place, [...(waiting.get(place) ?? []), { ...mutant, right }]);
      }
    }
    assert.ok(waiting.size > 20, `${waiting.size} places`);
    const missed: string[] = [];
    for (const [place, mutants] of [...waiting].filter(isChosen)) {
      if (EQUIVALENT_SQL.some(({ where }) => place.includes(where))) continue;
      if (!(await isAnyFound(engine, mutants))) missed.push(place);
    }
    assert.deepEqual(missed, [], REPEAT);
  });
});

interface SqlMutant extends Mutant {
  right: string;
}

const EQUIVALENT_SQL: readonly { where: string; why: string }[] = [];

async function isAnyFound(engine: SqlEngine, mutants: readonly SqlMutant[]): Promise<boolean> {
  for (const { text, right } of mutants) if ((await answerOf(engine, text)) !== right) return true;
  return false;
}

async function answerOf(engine: SqlEngine, sql: string): Promise<string> {
  try {
    return JSON.stringify(await engine.rows(sql));
  } catch {
    return 'an error';
  }
}

interface Question {
  check: SqlSetCheck;
  type: DataType;
  fresh: readonly (string | null)[];
  earlier: readonly (string | null)[];
}

const MEASURES: readonly Measure[] = [
  'completeness',
  'distinct',
  'minimum',
  'maximum',
  'sum',
  'mean',
  'standardDeviation',
  'quantile',
];
const LONG: DataType = { kind: 'long' };
const NUMBERS = ['1', '2', '2', null, '9', '4', '4', '4', '-3', null];
/** Keys of two columns of which one half is there, twice each: the fourth and the eighth row, the fifth and the sixth. */
const HALF_KEYS = ['7', '5', '5', '4', null, null, '4', '4'];
const EARLIER = ['2', '3', '3', '9', null, '8', '8', '1', '30', '30', '30'];

const QUESTIONS: readonly Question[] = [
  ...[NUMBERS, HALF_KEYS, [], [null], ['5'], ['5', null]].flatMap((fresh) => {
    const of = (check: SqlSetCheck, type = LONG): Question => ({
      check,
      type,
      fresh,
      earlier: EARLIER,
    });
    const measures = MEASURES.map((measure): SqlSetCheck => {
      return {
        kind: 'measure',
        measure,
        column: 'v',
        quantile: measure === 'quantile' ? 0.3 : null,
      };
    });
    return [
      of({ kind: 'rowCount' }),
      of({ kind: 'duplicates', columns: ['v'] }),
      of({ kind: 'duplicates', columns: ['v', 'w'] }),
      of({ kind: 'sql', query: 'SELECT sum(v) FROM fresh' }),
      of({ kind: 'sql', query: 'SELECT count(*) > 2 FROM fresh' }),
      ...measures.map((check) => of(check)),
      ...measures.map((check) => of(check, { kind: 'double' })),
      ...(['ks', 'psi'] as const).flatMap((method) =>
        [LONG, { kind: 'string' } as const].map((type) =>
          of({ kind: 'drift', column: 'v', method, bins: 4 }, type),
        ),
      ),
    ];
  }),
  ...(['ks', 'psi'] as const).map((method): Question => {
    const check: SqlSetCheck = { kind: 'drift', column: 'v', method, bins: 3 };
    return { check, type: LONG, fresh: NUMBERS, earlier: [] };
  }),
  ...(['date', 'timestamp', 'timestamptz'] as const).map((kind): Question => {
    const fresh =
      kind === 'timestamptz' ? ['2026-03-29T00:00:00Z', null] : ['2026-03-29', '2026-03-01'];
    return { check: { kind: 'freshness', column: 'v' }, type: { kind }, fresh, earlier: [] };
  }),
];

/** The statement of a question, over tables of its rows. Why tables: the text of rows would have operators of its own. */
async function statementOf(engine: SqlEngine, question: Question, i: number): Promise<string> {
  const { check, type, fresh, earlier } = question;
  const tables = { [`fresh_${i}`]: fresh, [`earlier_${i}`]: earlier };
  for (const [name, values] of Object.entries(tables)) {
    await engine.run(`CREATE TEMP TABLE ${name} (v ${duckdbType(type)}, w INTEGER)`);
    for (const [row, value] of values.entries()) {
      const text = value === null ? 'NULL' : quoteText(value);
      // Every fourth row has no second value, and two neighbours have the same.
      const other = row % 4 === 3 ? 'NULL' : String(Math.floor(row / 2));
      await engine.run(`INSERT INTO ${name} VALUES (${text}, ${other})`);
    }
  }
  const asked =
    check.kind === 'sql' ? { ...check, query: check.query.replace('fresh', `fresh_${i}`) } : check;
  return setCheckSql(asked, {
    columns: [column('v', type, 'Europe/Berlin')],
    relation: `fresh_${i}`,
    earlier: `earlier_${i}`,
    now: '2026-03-29T00:30:00.500Z',
  });
}
