/**
 * How much of the matrix one run asks: all that there is, or a part that WEFT_SEED picks.
 *
 * WEFT_ATTACKS=full (what `npm run test:attacks` sets) takes every policy on every form of table, every expression that was
 * found, and one of WEFT_ATTACK_EVERY (60) combinations of expression and query form in each of them, another one in each, so
 * that every combination is asked on one or two of them; 1 asks all in all. The short form takes a few of each.
 */
import { POLICIES } from './policies.ts';
import type { Block } from './search.ts';
import { TABLE_FORMS } from './worlds.ts';

export const IS_FULL = process.env['WEFT_ATTACKS'] === 'full';
export const SEED = Number(process.env['WEFT_SEED'] ?? 20_261_128);
/** One of so many functions is searched for expressions that fail, and one of so many combinations asked. */
export const EVERY = IS_FULL
  ? { function: 1, combination: Number(process.env['WEFT_ATTACK_EVERY'] ?? 60) }
  : { function: 20, combination: 29 };

/** All of a list, or one of so many that WEFT_SEED picks. */
export function partOf<T>(list: readonly T[], every: number): T[] {
  return list.filter((_item, i) => IS_FULL || (i + SEED) % every === 0);
}

const ALL: readonly Block[] = POLICIES.flatMap((policy) =>
  TABLE_FORMS.map((form) => ({ policy, form })),
);

/** Every policy on every form of table; in the short form each second one, on one form. */
export function blocksOfFiles(): readonly Block[] {
  if (IS_FULL) return ALL;
  return partOf(POLICIES, 2).flatMap((policy, i) => {
    const form = TABLE_FORMS[(i + SEED) % TABLE_FORMS.length];
    return form === undefined ? [] : [{ policy, form }];
  });
}

/** Where queries are asked; the short form takes three. */
export function blocksOfQueries(): readonly Block[] {
  return IS_FULL ? ALL : partOf(blocksOfFiles(), 3);
}
