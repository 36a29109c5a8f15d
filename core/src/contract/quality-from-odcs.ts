/**
 * ODCS `quality[]` entries to the closed form of `plan.ts`: what is counted, against which threshold, with what
 * consequence.
 *
 * Not the checking (`quality/`). Source: ODCS "Data Quality"; names of 3.0 (`rule`) are read as the metrics of 3.1.
 * Invariants: every rule has an id that is unique in its object and does not depend on text that may be reworded;
 * `mustBeBetween` is closed; a rule that cannot be carried out is reported, never dropped in silence.
 */
import type { Json } from '../lib/canonical-json.ts';
import { cronProblem } from '../lib/cron.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import type { Diagnoser } from './diagnose.ts';
import type { JsonObject } from './document.ts';
import type { DocumentPath } from './document-path.ts';
import { isObject, member, objectOf, objectsOf, scalarOf, textOf } from './json-access.ts';
import type { QualityDeclaration } from './model.ts';
import {
  type Check,
  type Consequence,
  hasOwnValue,
  isSetCheck,
  type RuleScope,
  type Threshold,
  type ThresholdOp,
} from './plan.ts';
import { say } from './schema-check.ts';
import { weftValues } from './weft-properties.ts';
import { type RuleColumn, readScope, readWeftRule } from './weft-rules.ts';

export interface QualityContext {
  diagnoser: Diagnoser;
  /** Column of a property's rules, null for the rules of an object. */
  column: string | null;
  /** Columns of the object by the names and ids that a rule may use. */
  columns: ReadonlyMap<string, string>;
  /** Columns of the object with their types. */
  types: readonly RuleColumn[];
  /** Ids already given in this object; extended here. */
  usedIds: Set<string>;
}

const OPERATORS: readonly ThresholdOp[] = [
  'mustBe',
  'mustNotBe',
  'mustBeGreaterThan',
  'mustBeGreaterOrEqualTo',
  'mustBeLessThan',
  'mustBeLessOrEqualTo',
  'mustBeBetween',
  'mustNotBeBetween',
];

const CONSEQUENCES: readonly Consequence[] = ['quarantine', 'warn', 'hold', 'reject'];
const WEFT_REMEDY =
  'Give `implementation` a metric of weft with its arguments and one operator: docs/contracts.md lists them.';

const METRICS = [
  'nullValues',
  'missingValues',
  'invalidValues',
  'duplicateValues',
  'rowCount',
] as const;
type Metric = (typeof METRICS)[number];

/** Rule names of 3.0 documents and what they are called since 3.1. */
const RULES_OF_30: Readonly<Record<string, Metric>> = {
  nullCheck: 'nullValues',
  nullCount: 'nullValues',
  notNull: 'nullValues',
  missingCount: 'missingValues',
  validValues: 'invalidValues',
  invalidCount: 'invalidValues',
  duplicateCount: 'duplicateValues',
  duplicates: 'duplicateValues',
  uniqueCheck: 'duplicateValues',
  countCheck: 'rowCount',
};

/** Rules of one element; `path` is that of its `quality` list. */
export function qualityFromOdcs(
  element: JsonObject,
  path: DocumentPath,
  context: QualityContext,
): QualityDeclaration[] {
  return objectsOf(element, 'quality').flatMap(({ item, index }) =>
    new RuleReader(item, [...path, index], context).read(),
  );
}

class RuleReader {
  readonly #rule: JsonObject;
  readonly #path: DocumentPath;
  readonly #context: QualityContext;

  constructor(rule: JsonObject, path: DocumentPath, context: QualityContext) {
    this.#rule = rule;
    this.#path = path;
    this.#context = context;
  }

