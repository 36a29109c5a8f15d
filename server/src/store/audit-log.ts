/**
 * The audit log of one schema: appends to the chain, reads it, pins it by checkpoints, verifies and exports it.
 *
 * Not the place that decides who may read it. Invariants: an append is one transaction, and many appends that wait at
 * the same time share one; indexes have no gaps, also with several processes; personal values stand outside the chain
 * and can be erased; nothing else is ever changed (triggers of the migration see to that). With an archive, a checkpoint
 * is kept there only while the chain still holds the one kept before: so the last kept one speaks for all.
 */
import { assert } from '@weft/core/lib/assert';
import { canonicalJson, type Json } from '@weft/core/lib/canonical-json';
import type { Clock, Crypto, SecureRandom } from '@weft/core/lib/ports';
import {
  type AuditCheckpoint,
  type AuditDraft,
  type AuditEntry,
  type AuditFinding,
  type AuditHead,
  checkpointStatement,
  commit,
  createChainVerifier,
  emptyHead,
  encodeHex,
  sealEntries,
} from '@weft/core/registry/audit-chain';
import {
  type AuditOpening,
  entryLine,
  headerLine,
  openingLine,
} from '@weft/core/registry/audit-export';
import { type Kysely, sql, type Transaction } from 'kysely';
import { readActions, readEntries } from './audit-read.ts';
import { isSqlError, SQLSTATE } from './sql-error.ts';
import type { SchemaName, Store } from './store.ts';

const PAGE = 1000;
const LIST_LIMIT_MAX = 1000;

interface CheckpointRow {
  index: number;
  hash: string;
  at: string;
  key_id: string;
  signature: string;
}

export interface AuditTables {
  audit_entries: AuditEntry;
  audit_salts: AuditOpening;
  audit_checkpoints: CheckpointRow;
}

/** What happened. Each personal value enters the chain as `{"commitment": …}` under its name in the details. */
export interface AuditEvent extends AuditDraft {
  personal?: { [name: string]: { person: string; value: string } };
}

export interface AuditFilter {
  /** RFC 3339 in UTC with milliseconds, as entries have it: from then on, and before then. */
  since?: string;
  until?: string;
  /** Queries that were let at this column: their first entry, without which no row leaves. */
  read?: { product: string; column: string };
  actor?: string;
  /** One of these. */
  actions?: readonly string[];
  subject?: string;
}

export type AuditPage = {
  after?: number;
  before?: number | undefined;
  limit: number;
  filter?: AuditFilter;
};

export interface AuditReport {
  chain: string;
  /** Public key (raw, base64url) that signs this chain's checkpoints: what an exported file is proven under. */
  key: string;
  entries: number;
  head: AuditHead;
  checkpoints: number;
  findings: AuditFinding[];
}

/** Where checkpoints are kept outside the store, so that a cut-off end shows although the store knows nothing of it. */
export interface AuditArchive {
  /** The one kept last; null when there is none. */
  last(): Promise<AuditCheckpoint | null>;
  /** Durable when it resolves. */
  keep(checkpoint: AuditCheckpoint): Promise<void>;
}

export interface AuditLog {
  readonly chain: SchemaName;
  /** Durable and in the chain when it resolves: all events of the call, or none. */
  append(...events: AuditEvent[]): Promise<AuditEntry[]>;
  /**
   * Appends inside the caller's transaction, so that the deed and its entry stand or fall together. Call it last: from
   * then on every other append waits for this transaction's end.
   */
  appendWithin<T>(tx: Transaction<T>, ...events: AuditEvent[]): Promise<AuditEntry[]>;
  /** Entries with an index greater than `after` (from -1), at most `limit` (1000), in order; or below `before`, backwards. */
  list(options: AuditPage): Promise<AuditEntry[]>;
  /** The actions that the log has, by name. */
  actions(): Promise<string[]>;
  /** The values behind commitments; an erased one is not among them. */
  open(commitments: readonly string[]): Promise<Map<string, string>>;
  /** Verifies the whole chain, also against the archive; `checkpoints` are further ones that were kept elsewhere. */
  verify(checkpoints?: readonly AuditCheckpoint[]): Promise<AuditReport>;
  /** The lines of an export file, up to a checkpoint that is signed for it; with `openings` also the personal values that were not erased. */
  export(options?: { openings?: boolean }): AsyncIterable<string>;
  /** Signs the present end of the chain; null when the chain is empty. */
  checkpoint(): Promise<AuditCheckpoint | null>;
  /**
   * Signs the present end of the chain and keeps that in the archive when it is new. When the entry of the last kept
   * checkpoint is gone or another, says so, and neither signs nor keeps. Cheap: it reads two entries.
   */
  keepCheckpoint(): Promise<AuditFinding | null>;
  /** Erases every personal value of a person and returns how many there were. */
  erasePerson(person: string): Promise<number>;
}

