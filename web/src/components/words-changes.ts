/**
 * What a comparison of two contract versions says.
 */
import type { ContractDiff } from '../api/contract-diff.ts';
import { formatNumber, plural } from '../lib/format.ts';

export const words = {
  label: 'The changes, as a table',
  caption: 'Changes with their verdict for consumers and for producers',
  change: 'Change',
  consumers: 'Consumers: old reader, new data',
  producer: 'Producer: old pipeline, new contract',
  length: (characters: number): string => `(${formatNumber(characters)} characters)`,
  allowedBefore: 'was allowed and is refused now',
  allowedAfter: 'was refused and is allowed now',
  safe: 'safe',
  breaks: 'breaks',
  unclear: 'look at it',
};

/** The finding of a comparison, as its heading. */
export function diffFinding({ changes, bump }: Pick<ContractDiff, 'changes' | 'bump'>): string {
  const breaking = changes.filter(({ consumer }) => consumer === 'break').length;
  if (changes.length === 0) return 'Nothing changed that anybody reads';
  const all = plural(changes.length, { one: '# change', other: '# changes' });
  if (breaking === 0) return `${all}, none breaks a reader: a ${bump} version`;
  return plural(breaking, {
    one: `${all}, # breaks readers: a ${bump} version`,
    other: `${all}, # break readers: a ${bump} version`,
  });
}
