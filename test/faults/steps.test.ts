/**
 * The mesh ends by SIGKILL exactly at a named step, again and again over one data directory: nothing acknowledged is lost,
 * nothing counts twice, and the directory is proven each time.
 *
 * Not random moments (`kill-ingest.test.ts`). Rounds: WEFT_STEP_ROUNDS, 5 by default, many in two directories side by side that
 * are begun anew after DIRECTORY_LIVES; which steps follows WEFT_TURN. A run that is long enough must reach every step.
 */
import assert from 'node:assert/strict';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { STEPS, type Step } from '@weft/core/lib/steps';
import fc from 'fast-check';
import { proveDataDirectory } from '../../server/src/compose-proof.ts';
import { readConfig } from '../../server/src/config.ts';
import { ID_STEP } from '../support/crash-ask.ts';
import { arm, type CrashMesh, reached, startCrashMesh } from '../support/crash-process.ts';
import {
  expectedRows,
  newWorkload,
  PRODUCTS,
  prepareMesh,
  settle,
  type Workload,
  widen,
  work,
} from '../support/crash-workload.ts';
import { silentLogger } from '../support/store.ts';
import { countRows } from '../support/table-rows.ts';
import { TURN } from '../support/turn.ts';

const ROUNDS = Number(process.env['WEFT_STEP_ROUNDS'] ?? 5);
/** Batches of the last rounds that are looked at after each restart; at the end all are. */
const RECENT = 60;
/** Data directories that are worked on side by side: a life waits as much as it works. */
const LANES = ROUNDS < 20 ? 1 : 2;
/** Lives of one directory. Why not all: each proof reads all that the lives before have left. */
const DIRECTORY_LIVES = 50;
const PROGRESS_ROUNDS = 10;

/** Steps that a start reaches before anything can be sent. */
const AT_START: readonly Step[] = ['recovery-ended-one', 'recovery-done'];

/** Steps of a table that is changed because its contract was. */
const AT_NEW_COLUMNS: readonly Step[] = [
  'columns-staged',
  'columns-in-transaction',
  'columns-committed',
];

/** Steps that few batches reach: the first time is awaited. */
const SELDOM: readonly Step[] = ['discard-in-transaction', 'discard-done'];

/** How often batches are sent until the step is reached. */
const TRIES_MAX = 4;

interface Round {
  step: Step;
  nth: number;
}

/** All steps in a shuffled order, again and again. */
function rounds(): Round[] {
  const laps = Math.ceil(ROUNDS / STEPS.length);
  const orders = fc.sample(fc.shuffledSubarray([...STEPS], { minLength: STEPS.length }), {
    seed: TURN,
    numRuns: laps,
  });
  const nths = fc.sample(fc.integer({ min: 1, max: 2 }), { seed: TURN, numRuns: ROUNDS });
  return orders
    .flat()
    .slice(0, ROUNDS)
    .map((step, i) => ({
      step,
      nth: [...AT_START, ...SELDOM].includes(step) ? 1 : (nths[i] ?? 1),
    }));
}

/** One life of the mesh: it proves what the last one left, works, and ends where it has to. */
async function live(folder: string, workload: Workload, round: Round): Promise<void> {
  const atStart = AT_START.includes(round.step);
  if (round.step === 'strays-deleted') plantStray(folder);
  arm(folder, atStart ? round : null);
  const mesh = await startCrashMesh({ folder });
  if (mesh === null) return;
  if (workload.token === null) await prepareMesh(mesh, workload);
  if (await settle(mesh, workload, Math.max(0, workload.sent.length - RECENT))) {
    const isWide = !AT_NEW_COLUMNS.includes(round.step) || (await widen(mesh, workload));
    arm(folder, round);
    if (isWide) await work(mesh, workload, 5);
    for (let tries = 1; tries < TRIES_MAX && SELDOM.includes(round.step); tries++) {
      if (!mesh.isGone()) await work(mesh, workload, 5);
    }
  }
  await endOf(mesh, round.step);
}

/** Steps of the upkeep's rounds, which come by the clock. */
const BY_CLOCK: readonly Step[] = [
  'merge-written',
  'version-in-transaction',
  'version-done',
  'due-deleted',
  'due-forgotten',
  'strays-deleted',
];

/** Leaves a file in a table that no version of it ever named, and that is old. */
function plantStray(folder: string): void {
  const tables = join(folder, 'data/tables/sales/orders/v1/data');
  if (!existsSync(tables)) return;
  const stray = join(tables, 'merge-left-by-an-earlier-life.parquet');
  writeFileSync(stray, 'left');
  utimesSync(stray, new Date(0), new Date(0));
}

