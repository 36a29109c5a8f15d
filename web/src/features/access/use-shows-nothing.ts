/**
 * Whether an agreement that waits for an answer would let its reader see anything at all.
 */
import { useQueries, useQuery } from '@tanstack/react-query';
import { explainQuery } from '../../api/access.ts';
import { contractQuery } from '../../api/queries.ts';
import type { Agreement } from '../../api/types.ts';
import { isNothing, seenOnceAgreed } from './once-agreed.ts';
import { isOpen } from './words.ts';

/** False also while it is not known: nothing is said that may not be so. */
export function useShowsNothing(agreement: Agreement): boolean {
  const { product, major, purpose, subject } = agreement;
  const isAsked = isOpen(agreement);
  const contract = useQuery({ ...contractQuery(`${product}@${major}`), enabled: isAsked });
  const tables = isAsked ? (contract.data?.tables ?? []) : [];
  const explained = useQueries({
    queries: tables.map((table) => explainQuery({ subject, product, major, purpose, table })),
  });
  if (explained.length === 0) return false;
  return explained.every(
    ({ data }) => data !== undefined && isNothing(seenOnceAgreed(data), agreement.columns),
  );
}
