/**
 * The product whose page is open: its facts, its contract version, its promises, and what the reader has of it.
 */

import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import type { ContractModel } from '@weft/core/contract/model';
import { agreementsQuery, contractQuery, productQuery } from '../../api/queries.ts';
import type { Agreement, Contract, Product } from '../../api/types.ts';
import { useMe } from '../../app/session.tsx';

/** `domain.product` and what follows an `@`, as they stand in the address. */
export function useProductRef(): { product: string; version: string | null; ref: string } {
  const { product: ref = '' } = useParams({ strict: false });
  const [product = ref, version] = ref.split('@');
  return { product, version: version ?? null, ref };
}

export interface OpenProduct {
  ref: string;
  product: Product;
  contract: Contract;
  model: ContractModel;
}

/** Facts and contract; suspends until they are there, throws what the API says. */
export function useOpenProduct(): OpenProduct {
  const { product, ref } = useProductRef();
  const { data: facts } = useSuspenseQuery(productQuery(product));
  const { data: contract } = useSuspenseQuery(contractQuery(ref));
  return { ref, product: facts, contract, model: contract.model as unknown as ContractModel };
}

/** Agreements of the reader that are in force on the product. */
export function useOwnAgreements(product: string): Agreement[] {
  const me = useMe();
  const { data } = useQuery(agreementsQuery({ subject: me.id, product, state: 'active' }));
  return data?.items ?? [];
}

/** The purpose that the reader looks at the product for: the one of the address, else one that he has an agreement for. */
export function usePurposeHere(product: string): { purpose: string | null; isChosen: boolean } {
  const { purpose } = useSearch({ strict: false });
  const own = useOwnAgreements(product);
  const { data: facts } = useQuery(productQuery(product));
  const { data: contract } = useQuery(contractQuery(product));
  if (purpose !== undefined) return { purpose, isChosen: true };
  const [agreed] = own;
  if (agreed !== undefined) return { purpose: agreed.purpose, isChosen: false };
  // Why: who looks after a product sees it without an agreement, but a question still names its purpose.
  const model = contract?.model as unknown as ContractModel | undefined;
  const allowed = facts?.access === 'open' ? model?.weft.purposes[0] : undefined;
  return { purpose: allowed ?? null, isChosen: false };
}

/** Whether the reader looks after the product. Only chooses what is offered: the API decides. */
export function useKeeps(domain: string): boolean {
  const me = useMe();
  return (
    me.domains.includes(domain) ||
    me.roles.some((role) => role === 'steward' || role === 'platform')
  );
}
