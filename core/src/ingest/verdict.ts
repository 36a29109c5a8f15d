/**
 * The verdict on a checked batch: committed, held with a reason that a person can act on, or rejected.
 *
 * Pure. Invariant: a batch whose records do not add up is never committed, and never rejected for what the data says, since
 * nobody knows what it says.
 */
import { hasOwnValue, type PlanRule } from '../contract/plan.ts';
import { meetsThreshold, type Ratio, ratioText, thresholdWords } from '../quality/threshold.ts';
import type { Verdict } from './check-ports.ts';
import type { RecordCounts, RuleResult } from './report.ts';

/** The result of a rule that could be computed. */
export function ruleResult(
  rule: PlanRule,
  counts: { checked: number; failed: number; value: Ratio },
): RuleResult {
  const isMet = meetsThreshold(rule.must, counts.value);
  return {
    ...ruleHead(rule),
    evaluation: isMet ? 'pass' : rule.consequence === 'warn' ? 'warn' : 'fail',
    checked: counts.checked,
    failed: hasOwnValue(rule.check) ? Number(!isMet) : counts.failed,
    value: ratioText(counts.value),
    ...(isOfValues(rule.check) ? { ofValues: true as const } : {}),
  };
}

function isOfValues(check: PlanRule['check']): boolean {
  return check.kind === 'measure' && !['completeness', 'distinct'].includes(check.measure);
}

/** The result of a rule that could not be checked (`error`) or had nothing to check against (`skip`). */
export function ruleWithoutResult(
  rule: PlanRule,
  evaluation: 'error' | 'skip',
  message: string,
): RuleResult {
  return { ...ruleHead(rule), evaluation, checked: 0, failed: 0, value: null, message };
}

function ruleHead(
  rule: PlanRule,
): Pick<RuleResult, 'id' | 'column' | 'dimension' | 'severity' | 'consequence' | 'must'> {
  return {
    id: rule.id,
    column: rule.column,
    dimension: rule.dimension,
    severity: rule.severity,
    consequence: rule.consequence,
    must: thresholdWords(rule.must, rule.check),
  };
}

/**
 * Decides over a batch. `badShareMax` is a share from 0 to 1, or null for no limit; `ambiguous`: places of records
 * whose end nobody can know, so that lines after them may be their text; `miscounts`: what is not as the sender said.
 */
export function decideVerdict(options: {
  records: RecordCounts;
  rules: readonly RuleResult[];
  badShareMax: number | null;
  ambiguous: readonly string[];
  miscounts: readonly string[];
}): Verdict {
  const { records, rules, badShareMax, ambiguous, miscounts } = options;
  const rejections = rules.filter(isRejection).map(brokenWords);
  const isRead = imbalance(records) === null && ambiguous.length === 0 && miscounts.length === 0;
  if (rejections.length > 0 && isRead) {
    return { state: 'rejected', because: rejections.join('; ') };
  }
  const reasons = [
    imbalance(records),
    ambiguityReason(ambiguous),
    ...miscounts,
    ...withDuplicates(rules.map(holdReason), records),
    badShareReason(records, badShareMax),
  ].filter((reason) => reason !== null);
  return reasons.length === 0
    ? { state: 'committed', because: null }
    : { state: 'held', because: reasons.join('; ') };
}

function imbalance(records: RecordCounts): string | null {
  const sum = records.good + records.quarantined + records.duplicates;
  return sum === records.in
    ? null
    : `records do not add up: ${records.in} in, but ${records.good} good, ${records.quarantined} quarantined and ${records.duplicates} duplicates`;
}

function ambiguityReason(lines: readonly string[]): string | null {
  const [first] = lines;
  if (first === undefined) return null;
  const more = lines.length === 1 ? '' : ` and in ${lines.length - 1} more places`;
  return `a quote that opens in ${first}${more} closes astray on a later line (structure.ambiguous_quote), so some lines after it may be text and no records`;
}

/** Why told: rules over the batch look at the rows that it adds, and a short count may come from what is left out as known. */
function withDuplicates(
  reasons: readonly (string | null)[],
  { in: all, duplicates }: RecordCounts,
): (string | null)[] {
  if (duplicates === 0 || reasons.every((reason) => reason === null)) return [...reasons];
  const are = duplicates === 1 ? 'is a duplicate' : 'are duplicates';
  return [...reasons, `${duplicates} of ${all} records ${are} of accepted ones and not counted`];
}

function isRejection(rule: RuleResult): boolean {
  return rule.evaluation === 'fail' && rule.consequence === 'reject';
}

function holdReason(rule: RuleResult): string | null {
  if (rule.evaluation === 'error' && rule.consequence !== 'warn') {
    return `rule ${rule.id} could not be checked: ${rule.message}`;
  }
  const isBroken = rule.evaluation === 'fail' && rule.consequence === 'hold';
  return isBroken || isRejection(rule) ? brokenWords(rule) : null;
}

/** Words that may leave the node. */
function brokenWords(rule: RuleResult): string {
  if (rule.ofValues === true) return `rule ${rule.id} is broken: it must be ${rule.must}`;
  return `rule ${rule.id} is broken: ${rule.value} instead of ${rule.must}`;
}

function badShareReason(records: RecordCounts, most: number | null): string | null {
  if (most === null || records.in === 0 || records.quarantined <= most * records.in) return null;
  return `${records.quarantined} of ${records.in} records are bad, more than a share of ${most}`;
}
