/**
 * The row rules of a plan on one record: the same rule ids, values and words as the quarantine of a batch gives.
 *
 * Not the reading of a record (`ingest/validate-record.ts`), and no keys or set rules, which need more than one record.
 * Invariants: total; a record without a reason is one that a batch would take as good, its keys apart; reasons stand in
 * the order in which a batch lists them.
 */
import { type DataType, isPrimitive } from '../contract/data-type.ts';
import { typeAt } from '../contract/nested-path.ts';
import { type IngestPlan, isSetCheck, type PlanColumn, type PlanRule } from '../contract/plan.ts';
import { must } from '../lib/assert.ts';
import { countItems, type PlacedValue } from './nested-record.ts';
import { REASON_PLACES_MAX, REASON_VALUE_LENGTH_MAX, reasonWords, typeWords } from './reasons.ts';
import { compileRecordCheck, type RecordContext } from './record-checks.ts';
import type { RecordValues } from './record-expression.ts';
import { type NestedValue, type RecordValue, valueText } from './record-value.ts';

export interface RecordReason {
  rule: string;
  column: string | null;
  value: string | null;
  message: string;
}

export interface RecordVerdict {
  /** Why the record goes to quarantine; empty for a good one. */
  refused: RecordReason[];
  /** What rules with another consequence say of it: it passes, and they count it. */
  marked: RecordReason[];
}

export interface RecordValidator {
  /**
   * `mistyped`: the texts of values that are not of their column's type, by column; such a value is NULL in `values`.
   * `inside`: the same of what is wrong inside nested columns, with reasons that are told as they are.
   */
  validate(
    values: RecordValues,
    mistyped: ReadonlyMap<string, string>,
    inside?: readonly RecordReason[],
  ): RecordVerdict;
  /** Rules that cannot be checked, and why: as in a batch, whoever asked has to hold what he has. */
  unchecked: { rule: PlanRule; problem: string }[];
}

interface ReadyRule {
  rule: PlanRule;
  column: PlanColumn | null;
  offends: (record: RecordValues) => boolean;
  places?: (record: RecordValues) => Iterable<PlacedValue>;
}

/** Makes the row rules of a plan ready for any number of records. */
export function compileRecordValidator(
  plan: IngestPlan,
  context: Omit<RecordContext, 'columns'>,
): RecordValidator {
  const ready: ReadyRule[] = [];
  const unchecked: RecordValidator['unchecked'] = [];
  for (const rule of plan.rules) {
    const { check } = rule;
    if (check.kind === 'type' || isSetCheck(check)) continue;
    const compiled = compileRecordCheck(check, { ...context, columns: plan.columns });
    if ('problem' in compiled) {
      unchecked.push({ rule, problem: compiled.problem });
      continue;
    }
    const name = rule.column ?? ('column' in check ? check.column : null);
    const column = plan.columns.find((c) => c.name === name) ?? null;
    ready.push({ rule, column, ...compiled });
  }
  const typeRules = new Map(
    plan.rules.flatMap(({ id, check }) => (check.kind === 'type' ? [[check.column, id]] : [])),
  );
  return {
    unchecked,
    validate(values, mistyped, inside = []) {
      const wrong = new Set([...mistyped.keys(), ...inside.map(({ column }) => column ?? '')]);
      const broken = ready.filter((r) => r.offends(values));
      const reasons = (isQuarantine: boolean): PlacedReason[] =>
        broken
          .filter(({ rule }) => (rule.consequence === 'quarantine') === isQuarantine)
          .flatMap((r) => reasonsOf(r, values))
          .filter((reason) => !isMuted(reason, wrong));
      const types = plan.columns.flatMap((column) => {
        const text = mistyped.get(column.name);
        if (text === undefined) return [];
        const rule = typeRules.get(column.name) ?? `${column.name}.type`;
        return [{ rule, column: column.name, value: text, message: typeWords(column) }];
      });
      const told = (reason: PlacedReason): RecordReason => {
        const { rule, column, value, message } = reason;
        return { rule, column, value, message };
      };
      return {
        refused: [...reasons(true).map(told), ...types, ...inside],
        marked: reasons(false).map(told),
      };
    },
  };
}

/** A reason with the kind of its check. */
interface PlacedReason extends RecordReason {
  kind: PlanRule['check']['kind'];
}

/** A value that is not of its type is not also reported as not being there. */
function isMuted({ kind, column }: PlacedReason, wrong: ReadonlySet<string>): boolean {
  const isAbsence = kind === 'required' || kind === 'missing';
  return isAbsence && column !== null && wrong.has(column);
}

function reasonsOf({ rule, column, places }: ReadyRule, values: RecordValues): PlacedReason[] {
  const { check } = rule;
  const reason = { kind: check.kind, rule: rule.id, message: reasonWords(check) };
  if (places === undefined) {
    const value = column === null ? null : values(column.name);
    const text = column === null ? null : reasonText(column.type, value, check.kind);
    return [{ ...reason, column: rule.column, value: text }];
  }
  const nested = must(column, 'column of a check inside it');
  const within = 'within' in check ? (check.within ?? []) : [];
  const type = must(typeAt(nested.type, within), 'type of a place');
  return [...places(values)].slice(0, REASON_PLACES_MAX).map(({ place, value }) => ({
    ...reason,
    column: place,
    value: reasonText(type, value, check.kind),
  }));
}

function reasonText(
  type: DataType,
  value: RecordValue,
  kind: PlanRule['check']['kind'],
): string | null {
  if (value === null) return null;
  if (kind === 'items') return String(countItems(value as NestedValue));
  if (!isPrimitive(type)) return null;
  return [...valueText(type, value)].slice(0, REASON_VALUE_LENGTH_MAX).join('');
}
