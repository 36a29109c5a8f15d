/**
 * API keys, sessions of browsers and links that begin one: secrets that are shown once and kept as hashes.
 *
 * The text is `weft_` + the id in small letters + `_` + 256 random bits in base64url; the fixed beginning is there for
 * scanners of repositories and logs. What is kept is the SHA-256 of the whole text. Why no slow hash with a salt, as for
 * passwords: nobody can guess 256 random bits, so slowness would protect nothing, and each request would pay for it.
 * The hash is compared by the store, together with the id: how long that takes tells nothing about a text that hashes
 * to something else.
 *
 * Invariants: a secret speaks with the roles that the register has now, never with those of the day it was made; it
 * never speaks for a node; whoever is not of the platform team makes and revokes only his own; what began with another
 * credential ends with it, at the latest; a link is spent once.
 */
import { WeftError } from '@weft/core/lib/error';
import type { SecureRandom } from '@weft/core/lib/ports';
import type { Subject } from '@weft/core/registry/types';
import {
  type CredentialParent,
  insertCredential,
  noteUse,
  readCredential,
  readCredentials,
  readSecret,
  readStoredSubject,
  revokeCredential,
  type StoredCredential,
  spendLink,
} from '../store/control-identity.ts';
import type { CredentialKind } from '../store/control-tables.ts';
import { type ControlContext, runControl } from './control-context.ts';
import { decodeCursor, encodeCursor, pageLimit, toPage } from './cursor.ts';
import { LIFETIME_MAX_SECONDS, lifetimeOf } from './lifetime.ts';
import type { Page, PageRequest } from './registry-service.ts';
import { requireShownName } from './shown-names.ts';

export interface KeyRequest {
  /** Whose key it is; the asking subject's own when absent. */
  subject?: string | undefined;
  /** What it is for, for people. */
  name: string;
  ttlSeconds?: number | undefined;
}

export interface SessionRequest {
  subject: string;
  seconds: number;
  /** The credential that proved it, with which the session ends; null for the provider's own sign-in. */
  parent: CredentialParent | null;
  /** Who made it so; the subject itself when absent. */
  by?: string;
}

export interface LinkRequest {
  subject?: string | undefined;
  seconds?: number | undefined;
}

export interface NewSecret {
  id: string;
  /** Shown once. */
  secret: string;
  subject: string;
  expires: string;
  /** How long that is from now. */
  seconds: number;
}

/** A key or token as it is listed: never its text, nor the hash of it. */
export interface CredentialView {
  id: string;
  kind: CredentialKind;
  subject: string | null;
  name: string | null;
  state: 'active' | 'expired' | 'revoked';
  createdBy: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
  revokedBy: string | null;
}

export interface SecretsService {
  createKey(by: Subject, request: KeyRequest): Promise<NewSecret>;
  /** A session of somebody who was just proved to be the subject. */
  openSession(session: SessionRequest): Promise<NewSecret>;
  /** A link's secret: of the asking subject's own, or of any local user for the platform team. */
  createLink(by: Subject, request: LinkRequest): Promise<NewSecret>;
  /** A session for the secret of a link, once; null for one that was spent, is too old or never was. */
  spendLink(secret: string, seconds: number): Promise<NewSecret | null>;
  /** The subject that a secret of this kind speaks for; rejects with UNAUTHENTICATED. */
  verify(secret: string, kind: 'key' | 'session'): Promise<Subject>;
  /** Keys, or everything, of a subject; of everybody for the platform team. */
  list(
    by: Subject,
    query: PageRequest & { subject?: string | undefined; all?: boolean | undefined },
  ): Promise<Page<CredentialView>>;
  /** Revokes a key, a session or a token by its id; again changes nothing. Throws NOT_FOUND. */
  revoke(by: Subject, id: string): Promise<CredentialView>;
}

const DAY = 86_400;
const KEY_TTL_DEFAULT = 90 * DAY;
/** How fresh the time of the last use is. */
const USE_NOTED_MS = 60_000;
const NOTED_MAX = 10_000;
const SECRET = /^weft_([a-z]{3})_([0-9a-hjkmnp-tv-z]{26})_([A-Za-z0-9_-]{43})$/;

/** True for what has the form of an API key. */
export function isSecret(bearer: string): boolean {
  return bearer.startsWith('weft_');
}

export function createSecretsService(
  context: ControlContext,
  random: SecureRandom,
): SecretsService {
  const noted = new Map<string, number>();
  return {
    createKey: (by, request) => createKey({ context, random }, by, request),
    openSession: (session) => openSession({ context, random }, session),
    createLink: (by, request) => createLink({ context, random }, by, request),
    spendLink: (secret, seconds) => spend({ context, random }, secret, seconds),
    verify: (secret, kind) => verifySecret({ context, noted }, secret, kind),
    list: (by, query) => listCredentials(context, by, query),
    revoke: (by, id) => revoke(context, by, id),
  };
}

