/**
 * The row rules of a plan on one record: the same rule ids, values and words as the quarantine of a batch gives.
 *
 * Not the reading of a record (`ingest/validate-record.ts`), and no keys or set rules, which need more than one record.
 * Invariants: total; a record without a reason is one that a batch would take as good, its keys apart; reasons stand in
 * the order in which a batch lists them.
 */
import { type IngestPlan, isSetCheck, type PlanColumn, type PlanRule } from '../contract/plan.ts';
import { must } from '../lib/assert.ts';
import { REASON_VALUE_LENGTH_MAX, reasonWords, typeWords } from './reasons.ts';
import { compileRecordCheck, type RecordContext } from './record-checks.ts';
import type { RecordValues } from './record-expression.ts';
import { valueText } from './record-value.ts';

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
  /** `mistyped`: the texts of values that are not of their column's type, by column; such a value is NULL in `values`. */
  validate(values: RecordValues, mistyped: ReadonlyMap<string, string>): RecordVerdict;
  /** Rules that cannot be checked, and why: as in a batch, whoever asked has to hold what he has. */
  unchecked: { rule: PlanRule; problem: string }[];
}

interface ReadyRule {
  rule: PlanRule;
  column: PlanColumn | null;
  offends: (record: RecordValues) => boolean;
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
    ready.push({ rule, column, offends: compiled.offends });
  }
  const typeRules = new Map(
    plan.rules.flatMap(({ id, check }) => (check.kind === 'type' ? [[check.column, id]] : [])),
  );
  return {
    unchecked,
    validate(values, mistyped) {
      const broken = ready.filter((r) => !isMuted(r, mistyped) && r.offends(values));
      const reasons = (isQuarantine: boolean): RecordReason[] =>
        broken
          .filter(({ rule }) => (rule.consequence === 'quarantine') === isQuarantine)
          .map((r) => reasonOf(r, values));
      const types = plan.columns.flatMap((column) => {
        const text = mistyped.get(column.name);
        if (text === undefined) return [];
        const rule = typeRules.get(column.name) ?? `${column.name}.type`;
        return [{ rule, column: column.name, value: text, message: typeWords(column) }];
      });
      return { refused: [...reasons(true), ...types], marked: reasons(false) };
    },
  };
}

/** A value that is not of its type is not also reported as not being there. */
function isMuted({ rule, column }: ReadyRule, mistyped: ReadonlyMap<string, string>): boolean {
  const { kind } = rule.check;
  const isAbsence = kind === 'required' || kind === 'missing';
  return isAbsence && column !== null && mistyped.has(column.name);
}

function reasonOf({ rule, column }: ReadyRule, values: RecordValues): RecordReason {
  const value = column === null ? null : values(column.name);
  const text = value === null ? null : valueText(must(column, 'column of a value').type, value);
  return {
    rule: rule.id,
    column: rule.column,
    value: text === null ? null : [...text].slice(0, REASON_VALUE_LENGTH_MAX).join(''),
    message: reasonWords(rule.check),
  };
}
