/**
 * Follows a product, at once in sight and taken back when the mesh does not take it.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Answer, Item } from '../../api/answers.ts';
import { api, take } from '../../api/client.ts';
import { useSending } from '../../components/use-sending.ts';

type Follows = Answer<'/api/v1/saved', 'get'>;
type Follow = Item<Follows>;

const KEY = ['saved', 'follow'];

/** Null while it is not known. */
export function useFollow(
  product: string,
): { isFollowed: boolean; error: unknown; toggle(): void } | null {
  const client = useQueryClient();
  const follows = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/saved', { params: { query: { kind: 'follow', limit: 200 } }, signal })),
    staleTime: 60_000,
  });
  const own = follows.data?.items.find((follow) => followed(follow) === product);
  // Why not `own` of the mesh alone: while a change is on its way, what was chosen is in sight.
  const change = useSending({
    mutationFn: (now: Follow | undefined) => changeFollow(product, now),
    onSettled: () => client.invalidateQueries({ queryKey: ['saved'] }),
  });
  const { mutate, isPending, variables, error } = change;
  const isFollowed = isPending ? variables === undefined : own !== undefined;
  const isKnown = follows.data !== undefined;
  return useMemo(
    () => (isKnown ? { isFollowed, error, toggle: () => (isPending ? null : mutate(own)) } : null),
    [isKnown, isFollowed, error, isPending, own, mutate],
  );
}

async function changeFollow(product: string, now: Follow | undefined): Promise<void> {
  if (now !== undefined) {
    await take(api.DELETE('/api/v1/saved/{saved}', { params: { path: { saved: now.saved } } }));
    return;
  }
  const body = { kind: 'follow', name: product, body: { product } } as const;
  await take(api.POST('/api/v1/saved', { body }));
}

function followed({ product, body }: Follow): unknown {
  return product ?? body['product'] ?? null;
}