interface Making {
  context: ControlContext;
  random: SecureRandom;
}

async function createKey(making: Making, by: Subject, request: KeyRequest): Promise<NewSecret> {
  const subject = request.subject ?? by.id;
  requireOwn(by, subject, 'makes keys for others');
  const known = await readStoredSubject(making.context.db, subject);
  if (known === null) {
    throw new WeftError('NOT_FOUND', `there is no subject "${subject}"`, {
      remedy: `Make it first: weft user create ${subject} --role consumer, with --service for a program.`,
    });
  }
  if (known.roles.includes('node')) {
    throw new WeftError('REQUEST_INVALID', 'a node has a token and no key', {
      remedy: 'weft token node:NAME --role node --domain NAME',
    });
  }
  requireShownName('$.name', request.name);
  const seconds = lifetimeOf(request.ttlSeconds, KEY_TTL_DEFAULT);
  return insertSecret(making, { kind: 'key', subject, by: by.id, name: request.name, seconds });
}

function requireOwn(by: Subject, subject: string | null, what: string): void {
  if (by.roles.includes('platform') || by.id === subject) return;
  throw new WeftError('FORBIDDEN', `only the platform team ${what}`);
}

const LINK_SECONDS = 300;
const LINK_SECONDS_MAX = 3_600;

async function createLink(making: Making, by: Subject, request: LinkRequest): Promise<NewSecret> {
  const subject = request.subject ?? by.id;
  requireOwn(by, subject, 'makes sign-in links for others');
  const known = await readStoredSubject(making.context.db, subject);
  if (known === null || known.roles.includes('node')) {
    throw new WeftError('NOT_FOUND', `there is no user "${subject}" who could open a page`, {
      remedy: 'The platform team sees all users: weft user list.',
    });
  }
  if (subject !== by.id && known.kind !== 'user') {
    throw new WeftError('FORBIDDEN', `"${subject}" is no user of this mesh`, {
      remedy: 'People of the identity provider sign in there; programs use an API key.',
    });
  }
  const seconds = Math.min(Math.max(30, request.seconds ?? LINK_SECONDS), LINK_SECONDS_MAX);
  const parent = parentOf(by);
  return insertSecret(making, { kind: 'link', subject, by: by.id, name: null, seconds, parent });
}

/** What begins with the credential that spoke for a subject; null where nothing was presented. */
export function parentOf({ credential }: Subject): CredentialParent | null {
  if (credential === undefined) return null;
  return { id: credential.id, expires: new Date(credential.expires).toISOString() };
}

function openSession(making: Making, session: SessionRequest): Promise<NewSecret> {
  const { subject, parent, by = subject } = session;
  const left =
    parent === null
      ? session.seconds
      : Math.floor((Date.parse(parent.expires) - making.context.clock.now()) / 1000);
  const seconds = Math.min(session.seconds, left);
  if (seconds <= 0) throw refused('it has expired');
  return insertSecret(making, { kind: 'session', subject, by, name: null, seconds, parent });
}

async function spend(making: Making, secret: string, seconds: number): Promise<NewSecret | null> {
  const { context } = making;
  const id = idOf(secret);
  if (id === null) return null;
  const now = new Date(context.clock.now()).toISOString();
  const link = await spendLink(context.db, { id, hash: context.keys.sha256(secret), now });
  if (link?.subject === undefined || link.subject === null) return null;
  const { subject, parent, createdBy: by } = link;
  return openSession(making, { subject, seconds, parent, by });
}

interface SecretValues {
  kind: 'key' | 'session' | 'link';
  subject: string;
  by: string;
  name: string | null;
  seconds: number;
  parent?: CredentialParent | null;
}

const PREFIXES = { key: 'key', session: 'ses', link: 'lnk' } as const;

function insertSecret({ context, random }: Making, values: SecretValues): Promise<NewSecret> {
  const { kind, subject, by, name, seconds, parent = null } = values;
  return runControl(context, by, async (unit) => {
    const id = context.ids.next(PREFIXES[kind]);
    const bits = Buffer.from(random.bytes(32)).toString('base64url');
    const secret = `weft_${id.toLowerCase()}_${bits}`;
    const hash = context.keys.sha256(secret);
    const expires = new Date(Date.parse(unit.now) + seconds * 1000).toISOString();
    const { now } = unit;
    await insertCredential(unit.tx, { id, kind, subject, name, hash, by, now, expires, parent });
    unit.record({ action: `${kind}.create`, subject, details: { id, name, expires } });
    return { id, secret, subject, expires, seconds };
  });
}

