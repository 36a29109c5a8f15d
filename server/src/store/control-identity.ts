/**
 * Queries about subjects and their credentials.
 *
 * Not who may change them (the services). Invariants: a row of a subject is never deleted, since agreements and the audit
 * log name it; a credential that was revoked stays so; the only form of a secret that gets here is its hash.
 */
import type { Role, Subject } from '@weft/core/registry/types';
import type { Kysely, Selectable } from 'kysely';
import { instant, json, optionalInstant } from './control-rows.ts';
import type {
  ControlTables,
  CredentialKind,
  CredentialsTable,
  SubjectKind,
  SubjectsTable,
} from './control-tables.ts';

type Db = Kysely<ControlTables>;

/** A subject as the register has it. */
export interface StoredSubject {
  id: string;
  name: string;
  kind: SubjectKind;
  roles: Role[];
  domains: string[];
  attributes: Record<string, string | string[]>;
  /** Issuer and subject identifier of the identity provider. */
  external: { issuer: string; id: string } | null;
  /** When the provider made the claims that stand here. */
  claimsAt: string | null;
  disabledAt: string | null;
  disabledBy: string | null;
  since: string | null;
  updatedAt: string;
}

export interface StoredCredential {
  id: string;
  kind: CredentialKind;
  subject: string | null;
  name: string | null;
  createdBy: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
  revokedBy: string | null;
  /** The credential that this one began with, and when that one ends by itself. */
  parent: CredentialParent | null;
}

export interface CredentialParent {
  id: string;
  expires: string;
}

const SUBJECT_COLUMNS = [
  'id',
  'name',
  'kind',
  'roles',
  'domains',
  'attributes',
  'issuer',
  'external_id',
  'claims_at',
  'disabled_at',
  'disabled_by',
  'since',
  'updated_at',
] as const;

const CREDENTIAL_COLUMNS = [
  'id',
  'kind',
  'subject',
  'name',
  'created_by',
  'created_at',
  'expires_at',
  'last_used_at',
  'revoked_at',
  'revoked_by',
  'parent',
  'parent_expires',
] as const;

export async function readStoredSubject(db: Db, id: string): Promise<StoredSubject | null> {
  const row = await db
    .selectFrom('subjects')
    .select(SUBJECT_COLUMNS)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : subjectOf(row);
}

/** The subject that an identity provider means. */
export async function readExternalSubject(
  db: Db,
  external: { issuer: string; id: string },
): Promise<StoredSubject | null> {
  const row = await db
    .selectFrom('subjects')
    .select(SUBJECT_COLUMNS)
    .where('issuer', '=', external.issuer)
    .where('external_id', '=', external.id)
    .executeTakeFirst();
  return row === undefined ? null : subjectOf(row);
}

/** The subject, locked until the transaction ends. */
export async function lockStoredSubject(db: Db, id: string): Promise<StoredSubject | null> {
  const row = await db
    .selectFrom('subjects')
    .select(SUBJECT_COLUMNS)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : subjectOf(row);
}

