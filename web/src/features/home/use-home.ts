/**
 * What the first page asks for: the queue, news, and the days of the products that matter to the reader.
 */
import { queryOptions, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, defined, take } from '../../api/client.ts';
import type { paths } from '../../api/generated/openapi.js';
import { agreementsQuery } from '../../api/queries.ts';
import { type QueueItem, queueQuery } from '../../api/queue.ts';
import type { Me } from '../../api/types.ts';
import { useMe } from '../../app/session.tsx';
import { useSending } from '../../components/use-sending.ts';
import { quoteValue } from '../../lib/filter.ts';

type NewsAnswer = paths['/api/v1/news']['get']['responses'][200]['content']['application/json'];
export type NewsItem = NewsAnswer['items'][number];
type ComingAnswer = paths['/api/v1/coming']['get']['responses'][200]['content']['application/json'];
export type ComingItem = ComingAnswer['items'][number];

const HALF_MINUTE = 30_000;
/** Of more products than these one learns on the pages of one's products. */
const PRODUCTS_MAX = 50;
const SHOWN_NEWS = 6;

const newsQuery = queryOptions({
  queryKey: ['news'],
  queryFn: () => take(api.GET('/api/v1/news', { params: { query: { limit: SHOWN_NEWS } } })),
  refetchInterval: HALF_MINUTE,
});

export function useNews() {
  return useQuery(newsQuery);
}

/** The newest major of a product that the reader has an agreement on; null for none, and while that is not known. */
export function useOwnMajor(product: string): number | null {
  const { id: subject } = useMe();
  const { data } = useQuery(agreementsQuery({ subject, state: 'active' }));
  const own = newestOfEach(data?.items ?? []).find((one) => one.product === product);
  return own?.major ?? null;
}

const SHOWN_COMING = 6;

const comingQuery = queryOptions({
  queryKey: ['coming'],
  queryFn: () => take(api.GET('/api/v1/coming', { params: { query: { limit: 50 } } })),
  refetchInterval: HALF_MINUTE,
});

/** What has a date ahead and does not wait in the queue already. */
export function useComing(queue: readonly QueueItem[]): ComingItem[] {
  const { data, error } = useQuery(comingQuery);
  const waiting = new Set(queue.map(({ agreement }) => agreement));
  const items = (error === null ? data?.items : null) ?? [];
  return items
    .filter(({ agreement }) => agreement === null || !waiting.has(agreement))
    .slice(0, SHOWN_COMING);
}

const HOUR = 3_600_000;
const SNOOZE_HOURS = 24;

/** An item that was put away, so that it can be taken back. */
export interface Snoozed {
  item: QueueItem;
  isTakenBack: boolean;
}

/** Puts an item away for a day, or takes that back; the list shows it at once and is as before when the mesh says no. */
export function useSnooze() {
  const queries = useQueryClient();
  return useSending(
    {
      mutationFn: async ({ item, isTakenBack }: Snoozed) => {
        const params = { path: { item: item.id } };
        if (isTakenBack) {
          return void (await take(api.DELETE('/api/v1/queue/{item}/snooze', { params })));
        }
        const until = new Date(Date.now() + SNOOZE_HOURS * HOUR).toISOString();
        await take(api.POST('/api/v1/queue/{item}/snooze', { params, body: { until } }));
      },
      onMutate: async ({ item, isTakenBack }) => {
        // Why first: an answer that is under way would bring the item back.
        await queries.cancelQueries({ queryKey: queueQuery.queryKey });
        const before = queries.getQueryData(queueQuery.queryKey);
        if (before !== undefined && !isTakenBack) {
          const items = before.items.filter(({ id }) => id !== item.id);
          queries.setQueryData(queueQuery.queryKey, { ...before, items, total: before.total - 1 });
        }
        return { before };
      },
      onError: (_error, _snoozed, kept) => {
        if (kept?.before !== undefined) queries.setQueryData(queueQuery.queryKey, kept.before);
      },
      // Why not awaited: what became of it is said at once, and not when the list came again.
      onSettled: () => void queries.invalidateQueries({ queryKey: queueQuery.queryKey }),
    },
    ({ item, isTakenBack }) => `${item.id} ${isTakenBack}`,
  );
}

export interface MyProduct {
  product: string;
  /** The one that the reader has an agreement on; null for the newest. */
  major: number | null;
}

export interface MyProducts {
  products: MyProduct[];
  /** How many there are; more than `products` where they are too many to be looked at. */
  total: number;
  isPending: boolean;
}

/** The products whose days are looked at: those of one's domains, else those one may use. */
export function useMyProducts(me: Me): MyProducts {
  const isOwner = me.domains.length > 0;
  const owned = useQuery({
    queryKey: ['home-products', me.domains],
    queryFn: () => {
      const where = `domain in (${me.domains.map(quoteValue).join(', ')})`;
      const query = { limit: PRODUCTS_MAX, ...(isOwner ? { where } : {}) };
      return take(api.GET('/api/v1/search', { params: { query } }));
    },
    enabled: isOwner || !me.roles.includes('consumer'),
  });
  const agreed = useQuery({
    ...agreementsQuery({ subject: me.id, state: 'active' }),
    enabled: !isOwner && me.roles.includes('consumer'),
  });
  const products =
    owned.data?.items.map(({ product }): MyProduct => ({ product, major: null })) ??
    newestOfEach(agreed.data?.items ?? []);
  return {
    products: products.slice(0, PRODUCTS_MAX),
    total: Math.max(owned.data?.total ?? 0, products.length),
    isPending: owned.isLoading || agreed.isLoading,
  };
}

/** Each product once, with the newest major that is agreed on: its promises are those that the reader is given. */
export function newestOfEach(
  agreements: readonly { product: string; major: number }[],
): MyProduct[] {
  const majors = new Map<string, number>();
  for (const { product, major } of agreements)
    majors.set(product, Math.max(major, majors.get(product) ?? 0));
  return [...majors].map(([product, major]) => ({ product, major }));
}

/** Promises and the last thirty days of each product, the most misses first; those that do not answer are left out. */
export function useDays(products: readonly MyProduct[]) {
  const answers = useQueries({
    queries: products.map(({ product, major }) => ({
      queryKey: ['promises', product, 30, ...(major === null ? [] : [major])],
      queryFn: () =>
        take(
          api.GET('/api/v1/products/{product}/promises', {
            params: { path: { product }, query: defined({ days: 30, major: major ?? undefined }) },
          }),
        ),
      staleTime: HALF_MINUTE,
    })),
  });
  return {
    isPending: answers.some((answer) => answer.isPending),
    items: missesFirst(answers.flatMap(({ data }) => data ?? [])),
  };
}

interface Measured {
  days: readonly { state: string }[];
  promises: readonly { state: string }[];
}

/** As they were among those with as many. */
export function missesFirst<T extends Measured>(items: readonly T[]): T[] {
  const missesOf = ({ days, promises }: T): number =>
    [...days, ...promises].filter(({ state }) => state === 'missed').length;
  return items.toSorted((a, b) => missesOf(b) - missesOf(a));
}
