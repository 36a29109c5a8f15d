/**
 * The differential test sees every operator: each is changed once, in the record checks and in the SQL, and must be found.
 *
 * A mutant of the SQL is an operator at one place of the generator; it is found when it changes the verdict of any check
 * that comes from that place. What no test can find, since it changes nothing, is listed with the reason.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { compileRecordCheck } from '@weft/core/quality/record-checks';
import { openTestEngine } from '../support/engine.ts';
import { expressionCase } from '../support/expression-cases.ts';
import { isChosen, mutantModules, REPEAT } from '../support/mutant-modules.ts';
import { type Mutant, skeleton, sqlMutants } from '../support/mutants.ts';
import { deepCase, innerCases } from '../support/nested-rule-cases.ts';
import { type RuleCase, typeCases } from '../support/rule-cases.ts';
import {
  type CompileRecord,
  compileSql,
  evaluate,
  loadCase,
  recordVerdicts,
  type Verdict,
} from '../support/rule-sides.ts';

const cases = [...typeCases(), deepCase(), ...innerCases(), expressionCase()];
const truth = cases.map((rule) => recordVerdicts(rule, compileRecordCheck));
const truthTexts = truth.map((verdicts) => JSON.stringify(verdicts));

interface Equivalent {
  /** Part of the line or the SQL that has the operator. */
  where: string;
  why: string;
}

// --- the record checks ----------------------------------------------------------------------------------------------

const FILES = [
  'nested-record.ts',
  'record-checks.ts',
  'record-expression.ts',
  'record-value.ts',
].map((name) => `quality/${name}`);
const { mutants, load } = mutantModules(FILES);
const EQUIVALENT_SOURCE: Equivalent[] = [
  { where: 'isAbsolute && value >= 0n ? value : -value', why: 'zero is its own opposite' },
  { where: 'String(value < 0n ? -value : value)', why: 'zero is its own opposite' },
];

async function loadMutant(number: number): Promise<CompileRecord> {
  const loaded = await load<{ compileRecordCheck: CompileRecord }>(
    number,
    'quality/record-checks.ts',
  );
  return loaded.compileRecordCheck;
}

function isFound(compile: CompileRecord): boolean {
  return cases.some((rule, i) => {
    try {
      return JSON.stringify(recordVerdicts(rule, compile)) !== truthTexts[i];
    } catch {
      return true;
    }
  });
}

describe('a changed operator is found', () => {
  it('in the record checks', async () => {
    const missed: string[] = [];
    for (const [number, mutant] of [...mutants.entries()].filter(isChosen)) {
      if (isFound(await loadMutant(number))) continue;
      const { file, line, from, to } = mutant;
      const isKnown = EQUIVALENT_SOURCE.some(({ where }) => line.includes(where));
      if (!isKnown) missed.push(`${file}: ${from} → ${to} in ${line}`);
    }
    assert.ok(mutants.length > 100, `${mutants.length} mutants`);
    assert.deepEqual(missed, [], REPEAT);
  });

  // --- the SQL ------------------------------------------------------------------------------------------------------

  let engine: SqlEngine;
  before(async () => {
    engine = await openTestEngine();
  });
  after(() => engine.close());

  it('in the SQL', async () => {
    const waiting = new Map<string, SqlMutant[]>();
    for (const [i, rule] of cases.entries()) {
      await loadCase(engine, rule, `rows${i}`);
      for (const mutant of mutantsOfCase(rule, i)) {
        waiting.set(mutant.place, [...(waiting.get(mutant.place) ?? []), mutant]);
      }
    }
    const places = waiting.size;
    const left = [...waiting.keys()].filter((place, number) => !isChosen(place, number));
    for (const place of left) waiting.delete(place);
    for (let round = 0; waiting.size > 0 && round < ROUNDS_MAX; round++) {
      await findSome(engine, waiting);
    }
    const missed = [...waiting.values()]
      .map(([first]) => first)
      .filter((mutant) => mutant !== undefined)
      .filter(({ sql }) => !EQUIVALENT_SQL.some(({ where }) => sql.includes(where)))
      .filter(({ sql, at, from }) => !isShortcut(sql.slice(0, at + from.length)))
      .map(({ from, to, at, sql }) => `${from} → ${to} at ${at} in ${sql}`);
    assert.ok(places > 100, `${places} places`);
    assert.deepEqual(missed, [], REPEAT);
  });
});

