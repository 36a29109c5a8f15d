/**
 * Opens and ends the session of this browser. The session is a cookie that no script can read.
 *
 * Not a store of tokens: a credential that came in the address or was typed is handed over once and forgotten.
 */
import type { QueryClient } from '@tanstack/react-query';
import { api, reach, take } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { forgetAll } from '../lib/tab-memory.ts';

export type Credential = { token: string } | { code: string } | { demo: string };

/** The credential in the fragment of the address, which is taken out of it; null when there is none. */
export function takeCredential(): Credential | null {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('token');
  const code = fragment.get('code');
  if (token === null && code === null) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return token === null ? { code: code ?? '' } : { token };
}

/** Rejects with a `Problem` when the mesh does not take the credential. */
export async function openSession(credential: Credential): Promise<void> {
  await reach('/auth/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credential),
  });
}

/** Opens a session, here and for the other tabs of the app. */
export async function enter(queries: QueryClient, credential: Credential): Promise<void> {
  await openSession(credential);
  tellTabs('changed');
  await queries.invalidateQueries();
}

/** Ends the session; goes on to the provider's own page where there is one. What went wrong is told to who listens. */
export async function signOut(): Promise<void> {
  try {
    const next = await endSession();
    tellTabs('ended');
    forgetAll();
    location.assign(next ?? '/');
  } catch (error) {
    for (const listener of onStillIn) listener(error);
  }
}

/** Why no error of a 401: the session is over already, as one wants it. */
async function endSession(): Promise<string | null> {
  try {
    return (await take(api.POST('/auth/logout'))).next;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

const onStillIn = new Set<(error: unknown) => void>();

/** Tells when signing out did not succeed, until the returned function is called. */
export function whenStillIn(listener: (error: unknown) => void): () => void {
  onStillIn.add(listener);
  return () => onStillIn.delete(listener);
}

type SessionNews = 'changed' | 'ended';

const TABS = 'weft-session';
/** Why one: what a tab says by it, it does not hear itself, and goes on where it was about to. */
let tabs: BroadcastChannel | null = null;

/** Why: all tabs have one cookie, so what happens to the session here has happened to them. */
function tellTabs(news: SessionNews): void {
  tabs?.postMessage(news);
}

/** Follows what other tabs do with the session, and can be heard by them, until the returned function is called. */
export function followTabs(queries: QueryClient): () => void {
  const own = new BroadcastChannel(TABS);
  tabs = own;
  own.onmessage = ({ data }: MessageEvent<SessionNews>) => {
    if (data === 'ended') {
      forgetAll();
      location.assign('/');
    } else void queries.invalidateQueries();
  };
  return () => {
    own.close();
    if (tabs === own) tabs = null;
  };
}
