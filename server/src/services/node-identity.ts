/**
 * Whom a bearer speaks for at a node that has no register: tokens of the mesh by its public key, all else by asking.
 *
 * Not the control plane's own (`identity-service.ts`). Invariants: a token of the mesh is verified without asking anybody,
 * so that a node works on while the control plane is away; API keys and tokens of the identity provider are vouched for
 * by the control plane, and such an answer is used for half a minute at most and not at all after a change; whoever lost
 * his standing is nobody, as soon as this node heard of it.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Clock, Crypto } from '@weft/core/lib/ports';
import type { StandingView } from '@weft/core/registry/standing';
import type { Subject } from '@weft/core/registry/types';

export interface NodeIdentityDeps {
  /** Tokens of the mesh (an adapter). */
  tokens: { verify(token: string): Promise<Subject> };
  /** The issuer that a JWT names, unproven; null for what is none. */
  issuerOf(token: string): string | null;
  /** The issuer of the mesh's own tokens. */
  issuer: string;
  /** Asks the control plane; rejects with UNAUTHENTICATED or UNAVAILABLE. */
  identify(bearer: string): Promise<Subject>;
  standing: StandingView;
  crypto: Pick<Crypto, 'sha256'>;
  clock: Clock;
}

const VOUCHED_MS = 30_000;
const VOUCHED_MAX = 10_000;

/** Gives the subject of a bearer; it rejects with UNAUTHENTICATED, or UNAVAILABLE when nobody can vouch. */
export function createNodeIdentity(deps: NodeIdentityDeps): (bearer: string) => Promise<Subject> {
  const vouched = new Map<string, { subject: Subject; until: number }>();
  deps.standing.onChange(() => vouched.clear());
  const ask = async (bearer: string): Promise<Subject> => {
    const hash = deps.crypto.sha256(bearer);
    const known = vouched.get(hash);
    if (known !== undefined && known.until > deps.clock.now()) return known.subject;
    const subject = await deps.identify(bearer);
    if (vouched.size >= VOUCHED_MAX) vouched.clear();
    vouched.set(hash, { subject, until: deps.clock.now() + VOUCHED_MS });
    return subject;
  };
  return async (bearer) => {
    const subject = isForeign(deps, bearer) ? await ask(bearer) : await deps.tokens.verify(bearer);
    const refusal = deps.standing.refusal(subject);
    if (refusal === null) return subject;
    throw new WeftError('UNAUTHENTICATED', `the credential is not valid: ${refusal}`);
  };
}

// Why not everything else: what is neither is refused here, so that no noise reaches the control plane.
function isForeign({ issuerOf, issuer }: NodeIdentityDeps, bearer: string): boolean {
  if (bearer.startsWith('weft_')) return true;
  const named = issuerOf(bearer);
  return named !== null && named !== issuer;
}
