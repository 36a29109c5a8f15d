/**
 * What somebody writes about an agreement and did not send yet, as his tab keeps it: a comment, a decision, a renewal.
 *
 * Invariant: each is of one agreement, so that nothing is said about another one.
 */
import { type Kept, useKept } from '../../components/use-kept.ts';

export interface DecisionDraft {
  because: string;
  /** Day of the offer, `YYYY-MM-DD`; empty leaves it as it was asked. */
  until: string;
  /** Null offers all that was asked for. */
  columns: string[] | null;
  isOffering: boolean;
}

export interface RenewalDraft {
  /** `YYYY-MM-DD`. */
  day: string;
  why: string;
}

export const useKeptComment = (agreement: string): Kept<string> =>
  useKept(`comment:${agreement}`, isText);

export const useKeptDecision = (agreement: string): Kept<DecisionDraft> =>
  useKept(`decision:${agreement}`, isDecision);

export const useKeptRenewal = (agreement: string): Kept<RenewalDraft> =>
  useKept(`renewal:${agreement}`, isRenewal);

const isText = (value: unknown): value is string => typeof value === 'string';

function isDecision(value: unknown): value is DecisionDraft {
  if (typeof value !== 'object' || value === null) return false;
  const { because, until, columns, isOffering } = value as Partial<DecisionDraft>;
  return (
    isText(because) &&
    isText(until) &&
    typeof isOffering === 'boolean' &&
    (columns === null || (Array.isArray(columns) && columns.every(isText)))
  );
}

function isRenewal(value: unknown): value is RenewalDraft {
  if (typeof value !== 'object' || value === null) return false;
  const { day, why } = value as Partial<RenewalDraft>;
  return isText(day) && isText(why);
}
