/**
 * What a policy does to a column, in one word, veiled.
 */

import { Veil, type VeilKind } from './Veil.tsx';
import { words } from './words.ts';

const KINDS: Readonly<Record<string, VeilKind>> = {
  hash: 'stand-in',
  bucket: 'grouped',
  truncate: 'cut',
  part: 'cut',
};

const MASKS: Readonly<Record<string, string>> = words.masks;

/** `mask` is the kind of a mask, or `hidden`. */
export function ColumnVeil({ mask }: { mask: string }) {
  return <Veil kind={KINDS[mask] ?? 'hidden'}>{maskWord(mask)}</Veil>;
}

export function maskWord(mask: string): string {
  return MASKS[mask] ?? mask;
}