export interface AuditLogOptions {
  store: Store;
  schema: SchemaName;
  clock: Clock;
  random: SecureRandom;
  crypto: Crypto;
  /** Key that signs checkpoints, and its public half (raw, base64url). */
  keyId: string;
  publicKey: string;
  /** Without it, checkpoints stand in the store only. */
  archive?: AuditArchive;
}

type Tx = Transaction<AuditTables>;

interface Waiting {
  events: readonly AuditEvent[];
  outcome: PromiseWithResolvers<AuditEntry[]>;
}

/** Opens the log of a migrated schema. The schema's name is the chain's name. */
export function createAuditLog(options: AuditLogOptions): AuditLog {
  const db = options.store.schema<AuditTables>(options.schema);
  const batches = createBatcher(createAppender(db, options));
  return {
    chain: options.schema,
    async append(...events) {
      // Why here: an event that cannot be written must fail its own caller, not all who share the batch.
      for (const event of events) checkEvent(event);
      return await batches.add(events);
    },
    appendWithin: <T>(tx: Transaction<T>, ...events: AuditEvent[]) =>
      writeEvents(tx as unknown as Tx, options, events),
    list: (page) => readEntries(db, { ...page, limit: Math.min(page.limit, LIST_LIMIT_MAX) }),
    actions: () => readActions(db),
    open: (commitments) => openCommitments(db, commitments),
    verify: (checkpoints = []) => verifyLog(db, options, checkpoints),
    export: ({ openings = false } = {}) => exportLines(db, options, openings),
    checkpoint: () => db.transaction().execute((tx) => signHead(tx, options)),
    keepCheckpoint: () => keepHead(db, options),
    async erasePerson(person) {
      const { numDeletedRows } = await db
        .deleteFrom('audit_salts')
        .where('person', '=', person)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}

function checkEvent(event: AuditEvent): void {
  const { actor, action, subject, details, personal = {} } = event;
  const text = canonicalJson({ actor, action, subject, details, personal });
  assert(!text.includes('\\u0000'), 'PostgreSQL cannot hold a NUL character');
}

/** Collects what arrives while a write runs and writes it together (group commit). */
function createBatcher(write: (events: AuditEvent[]) => Promise<AuditEntry[]>): {
  add(events: readonly AuditEvent[]): Promise<AuditEntry[]>;
} {
  let waiting: Waiting[] = [];
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const entries = await write(batch.flatMap((call) => [...call.events]));
        let from = 0;
        for (const { events, outcome } of batch) {
          outcome.resolve(entries.slice(from, from + events.length));
          from += events.length;
        }
      } catch (error) {
        for (const { outcome } of batch) outcome.reject(error);
      }
    }
    running = false;
  };
  return {
    add(events) {
      const outcome = Promise.withResolvers<AuditEntry[]>();
      waiting.push({ events, outcome });
      if (!running) void run();
      return outcome.promise;
    },
  };
}

/**
 * Writes events behind the head that this log wrote last, in one statement instead of five. Where that is the head no more,
 * the index is taken, which the database refuses; then they are written behind the head that is there.
 */
function createAppender(
  db: Kysely<AuditTables>,
  options: AuditLogOptions,
): (events: readonly AuditEvent[]) => Promise<AuditEntry[]> {
  let known: AuditHead | null = null;
  const behindKnown = async (events: readonly AuditEvent[]): Promise<AuditEntry[] | null> => {
    const isPlain = events.length <= PAGE && events.every(({ personal }) => personal === undefined);
    if (known === null || !isPlain) return null;
    const at = new Date(options.clock.now()).toISOString();
    const head = known;
    const entries = sealEntries(options.crypto, head, events.map(draftOf), at);
    // Why forgotten first: when the answer is lost, nobody knows whether these are the head.
    known = null;
    try {
      return (await insertBehind(db, options, { head, entries })) ? entries : null;
    } catch (error) {
      if (isSqlError(error, SQLSTATE.uniqueViolation)) return null;
      throw error;
    }
  };
  return async (events) => {
    const entries =
      (await behindKnown(events)) ??
      (await db.transaction().execute((tx) => writeEvents(tx, options, events)));
    const last = entries.at(-1);
    if (last !== undefined) known = { index: last.index, hash: last.hash };
    return entries;
  };
}