  read(): QualityDeclaration[] {
    const type = textOf(this.#rule, 'type');
    if (type === 'sql') return this.#sql();
    if (type === 'custom' && textOf(this.#rule, 'engine') === 'weft') return this.#weft();
    if (type === 'text' || type === 'custom') return [this.#noted(type)];
    const metric = this.#metric();
    if (metric === null) return [];
    const must = this.#threshold(metric);
    if (must === null) return [];
    const checks = this.#checks(metric);
    return checks.map((check, i) =>
      this.#declare(check, must, i === 0 ? metric : `${metric}_${i + 1}`),
    );
  }

  #metric(): Metric | null {
    const name = textOf(this.#rule, 'metric') ?? textOf(this.#rule, 'rule');
    if (name === null) {
      // Why: without a type and a metric an entry is a remark in words, as many 3.0 documents have them.
      this.#report('QUALITY_NOT_RUN', [], 'the rule has no metric, so it only informs');
      return null;
    }
    const metric = METRICS.find((known) => known === name) ?? RULES_OF_30[name];
    if (metric !== undefined) {
      if (textOf(this.#rule, 'metric') === null) {
        this.#report('ODCS_DEPRECATED', ['rule'], `rule ${name} is metric ${metric} since 3.1`);
      }
      return metric;
    }
    this.#report(
      'QUALITY_NOT_RUN',
      [],
      `${name} is no metric of the library, so the rule only informs`,
    );
    return null;
  }

  #threshold(metric: Metric): Threshold | null {
    const unit = textOf(this.#rule, 'unit') ?? 'rows';
    if (unit !== 'rows' && unit !== 'percent') {
      this.#report('QUALITY_INVALID', ['unit'], `unit ${say(unit)} is neither rows nor percent`);
      return null;
    }
    if (unit === 'percent' && metric === 'rowCount') {
      this.#report('QUALITY_INVALID', ['unit'], 'a row count has no percentage');
      return null;
    }
    return this.#operator(unit, metric !== 'rowCount');
  }

  /** `zeroByDefault`: 3.0 lets `rule: nullCheck` stand alone, which means that there are none. */
  #operator(
    unit: Threshold['unit'],
    zeroByDefault: boolean,
    holder: JsonObject = this.#rule,
  ): Threshold | null {
    const found = OPERATORS.filter((op) => member(holder, op) !== undefined);
    const [op] = found;
    if (op === undefined) {
      if (zeroByDefault) return { op: 'mustBe', values: [0], unit };
      this.#report('QUALITY_INVALID', [], `one of ${OPERATORS.join(', ')} is missing`);
      return null;
    }
    if (found.length > 1) {
      this.#report('QUALITY_INVALID', [], `${found.join(' and ')} stand together`);
      return null;
    }
    const values = thresholdValues(op, member(holder, op) ?? null);
    if (values === null) {
      this.#report(
        'QUALITY_INVALID',
        [op],
        `${op} needs ${op.endsWith('Between') ? 'two numbers, the lower first' : 'a number'}`,
      );
      return null;
    }
    if (op.endsWith('Between')) {
      this.#report('QUALITY_BETWEEN', [op], `${op} [${values.join(', ')}] includes both ends`);
    }
    return { op, values, unit };
  }

  #checks(metric: Metric): Check[] {
    if (metric === 'rowCount') return [{ kind: 'rowCount' }];
    if (metric === 'duplicateValues') return this.#duplicates();
    const { column } = this.#context;
    if (column === null) {
      this.#report('QUALITY_INVALID', [], `${metric} speaks of a property, not of an object`);
      return [];
    }
    if (metric === 'nullValues') return [{ kind: 'required', column }];
    if (metric === 'missingValues') return this.#missing(column);
    return this.#invalid(column);
  }

  #duplicates(): Check[] {
    const { column, columns } = this.#context;
    if (column !== null) return [{ kind: 'duplicates', columns: [column] }];
    const names = this.#argument('properties');
    if (!Array.isArray(names) || names.length === 0) {
      this.#report(
        'QUALITY_INVALID',
        ['arguments'],
        'duplicateValues of an object needs arguments.properties',
      );
      return [];
    }
    const resolved = names.map((name) => columns.get(String(name)));
    const unknown = names.filter((_, i) => resolved[i] === undefined);
    if (unknown.length > 0) {
      this.#report(
        'QUALITY_INVALID',
        ['arguments'],
        `no property ${unknown.map(say).join(', ')} in this object`,
      );
      return [];
    }
    return [{ kind: 'duplicates', columns: resolved.filter((name) => name !== undefined) }];
  }

  #missing(column: string): Check[] {
    const values = this.#argument('missingValues');
    // Why: what is NULL is missing whether or not the list says so; the list adds texts that stand for nothing.
    return [{ kind: 'missing', column, values: Array.isArray(values) ? plainTexts(values) : [''] }];
  }

  #invalid(column: string): Check[] {
    const checks: Check[] = [];
    const values = this.#argument('validValues');
    const pattern = this.#argument('pattern');
    if (Array.isArray(values)) checks.push({ kind: 'values', column, values: plainTexts(values) });
    if (typeof pattern === 'string') {
      if (isRegExp(pattern)) checks.push({ kind: 'pattern', column, pattern });
      else this.#report('QUALITY_INVALID', [], `${say(pattern)} is no regular expression`);
    } else if (checks.length === 0) {
      this.#report(
        'QUALITY_INVALID',
        [],
        'invalidValues needs arguments.validValues or arguments.pattern',
      );
    }
    return checks;
  }

  /** An argument; the standard's IBAN example and 3.0 documents have it beside `arguments`. */
  #argument(name: string): Json | undefined {
    const inner = member(objectOf(this.#rule, 'arguments') ?? {}, name);
    return inner ?? member(this.#rule, name);
  }

  #sql(): QualityDeclaration[] {
    const text = textOf(this.#rule, 'query') ?? '';
    const must = this.#operator('rows', false);
    if (must === null) return [];
    const { column } = this.#context;
    if (column === null && /\$?\{(property|column)\}/.test(text)) {
      this.#report(
        'QUALITY_INVALID',
        ['query'],
        'the query names {property}, but stands at an object',
      );
      return [];
    }
    const query = batchQuery(text, column);
    return [this.#declare({ kind: 'sql', query }, must, 'sql')];
  }

  /** A rule of our own engine: the operator stands in the implementation, since ODCS gives custom rules none. */
  #weft(): QualityDeclaration[] {
    const { column: name, types } = this.#context;
    const implementation = member(this.#rule, 'implementation') ?? null;
    const column = types.find((c) => c.name === name) ?? null;
    const rule = readWeftRule(implementation, { column, columns: types });
    if ('problem' in rule || !isObject(implementation)) {
      const problem = 'problem' in rule ? rule.problem : 'it has no parts';
      this.#report('QUALITY_INVALID', ['implementation'], problem, WEFT_REMEDY);
      return [];
    }
    const must = this.#operator(rule.unit, !isSetCheck(rule.check), implementation);
    if (must === null) return [];
    const values = must.values.map((value) => value * rule.factor);
    const { check } = rule;
    return [this.#declare(check, { ...must, values }, textOf(implementation, 'metric') ?? 'rule')];
  }

  #noted(type: 'text' | 'custom'): QualityDeclaration {
    if (type === 'custom') {
      const engine = textOf(this.#rule, 'engine') ?? 'another engine';
      this.#report('QUALITY_NOT_RUN', [], `the rule is for ${engine}`);
    }
    return { ...this.#common(type), check: null, must: null, consequence: 'warn' };
  }

  #declare(check: Check, must: Threshold, kind: string): QualityDeclaration {
    const consequence = this.#consequence(check, must);
    const scope = this.#scope(consequence === 'quarantine' && !isSetCheck(check));
    const schedule = this.#schedule();
    return {
      ...this.#common(kind),
      check,
      must,
      consequence,
      ...(scope === null ? {} : { scope }),
      ...(schedule === null ? {} : { schedule }),
    };
  }

  #scope(isRowRule: boolean): RuleScope | null {
    const read = readScope(weftValues(this.#rule), this.#context.types);
    const problem =
      'problem' in read
        ? read.problem
        : read.scope !== null && isRowRule
          ? 'a rule that quarantines rows looks at those of the batch'
          : null;
    if (problem !== null) {
      this.#report(
        'WEFT_PROPERTY_INVALID',
        [],
        problem,
        'Take weftScope out, or use hold or warn.',
      );
    }
    return 'problem' in read || isRowRule ? null : read.scope;
  }

  /** The cron expression of a rule that is checked at times of its own; another scheduler is not ours to run. */
  #schedule(): string | null {
    const schedule = textOf(this.#rule, 'schedule');
    if (schedule === null) return null;
    const scheduler = textOf(this.#rule, 'scheduler') ?? 'cron';
    if (scheduler.toLowerCase() !== 'cron') {
      this.#report('QUALITY_NOT_RUN', ['scheduler'], `${say(scheduler)} is not run by weft`);
      return null;
    }
    const problem = cronProblem(schedule);
    if (problem === null) return schedule;
    this.#report(
      'QUALITY_INVALID',
      ['schedule'],
      `the schedule ${say(schedule)} ${problem}`,
      'Write minute, hour, day of the month, month and day of the week in UTC, such as `0 6 * * 1-5`.',
    );
    return null;
  }

  #common(kind: string): Omit<QualityDeclaration, 'check' | 'must' | 'consequence'> {
    return {
      id: this.#id(kind),
      name: textOf(this.#rule, 'name'),
      description: textOf(this.#rule, 'description'),
      dimension: textOf(this.#rule, 'dimension'),
      severity: textOf(this.#rule, 'severity'),
    };
  }

  #id(kind: string): string {
    const { column, usedIds } = this.#context;
    const own = textOf(this.#rule, 'id');
    if (own !== null && !usedIds.has(own)) {
      usedIds.add(own);
      return own;
    }
    if (own !== null && !kind.endsWith('_2')) {
      this.#report(
        'ODCS_DUPLICATE',
        ['id'],
        `id ${say(own)} is used by another rule of this object`,
      );
    }
    const base = own ?? (column === null ? kind : `${column}.${kind}`);
    let id = base;
    for (let i = 2; usedIds.has(id); i++) id = `${base}_${i}`;
    usedIds.add(id);
    return id;
  }

  #consequence(check: Check, must: Threshold): Consequence {
    const declared = weftValues(this.#rule).get('weftOnFailure');
    const isSet = hasOwnValue(check);
    if (declared === 'quarantine' && isSet) {
      this.#report(
        'WEFT_PROPERTY_INVALID',
        [],
        'a rule about the whole batch cannot quarantine rows',
        'Use warn, hold or reject.',
      );
      return 'hold';
    }
    const known = CONSEQUENCES.find((consequence) => consequence === declared);
    if (known !== undefined) return known;
    // Why: a distance of distributions is a hint that somebody looks at, and seldom a fault.
    if (check.kind === 'drift') return 'warn';
    if (isSet) return isMild(scalarOf(this.#rule, 'severity')) ? 'warn' : 'hold';
    return allowsNone(must) ? 'quarantine' : 'hold';
  }

  #report(
    code: Parameters<Diagnoser['add']>[0],
    below: DocumentPath,
    message: string,
    remedy?: string,
  ): void {
    const options = remedy === undefined ? {} : { remedy };
    this.#context.diagnoser.add(code, [...this.#path, ...below], message, options);
  }
}

/** A rule's query over `batch`, the one table that a rule may read; see SetCheck in plan.ts. */
export function batchQuery(text: string, column: string | null): string {
  return text
    .replace(/\$?\{(?:object|table|model|schema)\}/g, 'batch')
    .replace(/\$?\{(?:property|column|field)\}/g, () => quoteIdent(column ?? ''))
    .trim();
}

function thresholdValues(op: ThresholdOp, value: Json): number[] | null {
  if (op === 'mustBeBetween' || op === 'mustNotBeBetween') {
    const isPair = Array.isArray(value) && value.length === 2;
    if (!isPair) return null;
    const [low, high] = value;
    if (typeof low !== 'number' || typeof high !== 'number' || low > high) return null;
    return [low, high];
  }
  if (typeof value === 'boolean') return [value ? 1 : 0];
  return typeof value === 'number' ? [value] : null;
}

/** True when the threshold lets no offender pass. */
export function allowsNone(must: Threshold): boolean {
  const [first = 0, second = 0] = must.values;
  switch (must.op) {
    case 'mustBe':
    case 'mustBeLessOrEqualTo':
      return first === 0;
    case 'mustBeLessThan':
      return must.unit === 'rows' && first > 0 && first <= 1;
    case 'mustBeBetween':
      return first === 0 && second === 0;
    default:
      return false;
  }
}

function isMild(severity: string | null): boolean {
  return severity !== null && /^(warn|warning|info|information|low|minor)$/i.test(severity);
}

function plainTexts(values: Json[]): string[] {
  return values
    .filter((value) => value !== null && !isObject(value) && !Array.isArray(value))
    .map(String);
}

/** True when `pattern` is an ECMA-262 regular expression. */
export function isRegExp(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    try {
      new RegExp(pattern);
      return true;
    } catch {
      return false;
    }
  }
}

/** True when a rule list has anything that Weft carries out. */
export function hasRunnableRule(declarations: readonly QualityDeclaration[]): boolean {
  return declarations.some((declaration) => declaration.check !== null);
}
