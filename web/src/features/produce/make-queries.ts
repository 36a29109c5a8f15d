/**
 * The products that somebody looks after, with what waits in each.
 */
import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query';
import { agreementsQuery, searchQuery } from '../../api/queries.ts';
import type { Me, ProductHit } from '../../api/types.ts';
import { batchesQuery, causesQuery } from './produce-queries.ts';
import type { Balance, Batch } from './types.ts';

const HELD_MAX = 50;
const DOMAINS_MAX = 20;

/** As the search takes it; undefined for all products, where somebody looks after the whole mesh. */
export function whereOfDomains({
  domains,
  roles,
}: Pick<Me, 'domains' | 'roles'>): string | undefined {
  if (domains.length > 0) return `domain in (${domains.slice(0, DOMAINS_MAX).join(', ')})`;
  return roles.includes('platform') ? undefined : 'domain in ()';
}

export interface Made {
  products: ProductHit[];
  held: Batch[];
  /** Balance of refused rows by product. */
  balance: ReadonlyMap<string, Balance>;
  /** Requests that wait, by product. */
  requests: ReadonlyMap<string, number>;
  /** The newest batch of each product in sight. */
  last: ReadonlyMap<string, Batch | null>;
  isPending: boolean;
  /** Refused rows and requests are counted. */
  isCounted: boolean;
  error: Error | null;
  hasMore: boolean;
  showMore: () => void;
  retry: () => void;
}

export function useMade(me: Me): Made {
  const where = whereOfDomains(me);
  const isAnywhere = me.domains.length > 0 || me.roles.includes('platform');
  const found = useInfiniteQuery({ ...searchQuery({ where, sort: 'title' }), enabled: isAnywhere });
  const held = useQuery(batchesQuery({ state: 'held', limit: HELD_MAX }));
  const causes = useQuery(causesQuery({}));
  const requests = useQuery(agreementsQuery({ state: 'requested' }));
  const products = found.data?.pages.flatMap((page) => page.items) ?? [];
  const last = useQueries({
    queries: products.map(({ product }) => batchesQuery({ product, limit: 1 })),
    combine: (answers) =>
      new Map(
        answers.flatMap(({ data }, at): [string, Batch | null][] =>
          data === undefined ? [] : [[products[at]?.product ?? '', data.items[0] ?? null]],
        ),
      ),
  });
  return {
    products,
    held: held.data?.items ?? [],
    balance: new Map((causes.data?.balance ?? []).map((one) => [one.product, one])),
    requests: countByProduct(requests.data?.items ?? []),
    last,
    isPending: held.isPending || (isAnywhere && found.isPending),
    isCounted: causes.data !== undefined && requests.data !== undefined,
    error: found.error ?? held.error,
    hasMore: found.hasNextPage,
    showMore: () => void found.fetchNextPage(),
    retry: () => void Promise.all([found.refetch(), held.refetch()]),
  };
}

export function countByProduct(items: readonly { product: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { product } of items) counts.set(product, (counts.get(product) ?? 0) + 1);
  return counts;
}