/** Not of the longest e-mail, where it decides alone. */
function isShortcut(sqlBefore: string): boolean {
  return SHORTCUT.test(sqlBefore);
}

interface SqlMutant extends Mutant {
  place: string;
  sql: string;
  table: number;
  expected: Verdict;
  /** Whether the condition is true for offenders or for the others. */
  isOffence: boolean;
}

const EQUIVALENT_SQL: Equivalent[] = [
  { where: ' OR TRUE)', why: 'a check that everything passes needs no guard' },
  { where: 'NOT coalesce(TRUE, FALSE)', why: 'a check that everything passes needs no guard' },
  {
    where: ' AS DECIMAL(11, 0))) IS NULL), TRUE)',
    why: 'a calculation has no value where a part has none, whatever it calculates',
  },
  {
    where: ' AND FALSE)',
    why: 'an upper bound below the type lets nothing pass, whatever the lower one is',
  },
];
/** A length in bytes only saves the length in characters, which stands behind it and decides. */
const SHORTCUT = /strlen\("[^)]*"\) (?:>=|<=)$/;
/** Candidates of one place that are tried at a time, and how often. */
const CANDIDATES = 3;
const ROUNDS_MAX = 40;

function mutantsOfCase(rule: RuleCase, table: number): SqlMutant[] {
  return compileSql(rule, `rows${table}`).flatMap((compiled, check) => {
    const expected = truth[table]?.[check] ?? null;
    if (compiled === null || expected === null) return [];
    // Why: other types have the same test around a cast.
    if (rule.checks[check]?.kind === 'format' && rule.columns[0]?.type.kind !== 'string') return [];
    const { ok, offends, test } = compiled;
    // Why only around the test: inside it is the text that the other form has, too.
    const inner = offends.indexOf(test);
    const isAround = ({ at }: Mutant): boolean => at < inner || at >= inner + test.length;
    const whole = sqlMutants(ok).map((mutant) => ({ ...mutant, sql: ok, isOffence: false }));
    const around = sqlMutants(offends)
      .filter(isAround)
      .map((mutant) => ({ ...mutant, sql: offends, isOffence: true }));
    const kind = rule.checks[check]?.kind ?? '';
    return [...whole, ...around].map((mutant) => {
      const place = `${kind} ${placeOf(kind, mutant)} ${mutant.from} ${mutant.to}`;
      return { ...mutant, place, table, expected };
    });
  });
}

/**
 * Where in the generator an operator comes from: it prints a format piece by piece, and an expression by its operators, which
 * stand between columns, constants, casts and further expressions, each so deep in brackets.
 */
function placeOf(kind: string, { sql, at }: { sql: string; at: number }): string {
  if (kind === 'expression') {
    const before = skeleton(sql.slice(0, at));
    const depth = before.split('(').length - before.split(')').length;
    return `${depth} ${before.slice(-2)} ${skeleton(sql.slice(at))
      .replace(/^\S+ ?/, '')
      .slice(0, 1)}`;
  }
  if (kind === 'format') return `${skeleton(sql)} ${skeleton(sql.slice(0, at)).length}`;
  return `${skeleton(sql.slice(0, at)).slice(-20)} ${skeleton(sql.slice(at)).slice(0, 10)}`;
}

/** An error of one row must not end the statement of many mutants; it is a wrong answer like any other. */
function tried({ text }: SqlMutant): string {
  return text.includes('(SELECT') ? text : `TRY(${text})`;
}

async function findSome(engine: SqlEngine, waiting: Map<string, SqlMutant[]>): Promise<void> {
  const byTable = new Map<number, SqlMutant[]>();
  for (const [place, candidates] of waiting) {
    const some = candidates.splice(0, CANDIDATES);
    for (const mutant of some) {
      byTable.set(mutant.table, [...(byTable.get(mutant.table) ?? []), mutant]);
    }
    if (some.length > 0 && candidates.length === 0) candidates.push(...some.slice(0, 1));
    if (candidates.length === 0) waiting.delete(place);
  }
  for (const [table, list] of byTable) {
    const answers = await evaluate(engine, `rows${table}`, list.map(tried));
    for (const [i, mutant] of list.entries()) {
      const answer = answers[i] ?? null;
      const isRight =
        answer?.every((value, row) => {
          const offends = mutant.isOffence ? value : value !== true;
          return offends === mutant.expected?.[row];
        }) ?? false;
      if (!isRight) waiting.delete(mutant.place);
    }
  }
}
