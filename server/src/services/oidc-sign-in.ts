/**
 * Sign-in of browsers at the identity provider: the code flow with PKCE from its first redirect to a session.
 *
 * Not HTTP (`api/auth.ts`) and not the protocol (the adapter). Invariants: a sign-in ends at most once, within ten
 * minutes, and only in the browser that began it: `state` finds it, a secret that only that browser's cookie holds proves
 * it; where the browser goes afterwards is a path of this mesh and never an address of somebody else. What was begun is
 * kept in memory: after a new start of the mesh one begins again.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Clock, Crypto, SecureRandom } from '@weft/core/lib/ports';
import type { ExternalSubjects, OidcPort, PendingSignIn } from './external-subjects.ts';
import type { NewSecret, SecretsService } from './secrets-service.ts';

export interface OidcSignIn {
  /** What the browser keeps in a cookie until it comes back, and where it goes now. */
  begin(options: { callback: string; next: string }): Promise<{ url: string; binding: string }>;
  /** Ends the sign-in that `answer` belongs to. Rejects with UNAUTHENTICATED. */
  end(answer: URL, binding: string | null): Promise<NewSecret & { next: string }>;
}

export interface OidcSignInDeps {
  oidc: OidcPort;
  external: ExternalSubjects;
  secrets: Pick<SecretsService, 'openSession'>;
  crypto: Pick<Crypto, 'sha256'>;
  random: SecureRandom;
  clock: Clock;
}

interface Begun {
  pending: PendingSignIn;
  /** Hash of the cookie's secret. */
  binding: string;
  next: string;
  expires: number;
}

const SIGN_IN_MS = 600_000;
const BEGUN_MAX = 10_000;

export function createOidcSignIn(deps: OidcSignInDeps): OidcSignIn {
  const begun = new Map<string, Begun>();
  const { oidc, secrets } = deps;
  return {
    async begin({ callback, next }) {
      const pending = await oidc.beginSignIn(callback);
      const binding = Buffer.from(deps.random.bytes(32)).toString('base64url');
      const oldest = begun.keys().next().value;
      if (begun.size >= BEGUN_MAX && oldest !== undefined) begun.delete(oldest);
      begun.set(pending.state, {
        pending,
        binding: deps.crypto.sha256(binding),
        next: localPath(next),
        expires: deps.clock.now() + SIGN_IN_MS,
      });
      return { url: pending.url, binding };
    },
    async end(answer, binding) {
      const { pending, next } = takeBegun({ deps, begun, answer, binding });
      const subject = await deps.external.remember(await oidc.endSignIn(answer, pending));
      const seconds = oidc.settings.sessionSeconds;
      const session = await secrets.openSession({ subject: subject.id, seconds, parent: null });
      return { ...session, next };
    },
  };
}

interface Taking {
  deps: OidcSignInDeps;
  begun: Map<string, Begun>;
  answer: URL;
  binding: string | null;
}

function takeBegun({ deps, begun, answer, binding }: Taking): Begun {
  const state = answer.searchParams.get('state') ?? '';
  const found = begun.get(state);
  const isOwn = binding !== null && found?.binding === deps.crypto.sha256(binding);
  // Why kept when another browser brings it: else anybody could end a sign-in that is under way.
  if (found === undefined || !isOwn || found.expires <= deps.clock.now()) {
    throw new WeftError(
      'UNAUTHENTICATED',
      'this sign-in was not begun here, has ended, or took too long',
      {
        remedy: 'Begin again at /auth/login.',
      },
    );
  }
  begun.delete(state);
  return found;
}

/** A path of this mesh; anything else is its first page. */
function localPath(next: string): string {
  // Why the characters: `//host` and `/\host` are addresses of others to a browser, and line feeds end a header.
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next) ? next : '/';
}
