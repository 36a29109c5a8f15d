/**
 * The audit log on a database: gapless under concurrency, closed to changes, verifiable after erasure and offline.
 *
 * The tampering is done as an administrator of the database would: triggers off, then plain SQL.
 */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Crypto, SecureRandom } from '@weft/core/lib/ports';
import { verifyExport } from '@weft/core/registry/audit-export';
import { sql } from 'kysely';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';
import { systemRandom } from '../adapters/runtime-ports.ts';
import { type AuditEvent, type AuditLog, type AuditTables, createAuditLog } from './audit-log.ts';
import { isSqlError, SQLSTATE } from './sql-error.ts';
import type { SchemaName } from './store.ts';

const pair = generateKeyPairSync('ed25519');
const random: SecureRandom = systemRandom;
const crypto: Crypto = {
  sha256: (data) => createHash('sha256').update(data).digest('hex'),
  sign: (_keyId, data) => sign(null, data, pair.privateKey),
  verify: (publicKey, data, signature) =>
    publicKey === 'mine' && verify(null, data, pair.publicKey, signature),
};

function logOf(store: TestStore, schema: SchemaName = 'control'): AuditLog {
  const clock = { now: () => Date.UTC(2026, 10, 22) };
  const keys = { keyId: 'audit', publicKey: 'mine' };
  return createAuditLog({ store, schema, clock, random, crypto, ...keys });
}

function event(n: number): AuditEvent {
  return { actor: `u${n % 2}`, action: 'test.done', subject: `s${n}`, details: { n } };
}

function events(count: number): AuditEvent[] {
  return Array.from({ length: count }, (_, n) => event(n));
}

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

async function tamper(store: TestStore, statement: string): Promise<void> {
  await sql
    .raw(
      `alter table audit_entries disable trigger user; ${statement};
       alter table audit_entries enable trigger user`,
    )
    .execute(store.schema('control'));
}

async function findings(log: AuditLog): Promise<string[]> {
  return (await log.verify()).findings.map((finding) => finding.code);
}

describe('appending', () => {
  test('is gapless and in order when many append at once, in both schemas apart', async () => {
    await using store = await openTestStore();
    const [log, second, node] = [logOf(store), logOf(store), logOf(store, 'node')];
    const calls = events(60).map((one, n) => (n % 2 ? log : second).append(one, event(100 + n)));
    await Promise.all([...calls, node.append(event(7))]);
    const entries = await log.list({ limit: 1000 });
    assert.deepEqual(
      entries.map((entry) => entry.index),
      Array.from({ length: 120 }, (_, n) => n),
    );
    for (const [n, call] of calls.entries()) {
      const own = await call;
      assert.deepEqual(
        own.map((entry) => entry.subject),
        [`s${n}`, `s${100 + n}`],
      );
      assert.equal(own[1]?.index, (own[0]?.index ?? 0) + 1);
    }
    assert.deepEqual(await findings(log), []);
    assert.equal((await node.verify()).entries, 1);
  });

  test('within a transaction stands or falls with it', async () => {
    await using store = await openTestStore();
    const log = logOf(store);
    const db = store.schema<AuditTables>('control');
    await log.append(event(1));
    const undone = db.transaction().execute(async (tx) => {
      await log.appendWithin(tx, event(2));
      throw new Error('changed my mind');
    });
    await assert.rejects(undone, /changed my mind/);
    await db.transaction().execute((tx) => log.appendWithin(tx, event(3)));
    const entries = await log.list({ limit: 10 });
    assert.deepEqual(
      entries.map((entry) => [entry.index, entry.subject]),
      [
        [0, 's1'],
        [1, 's3'],
      ],
    );
  });

  test('goes on behind the head that is there, whoever wrote it', async () => {
    await using store = await openTestStore();
    const [log, second] = [logOf(store), logOf(store)];
    const db = store.schema<AuditTables>('control');
    await log.append(event(0));
    await log.append(event(1), event(2));
    await second.append(event(3));
    await log.append(event(4));
    await db.transaction().execute((tx) => log.appendWithin(tx, event(5)));
    await log.append(event(6));
    await log.append({ ...event(7), personal: { name: { person: 'p', value: 'Ada' } } });
    await Promise.all([log.append(event(8)), second.append(event(8)), log.append(event(8))]);
    const entries = await log.list({ limit: 100 });
    const subjects = [0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8].map((n) => `s${n}`);
    assert.deepEqual(
      entries.map((entry) => entry.subject),
      subjects,
    );
    const report = await log.verify();
    assert.deepEqual([report.entries, report.findings], [11, []]);
  });

  test('of an event that cannot be written fails its own caller only', async () => {
    await using store = await openTestStore();
    const log = logOf(store);
    const good = log.append(event(1));
    await assert.rejects(log.append({ ...event(2), subject: 'a\0b' }), /NUL/);
    await assert.rejects(log.append({ ...event(2), actor: '\ud800' }), /surrogate/);
    await good;
    await log.append(event(3));
    assert.equal((await log.verify()).entries, 2);
  });

  test('of more entries than one statement can hold works', async () => {
    await using store = await openTestStore();
    const log = logOf(store);
    await log.append(...events(2500));
    const report = await log.verify();
    assert.equal(report.entries, 2500);
    assert.deepEqual(report.findings, []);
  });
});