/** Why the wait: the relay's steps come after the last answer, those of the upkeep after its next round. */
async function endOf(mesh: CrashMesh, step: Step): Promise<void> {
  const wait = AT_START.includes(step) ? 0 : BY_CLOCK.includes(step) ? 8_000 : 1_000;
  const late = new Promise((resolve) => setTimeout(resolve, wait));
  await Promise.race([mesh.gone, late]);
  await mesh.kill();
}

async function prove(folder: string, repair: boolean) {
  const config = readConfig({ data: join(folder, 'data'), env: {} });
  return await proveDataDirectory(config, { repair, logger: silentLogger });
}

/** After a crash nothing is damaged; after a repair nothing is left but what the next start takes up. */
async function proveCrashed(folder: string, repair: boolean): Promise<void> {
  const { findings } = await prove(folder, repair);
  const damage = findings.filter(({ state }) => state === 'damaged');
  assert.deepEqual(damage, []);
  if (!repair) return;
  const left = (await prove(folder, false)).findings.filter(({ code }) => code !== 'batch-waiting');
  assert.deepEqual(left, []);
}

test(`${ROUNDS} lives that end at named steps (turn ${TURN})`, {
  timeout: ROUNDS * 180_000,
}, async (t) => {
  const all = rounds();
  const lanes = Array.from({ length: LANES }, (_, lane) =>
    liveLane(all.filter((__, i) => i % LANES === lane)),
  );
  const lived = (await Promise.all(lanes)).flat();
  const ends = lived.flatMap((directory) => directory.ends);
  const batches = lived.reduce((sum, directory) => sum + directory.batches, 0);
  t.diagnostic(`${batches} batches; ended at ${ends.join(', ')}`);
  if (ROUNDS < 3 * STEPS.length) return;
  const unreached = STEPS.filter((step) => !ends.includes(step));
  assert.deepEqual(unreached, [], 'every step was reached');
});

interface Lived {
  batches: number;
  /** Where its lives ended. */
  ends: string[];
}

/** Lives one after the other, in as many directories as they need. */
async function liveLane(lives: readonly Round[]): Promise<Lived[]> {
  const lived: Lived[] = [];
  for (let from = 0; from < lives.length; from += DIRECTORY_LIVES) {
    lived.push(await liveAll(lives.slice(from, from + DIRECTORY_LIVES)));
    process.stderr.write(`${from + DIRECTORY_LIVES} of ${lives.length} lives of a lane\n`);
  }
  return lived;
}

/** Lives over one data directory, one after the other, and a last one that ends well. */
async function liveAll(lives: readonly Round[]): Promise<Lived> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'weft-steps-')));
  try {
    const workload = newWorkload();
    for (const [i, round] of lives.entries()) {
      await live(folder, workload, round);
      assert.deepEqual(workload.broken, [], `life ${i + 1}, ${round.step} ${round.nth}`);
      await proveCrashed(folder, i % 4 === 0);
      if (i % PROGRESS_ROUNDS === PROGRESS_ROUNDS - 1)
        process.stderr.write(`${i + 1} of ${lives.length} lives\n`);
    }
    await endWell(folder, workload);
    return { batches: workload.sent.length, ends: reached(folder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function endWell(folder: string, workload: Workload): Promise<void> {
  arm(folder, null);
  const mesh = await startCrashMesh({ folder });
  assert.ok(mesh !== null);
  if (workload.token === null) await prepareMesh(mesh, workload);
  assert.ok(await settle(mesh, workload, 0));
  await mesh.stop();
  assert.deepEqual(workload.broken, []);
  const { ok } = await prove(folder, true);
  assert.ok(ok);
  assert.deepEqual((await prove(folder, false)).findings, []);
  await checkRows(folder, workload);
}

/** Every committed row is there once, and no other. */
async function checkRows(folder: string, workload: Workload): Promise<void> {
  const found = await countRows(join(folder, 'data'), PRODUCTS, `id // ${ID_STEP}`);
  for (const product of PRODUCTS) {
    const expected = [...expectedRows(workload, product)].sort(([a], [b]) => a - b);
    assert.deepEqual(
      found.get(product) ?? [],
      expected.map(([group, rows]) => ({ group, rows, distinct: rows })),
      product,
    );
  }
}
