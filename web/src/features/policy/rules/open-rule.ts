/**
 * The rule of a policy that is open as a form, as far as it was written: kept in the tab of who writes it, until it is used or left.
 *
 * Not part of the policy: what is half written is no rule yet.
 */
import { type Kept, useKept } from '../../../components/use-kept.ts';
import type { Rule, RuleForm } from '../cedar/rules.ts';

export interface OpenRule {
  /** The text of the rule that it was begun from; null for a new one. */
  begun: string | null;
  form: RuleForm;
}

export const useOpenRule = (product: string): Kept<OpenRule> =>
  useKept(`rule:${product}`, isOpenRule);

/** Where it stands among the rules: in the place of one, or as a new one, also when the rule that it was is another by now. */
export function placeOfOpen(open: OpenRule, rules: readonly Rule[]): number | 'new' {
  const at = rules.findIndex(({ text, form }) => text === open.begun && form !== null);
  return at === -1 ? 'new' : at;
}

function isOpenRule(value: unknown): value is OpenRule {
  if (typeof value !== 'object' || value === null) return false;
  const { begun, form } = value as Partial<OpenRule>;
  return (begun === null || typeof begun === 'string') && isForm(form);
}

function isForm(value: unknown): value is RuleForm {
  if (typeof value !== 'object' || value === null) return false;
  const { effect, clauses } = value as Partial<RuleForm>;
  return (effect === 'permit' || effect === 'forbid') && Array.isArray(clauses);
}
