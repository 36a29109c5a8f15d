/**
 * Who is who: whom a bearer speaks for, and the tokens that this mesh issues.
 *
 * Not permissions; users, keys and subjects of a provider have files of their own. Invariants: a subject of a request
 * comes from a verified credential and nothing else; whoever is disabled, or whose credential was revoked, is nobody,
 * however well the credential verifies; only the platform issues tokens for others; every token that is issued leaves an
 * audit entry (never the token itself).
 */
import { WeftError } from '@weft/core/lib/error';
import type { Role, Subject } from '@weft/core/registry/types';
import { sql } from 'kysely';
import {
  forgetExpired,
  insertCredential,
  readStoredSubject,
  type StoredSubject,
  writeSubject,
} from '../store/control-identity.ts';
import { json } from '../store/control-rows.ts';
import { type ControlContext, runControl } from './control-context.ts';
import type { ExternalSubjects } from './external-subjects.ts';
import { lifetimeOf } from './lifetime.ts';
import { requireDomainRole, requireLocalId } from './local-subjects.ts';
import { isSecret, type SecretsService } from './secrets-service.ts';
import { requireShownName } from './shown-names.ts';

/** Issues and verifies tokens (an adapter). */
export interface TokenPort {
  issue(subject: Subject, seconds: number, id: string): { token: string; expires: string };
  verify(token: string): Promise<Subject>;
}

export interface TokenRequest {
  /** Id of the subject; a known one when only this is given. */
  subject: string;
  name?: string;
  roles?: Role[];
  domains?: string[];
  attributes?: Record<string, string | string[]>;
  ttlSeconds?: number;
}

export interface IssuedToken {
  /** Its `jti`, by which it can be revoked. */
  id: string;
  token: string;
  expires: string;
  subject: Subject;
}

export interface IdentityService {
  /** The subject of a token, an API key or a token of the provider; rejects with UNAUTHENTICATED. */
  authenticate(bearer: string): Promise<Subject>;
  /** The subject of the secret that a browser's cookie holds; rejects with UNAUTHENTICATED. */
  authenticateSession(secret: string): Promise<Subject>;
  /** A token for a subject, which is registered or changed on the way. Platform only. */
  issueToken(by: Subject, request: TokenRequest): Promise<IssuedToken>;
  /** For start-up and examples: registers the subject and gives a token without asking who wants it. */
  bootstrapToken(subject: Subject, seconds: number): Promise<IssuedToken>;
  /** A token for a node; without domains it speaks for every domain of the mesh. */
  nodeToken(domains: readonly string[], seconds?: number): { token: string; expires: string };
  findSubject(id: string): Promise<Subject | null>;
}

export interface IdentityParts {
  tokens: TokenPort;
  secrets: SecretsService;
  /** Null where no identity provider is configured. */
  external: ExternalSubjects | null;
}

const DAY = 86_400;
const TTL_DEFAULT = 30 * DAY;

export function createIdentityService(
  context: ControlContext,
  parts: IdentityParts,
): IdentityService {
  const { tokens } = parts;
  return {
    authenticate: async (bearer) => inGoodStanding(context, await recognise(parts, bearer)),
    authenticateSession: async (secret) =>
      inGoodStanding(context, await parts.secrets.verify(secret, 'session')),
    async issueToken(by, request) {
      requirePlatform(by, 'issues tokens');
      const subject = await mergeSubject(context, request);
      const seconds = lifetimeOf(request.ttlSeconds, TTL_DEFAULT);
      return register(context, { actor: by.id, subject, tokens, seconds });
    },
    bootstrapToken: (subject, seconds) =>
      register(context, { actor: 'weft', subject, tokens, seconds }),
    nodeToken: (domains, seconds = DAY) =>
      tokens.issue(nodeSubject(domains), seconds, context.ids.next('tok')),
    async findSubject(id) {
      const known = await readStoredSubject(context.db, id);
      return known === null ? null : plainSubject(known);
    },
  };
}

/** Refuses who is not of the platform team; `what` completes the sentence. Throws FORBIDDEN. */
export function requirePlatform(by: Subject, what: string): void {
  if (by.roles.includes('platform')) return;
  throw new WeftError('FORBIDDEN', `only the platform team ${what}`);
}

