/**
 * What a mesh would have answered to the parts that ask for names, products and keys, put where they look first.
 *
 * Invariant: each of them is found there, so that the page asks for nothing.
 */
import { QueryClient } from '@tanstack/react-query';
import { keysQuery } from '../../api/keys.ts';
import { searchQuery } from '../../api/queries.ts';
import { NAMELESS, PERSON } from './words-access.ts';

export function sampleClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        retry: false,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
    },
  });
  client.setQueryData(['name', PERSON.id], PERSON.name);
  client.setQueryData(['name', NAMELESS], null);
  client.setQueryData(keysQuery(PERSON.id).queryKey, { items: [], next: null });
  for (const q of ['', 'loyalty households'])
    client.setQueryData(searchQuery({ q }).queryKey, { pages: [], pageParams: [] });
  return client;
}