/**
 * Takes the lock of the chain and writes behind a head, in one statement; false when the head is gone. Why the lock: who
 * holds it has read the head, and goes on from it.
 */
async function insertBehind(
  db: Kysely<AuditTables>,
  options: AuditLogOptions,
  { head, entries }: { head: AuditHead; entries: readonly AuditEntry[] },
): Promise<boolean> {
  const rows = entries.map(
    (
      entry,
    ) => sql`(${entry.index}::bigint, ${entry.at}::text, ${entry.actor}::text, ${entry.action}::text,
      ${entry.subject}::text, ${entry.details}::text, ${entry.previous}::text, ${entry.hash}::text)`,
  );
  const { rows: written } = await sql`with locked as materialized (select ${chainLock(options)})
    insert into audit_entries (index, at, actor, action, subject, details, previous, hash)
    select entry.index, entry.at, entry.actor, entry.action, entry.subject, entry.details, entry.previous, entry.hash
    from locked, (values ${sql.join(rows)})
      as entry (index, at, actor, action, subject, details, previous, hash)
    where exists (select 1 from audit_entries where index = ${head.index}::bigint and hash = ${head.hash}::text)
    returning index`.execute(db);
  return written.length > 0;
}

/** What excludes all other writers of the chain until the transaction ends. */
function chainLock({ schema }: AuditLogOptions) {
  return sql`pg_advisory_xact_lock(hashtext(${`weft.audit.${schema}`}))`;
}

function draftOf({ actor, action, subject, details }: AuditEvent): AuditDraft {
  return { actor, action, subject, details: { ...details } };
}

async function writeEvents(
  tx: Tx,
  options: AuditLogOptions,
  events: readonly AuditEvent[],
): Promise<AuditEntry[]> {
  if (events.length === 0) return [];
  const openings: AuditOpening[] = [];
  const drafts = events.map((event) => hidePersonal(options, event, openings));
  const head = await lockHead(tx, options);
  const at = new Date(options.clock.now()).toISOString();
  const entries = sealEntries(options.crypto, head, drafts, at);
  // Why in parts: a statement holds at most 65,535 parameters.
  for (const part of inParts(entries)) await tx.insertInto('audit_entries').values(part).execute();
  for (const part of inParts(openings)) await tx.insertInto('audit_salts').values(part).execute();
  return entries;
}

function inParts<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / PAGE);
  return Array.from({ length: count }, (_, i) => items.slice(i * PAGE, (i + 1) * PAGE));
}

function hidePersonal(
  options: AuditLogOptions,
  event: AuditEvent,
  openings: AuditOpening[],
): AuditDraft {
  const details: { [key: string]: Json } = { ...event.details };
  for (const [name, { person, value }] of Object.entries(event.personal ?? {})) {
    assert(!(name in details), `audit detail ${name} is given twice`);
    const salt = encodeHex(options.random.bytes(16));
    const commitment = commit(options.crypto, salt, value);
    openings.push({ commitment, person, salt, value });
    details[name] = { commitment };
  }
  return { ...draftOf(event), details };
}

/** The head, which stays the head until the transaction ends: the lock excludes all other writers of the chain. */
async function lockHead(tx: Tx, options: AuditLogOptions): Promise<AuditHead> {
  await sql`select ${chainLock(options)}`.execute(tx);
  const last = await tx
    .selectFrom('audit_entries')
    .select(['index', 'hash'])
    .orderBy('index', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? emptyHead(options.crypto, options.schema);
}

async function* eachEntry(db: Kysely<AuditTables>): AsyncGenerator<AuditEntry> {
  // Why not from -1: an entry that was put in below the first one must be seen, too.
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const page = await readEntries(db, { after, limit: PAGE, filter: {} });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.index;
  }
}

async function readCheckpoints(db: Kysely<AuditTables>): Promise<AuditCheckpoint[]> {
  const rows = await db
    .selectFrom('audit_checkpoints')
    .select(['index', 'hash', 'at', 'key_id', 'signature'])
    .orderBy('index')
    .execute();
  return rows.map(({ key_id, ...rest }) => ({ ...rest, keyId: key_id }));
}

