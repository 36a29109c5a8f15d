/**
 * Answers of the API, kept for a while, and what happens when one cannot be had again.
 *
 * Invariant: an answer that is held is never replaced by a fault that passes by itself. It stays, is asked for until it comes,
 * and `components/Stale.tsx` says how old it is. What the API refuses replaces it at once: rights may have gone.
 */
import { type DefaultedQueryObserverOptions, QueryClient } from '@tanstack/react-query';
import { isPassing, Problem } from '../api/problem.ts';

const RETRIES_MAX = 2;
const WAIT_MS = { first: 1_000, most: 10_000, asked: 300_000 };

export class HoldingClient extends QueryClient {
  // biome-ignore lint/suspicious/noExplicitAny: the signature of the library, which is generic in five types.
  override defaultQueryOptions(options: any): any {
    const defaulted = super.defaultQueryOptions(options);
    const { queryKey, retry } = defaulted as DefaultedQueryObserverOptions;
    if (holding.has(retry as Retry)) return defaulted;
    const hold: Retry = (failures, error) => {
      if (!isPassing(error)) return false;
      if (this.getQueryData(queryKey) !== undefined) return true;
      return retry !== false && failures < RETRIES_MAX;
    };
    holding.add(hold);
    return { ...defaulted, retry: hold };
  }
}

type Retry = (failures: number, error: Error) => boolean;
const holding = new WeakSet<Retry>();

/** As long as whoever answered wants, and a little longer each time. */
export function waitBefore(failures: number, error: Error): number {
  const own = Math.min(WAIT_MS.first * 2 ** failures, WAIT_MS.most);
  const asked = error instanceof Problem ? (error.document.waitMs ?? 0) : 0;
  return Math.max(own, Math.min(asked, WAIT_MS.asked));
}

/**
 * Why even where the browser says that it has no line: what is sent then would wait unseen, and go out later in the name of
 * whoever is signed in by then. A mesh on this machine answers without a line, too.
 */
const ASK_ALWAYS = 'always';

export function createQueryClient(): QueryClient {
  return new HoldingClient({
    defaultOptions: {
      queries: {
        retryDelay: waitBefore,
        refetchOnWindowFocus: true,
        refetchOnReconnect: true,
        staleTime: 15_000,
        networkMode: ASK_ALWAYS,
      },
      mutations: { networkMode: ASK_ALWAYS },
    },
  });
}
