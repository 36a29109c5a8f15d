/**
 * What somebody drafted and did not publish or send yet, as his tab keeps it: the text of a contract, where it comes from, and what a
 * sample showed; how refused rows shall be mended.
 *
 * The sample itself is a file of the reader's disk. It is at hand as long as the page is, and never kept.
 */
import { type Kept, useKept } from '../../../components/use-kept.ts';
import { REPAIR_KINDS, type RepairDraft } from '../quarantine/repair.ts';
import type { Where } from '../types.ts';
import type { Inference } from './new-product.ts';

/** A first version. */
export interface FirstDraft {
  product: string;
  sample: { name: string; size: number };
  inference: Inference;
  text: string;
}

/** A next version. */
export interface NextDraft {
  /** Of the version in force that it was begun from. */
  hash: string;
  text: string;
}

function hasText(value: unknown): value is { text: string } {
  return typeof value === 'object' && value !== null && 'text' in value
    ? typeof value.text === 'string'
    : false;
}

const isFirst = (value: unknown): value is FirstDraft =>
  hasText(value) && 'inference' in value && 'sample' in value && 'product' in value;

const isNext = (value: unknown): value is NextDraft => hasText(value) && 'hash' in value;

const isRepair = (value: unknown): value is RepairDraft =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  REPAIR_KINDS.some((kind) => kind === value.kind) &&
  'column' in value &&
  typeof value.column === 'string' &&
  'expression' in value &&
  typeof value.expression === 'string' &&
  'pairs' in value &&
  Array.isArray(value.pairs);

/** How the rows of a cause shall be mended: of one batch, or of all of a product. */
export const useKeptRepair = ({ product, batch, rule, column, reason }: Where): Kept<RepairDraft> =>
  useKept(`repair:${[product, batch, rule, column, reason].join(' ')}`, isRepair);

export const useFirstDraft = (): Kept<FirstDraft> => useKept('new-product', isFirst);

export const useNextDraft = (product: string): Kept<NextDraft> =>
  useKept(`version:${product}`, isNext);

let atHand: { of: string; file: File } | null = null;

const nameOf = ({ product, sample }: Pick<FirstDraft, 'product' | 'sample'>): string =>
  `${product} ${sample.name} ${sample.size}`;

export function holdSample(of: Pick<FirstDraft, 'product' | 'sample'>, file: File): void {
  atHand = { of: nameOf(of), file };
}

/** Null when the page was loaded anew since. */
export function sampleAtHand(of: Pick<FirstDraft, 'product' | 'sample'>): File | null {
  return atHand?.of === nameOf(of) ? atHand.file : null;
}