/** Subjects by id; with `text` those whose id or name has it, in capitals or not. */
export async function readSubjects(
  db: Db,
  page: { text: string; after: string; limit: number },
): Promise<StoredSubject[]> {
  let query = db.selectFrom('subjects').select(SUBJECT_COLUMNS).where('id', '>', page.after);
  if (page.text !== '') {
    const like = `%${page.text.replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where((row) => row.or([row('id', 'ilike', like), row('name', 'ilike', like)]));
  }
  const rows = await query.orderBy('id').limit(page.limit).execute();
  return rows.map(subjectOf);
}

/** Those of `ids` that the register knows. */
export async function readKnownSubjects(db: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('subjects').select('id').where('id', 'in', ids).execute();
  return rows.map((row) => row.id);
}

/** Those of `ids` that are called something else than their id. */
export async function readNames(
  db: Db,
  ids: readonly string[],
): Promise<{ id: string; name: string }[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('subjects')
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .whereRef('name', '!=', 'id')
    .orderBy('id')
    .execute();
}

export type SubjectValues = Pick<Subject, 'id' | 'name' | 'roles' | 'domains' | 'attributes'>;

/** Registers a subject or changes the one of that id; what is not given here stays. */
export async function writeSubject(
  db: Db,
  subject: SubjectValues,
  more: {
    now: string;
    kind?: SubjectKind;
    external?: { issuer: string; id: string; claimsAt: string };
    since?: string;
  },
): Promise<void> {
  const values = {
    name: subject.name,
    roles: json(subject.roles),
    domains: json(subject.domains),
    attributes: json(subject.attributes),
    updated_at: more.now,
    ...(more.since === undefined ? {} : { since: more.since }),
    ...(more.kind === undefined ? {} : { kind: more.kind }),
    ...(more.external === undefined
      ? {}
      : {
          kind: 'external' as const,
          issuer: more.external.issuer,
          external_id: more.external.id,
          claims_at: more.external.claimsAt,
        }),
  };
  await db
    .insertInto('subjects')
    .values({ id: subject.id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}

/** Registers a subject of the provider, unless the id or the subject is there already. */
export async function insertExternalSubject(
  db: Db,
  subject: SubjectValues,
  more: { now: string; external: { issuer: string; id: string; claimsAt: string } },
): Promise<void> {
  await db
    .insertInto('subjects')
    .values({
      id: subject.id,
      name: subject.name,
      roles: json(subject.roles),
      domains: json(subject.domains),
      attributes: json(subject.attributes),
      updated_at: more.now,
      kind: 'external',
      issuer: more.external.issuer,
      external_id: more.external.id,
      claims_at: more.external.claimsAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function writeSubjectStanding(
  db: Db,
  id: string,
  standing: { disabled_at?: string | null; disabled_by?: string | null; since?: string },
): Promise<void> {
  await db.updateTable('subjects').set(standing).where('id', '=', id).execute();
}

export async function insertCredential(
  db: Db,
  credential: {
    id: string;
    kind: CredentialKind;
    subject: string | null;
    name: string | null;
    hash: string | null;
    by: string;
    now: string;
    expires: string | null;
    revoked?: boolean;
    parent?: CredentialParent | null;
  },
): Promise<void> {
  const { id, kind, subject, name, hash, by, now, expires } = credential;
  await db
    .insertInto('credentials')
    .values({
      id,
      kind,
      subject,
      name,
      hash,
      created_by: by,
      created_at: now,
      expires_at: expires,
      revoked_at: credential.revoked === true ? now : null,
      revoked_by: credential.revoked === true ? by : null,
      parent: credential.parent?.id ?? null,
      parent_expires: credential.parent?.expires ?? null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export async function readCredential(db: Db, id: string): Promise<StoredCredential | null> {
  const row = await db
    .selectFrom('credentials')
    .select(CREDENTIAL_COLUMNS)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : credentialOf(row);
}

/** The credential with this id and the secret of this hash, with its subject. */
export async function readSecret(
  db: Db,
  secret: { id: string; hash: string },
): Promise<{ credential: StoredCredential; subject: StoredSubject } | null> {
  const row = await db
    .selectFrom('credentials')
    .select(CREDENTIAL_COLUMNS)
    .where('id', '=', secret.id)
    .where('hash', '=', secret.hash)
    .executeTakeFirst();
  if (row?.subject === undefined || row.subject === null) return null;
  const subject = await readStoredSubject(db, row.subject);
  return subject === null ? null : { credential: credentialOf(row), subject };
}

export async function readCredentials(
  db: Db,
  page: { subject: string | null; kinds: readonly CredentialKind[]; after: string; limit: number },
): Promise<StoredCredential[]> {
  let query = db
    .selectFrom('credentials')
    .select(CREDENTIAL_COLUMNS)
    .where('id', '>', page.after)
    .where('kind', 'in', page.kinds)
    .orderBy('id')
    .limit(page.limit);
  if (page.subject !== null) query = query.where('subject', '=', page.subject);
  return (await query.execute()).map(credentialOf);
}

interface Revoker {
  subject: string;
  now: string;
}

/** Revokes a credential with everything that began with it. */
export async function revokeCredential(db: Db, id: string, by: Revoker): Promise<void> {
  await db
    .updateTable('credentials')
    .set({ revoked_at: by.now, revoked_by: by.subject })
    .where((row) => row.or([row('id', '=', id), row('id', 'in', begunWith(db, [id]))]))
    .where('revoked_at', 'is', null)
    .execute();
}

/** Revokes the sessions and links of a subject, those that it made for others, and what began with them. */
export async function revokeSessions(db: Db, subject: string, by: Revoker): Promise<void> {
  const rows = await db
    .selectFrom('credentials')
    .select('id')
    .where('kind', 'in', ['session', 'link'])
    .where((row) => row.or([row('subject', '=', subject), row('created_by', '=', subject)]))
    .where('revoked_at', 'is', null)
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return;
  await db
    .updateTable('credentials')
    .set({ revoked_at: by.now, revoked_by: by.subject })
    .where((row) => row.or([row('id', 'in', ids), row('id', 'in', begunWith(db, ids))]))
    .where('revoked_at', 'is', null)
    .execute();
}

/** Ids of what began with one of these, at whatever remove. */
function begunWith(db: Db, ids: readonly string[]) {
  return db
    .withRecursive('begun', (with_) =>
      with_
        .selectFrom('credentials')
        .select('id')
        .where('parent', 'in', ids)
        .union(
          with_
            .selectFrom('credentials')
            .innerJoin('begun', 'begun.id', 'credentials.parent')
            .select('credentials.id'),
        ),
    )
    .selectFrom('begun')
    .select('begun.id');
}

/** Spends a link: it is found once, before its time is over. */
export async function spendLink(
  db: Db,
  link: { id: string; hash: string; now: string },
): Promise<StoredCredential | null> {
  const row = await db
    .updateTable('credentials')
    .set({ revoked_at: link.now, revoked_by: 'weft', last_used_at: link.now })
    .where('id', '=', link.id)
    .where('hash', '=', link.hash)
    .where('kind', '=', 'link')
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', link.now)
    .returning(CREDENTIAL_COLUMNS)
    .executeTakeFirst();
  return row === undefined ? null : credentialOf(row);
}

export async function noteUse(db: Db, id: string, now: string): Promise<void> {
  await db.updateTable('credentials').set({ last_used_at: now }).where('id', '=', id).execute();
}

/** Forgets credentials whose time was over at `before`; keys stay, so that their list tells what was. */
export async function forgetExpired(db: Db, before: string): Promise<void> {
  await db
    .deleteFrom('credentials')
    .where('expires_at', '<', before)
    .where('kind', '<>', 'key')
    .execute();
}

/** Everything that takes away: subjects and credentials that deny, of those whose time is not over. */
export async function readStanding(db: Db, now: string) {
  const subjects = await db
    .selectFrom('subjects')
    .select(['id', 'disabled_at', 'since'])
    .where((row) => row.or([row('disabled_at', 'is not', null), row('since', 'is not', null)]))
    .execute();
  const credentials = await db
    .selectFrom('credentials')
    .select('id')
    .where('revoked_at', 'is not', null)
    .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', now)]))
    .execute();
  return { subjects, credentials: credentials.map((row) => row.id) };
}

function subjectOf(
  row: Pick<Selectable<SubjectsTable>, (typeof SUBJECT_COLUMNS)[number]>,
): StoredSubject {
  const { issuer, external_id: externalId } = row;
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    roles: row.roles,
    domains: row.domains,
    attributes: row.attributes,
    external: issuer === null || externalId === null ? null : { issuer, id: externalId },
    claimsAt: optionalInstant(row.claims_at),
    disabledAt: optionalInstant(row.disabled_at),
    disabledBy: row.disabled_by,
    since: optionalInstant(row.since),
    updatedAt: instant(row.updated_at),
  };
}

function credentialOf(
  row: Pick<Selectable<CredentialsTable>, (typeof CREDENTIAL_COLUMNS)[number]>,
): StoredCredential {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    name: row.name,
    createdBy: row.created_by,
    createdAt: instant(row.created_at),
    expiresAt: optionalInstant(row.expires_at),
    lastUsedAt: optionalInstant(row.last_used_at),
    revokedAt: optionalInstant(row.revoked_at),
    revokedBy: row.revoked_by,
    parent: parentOf(row),
  };
}

function parentOf(
  row: Pick<Selectable<CredentialsTable>, 'parent' | 'parent_expires'>,
): CredentialParent | null {
  const expires = optionalInstant(row.parent_expires);
  return row.parent === null || expires === null ? null : { id: row.parent, expires };
}
