/**
 * Follows a product, at once in sight and taken back when the mesh does not take it.
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getJson, pathOf, sendJson } from '../../api/json.ts';
import { Problem } from '../../api/problem.ts';

interface Follow {
  saved: string;
  product?: string | null;
  body: { product?: string };
}

interface Follows {
  items: Follow[];
}

const KEY = ['saved', 'follow'];

/** Null while it is not known, and where the mesh keeps nothing of the kind. */
export function useFollow(product: string): { isFollowed: boolean; toggle(): void } | null {
  const client = useQueryClient();
  const follows = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) =>
      getJson<Follows>(pathOf(['saved'], { kind: 'follow', limit: 200 }), signal).catch(noneOf),
    staleTime: 60_000,
  });
  const own = follows.data?.items?.find((follow) => followed(follow) === product);
  const change = useMutation({
    mutationFn: (now: Follow | undefined) =>
      now === undefined
        ? sendJson('POST', pathOf(['saved']), {
            body: { kind: 'follow', name: product, body: { product } },
          })
        : sendJson('DELETE', pathOf(['saved', now.saved])),
    onMutate: async (now) => {
      await client.cancelQueries({ queryKey: KEY });
      const before = client.getQueryData<Follows>(KEY);
      const others = (before?.items ?? []).filter((follow) => followed(follow) !== product);
      const added = now === undefined ? [{ saved: '', product, body: { product } }] : [];
      client.setQueryData<Follows>(KEY, { items: [...added, ...others] });
      return before;
    },
    onError: (_error, _now, before) => client.setQueryData(KEY, before),
    onSettled: () => client.invalidateQueries({ queryKey: ['saved'] }),
  });
  const isKnown = follows.data !== undefined && follows.data !== null;
  const { mutate } = change;
  return useMemo(
    () => (isKnown ? { isFollowed: own !== undefined, toggle: () => mutate(own) } : null),
    [isKnown, own, mutate],
  );
}

function followed({ product, body }: Follow): string | null {
  return product ?? body.product ?? null;
}

function noneOf(error: unknown): null {
  if (error instanceof Problem && error.status === 404) return null;
  throw error;
}
