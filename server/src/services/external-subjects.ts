/**
 * Subjects of the identity provider: from verified claims to a subject of the register.
 *
 * Not the verification (the adapter's) and not the mapping (`core/src/registry/claims.ts`). Invariants: an id belongs to
 * the issuer and subject identifier that had it first, whatever the provider calls somebody else later; an id that a
 * subject of this mesh has is never given to one of the provider; newer claims replace older ones, never the other way
 * round.
 */
import { WeftError } from '@weft/core/lib/error';
import { type MappedClaims, mapClaims } from '@weft/core/registry/claims';
import type { Subject } from '@weft/core/registry/types';
import type { OidcSettings } from '../config-oidc.ts';
import {
  insertExternalSubject,
  readExternalSubject,
  readStoredSubject,
  type StoredSubject,
  writeSubject,
} from '../store/control-identity.ts';
import { type ControlContext, runControl } from './control-context.ts';

/** Claims of the provider, proven. */
export interface VerifiedClaims {
  claims: Record<string, unknown>;
  /** The `sub`. */
  subject: string;
  /** Id of the token, with the provider's name before it. */
  token: string;
  /** Milliseconds since the epoch. */
  issued: number;
  expires: number;
}

/** One sign-in that was begun: what its end is checked with. */
export interface PendingSignIn {
  /** Where the browser goes. */
  url: string;
  state: string;
  verifier: string;
  nonce: string;
}

/** The provider (an adapter). */
export interface OidcPort {
  settings: OidcSettings;
  /** True when the token says that it is the provider's; proves nothing. */
  isIssuerOf(token: string): boolean;
  /** Rejects with UNAUTHENTICATED, or UNAVAILABLE when the provider's keys cannot be had. */
  verify(token: string): Promise<VerifiedClaims>;
  beginSignIn(redirectUri: string): Promise<PendingSignIn>;
  /** `answer` is the address to which the provider sent the browser back. */
  endSignIn(answer: URL, pending: PendingSignIn): Promise<VerifiedClaims>;
  /** Where a browser signs out of the provider as well; null when it has no such page. */
  signOutUrl(back: string): Promise<string | null>;
}

export interface ExternalSubjects {
  isIssuerOf(token: string): boolean;
  /** The subject of an access token; rejects with UNAUTHENTICATED or UNAVAILABLE. */
  recognise(token: string): Promise<Subject>;
  /** The subject of verified claims, registered. */
  remember(verified: VerifiedClaims): Promise<Subject>;
}

export function createExternalSubjects(context: ControlContext, oidc: OidcPort): ExternalSubjects {
  const remember = (verified: VerifiedClaims): Promise<Subject> =>
    rememberSubject(context, oidc.settings, verified);
  return {
    isIssuerOf: (token) => oidc.isIssuerOf(token),
    async recognise(token) {
      const verified = await oidc.verify(token);
      const subject = await remember(verified);
      return {
        ...subject,
        credential: { id: verified.token, issued: verified.issued, expires: verified.expires },
      };
    },
    remember,
  };
}

async function rememberSubject(
  context: ControlContext,
  settings: OidcSettings,
  verified: VerifiedClaims,
): Promise<Subject> {
  const mapped = mapClaims(settings.mapping, verified.claims);
  if ('fault' in mapped) {
    throw new WeftError('UNAUTHENTICATED', `the claims do not fit: ${mapped.fault}`, {
      remedy: 'Whoever runs this mesh compares its OIDC settings with the claims of the provider.',
    });
  }
  const external = { issuer: settings.issuer, id: verified.subject };
  const known = await readExternalSubject(context.db, external);
  const id = known?.id ?? `${settings.name}:${mapped.value.id}`;
  const subject = { ...mapped.value, id };
  if (known === null) await insertNew(context, { subject, external, verified });
  else if (isNewer(known, verified) && differs(known, subject)) {
    await update(context, { subject, external, verified });
  }
  return subject;
}

function isNewer(known: StoredSubject, { issued }: VerifiedClaims): boolean {
  return known.claimsAt === null || Date.parse(known.claimsAt) < issued;
}

function differs(known: StoredSubject, mapped: MappedClaims): boolean {
  const text = ({ name, roles, domains, attributes }: MappedClaims): string =>
    JSON.stringify([name, roles, domains, Object.entries(attributes).sort()]);
  return text(known) !== text(mapped);
}

interface Remembering {
  subject: MappedClaims;
  external: { issuer: string; id: string };
  verified: VerifiedClaims;
}

function insertNew(context: ControlContext, remembering: Remembering): Promise<void> {
  const { subject, verified } = remembering;
  const external = { ...remembering.external, claimsAt: instantOf(verified) };
  return runControl(context, subject.id, async (unit) => {
    await insertExternalSubject(unit.tx, subject, { now: unit.now, external });
    // Why read back: somebody else may have that id, or have got it at this moment.
    const stored = await readStoredSubject(unit.tx, subject.id);
    if (stored?.external?.issuer !== external.issuer || stored.external.id !== external.id) {
      throw new WeftError(
        'UNAUTHENTICATED',
        `the name "${subject.id}" belongs to somebody else here`,
        {
          remedy:
            'Whoever runs this mesh names subjects by a claim that is never given away again (claims.id: sub).',
        },
      );
    }
    record(unit, subject, 'user.recognise');
  });
}

function update(
  context: ControlContext,
  { subject, external, verified }: Remembering,
): Promise<void> {
  return runControl(context, subject.id, async (unit) => {
    await writeSubject(unit.tx, subject, {
      now: unit.now,
      external: { ...external, claimsAt: instantOf(verified) },
    });
    record(unit, subject, 'user.claims');
  });
}

function instantOf({ issued }: VerifiedClaims): string {
  return new Date(issued).toISOString();
}

type Unit = Parameters<Parameters<typeof runControl<void>>[2]>[0];

function record(unit: Unit, subject: MappedClaims, action: string): void {
  const { roles, domains, attributes } = subject;
  unit.record({ action, subject: subject.id, details: { roles, domains, attributes } });
}
