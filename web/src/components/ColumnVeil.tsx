/**
 * What a policy does to a column, in one word, veiled.
 */
import { Veil, type VeilKind } from './Veil.tsx';
import { maskWord } from './words.ts';

/** `mask` is the kind of a mask, or `hidden`. */
export function ColumnVeil({ mask }: { mask: string }) {
  return <Veil kind={veilOf(mask)}>{maskWord(mask)}</Veil>;
}

const KINDS: Readonly<Record<string, VeilKind>> = {
  hash: 'stand-in',
  fixed: 'stand-in',
  bucket: 'cut',
  truncate: 'cut',
  part: 'cut',
  first: 'cut',
  last: 'cut',
};

/** How a mask is drawn; of one that holds in some rows, as it is there. */
export function veilOf(mask: string): VeilKind {
  const [kind = ''] = mask.replace(/^\S+: /, '').split(/[ ,]/);
  return KINDS[kind] ?? 'hidden';
}