/** A subject of the register, as it speaks. */
export function plainSubject(stored: StoredSubject): Subject {
  const { id, name, roles, domains, attributes } = stored;
  return { id, name, roles, domains, attributes };
}

function recognise({ tokens, secrets, external }: IdentityParts, bearer: string): Promise<Subject> {
  if (isSecret(bearer)) return secrets.verify(bearer, 'key');
  if (external?.isIssuerOf(bearer) === true) return external.recognise(bearer);
  return tokens.verify(bearer);
}

async function inGoodStanding(context: ControlContext, subject: Subject): Promise<Subject> {
  await context.standing.current();
  const refusal = context.standing.refusal(subject);
  if (refusal !== null) {
    throw new WeftError('UNAUTHENTICATED', `the credential is not valid: ${refusal}`);
  }
  return withOwnedDomains(context, subject);
}

/** Why: whoever became owner of a domain after the token was issued need not sign in again. */
async function withOwnedDomains(context: ControlContext, subject: Subject): Promise<Subject> {
  // Why not asked: a node owns nothing, and it comes with every batch.
  if (isNode(subject)) return subject;
  const owned = await context.db
    .selectFrom('domains')
    .select('name')
    .where(sql<boolean>`owners @> ${json([subject.id])}::jsonb`)
    .execute();
  const added = owned.map((row) => row.name).filter((name) => !subject.domains.includes(name));
  return added.length === 0 ? subject : { ...subject, domains: [...subject.domains, ...added] };
}

function isNode({ id, roles }: Subject): boolean {
  return id.startsWith('node:') && roles.length === 1 && roles[0] === 'node';
}

/** The subject that a node is: role `node`, for the named domains or, without any, for all of the mesh. */
export function nodeSubject(domains: readonly string[]): Subject {
  const name = domains.length === 0 ? 'mesh' : domains.join('+');
  return {
    id: `node:${name}`,
    name: `Node of ${name}`,
    roles: ['node'],
    domains: [...domains],
    attributes: {},
  };
}

async function mergeSubject(context: ControlContext, request: TokenRequest): Promise<Subject> {
  requireShownName('$.name', request.name);
  const known = await readStoredSubject(context.db, request.subject);
  if (known === null && request.roles === undefined) {
    throw new WeftError('NOT_FOUND', `there is no subject "${request.subject}"`, {
      remedy: 'Name its roles, then it is registered.',
    });
  }
  const subject: Subject = {
    id: request.subject,
    name: request.name ?? known?.name ?? request.subject,
    roles: request.roles ?? known?.roles ?? [],
    domains: request.domains ?? known?.domains ?? [],
    attributes: request.attributes ?? known?.attributes ?? {},
  };
  if (known?.kind === 'external') {
    throw new WeftError('CONFLICT', `"${subject.id}" is a subject of the identity provider`, {
      remedy:
        'The provider issues its tokens: weft login --oidc URL. For a program: weft key create.',
    });
  }
  requireLocalId(subject.id, subject.roles);
  requireDomainRole(subject);
  return subject;
}

interface Registration {
  actor: string;
  subject: Subject;
  tokens: TokenPort;
  seconds: number;
}

function register(context: ControlContext, registration: Registration): Promise<IssuedToken> {
  const { actor, subject, tokens, seconds } = registration;
  return runControl(context, actor, async (unit) => {
    await writeSubject(unit.tx, subject, { now: unit.now });
    await forgetExpired(unit.tx, unit.now);
    const id = context.ids.next('tok');
    const issued = tokens.issue(subject, seconds, id);
    const { expires } = issued;
    await insertCredential(unit.tx, {
      id,
      kind: 'token',
      subject: subject.id,
      name: null,
      hash: null,
      by: actor,
      now: unit.now,
      expires,
    });
    unit.record({
      action: 'token.issue',
      subject: subject.id,
      details: { id, roles: subject.roles, domains: subject.domains, expires },
    });
    return { id, ...issued, subject };
  });
}
