/**
 * Which steps of an agreement are offered to whom, and in which words. The API decides who may take them.
 */
import type { AgreementStep } from '../../api/agreements.ts';
import type { Agreement } from '../../api/types.ts';
import { words } from './words.ts';

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
      ? [{ step: 'revoke', label: words.withdraw, isMain: false, isFinal: true }]
      : [
          { step: 'approve', label: words.letIn(subject), isMain: true, isFinal: false },
          { step: 'counter', label: words.offerLess, isMain: false, isFinal: false },
          { step: 'deny', label: words.deny, isMain: false, isFinal: true },
        ];
  }
  if (state === 'countered') {
    return isOwn
      ? [
          { step: 'approve', label: words.accept, isMain: true, isFinal: false },
          { step: 'deny', label: words.decline, isMain: false, isFinal: true },
        ]
      : [
          { step: 'counter', label: words.changeOffer, isMain: false, isFinal: false },
          { step: 'deny', label: words.deny, isMain: false, isFinal: true },
        ];
  }
  if (state === 'active' || state === 'approved') {
    const label = isOwn ? words.giveBack : words.takeBack(purpose.replaceAll('_', ' '));
    return [{ step: 'revoke', label, isMain: false, isFinal: true }];
  }
  return [];
}
