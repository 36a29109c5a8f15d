/**
 * What a request page knows: the product, which purposes there are, and what each of them would show the reader.
 */

import { useInfiniteQuery, useQueries, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import type { ContractModel } from '@weft/core/contract/model';
import { explainQuery } from '../../api/access.ts';
import { agreementsQuery, contractQuery, productQuery, searchQuery } from '../../api/queries.ts';
import { useMe } from '../../app/session.tsx';
import type { PurposeOffer } from './offers.ts';
import { seenOnceAgreed } from './once-agreed.ts';

const PURPOSES_MAX = 12;

export function useRequested(ref: string) {
  const [product = ref] = ref.split('@');
  const { data: facts } = useSuspenseQuery(productQuery(product));
  const { data: contract } = useSuspenseQuery(contractQuery(ref));
  return { product: facts, contract, model: contract.model as unknown as ContractModel };
}

/** Allowed purposes first, then those of the mesh that the contract does not allow; null until those are known. */
export function usePurposeOffers(
  { product, major, table }: { product: string; major: number; table: string | undefined },
  allowed: readonly string[],
): PurposeOffer[] | null {
  const me = useMe();
  const known = useKnownPurposes();
  const { data: agreements } = useQuery(agreementsQuery({ subject: me.id, product }));
  const asked = allowed.slice(0, PURPOSES_MAX);
  const explained = useQueries({
    queries: asked.map((purpose) =>
      explainQuery({
        ...{ subject: me.id, product, major, purpose },
        ...(table === undefined ? {} : { table }),
      }),
    ),
  });
  const offers = asked.map((purpose, at): PurposeOffer => {
    const answer = explained[at]?.data ?? null;
    const own = agreements?.items.find(
      (item) =>
        item.major === major &&
        item.purpose === purpose &&
        ['requested', 'countered', 'active'].includes(item.state),
    );
    return {
      purpose,
      isAllowed: true,
      explained: answer,
      isAsking: explained[at]?.isPending === true,
      view: answer === null ? null : seenOnceAgreed(answer),
      agreement: own?.agreement ?? null,
    };
  });
  if (known === null) return null;
  const others = known.filter((purpose) => !allowed.includes(purpose)).slice(0, PURPOSES_MAX);
  const closed = others.map(
    (purpose): PurposeOffer => ({
      purpose,
      isAllowed: false,
      explained: null,
      isAsking: false,
      view: null,
      agreement: null,
    }),
  );
  return [...offers, ...closed];
}

/** Purposes that any contract of the mesh allows; none where that is not told. */
function useKnownPurposes(): string[] | null {
  const { data, isPending } = useInfiniteQuery(searchQuery({ facet: 'purpose' }));
  if (isPending) return null;
  const [first] = data?.pages ?? [];
  return (first?.facets['purpose'] ?? []).map(({ value }) => value).sort();
}

/** How long a decision takes as a rule, ISO 8601; null where that is not known. */
export function useAnswersIn(product: string): string | null {
  const { data } = useInfiniteQuery(searchQuery({ q: product }));
  const hit = data?.pages[0]?.items.find((item) => item.product === product);
  return hit?.answersIn ?? null;
}