describe('the tables', () => {
  test('refuse update, delete and truncate', async () => {
    await using store = await openTestStore();
    const log = logOf(store);
    await log.append({ ...event(1), personal: { name: { person: 'p', value: 'Ada' } } });
    await log.checkpoint();
    for (const statement of [
      "update audit_entries set actor = 'eve'",
      'delete from audit_entries',
      'truncate audit_entries cascade',
      'delete from audit_checkpoints',
      "update audit_salts set value = 'Eve'",
    ])
      await assert.rejects(
        sql.raw(statement).execute(store.schema('control')),
        (error) => isSqlError(error, SQLSTATE.appendOnly),
        statement,
      );
    assert.deepEqual(await findings(log), []);
  });

  test('filter and page what is listed', async () => {
    await using store = await openTestStore();
    const log = logOf(store);
    await log.append(...events(7));
    const own = await log.list({
      limit: 2,
      after: 1,
      filter: { actor: 'u1', actions: ['test.done'] },
    });
    assert.deepEqual(
      own.map((entry) => entry.index),
      [3, 5],
    );
    assert.deepEqual((await log.list({ limit: 9, filter: { subject: 's4' } })).length, 1);
  });
});

describe('verification', () => {
  const cases: [string, string, string][] = [
    [
      'a changed entry',
      "update audit_entries set actor = 'eve' where index = 2",
      'AUDIT_ENTRY_CHANGED',
    ],
    ['a removed entry', 'delete from audit_entries where index = 2', 'AUDIT_ENTRY_MISSING'],
    [
      'a cut-off end',
      'delete from audit_checkpoints; delete from audit_entries where index > 3',
      '',
    ],
    [
      'two entries that changed places',
      'update audit_entries set index = case index when 1 then 901 else 902 end where index in (1, 2);' +
        'update audit_entries set index = case index when 901 then 2 else 1 end where index > 900',
      'AUDIT_ENTRY_CHANGED',
    ],
  ];
  for (const [name, statement, code] of cases)
    test(`finds ${name}${code === '' ? ' by a checkpoint that was kept elsewhere' : ''}`, async () => {
      await using store = await openTestStore();
      const log = logOf(store);
      await log.append(...events(6));
      const kept = await log.checkpoint();
      assert.ok(kept);
      const disable = 'alter table audit_checkpoints disable trigger user';
      await tamper(store, `${disable}; ${statement}`);
      if (code !== '') assert.ok((await findings(log)).includes(code));
      else assert.deepEqual(await findings(log), []);
      const against: string[] = (await log.verify([kept])).findings.map(({ code }) => code);
      assert.ok(against.includes(code === '' ? 'AUDIT_CHAIN_TRUNCATED' : code));
    });

  test('works offline from the export file, and finds an edit of it', async () => {
    await using store = await openTestStore();
    const log = logOf(store);
    await log.append(...events(5));
    await log.checkpoint();
    const lines = await collect(log.export());
    const intact = await verifyExport(crypto, lines, { trustedKey: 'mine' });
    assert.deepEqual(intact, [{ chain: 'control', entries: 5, findings: [] }]);
    const edited = await verifyExport(crypto, lines.slice(0, -1), { trustedKey: 'mine' });
    assert.deepEqual(
      edited[0]?.findings.map((finding) => finding.code),
      ['AUDIT_CHAIN_TRUNCATED'],
    );
    const other = await verifyExport(crypto, lines, { trustedKey: 'another' });
    assert.deepEqual(
      other[0]?.findings.map((finding) => finding.code),
      ['AUDIT_CHECKPOINT_UNTRUSTED'],
    );
  });
});

test('personal values stand behind commitments and can be erased without breaking the chain', async () => {
  await using store = await openTestStore();
  const log = logOf(store);
  const name = { person: 'person-1', value: 'Ada Lovelace' };
  const other = { person: 'person-2', value: 'Grace Hopper' };
  const [entry] = await log.append({ ...event(1), personal: { name, other } });
  assert.ok(entry);
  assert.doesNotMatch(JSON.stringify(await log.list({ limit: 9 })), /Ada|Grace/);
  const details = JSON.parse(entry.details) as { [key: string]: { commitment: string } };
  const commitments = [details['name'], details['other']].map((one) => one?.commitment ?? '');
  assert.deepEqual([...(await log.open(commitments)).values()].sort(), [name.value, other.value]);

  assert.equal(await log.erasePerson('person-1'), 1);
  assert.deepEqual([...(await log.open(commitments)).values()], [other.value]);
  assert.deepEqual(await findings(log), []);
  const lines = await collect(log.export({ openings: true }));
  assert.doesNotMatch(lines.join('\n'), /Ada/);
  const report = await verifyExport(crypto, lines, { trustedKey: 'mine' });
  assert.deepEqual(report[0]?.findings, []);
});

test('a checkpoint signs the present end once', async () => {
  await using store = await openTestStore();
  const log = logOf(store);
  assert.equal(await log.checkpoint(), null);
  await log.append(event(1));
  const first = await log.checkpoint();
  assert.deepEqual(await log.checkpoint(), first);
  await log.append(event(2));
  assert.equal((await log.checkpoint())?.index, 1);
  assert.equal((await log.verify()).checkpoints, 2);
});
