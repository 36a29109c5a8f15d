/**
 * One meaning everywhere: each row check over each type, NULL and random rows, in batch SQL and in the record checks.
 *
 * The two share the definition of formats and the reading of moments; their own tests hold those to oracles. Failures of the
 * random tests are kept, shrunk, in `test/regressions/record-checks.json`, and tried first. WEFT_RULE_ROUNDS=N repeats the
 * random tests N times as often.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { must } from '@weft/core/lib/assert';
import { compileRecordCheck } from '@weft/core/quality/record-checks';
import fc from 'fast-check';
import { openTestEngine } from '../support/engine.ts';
import { EXPRESSION_COLUMNS, expressionCase, expressionRows } from '../support/expression-cases.ts';
import { deepCase, innerCases } from '../support/nested-rule-cases.ts';
import { assertKept, Disagreement, readRegressions } from '../support/regressions.ts';
import {
  type Check,
  checksOf,
  column,
  type Row,
  type RuleCase,
  TYPE_VALUES,
  typeCases,
} from '../support/rule-cases.ts';
import {
  type CompileRecord,
  compileSql,
  evaluate,
  loadCase,
  recordVerdicts,
  single,
} from '../support/rule-sides.ts';

let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
});
after(() => engine.close());

const KEPT = new URL('../regressions/record-checks.json', import.meta.url);
const ROUNDS = Number(process.env['WEFT_RULE_ROUNDS'] ?? 1);

/** Asks both sides, and all three forms of the SQL. Throws with the smallest case for the regressions. */
async function compare(rule: RuleCase, compile: CompileRecord = compileRecordCheck): Promise<void> {
  const records = recordVerdicts(rule, compile);
  await loadCase(engine, rule, 'rows');
  const sqls = compileSql(rule, 'rows');
  const problems = (list: readonly unknown[]): Check[] =>
    rule.checks.filter((_, i) => list[i] === null);
  assert.deepEqual(problems(sqls), problems(records), 'both sides refuse the same checks');
  const checkable = sqls.flatMap((sql, i) => (sql === null ? [] : [{ sql, i }]));
  const offends = await evaluate(
    engine,
    'rows',
    checkable.map(({ sql }) => sql.offends),
  );
  const oks = await evaluate(
    engine,
    'rows',
    checkable.map(({ sql }) => sql.ok),
  );
  for (const [at, { i }] of checkable.entries()) {
    for (const [row, expected] of (records[i] ?? []).entries()) {
      const found = { offends: offends[at]?.[row], ok: oks[at]?.[row] === true };
      try {
        assert.deepEqual(found, { offends: expected, ok: !expected });
      } catch (error) {
        throw new Disagreement(single(rule, rule.checks[i] as Check, rule.rows[row] as Row), error);
      }
    }
  }
}

