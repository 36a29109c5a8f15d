/**
 * The token of a sign-in at an identity provider, renewed when its time is nearly over.
 *
 * Not the sign-in (`oidc-login.ts`, which is loaded only here and then). Invariants: what was renewed stands in the
 * context file before it is used, since a provider may take back the old refresh token; another process that renewed
 * meanwhile is found by reading the file again.
 */
import { WeftError } from '@weft/core/lib/error';
import { type ContextFile, readContext, writeContext } from './context.ts';
import type { CliIo } from './io.ts';

/** Renewed so long before its end. */
const AHEAD_MS = 30_000;

/** The token of the context file as it holds now; null when there is none. */
export async function currentToken(io: Pick<CliIo, 'env' | 'now'>): Promise<string | null> {
  const context = readContext(io.env);
  const oidc = context?.oidc;
  if (context === null || oidc === undefined) return context?.token ?? null;
  if (oidc.expires - AHEAD_MS > io.now().getTime()) return context.token;
  if (oidc.refresh === null) {
    if (oidc.expires > io.now().getTime()) return context.token;
    throw new WeftError('UNAUTHENTICATED', 'your sign-in is over', {
      remedy: `Sign in again: weft login --oidc ${context.url}`,
    });
  }
  return renew(io, context, { ...oidc, refresh: oidc.refresh });
}

async function renew(
  io: Pick<CliIo, 'env' | 'now'>,
  context: ContextFile,
  oidc: NonNullable<ContextFile['oidc']> & { refresh: string },
): Promise<string> {
  const { renewSignIn } = await import('./oidc-login.ts');
  try {
    const { token, expires, refresh } = await renewSignIn(oidc, io.now());
    writeContext(io.env, { ...context, token, oidc: { ...oidc, expires, refresh } });
    return token;
  } catch (error) {
    const now = readContext(io.env);
    if (now?.token !== undefined && now.token !== null && now.token !== context.token)
      return now.token;
    throw error;
  }
}
