/**
 * The differential test sees every operator: each is changed once, in the record checks and in the SQL, and must be found.
 *
 * A mutant of the SQL is an operator at one place of the generator; it is found when it changes the verdict of any check
 * that comes from that place. What no test can find, since it changes nothing, is listed with the reason.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { compileRecordCheck } from '@weft/core/quality/record-checks';
import { openTestEngine } from '../support/engine.ts';
import { expressionCase } from '../support/expression-cases.ts';
import { type Mutant, skeleton, sourceMutants, sqlMutants } from '../support/mutants.ts';
import { deepCase } from '../support/nested-rule-cases.ts';
import { type RuleCase, typeCases } from '../support/rule-cases.ts';
import {
  type CompileRecord,
  compileSql,
  evaluate,
  loadCase,
  recordVerdicts,
  type Verdict,
} from '../support/rule-sides.ts';

const cases = [...typeCases(), deepCase(), expressionCase()];
const truth = cases.map((rule) => recordVerdicts(rule, compileRecordCheck));
const truthTexts = truth.map((verdicts) => JSON.stringify(verdicts));

interface Equivalent {
  /** Part of the line or the SQL that has the operator. */
  where: string;
  why: string;
}

// --- the record checks ----------------------------------------------------------------------------------------------

const folder = new URL('../../core/src/quality/', import.meta.url);
const FILES = ['nested-record.ts', 'record-checks.ts', 'record-expression.ts', 'record-value.ts'];
const EQUIVALENT_SOURCE: Equivalent[] = [
  { where: 'isAbsolute && value >= 0n ? value : -value', why: 'zero is its own opposite' },
  { where: 'String(value < 0n ? -value : value)', why: 'zero is its own opposite' },
];

interface SourceMutant extends Mutant {
  file: string;
  line: string;
}

const mutants: SourceMutant[] = FILES.flatMap((file) => {
  const source = readFileSync(new URL(file, folder), 'utf8');
  return sourceMutants(source).map((mutant) => {
    const start = source.lastIndexOf('\n', mutant.at) + 1;
    const line = source.slice(start, source.indexOf('\n', mutant.at)).trim();
    return { ...mutant, file, line };
  });
});

/** `FILE?mutant=N` is the file, and what it imports of the three, with the mutant N in it. */
function serveMutants(): void {
  const marked = /\?mutant=(\d+)$/;
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const mark = marked.exec(context.parentURL ?? '')?.[0];
      const isOurs = FILES.some((file) => resolved.url === new URL(file, folder).href);
      return mark !== undefined && isOurs ? { ...resolved, url: resolved.url + mark } : resolved;
    },
    load(url, context, next) {
      const number = marked.exec(url)?.[1];
      if (number === undefined) return next(url, context);
      const path = fileURLToPath(url.replace(marked, ''));
      const mutant = mutants[Number(number)];
      const isIts = mutant !== undefined && path.endsWith(`/${mutant.file}`);
      const source = isIts ? mutant.text : readFileSync(path, 'utf8');
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}

async function loadMutant(number: number): Promise<CompileRecord> {
  const url = `${new URL('record-checks.ts', folder).href}?mutant=${number}`;
  const loaded = (await import(url)) as { compileRecordCheck: CompileRecord };
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

/** All of them with WEFT_MUTANTS=all; else one in eight, which are others for another seed. */
const SHARE = process.env['WEFT_MUTANTS'] === 'all' ? 1 : 8;
const isChosen = (_: unknown, number: number): boolean =>
  (number + Number(process.env['WEFT_SEED'] ?? 0)) % SHARE === 0;

describe('a changed operator is found', () => {
  it('in the record checks', async () => {
    serveMutants();
    const missed: string[] = [];
    for (const [number, mutant] of [...mutants.entries()].filter(isChosen)) {
      if (isFound(await loadMutant(number))) continue;
      const { file, line, from, to } = mutant;
      const isKnown = EQUIVALENT_SOURCE.some(({ where }) => line.includes(where));
      if (!isKnown) missed.push(`${file}: ${from} → ${to} in ${line}`);
    }
    assert.ok(mutants.length > 100, `${mutants.length} mutants`);
    assert.deepEqual(missed, []);
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
    assert.deepEqual(missed, []);
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

/** Where in the generator an operator comes from: it prints an expression by its operators, a format piece by piece. */
function placeOf(kind: string, { sql, at }: { sql: string; at: number }): string {
  if (kind === 'expression') return '';
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
