/**
 * The mesh ends by SIGKILL in the middle of commits that many batches share: those whose commit was durable are there, once
 * and under the numbers that were told, and the others can be sent again.
 *
 * Not every step (`steps.test.ts`): those between the check and the answer. Rounds: WEFT_GROUP_ROUNDS, 1 by default; the
 * steps follow WEFT_TURN.
 */
import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Step } from '@weft/core/lib/steps';
import fc from 'fast-check';
import { proveDataDirectory } from '../../server/src/compose-proof.ts';
import { readConfig } from '../../server/src/config.ts';
import { ID_STEP } from '../support/crash-ask.ts';
import { arm, reached, startCrashMesh } from '../support/crash-process.ts';
import {
  expectedRows,
  newWorkload,
  PRODUCTS,
  prepareMesh,
  settle,
  work,
} from '../support/crash-workload.ts';
import { silentLogger } from '../support/store.ts';
import { countRows } from '../support/table-rows.ts';
import { TURN } from '../support/turn.ts';

const ROUNDS = Number(process.env['WEFT_GROUP_ROUNDS'] ?? 1);
const STEPS: readonly Step[] = [
  'version-staged',
  'commit-in-transaction',
  'commit-done',
  'hint-written',
];
/** Lines of batches that are sent at the same time, over two tables. */
const LINES = 10;

test(`${ROUNDS} kills in commits that batches share (turn ${TURN})`, {
  timeout: (ROUNDS + 1) * 180_000,
}, async (t) => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'weft-group-')));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const workload = newWorkload();
  const plan = fc.record({ step: fc.constantFrom(...STEPS), nth: fc.integer({ min: 2, max: 6 }) });
  for (const { step, nth } of fc.sample(plan, { seed: TURN, numRuns: ROUNDS })) {
    arm(folder, null);
    const mesh = await startCrashMesh({ folder });
    assert.ok(mesh !== null);
    if (workload.token === null) await prepareMesh(mesh, workload);
    await settle(mesh, workload, 0);
    arm(folder, { step, nth });
    await work(mesh, workload, 3, LINES);
    await mesh.kill();
    assert.deepEqual(workload.broken, [], `${step} ${nth}`);
    await prove(folder);
  }
  arm(folder, null);
  const mesh = await startCrashMesh({ folder });
  assert.ok(mesh !== null);
  assert.ok(await settle(mesh, workload, 0));
  await mesh.stop();
  assert.deepEqual(workload.broken, []);
  await prove(folder);
  const found = await countRows(join(folder, 'data'), PRODUCTS, `id // ${ID_STEP}`);
  for (const product of PRODUCTS) {
    const expected = [...expectedRows(workload, product)].sort(([a], [b]) => a - b);
    assert.deepEqual(
      found.get(product) ?? [],
      expected.map(([group, rows]) => ({ group, rows, distinct: rows })),
      product,
    );
  }
  t.diagnostic(`${workload.sent.length} batches; ended at ${reached(folder).join(', ')}`);
  assert.equal(reached(folder).length, ROUNDS, 'every round ended at its step');
});

async function prove(folder: string): Promise<void> {
  const config = readConfig({ data: join(folder, 'data'), env: {} });
  const { findings } = await proveDataDirectory(config, { repair: true, logger: silentLogger });
  assert.deepEqual(
    findings.filter(({ state }) => state === 'damaged'),
    [],
  );
}
