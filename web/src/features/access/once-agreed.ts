/** What a request leads to by itself. */
import type { AccessExplanation } from '../../api/access.ts';

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
