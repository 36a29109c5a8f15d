/**
 * What an administrator of the database does to either chain of a mesh's audit log is found: online, at the start, offline.
 *
 * Not the rules of one chain (`core/src/registry/audit-chain.test.ts`). The tampering is plain SQL with triggers off.
 */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { createCheckpointFile } from '../server/src/adapters/checkpoint-file.ts';
import { openKeyring, ROOT_KEY } from '../server/src/adapters/keyring.ts';
import { systemClock, systemRandom } from '../server/src/adapters/runtime-ports.ts';
import { openPgliteStore } from '../server/src/adapters/store-pglite.ts';
import { createAuditLog } from '../server/src/store/audit-log.ts';
import type { SchemaName, Store } from '../server/src/store/store.ts';
import { startMesh } from './support/mesh.ts';
import { openTestStore, silentLogger } from './support/store.ts';

async function tamper(store: Store, ...statements: string[]): Promise<void> {
  const script = ["set session_replication_role = 'replica'", ...statements];
  for (const statement of script) await sql.raw(statement).execute(store.schema('control'));
  await sql.raw('reset session_replication_role').execute(store.schema('control'));
}

async function tamperOffline(data: string, ...statements: string[]): Promise<void> {
  const store = await openPgliteStore({ directory: join(data, 'store'), logger: silentLogger });
  await tamper(store, ...statements);
  await store.close();
}

const event = { actor: 'ana', action: 'test.done', subject: 'sales.orders', details: {} };

/** What a node would have written; the chain is sealed with the mesh's own keys. */
async function appendTo(data: string, schema: SchemaName, count: number): Promise<void> {
  const store = await openPgliteStore({ directory: join(data, 'store'), logger: silentLogger });
  const crypto = openKeyring(join(data, 'keys'));
  const keys = { crypto, keyId: ROOT_KEY, publicKey: crypto.ensureKey(ROOT_KEY) };
  const log = createAuditLog({ store, schema, clock: systemClock, random: systemRandom, ...keys });
  await log.append(...Array.from({ length: count }, () => event));
  await store.close();
}

test('a mesh finds a changed node chain and a cut-off control chain, offline too', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-audit-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  const file = join(folder, 'audit.ndjson');
  const kept = join(data, 'audit', 'control.checkpoints.ndjson');
  {
    await using mesh = await startMesh({ data });
    assert.equal((await mesh.weft('user', 'create', 'olga', '--role', 'producer')).code, 0);
    for (const name of ['sales', 'stock', 'shops'])
      assert.equal((await mesh.weft('domain', 'create', name, '--owner', 'olga')).code, 0);
  }
  assert.equal(statSync(kept).mode & 0o777, 0o600);
  await appendTo(data, 'node', 3);
  {
    await using mesh = await startMesh({ data });
    const verified = await mesh.weft('audit', 'verify');
    assert.match(verified.stdout, /chain control: none[\s\S]*✓ 3 entries of chain node: none/);
    const list = await mesh.weft('audit', 'list', '--chain', 'node', '--json');
    assert.equal(JSON.parse(list.stdout).items.length, 3);
    assert.equal((await mesh.weft('audit', 'export', '--out', file)).code, 0);
    const offline = await mesh.weft('audit', 'verify', file);
    assert.match(offline.stdout, /chain control: none[\s\S]*✓ 3 entries of chain node: none/);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"action":"test.done"', '"action":"test.gone"'));
    const changed = await mesh.weft('audit', 'verify', file);
    assert.equal(changed.code, 3);
    assert.match(changed.stdout, /✓ .*chain control[\s\S]*changed \(chain node\)/);
  }
  await tamperOffline(data, "update node.audit_entries set actor = 'eve' where index = 1");
  {
    await using mesh = await startMesh({ data });
    const broken = await mesh.weft('audit', 'verify');
    assert.notEqual(broken.code, 0);
    assert.match(broken.stderr + broken.stdout, /node.*AUDIT_ENTRY_CHANGED/);
    assert.equal((await mesh.weft('audit', 'verify', '--chain', 'control')).code, 0);
  }
  await tamperOffline(
    data,
    'delete from control.audit_entries where index > 0',
    'delete from control.audit_checkpoints',
  );
  const before = readFileSync(kept, 'utf8');
  {
    await using mesh = await startMesh({ data });
    const cut = await mesh.weft('audit', 'verify', '--chain', 'control');
    assert.notEqual(cut.code, 0);
    assert.match(cut.stderr + cut.stdout, /AUDIT_CHAIN_TRUNCATED|AUDIT_CHECKPOINT_DIFFERS/);
    assert.equal((await mesh.weft('audit', 'export', '--out', file)).code, 0);
    assert.equal((await mesh.weft('audit', 'verify', file, '--chain', 'control')).code, 3);
  }
  assert.equal(readFileSync(kept, 'utf8'), before, 'a changed chain is not signed again');
});

test('a kept checkpoint shows a cut-off end at once, survives a torn line and is kept once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-audit-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using store = await openTestStore();
  const crypto = openKeyring(join(folder, 'keys'));
  const archive = createCheckpointFile(folder, 'control');
  const log = createAuditLog({
    store,
    schema: 'control',
    clock: systemClock,
    random: systemRandom,
    crypto,
    keyId: ROOT_KEY,
    publicKey: crypto.ensureKey(ROOT_KEY),
    archive,
  });
  assert.equal(await log.keepCheckpoint(), null);
  assert.equal(await archive.last(), null, 'an empty chain has no end to sign');
  await log.append(event, event);
  await log.keepCheckpoint();
  await log.keepCheckpoint();
  const path = join(folder, 'control.checkpoints.ndjson');
  assert.equal(readFileSync(path, 'utf8').trim().split('\n').length, 1);
  appendFileSync(path, '{"index":7,"ha');
  assert.equal((await archive.last())?.index, 1);
  await log.append(event, event);
  await log.keepCheckpoint();
  assert.equal((await archive.last())?.index, 3);
  assert.deepEqual((await log.verify()).findings, []);
  await tamper(store, 'delete from control.audit_entries where index > 1');
  assert.equal((await log.keepCheckpoint())?.code, 'AUDIT_CHAIN_TRUNCATED');
  const codes = (await log.verify()).findings.map(({ code }) => code);
  assert.deepEqual(codes, ['AUDIT_CHAIN_TRUNCATED']);
  await log.append(event, event);
  assert.equal((await log.keepCheckpoint())?.code, 'AUDIT_CHECKPOINT_DIFFERS');
});
