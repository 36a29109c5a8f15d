/** What a request leads to by itself. */
import type { AccessExplanation, SeenView } from '../../api/access.ts';

/**
 * What is seen, or would be once an agreement for this very purpose is in force; null where an agreement alone shows nothing. The
 * smallest change may ask for more: what is seen after that is no answer to a request.
 */
export function seenOnceAgreed({
  seen,
  change,
}: Pick<AccessExplanation, 'seen' | 'change'>): AccessExplanation['seen'] {
  if (seen !== null) return seen;
  const isAgreementAlone = change?.edits.every(({ kind }) => kind === 'agreement') === true;
  return isAgreementAlone ? change.seen : null;
}

/** Columns that an agreement names narrow what the policy shows. */
export function isNothing(view: SeenView | null, only: readonly string[] | null): boolean {
  if (view === null) return true;
  if (only === null || view.granularity !== null) return false;
  return !view.columns.some(({ name }) => only.includes(name));
}
