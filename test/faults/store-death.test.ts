/**
 * The embedded store dies, or its disk fails, at a named step of the mesh: the process lives on, says so by name meanwhile, works
 * again by itself, and nothing that was acknowledged is lost.
 *
 * Not the line to a server (`lost-store.test.ts`, `test/pg/restart.test.ts`). WEFT_STORE_DEATHS: how many (default 1).
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { must } from '@weft/core/lib/assert';
import type { Step } from '@weft/core/lib/steps';
import { proveDataDirectory } from '../../server/src/compose-proof.ts';
import { readConfig } from '../../server/src/config.ts';
import { ID_STEP } from '../support/crash-ask.ts';
import {
  arm,
  type CrashMesh,
  planFile,
  reached,
  startCrashMesh,
} from '../support/crash-process.ts';
import {
  expectedRows,
  newWorkload,
  PRODUCTS,
  prepareMesh,
  settle,
  work,
} from '../support/crash-workload.ts';
import { silentLogger } from '../support/store.ts';
import { mendStoreDisk } from '../support/store-disk.ts';
import { countRows } from '../support/table-rows.ts';

const STEPS: readonly Step[] = [
  'commit-in-transaction',
  'version-staged',
  'batch-claimed',
  'hold-in-transaction',
  'commit-done',
  'discard-in-transaction',
  'landing-synced',
  'relay-sent',
];
const DEATHS = Number(process.env['WEFT_STORE_DEATHS'] ?? 1);
const ROUNDS_MAX = 20;
/** How long the disk of the store is broken: a start in between fails too. */
const BROKEN_MILLISECONDS = 2_500;

const folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'weft-death-')));
const data = join(folder, 'data');
after(() => fs.rmSync(folder, { recursive: true, force: true }));

function preload(): URL {
  const url = new URL('../support/store-disk.ts', import.meta.url);
  url.search = new URLSearchParams({
    root: join(data, 'store'),
    plan: planFile(folder),
  }).toString();
  return url;
}

test(`the store of a mesh dies, or its disk fails, ${DEATHS} times`, {
  timeout: DEATHS * 120_000,
}, async (t) => {
  const workload = newWorkload({
    kinds: ['plain', 'held', 'plain', 'held', 'plain'],
    mayHear: ['UNAVAILABLE', 'STORE_FAILED', 'DISK_FAILED'],
  });
  const started = await startCrashMesh({ folder, imports: [preload()] });
  const mesh = must(started, 'a mesh that started');
  t.after(() => mesh.kill());
  await prepareMesh(mesh, workload);
  for (let i = 0; i < DEATHS; i++) {
    const step = STEPS[Math.floor(i / 2) % STEPS.length] ?? 'commit-done';
    const store = i % 2 === 0 ? 'dies' : 'breaks';
    arm(folder, { step, nth: 1 + (Math.floor(i / 2) % 2), instead: { store } });
    const before = reached(folder).length;
    const mended = untilReached(before).then(() => mendStoreDisk(planFile(folder)));
    // Why more than once: whether a batch is held, and then discarded, is drawn.
    for (let round = 0; round < ROUNDS_MAX && reached(folder).length === before; round++) {
      await work(mesh, workload, 3);
      await settle(mesh, workload, Math.max(0, workload.sent.length - 20));
    }
    assert.ok(reached(folder).length > before, `${step} is reached`);
    await mended;
    await settle(mesh, workload, Math.max(0, workload.sent.length - 20));
    assert.deepEqual(workload.broken, [], `the store ${store} at ${step}\n${failures(mesh)}`);
    assert.equal(mesh.isGone(), false, 'the process lives on');
  }
  await mesh.stop();
  t.diagnostic(
    `${workload.sent.length} batches, ${workload.heard} answers to be asked for again; hit at ${reached(folder).join(', ')}`,
  );
  assert.equal(reached(folder).length, DEATHS);
  // Why not of one: a commit whose answer was lost is looked up when the store is back, and nobody hears of it.
  if (DEATHS > 1) assert.ok(workload.heard > 0, 'a store that is away was heard of');
  const config = readConfig({ data, env: {} });
  const { findings } = await proveDataDirectory(config, { repair: true, logger: silentLogger });
  const damage = findings.filter(({ state }) => state === 'damaged');
  assert.deepEqual(damage, []);
  const found = await countRows(data, PRODUCTS, `id // ${ID_STEP}`);
  for (const product of PRODUCTS) {
    const expected = [...expectedRows(workload, product)].sort(([a], [b]) => a - b);
    assert.deepEqual(
      found.get(product) ?? [],
      expected.map(([group, rows]) => ({ group, rows, distinct: rows })),
    );
  }
});

/** What the mesh logged of requests that failed. */
function failures(mesh: CrashMesh): string {
  const lines = mesh.log().split('\n');
  return lines.filter((line) => line.includes('request failed')).join('\n');
}

/** Resolves a while after the step was reached. */
async function untilReached(before: number): Promise<void> {
  while (reached(folder).length === before) await new Promise((resolve) => setTimeout(resolve, 50));
  arm(folder, null);
  await new Promise((resolve) => setTimeout(resolve, BROKEN_MILLISECONDS));
}
