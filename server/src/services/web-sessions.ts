/**
 * Sessions of browsers: begun by a credential, by a link that holds once, or as one of an example's people; ended.
 *
 * Not HTTP (`api/auth.ts`) and not the sign-in at an identity provider (`oidc-sign-in.ts`), which ends in a session, too.
 * Invariants: whoever is refused learns nothing but that he is; a session ends with the credential or link that it came
 * of, and no subject that could not act gets one; an example's people are there only where the process was started with
 * an example and listens to nobody but its own machine.
 */
import { isWeftError, WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import type { DemoPeople } from './demo-people.ts';
import type { OidcPort } from './external-subjects.ts';
import type { IdentityService } from './identity-service.ts';
import { type NewSecret, parentOf, type SecretsService } from './secrets-service.ts';

/** What a browser shows to be signed in: a token or API key, the code of a link, or the name of one of the example's people. */
export type SignInProof = { token: string } | { code: string } | { demo: string };

export interface WebSessions {
  /** Rejects with UNAUTHENTICATED, or NOT_FOUND for a name that nobody may sign in as. */
  open(proof: SignInProof): Promise<NewSecret>;
  authenticate(secret: string): Promise<Subject>;
  /** Ends a session; one that is over already is no error. Where to sign out of the provider, or null. */
  signOut(secret: string, back: string): Promise<string | null>;
}

export interface WebSessionDeps {
  /** How long a browser stays signed in. */
  seconds: number;
  oidc: OidcPort | null;
  secrets: Pick<SecretsService, 'openSession' | 'spendLink' | 'revoke'>;
  identity: Pick<IdentityService, 'authenticate' | 'authenticateSession'>;
  demo: DemoPeople;
}

export function createWebSessions(deps: WebSessionDeps): WebSessions {
  const { secrets, identity, oidc } = deps;
  return {
    async open(proof) {
      const session = await generic(() => openBy(deps, proof));
      // Why asked before it is given out: who is disabled must not even get a cookie.
      await generic(() => identity.authenticateSession(session.secret));
      return session;
    },
    authenticate: (secret) => identity.authenticateSession(secret),
    async signOut(secret, back) {
      const subject = await identity.authenticateSession(secret).catch(() => null);
      const id = subject?.credential?.id;
      if (subject === null || id === undefined) return null;
      await secrets.revoke(subject, id);
      // Why only then: a session that another credential began has no session at the provider.
      const isExternal = oidc !== null && subject.id.startsWith(`${oidc.settings.name}:`);
      return isExternal ? oidc.signOutUrl(back).catch(() => null) : null;
    },
  };
}

async function openBy(deps: WebSessionDeps, proof: SignInProof): Promise<NewSecret> {
  const { secrets, identity, seconds, demo } = deps;
  if ('code' in proof) {
    const session = await secrets.spendLink(proof.code, seconds);
    if (session === null) throw notSignedIn();
    return session;
  }
  if ('demo' in proof) {
    if (!demo.includes(proof.demo)) throw new WeftError('NOT_FOUND', 'there is nobody like that');
    return secrets.openSession({ subject: proof.demo, seconds, parent: null });
  }
  const subject = await identity.authenticate(proof.token);
  if (subject.roles.includes('node')) throw notSignedIn();
  return secrets.openSession({ subject: subject.id, seconds, parent: parentOf(subject) });
}

/** One answer for every reason why not: what is wrong with a credential is nothing for whoever tries some. */
async function generic<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isWeftError(error, 'UNAUTHENTICATED') ? notSignedIn() : error;
  }
}

function notSignedIn(): WeftError {
  return new WeftError('UNAUTHENTICATED', 'this browser cannot be signed in with that', {
    remedy:
      'A token or API key must be valid; a link holds once and for minutes. Make another: weft open.',
  });
}