async function verifySecret(
  { context, noted }: { context: ControlContext; noted: Map<string, number> },
  secret: string,
  kind: 'key' | 'session',
): Promise<Subject> {
  const id = idOf(secret);
  const hash = context.keys.sha256(secret);
  const found = id === null ? null : await readSecret(context.db, { id, hash });
  if (id === null || found === null || found.credential.kind !== kind)
    throw refused('there is none like it');
  const { credential, subject } = found;
  const now = context.clock.now();
  if (credential.revokedAt !== null) throw refused('it was revoked');
  await requireParent(context, credential);
  const expires = Date.parse(credential.expiresAt ?? '');
  if (!(expires > now)) throw refused('it has expired');
  if (subject.roles.includes('node')) throw refused('it speaks for a node');
  if (now - (noted.get(id) ?? 0) >= USE_NOTED_MS) {
    if (noted.size >= NOTED_MAX) noted.clear();
    noted.set(id, now);
    await noteUse(context.db, id, new Date(now).toISOString());
  }
  const { name, roles, domains, attributes } = subject;
  return {
    id: subject.id,
    name,
    roles,
    domains,
    attributes,
    credential: { id, issued: null, expires },
  };
}

/** Why also here: a session that was being opened while its credential was revoked is not among what that ended. */
async function requireParent(context: ControlContext, { parent }: StoredCredential): Promise<void> {
  if (parent === null) return;
  const { credentials } = await context.standing.current();
  if (credentials.includes(parent.id)) throw refused('what it began with was revoked');
}

/** The id that the text of a secret names; null for what has not its form. */
function idOf(secret: string): string | null {
  const [, prefix, ulid] = SECRET.exec(secret) ?? [];
  return prefix === undefined || ulid === undefined ? null : `${prefix}_${ulid.toUpperCase()}`;
}

function refused(why: string): WeftError {
  return new WeftError('UNAUTHENTICATED', `the key is not valid: ${why}`);
}

async function listCredentials(
  context: ControlContext,
  by: Subject,
  query: PageRequest & { subject?: string | undefined; all?: boolean | undefined },
): Promise<Page<CredentialView>> {
  const seesEvery = by.roles.includes('platform');
  const subject = query.subject ?? (seesEvery ? null : by.id);
  requireOwn(by, subject, 'sees keys of others');
  const limit = pageLimit(query.limit);
  const rows = await readCredentials(context.db, {
    subject,
    kinds: query.all === true ? ['key', 'token', 'session', 'link'] : ['key'],
    after: query.after === undefined ? '' : String(decodeCursor('keys', query.after, 1)[0]),
    limit: limit + 1,
  });
  return toPage(rows, limit, {
    item: (row) => viewOf(row, context.clock.now()),
    cursor: (row) => encodeCursor('keys', [row.id]),
  });
}

function viewOf(row: StoredCredential, now: number): CredentialView {
  const isOver = row.expiresAt !== null && Date.parse(row.expiresAt) <= now;
  const state = row.revokedAt !== null ? 'revoked' : isOver ? 'expired' : 'active';
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    name: row.name,
    state,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    lastUsedAt: row.lastUsedAt,
    revokedAt: row.revokedAt,
    revokedBy: row.revokedBy,
  };
}

/** A token of the identity provider, which is known here by its id only. */
const PROVIDER_TOKEN = /^[a-z][a-z0-9]{0,30}:\S{1,300}$/;
const OUR_PREFIX = /^(?:tok|key|ses|lnk)_/;

async function revoke(context: ControlContext, by: Subject, id: string): Promise<CredentialView> {
  const known = await readCredential(context.db, id);
  const isOwn = known !== null && known.subject === by.id;
  if (!by.roles.includes('platform') && !isOwn) throw unknownCredential(id);
  if (known === null && (OUR_PREFIX.test(id) || !PROVIDER_TOKEN.test(id)))
    throw unknownCredential(id);
  return runControl(context, by.id, async (unit) => {
    const { now } = unit;
    if (known === null) {
      await insertCredential(unit.tx, {
        id,
        kind: 'token',
        subject: null,
        name: null,
        hash: null,
        by: by.id,
        now,
        expires: new Date(Date.parse(now) + LIFETIME_MAX_SECONDS * 1000).toISOString(),
        revoked: true,
      });
    }
    await revokeCredential(unit.tx, id, { subject: by.id, now });
    const row = await readCredential(unit.tx, id);
    if (row === null) throw unknownCredential(id);
    unit.record({ action: `${row.kind}.revoke`, subject: row.subject ?? id, details: { id } });
    return viewOf(row, context.clock.now());
  });
}

function unknownCredential(id: string): WeftError {
  return new WeftError('NOT_FOUND', `there is no key or token "${id}" of yours`, {
    remedy: '`weft key list --all` shows ids; a token tells its own as `jti`.',
  });
}
