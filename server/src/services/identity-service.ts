/**
 * Who is who: subjects of the mesh and the tokens that speak for them.
 *
 * Not permissions. Invariants: a subject of a request comes from a verified token and nothing else; only the platform
 * issues tokens for others; every token that is issued leaves an audit entry (never the token itself).
 */
import { WeftError } from '@weft/core/lib/error';
import type { Role, Subject } from '@weft/core/registry/types';
import { sql } from 'kysely';
import { json } from '../store/control-rows.ts';
import { type ControlContext, type ControlUnit, runControl } from './control-context.ts';

/** Issues and verifies tokens (an adapter). */
export interface TokenPort {
  issue(subject: Subject, seconds: number): { token: string; expires: string };
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
  token: string;
  expires: string;
  subject: Subject;
}

export interface IdentityService {
  /** The subject of a bearer token; rejects with UNAUTHENTICATED. */
  authenticate(bearer: string): Promise<Subject>;
  /** A token for a subject, which is registered or changed on the way. Platform only. */
  issueToken(by: Subject, request: TokenRequest): Promise<IssuedToken>;
  /** For start-up and examples: registers the subject and gives a token without asking who wants it. */
  bootstrapToken(subject: Subject, seconds: number): Promise<IssuedToken>;
  /** A token for a node; without domains it speaks for every domain of the mesh. */
  nodeToken(domains: readonly string[], seconds?: number): { token: string; expires: string };
  findSubject(id: string): Promise<Subject | null>;
}

const DAY = 86_400;
const TTL_MAX = 366 * DAY;
const TTL_DEFAULT = 30 * DAY;

export function createIdentityService(context: ControlContext, tokens: TokenPort): IdentityService {
  return {
    authenticate: async (bearer) => withOwnedDomains(context, await tokens.verify(bearer)),
    async issueToken(by, request) {
      if (!by.roles.includes('platform')) {
        throw new WeftError('FORBIDDEN', 'only the platform team issues tokens');
      }
      const subject = await mergeSubject(context, request);
      const seconds = Math.min(Math.max(60, request.ttlSeconds ?? TTL_DEFAULT), TTL_MAX);
      return register(context, {
        actor: by.id,
        subject,
        issue: () => tokens.issue(subject, seconds),
      });
    },
    bootstrapToken: (subject, seconds) =>
      register(context, { actor: 'weft', subject, issue: () => tokens.issue(subject, seconds) }),
    nodeToken: (domains, seconds = DAY) => tokens.issue(nodeSubject(domains), seconds),
    findSubject: (id) => readSubject(context, id),
  };
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

async function readSubject(context: ControlContext, id: string): Promise<Subject | null> {
  const row = await context.db
    .selectFrom('subjects')
    .select(['id', 'name', 'roles', 'domains', 'attributes'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

async function mergeSubject(context: ControlContext, request: TokenRequest): Promise<Subject> {
  const known = await readSubject(context, request.subject);
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
  requireDomainRole(subject);
  return subject;
}

/** Roles whose rights are those of the domains that the token names. */
const DOMAIN_ROLES: readonly Role[] = ['producer', 'steward', 'node'];

// Why: a token that names a domain speaks for it at the node, so no other role may carry one.
function requireDomainRole({ domains, roles }: Subject): void {
  if (domains.length === 0 || roles.some((role) => DOMAIN_ROLES.includes(role))) return;
  throw new WeftError(
    'REQUEST_INVALID',
    `domains need one of the roles ${DOMAIN_ROLES.join(', ')}`,
    {
      remedy: 'Add the role producer, or leave the domains out.',
    },
  );
}

function register(
  context: ControlContext,
  options: { actor: string; subject: Subject; issue(): { token: string; expires: string } },
): Promise<IssuedToken> {
  const { subject } = options;
  return runControl(context, options.actor, async (unit) => {
    await writeSubject(unit, subject);
    const issued = options.issue();
    unit.record({
      action: 'token.issue',
      subject: subject.id,
      details: { roles: subject.roles, domains: subject.domains, expires: issued.expires },
    });
    return { ...issued, subject };
  });
}

async function writeSubject(unit: ControlUnit, subject: Subject): Promise<void> {
  const values = {
    name: subject.name,
    roles: json(subject.roles),
    domains: json(subject.domains),
    attributes: json(subject.attributes),
    updated_at: unit.now,
  };
  await unit.tx
    .insertInto('subjects')
    .values({ id: subject.id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}
