/**
 * What upkeep tells of itself: counted before and after it worked, beside a real store, files and audit log.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { must } from '@weft/core/lib/assert';
import type { Subject } from '@weft/core/registry/types';
import { openKeyring } from '../../server/src/adapters/keyring.ts';
import { systemRandom } from '../../server/src/adapters/runtime-ports.ts';
import { createMaintenance } from '../../server/src/services/table-maintenance.ts';
import { type UpkeepStatus, upkeepStatus } from '../../server/src/services/upkeep-status.ts';
import { createAuditLog } from '../../server/src/store/audit-log.ts';
import {
  bodyOf,
  LINES_CONTRACT,
  nodeDbOf,
  openTestIngest,
  producer,
  type TestIngest,
} from '../support/ingest.ts';
import { silentLogger } from '../support/store.ts';
import { HOUR, SMALL_POLICY } from './small-policy.ts';

const TABLE = { domain: 'sales', table: 'lines', major: 1 };
const stranger: Subject = { ...producer, id: 'sub_stranger', domains: ['other'] };

function openUpkeep(node: TestIngest, clock: { now(): number }, keys: string) {
  const { store, lakehouse, lanes, files } = node.deps;
  const crypto = openKeyring(keys);
  const publicKey = crypto.ensureKey('root');
  const audit = createAuditLog({
    store,
    schema: 'node',
    clock,
    random: systemRandom,
    crypto,
    keyId: 'root',
    publicKey,
  });
  const deps = {
    store,
    lakehouse,
    audit,
    files,
    clock,
    logger: silentLogger,
    lanes: must(lanes, 'lanes of the node'),
    rewriter: node.processes,
    policy: SMALL_POLICY,
    commitsMin: 100,
    roundSeconds: HOUR,
  };
  const maintenance = createMaintenance(deps);
  const statusDeps = { ...deps, maintenance, domains: undefined };
  const status = async (product = 'sales.lines', subject = producer): Promise<UpkeepStatus> =>
    must((await upkeepStatus(statusDeps, product, subject))[0], 'status of a table');
  return { maintenance, status };
}

test('upkeep tells what there is to do, what it did and when it comes again', async () => {
  await using node = await openTestIngest();
  const keys = mkdtempSync(join(tmpdir(), 'weft-upkeep-keys-'));
  let ahead = 0;
  const { maintenance, status } = openUpkeep(node, { now: () => Date.now() + ahead }, keys);
  node.publish(LINES_CONTRACT);
  node.deps.onCommit = (table) => maintenance.committed(table);
  await assert.rejects(status(), { code: 'NOT_FOUND', message: /no table of sales.lines/ });
  for (let i = 0; i < 5; i++) {
    await node.service.ingest({
      product: 'sales.lines',
      body: bodyOf(`id\n${i}\n`),
      key: null,
      format: null,
      name: 'rows.csv',
      subject: producer,
    });
  }
  await assert.rejects(status('sales.lines', stranger), { code: 'NOT_FOUND' });
  await assert.rejects(status('sales.lines@2'), { code: 'NOT_FOUND' });
  const before = await status('sales.lines@1');
  assert.equal(before.table, 'sales.lines');
  const { count, small, mergeable } = before.files;
  assert.deepEqual([count, small, mergeable], [5, 5, 5]);
  assert.equal(before.snapshots.due, 0);
  assert.equal(before.next.commitsLeft, 95);
  assert.deepEqual(before.last, { visited: null, merged: null, expired: null, swept: null });

  await maintenance.visit(TABLE);
  const merged = await status();
  assert.deepEqual([merged.files.count, merged.files.mergeable], [1, 0]);
  assert.equal(merged.last.visited?.failed, null);
  assert.deepEqual(
    [merged.last.merged?.['filesBefore'], merged.last.merged?.['filesAfter']],
    [5, 1],
  );
  assert.equal(merged.next.commitsLeft, 100);

  // Over their time now: all snapshots but the newest, and a file that no version named.
  ahead = 30 * HOUR * 1_000;
  const { location } = await nodeDbOf(node.store)
    .selectFrom('tables')
    .select('location')
    .executeTakeFirstOrThrow();
  const stray = join(location.replace('file://', ''), 'data', 'stray.parquet');
  await writeFile(stray, 'x');
  await utimes(stray, new Date(), new Date());
  const due = await status();
  assert.equal(due.snapshots.due, due.snapshots.count - 1);
  assert.equal(due.orphans.due, 1);
  await maintenance.visit(TABLE);
  const kept = await status();
  assert.deepEqual([kept.snapshots.count, kept.snapshots.due, kept.orphans.due], [1, 0, 0]);
  assert.equal(kept.last.expired?.['snapshots'], due.snapshots.due);
  assert.equal(kept.last.swept?.['files'], 1);
  assert.ok(kept.unreachable.count > 0);
  assert.equal(kept.unreachable.due, 0);
  ahead += 2 * HOUR * 1_000;
  assert.equal((await status()).unreachable.due, kept.unreachable.count);
  await maintenance.stop();
  rmSync(keys, { recursive: true, force: true });
});
