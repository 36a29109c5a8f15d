/**
 * Whether contracts of another domain may refer to a column: by the word of its owners, `weftReferences`.
 *
 * Not policies, which do not undo that word. Why a word of the contract and no decision of a policy: a reference is checked against all
 * rows, for nobody in particular and as long as its contract is in force; what passes tells which values the column has.
 */
import type { ContractProperty } from './model.ts';

/** The domain of the column itself is not asked for here: what it checks are its own rows. */
export function isOpenTo({ openTo }: Pick<ContractProperty, 'openTo'>, domain: string): boolean {
  return openTo === 'any' || openTo.includes(domain);
}

/** `any domain`, `sales, returns`; null for a column that is closed. */
export function openToText({ openTo }: Pick<ContractProperty, 'openTo'>): string | null {
  if (openTo === 'any') return 'any domain';
  return openTo.length === 0 ? null : openTo.join(', ');
}