/** Those of the store and the last of the archive, each once. */
async function knownCheckpoints(
  db: Kysely<AuditTables>,
  { archive }: AuditLogOptions,
): Promise<AuditCheckpoint[]> {
  const known = await readCheckpoints(db);
  const kept = (await archive?.last()) ?? null;
  if (kept === null || known.some(({ signature }) => signature === kept.signature)) return known;
  return [...known, kept];
}

async function openCommitments(
  db: Kysely<AuditTables>,
  commitments: readonly string[],
): Promise<Map<string, string>> {
  if (commitments.length === 0) return new Map();
  const rows = await db
    .selectFrom('audit_salts')
    .select(['commitment', 'value'])
    .where('commitment', 'in', [...commitments])
    .execute();
  return new Map(rows.map((row) => [row.commitment, row.value]));
}

async function verifyLog(
  db: Kysely<AuditTables>,
  options: AuditLogOptions,
  elsewhere: readonly AuditCheckpoint[],
): Promise<AuditReport> {
  const checkpoints = [...(await knownCheckpoints(db, options)), ...elsewhere];
  const verifier = createChainVerifier(options.crypto, {
    chain: options.schema,
    checkpoints,
    trustedKey: options.publicKey,
  });
  let entries = 0;
  for await (const entry of eachEntry(db)) {
    verifier.add(entry);
    entries += 1;
  }
  const findings = verifier.finish();
  const { head } = verifier;
  const { schema: chain, publicKey: key } = options;
  return { chain, key, entries, head, checkpoints: checkpoints.length, findings };
}

async function* exportLines(
  db: Kysely<AuditTables>,
  options: AuditLogOptions,
  openings: boolean,
): AsyncGenerator<string> {
  const last = await db.transaction().execute((tx) => signHead(tx, options));
  yield headerLine(options.schema, await knownCheckpoints(db, options));
  for await (const entry of eachEntry(db)) {
    // Why: what was appended meanwhile is under no checkpoint of this file, and would prove nothing.
    if (entry.index > (last?.index ?? -1)) break;
    yield entryLine(entry);
  }
  if (!openings) return;
  let after = '';
  for (;;) {
    const page = await db
      .selectFrom('audit_salts')
      .select(['commitment', 'person', 'salt', 'value'])
      .where('commitment', '>', after)
      .orderBy('commitment')
      .limit(PAGE)
      .execute();
    for (const opening of page) yield openingLine(opening);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.commitment;
  }
}

async function signHead(tx: Tx, options: AuditLogOptions): Promise<AuditCheckpoint | null> {
  const head = await lockHead(tx, options);
  if (head.index < 0) return null;
  const known = (await readCheckpoints(tx)).find(({ index }) => index === head.index);
  // Why also one of another hash: that is a chain that was changed, which verification must say and signing must not hide.
  if (known !== undefined) return known;
  const checkpoint = signCheckpoint(options, head);
  const { keyId: key_id, ...row } = checkpoint;
  await tx
    .insertInto('audit_checkpoints')
    .values({ ...row, key_id })
    .execute();
  return checkpoint;
}

function signCheckpoint(options: AuditLogOptions, { index, hash }: AuditHead): AuditCheckpoint {
  const at = new Date(options.clock.now()).toISOString();
  const statement = checkpointStatement(options.schema, { index, hash, at });
  const signature = encodeHex(options.crypto.sign(options.keyId, statement));
  return { index, hash, at, keyId: options.keyId, signature };
}

async function keepHead(
  db: Kysely<AuditTables>,
  options: AuditLogOptions,
): Promise<AuditFinding | null> {
  const { archive } = options;
  if (archive === undefined) return null;
  const hashes = db.selectFrom('audit_entries').select(['index', 'hash']);
  const kept = await archive.last();
  if (kept !== null) {
    const entry = await hashes.where('index', '=', kept.index).executeTakeFirst();
    const finding = checkPinned(kept, entry ?? null);
    if (finding !== null) return finding;
  }
  const head = await hashes.orderBy('index', 'desc').limit(1).executeTakeFirst();
  if (head === undefined || head.index === kept?.index) return null;
  await archive.keep(signCheckpoint(options, head));
  return null;
}

function checkPinned(kept: AuditCheckpoint, entry: { hash: string } | null): AuditFinding | null {
  if (entry?.hash === kept.hash) return null;
  const code = entry === null ? 'AUDIT_CHAIN_TRUNCATED' : 'AUDIT_CHECKPOINT_DIFFERS';
  const fault = entry === null ? 'gone' : 'another';
  return {
    code,
    index: kept.index,
    message: `entry ${kept.index}, signed at ${kept.at}, is ${fault}`,
  };
}