describe('a row check means the same for a batch and for one record', () => {
  it('failures of the past', async () => {
    for (const rule of readRegressions(KEPT)) await compare(rule);
  });

  for (const rule of [...typeCases(), deepCase(), ...innerCases()])
    it(`every check on ${rule.name}`, () => compare(rule));

  it('every kind of expression', () => compare(expressionCase()));

  it('random values and parameters', async () => {
    const word = fc.oneof(
      fc.string({ unit: fc.constantFrom(..."ab01.-+:eé😀 '"), maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 4 }).map((t) => t.toWellFormed().replaceAll('\0', '')),
    );
    const digits = fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n });
    const number = fc.tuple(digits, fc.nat(4)).map(([n, places]) => `${n}e-${places}`);
    const entry = fc.constantFrom(...TYPE_VALUES);
    const random = fc.tuple(
      entry,
      fc.array(fc.oneof(word, number), { minLength: 1, maxLength: 4 }),
      fc.gen(),
    );
    await assertKept(
      fc.asyncProperty(random, async ([values, texts, gen]) => {
        const constants = [...texts, gen(fc.constantFrom, ...values.constants)];
        const { kind } = values.type;
        const own = kind === 'string' ? texts : [];
        await compare({
          name: 'random',
          columns: [column('c', values.type, values.zone ?? null)],
          rows: [null, ...values.values, ...own, ...randomValues(kind, gen)].map((text) => [text]),
          checks: checksOf('c', { ...values, constants }),
        });
      }),
      { file: KEPT, numRuns: 4 * ROUNDS },
    );
  });

  it('random expressions', async () => {
    const name = fc.constantFrom(...EXPRESSION_COLUMNS.map((c) => c.name));
    const constant = fc.constantFrom('0', '1', '2.5', "'a'", "'2026-01-01'", 'TRUE');
    const { test } = fc.letrec<{ value: string; test: string }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        name,
        constant,
        fc
          .tuple(tie('value'), fc.constantFrom('+', '-', '*'), tie('value'))
          .map((p) => `(${p.join(' ')})`),
        tie('value').map((v) => `abs(${v})`),
        tie('value').map((v) => `-${v}`),
      ),
      test: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc
          .tuple(tie('value'), fc.constantFrom('=', '<>', '<', '<=', '>', '>='), tie('value'))
          .map((p) => p.join(' ')),
        tie('value').map((v) => `${v} IS NULL`),
        fc
          .tuple(tie('test'), fc.constantFrom('AND', 'OR'), tie('test'))
          .map((p) => `(${p.join(' ')})`),
        tie('test').map((t) => `NOT (${t})`),
      ),
    }));
    await assertKept(
      fc.asyncProperty(fc.array(test, { minLength: 100, maxLength: 100 }), async (sqls) => {
        await compare({
          name: 'random expressions',
          columns: EXPRESSION_COLUMNS,
          rows: expressionRows(48),
          checks: sqls.map((sql) => ({ kind: 'expression', sql })),
        });
      }),
      { file: KEPT, numRuns: 8 * ROUNDS },
    );
  });
});

describe('a failure of a random test', () => {
  /** The record checks with a fault: whatever is beyond a thousand offends. */
  const faulty: CompileRecord = (check, context) => {
    const compiled = compileRecordCheck(check, context);
    if ('problem' in compiled) return compiled;
    const { offends } = compiled;
    return {
      ...compiled,
      offends: (record) => offends(record) || Number(record('n') ?? 0) > 1_000,
    };
  };
  const property = fc.asyncProperty(
    fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 20, maxLength: 40 }),
    async (numbers) => {
      const checks: Check[] = [
        { kind: 'required', column: 'n' },
        { kind: 'expression', sql: 'n >= 0' },
      ];
      const rows = numbers.map((n) => [String(n)]);
      const columns = [column('n', { kind: 'int' }, null)];
      await compare({ name: 'a made-up test', columns, rows, checks }, faulty);
    },
  );

  it('is kept once, as one check on one row, and is tried again; nothing is written in continuous integration', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weft-kept-'));
    const file = pathToFileURL(join(folder, 'kept.json'));
    await writeFile(file, '[]\n');
    try {
      const fails = (isCi: boolean): Promise<void> =>
        assert.rejects(assertKept(property, { file, numRuns: 5, isCi }), /Counterexample/);
      await fails(true);
      assert.deepEqual(readRegressions(file), []);
      await fails(false);
      await fails(false);
      const [kept, ...more] = readRegressions(file);
      assert.deepEqual(more, []);
      assert.equal(kept?.name, 'found by a made-up test');
      assert.deepEqual(
        [kept?.rows, kept?.checks],
        [[['1001']], [{ kind: 'required', column: 'n' }]],
      );
      await compare(must(kept, 'a case'));
      await assert.rejects(compare(must(kept, 'a case'), faulty), Disagreement);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** Values of a type that no list names. */
function randomValues(kind: string, gen: fc.GeneratorValue): (string | null)[] {
  const some = (make: () => string): string[] => Array.from({ length: 12 }, make);
  switch (kind) {
    case 'int':
      return some(() => String(gen(fc.integer)));
    case 'long':
      return some(() => String(gen(fc.bigInt, { min: -(2n ** 63n), max: 2n ** 63n - 1n })));
    case 'double':
      return some(() => String(gen(fc.double, { noNaN: true })));
    case 'timestamptz':
      return some(() =>
        gen(fc.date, {
          min: new Date(0),
          max: new Date('2100-01-01'),
          noInvalidDate: true,
        }).toISOString(),
      );
    case 'date':
      return some(() =>
        gen(fc.date, { min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
          .toISOString()
          .slice(0, 10),
      );
    default:
      return [];
  }
}
