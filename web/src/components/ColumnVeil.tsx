/**
 * What a policy does to a column, in one word, veiled.
 */
import { Veil, type VeilKind } from './Veil.tsx';

const KINDS: Readonly<Record<string, { veil: VeilKind; word: string }>> = {
  hash: { veil: 'stand-in', word: 'stand-in' },
  bucket: { veil: 'grouped', word: 'grouped' },
  truncate: { veil: 'cut', word: 'rounded' },
  part: { veil: 'cut', word: 'cut short' },
  null: { veil: 'hidden', word: 'emptied' },
  fixed: { veil: 'hidden', word: 'one value for all' },
  hide: { veil: 'hidden', word: 'hidden' },
  hidden: { veil: 'hidden', word: 'hidden' },
};

/** `mask` is the kind of a mask, or `hidden`. */
export function ColumnVeil({ mask }: { mask: string }) {
  const { veil, word } = KINDS[mask] ?? { veil: 'hidden' as const, word: mask };
  return <Veil kind={veil}>{word}</Veil>;
}

export function maskWord(mask: string): string {
  return KINDS[mask]?.word ?? mask;
}

/** Why a column is hidden, as a sentence that says who could change it. */
export function hiddenReason(why: string): string {
  const reasons: Readonly<Record<string, string>> = {
    classification:
      'hidden: its class is closed for this purpose; the owner’s policy says which are open',
    policy: 'hidden by the owner’s policy for this purpose',
    agreement: 'hidden: the agreement does not name this column',
    mask: 'hidden by a mask of the owner’s policy',
    granularity: 'hidden: only groups of rows are shown',
  };
  return reasons[why] ?? 'hidden';
}

/** What stands in place of a column's values, as a sentence. */
export function maskReason(mask: string): string {
  const reasons: Readonly<Record<string, string>> = {
    hash: 'a stand-in, the same in every query under this agreement, so rows can still be joined and counted',
    bucket: 'grouped into ranges',
    truncate: 'rounded down',
    part: 'cut to some of its characters',
    null: 'emptied in every row',
    fixed: 'the same value in every row',
  };
  return reasons[mask] ?? mask;
}
