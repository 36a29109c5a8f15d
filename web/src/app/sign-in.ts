/**
 * Opens and ends the session of this browser. The session is a cookie that no script can read.
 *
 * Not a store of tokens: a credential that came in the address or was typed is handed over once and forgotten.
 */
import { api, reach, take } from '../api/client.ts';
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

/** Ends the session; goes on to the provider's own page where there is one. */
export async function signOut(): Promise<void> {
  const { next } = await take(api.POST('/auth/logout'));
  forgetAll();
  location.assign(next ?? '/');
}
