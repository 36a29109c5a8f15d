/**
 * Which steps of an agreement are offered to whom, and in which words. The API decides who may take them.
 */
import type { AgreementStep } from '../../api/agreements.ts';
import type { Agreement } from '../../api/types.ts';

export interface OfferedStep {
  step: AgreementStep;
  label: string;
  /** One filled button at most. */
  isMain: boolean;
  /** Cannot be taken back by a second press: it asks once. */
  isFinal: boolean;
}

/** `isOwn`: the reader is who asked. */
export function stepsOf(
  { state, subject, purpose }: Pick<Agreement, 'state' | 'subject' | 'purpose'>,
  isOwn: boolean,
): OfferedStep[] {
  if (state === 'requested') {
    return isOwn
      ? [{ step: 'revoke', label: 'Withdraw the request', isMain: false, isFinal: true }]
      : [
          { step: 'approve', label: `Let ${subject} in`, isMain: true, isFinal: false },
          { step: 'counter', label: 'Offer less', isMain: false, isFinal: false },
          { step: 'deny', label: 'Deny', isMain: false, isFinal: true },
        ];
  }
  if (state === 'countered') {
    return isOwn
      ? [
          { step: 'approve', label: 'Accept these terms', isMain: true, isFinal: false },
          { step: 'deny', label: 'Decline', isMain: false, isFinal: true },
        ]
      : [
          { step: 'counter', label: 'Change the offer', isMain: false, isFinal: false },
          { step: 'deny', label: 'Deny', isMain: false, isFinal: true },
        ];
  }
  if (state === 'active' || state === 'approved') {
    const label = isOwn
      ? 'Give the access back'
      : `Take the access for ${purpose.replaceAll('_', ' ')} back`;
    return [{ step: 'revoke', label, isMain: false, isFinal: true }];
  }
  return [];
}
