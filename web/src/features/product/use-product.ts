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

/** Agreements of the reader that are in force on the product; undefined while they are on their way. */
export function useOwnAgreements(product: string): Agreement[] | undefined {
  const me = useMe();
  const { data, isPending } = useQuery(
    agreementsQuery({ subject: me.id, product, state: 'active' }),
  );
  return isPending ? undefined : (data?.items ?? []);
}

export interface PurposeHere {
  purpose: string | null;
  isChosen: boolean;
  /** False while it may still be found. */
  isKnown: boolean;
}

/** The purpose that the reader looks at the product for: the one of the address, else one that he has an agreement for. */
export function usePurposeHere(product: string): PurposeHere {
  const { purpose } = useSearch({ strict: false });
  const { ref, product: open } = useProductRef();
  const own = useOwnAgreements(product);
  const { data: facts, isPending: isAsking } = useQuery(productQuery(product));
  const { data: contract, isPending: isReading } = useQuery(
    contractQuery(open === product ? ref : product),
  );
  if (purpose !== undefined) return { purpose, isChosen: true, isKnown: true };
  // Why first of the major in sight: the purpose of another opens nothing of it.
  const agreed = own?.find(({ major }) => major === contract?.major) ?? own?.[0];
  if (agreed !== undefined) return { purpose: agreed.purpose, isChosen: false, isKnown: true };
  const isKnown = own !== undefined && !isAsking && !isReading;
  // Why: who looks after a product sees it without an agreement, but a question still names its purpose.
  const model = contract?.model as unknown as ContractModel | undefined;
  const allowed = facts?.access === 'open' ? model?.weft.purposes[0] : undefined;
  return { purpose: isKnown ? (allowed ?? null) : null, isChosen: false, isKnown };
}

/** Whether the reader looks after the product. Only chooses what is offered: the API decides. */
export function useKeeps(domain: string): boolean {
  const me = useMe();
  return (
    me.domains.includes(domain) ||
    me.roles.some((role) => role === 'steward' || role === 'platform')
  );
}
