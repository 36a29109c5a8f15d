/**
 * Power loss: at a step, or a moment, of the work everything goes that was not synced (bytes, names, renames, links and
 * removals, of store, landings, data and metadata files), and what was acknowledged is there all the same.
 *
 * The cut is a model (`test/support/power-model.ts`), stricter than usual file systems; a second form keeps a part of what
 * was not synced. Controls: builds without one of the syncs, in which the same suite must find a loss. Rounds:
 * WEFT_POWER_ROUNDS, 1 by default; WEFT_CONTROLS=all runs every control, else two of them that WEFT_SEED picks.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { must } from '@weft/core/lib/assert';
import { STEPS } from '@weft/core/lib/steps';
import fc from 'fast-check';
import { proveDataDirectory } from '../../server/src/compose-proof.ts';
import { readConfig } from '../../server/src/config.ts';
import { ID_STEP } from '../support/crash-ask.ts';
import type { CrashPlan } from '../support/crash-plan.ts';
import { arm, startCrashMesh } from '../support/crash-process.ts';
import {
  expectedRows,
  newWorkload,
  PRODUCTS,
  prepareMesh,
  settle,
  type Workload,
  work,
} from '../support/crash-workload.ts';
import { beginDisk, cutPower } from '../support/power-disk.ts';
import { silentLogger } from '../support/store.ts';
import { countRows } from '../support/table-rows.ts';
import { type Weakness, weaken } from '../support/weakened.ts';

const ROUNDS = Number(process.env['WEFT_POWER_ROUNDS'] ?? 1);
const SEED = Number(process.env['WEFT_SEED'] ?? Date.now() % 1_000_000);
const ROOT = new URL('../../', import.meta.url);

const base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'weft-power-')));
let token = '';
before(async () => {
  const folder = join(base, 'empty');
  fs.mkdirSync(folder);
  const workload = newWorkload();
  const mesh = await startCrashMesh({ folder });
  assert.ok(mesh !== null);
  await prepareMesh(mesh, workload);
  await mesh.stop();
  token = workload.token ?? '';
});
after(() => fs.rmSync(base, { recursive: true, force: true }));

interface Life {
  folder: string;
  workload: Workload;
  /** Source tree that is run. */
  root: URL;
  /** Where it ends; null: after the last answer. */
  plan: CrashPlan | null;
  perLine: number;
  choose: (() => boolean) | null;
}

/** A folder with a mesh that has its products and no batch yet, so that it may stand anywhere. */
function newFolder(name: string): { folder: string; workload: Workload } {
  const folder = join(base, name);
  fs.mkdirSync(folder);
  fs.cpSync(join(base, 'empty/data'), join(folder, 'data'), { recursive: true });
  return { folder, workload: { ...newWorkload(), token } };
}

/** Starts, proves what the last cut left, works, and loses its power. Resolves to what was found broken. */
async function liveAndCut(life: Life): Promise<string[]> {
  const { folder, workload, root, plan, perLine, choose } = life;
  const data = join(folder, 'data');
  const disk = join(folder, 'disk');
  beginDisk(data, disk);
  arm(folder, null);
  const mesh = await startCrashMesh({ folder, imports: [modelOf(folder)], root });
  assert.ok(mesh !== null);
  await settle(mesh, workload, 0);
  arm(folder, plan);
  await work(mesh, workload, perLine);
  await mesh.kill();
  cutPower(data, disk, choose);
  return [...workload.broken, ...(await damageOf(folder))];
}

function modelOf(folder: string): URL {
  const model = new URL('test/support/power-model.ts', ROOT);
  const places = { root: join(folder, 'data'), disk: join(folder, 'disk') };
  model.search = new URLSearchParams(places).toString();
  return model;
}

async function damageOf(folder: string, repair = false): Promise<string[]> {
  const config = readConfig({ data: join(folder, 'data'), env: {} });
  const { findings } = await proveDataDirectory(config, { repair, logger: silentLogger });
  return findings
    .filter(({ state }) => state === 'damaged')
    .map(({ code, detail }) => `${code}: ${detail}`);
}

/** Starts once more, without a shim: what was acknowledged is there, and each row once. */
async function finish(folder: string, workload: Workload): Promise<string[]> {
  arm(folder, null);
  const mesh = await startCrashMesh({ folder });
  assert.ok(mesh !== null);
  await settle(mesh, workload, 0);
  await mesh.stop();
  const found = await countRows(join(folder, 'data'), PRODUCTS, `id // ${ID_STEP}`);
  for (const product of PRODUCTS) {
    const expected = [...expectedRows(workload, product)].sort(([a], [b]) => a - b);
    assert.deepEqual(
      found.get(product) ?? [],
      expected.map(([group, rows]) => ({ group, rows, distinct: rows })),
    );
  }
  return [...workload.broken, ...(await damageOf(folder, true))];
}

test(`${ROUNDS} power cuts lose nothing that was acknowledged (seed ${SEED})`, {
  timeout: ROUNDS * 200_000,
}, async () => {
  const { folder, workload } = newFolder('cuts');
  const moments = fc.sample(
    fc.record({
      step: fc.option(fc.constantFrom(...STEPS), { freq: 4 }),
      nth: fc.integer({ min: 1, max: 3 }),
      mixed: fc.boolean(),
      bits: fc.infiniteStream(fc.boolean()),
    }),
    { seed: SEED, numRuns: ROUNDS },
  );
  for (const [i, { step, nth, mixed, bits }] of moments.entries()) {
    const life: Life = {
      folder,
      workload,
      root: ROOT,
      plan: step === null ? null : { step, nth },
      perLine: 5,
      choose: mixed ? () => bits.next().value === true : null,
    };
    const words = `cut ${i + 1} at ${step ?? 'the end'} ${nth}, ${mixed ? 'mixed' : 'all dropped'}`;
    assert.deepEqual(await liveAndCut(life), [], words);
  }
  assert.deepEqual(await finish(folder, workload), []);
});

/** A mesh that is made, takes its contracts and loses its power. Resolves to what was found broken. */
async function firstMinute(name: string, root: URL): Promise<string[]> {
  const folder = join(base, name);
  const data = join(folder, 'data');
  fs.mkdirSync(data, { recursive: true, mode: 0o700 });
  beginDisk(data, join(folder, 'disk'));
  const mesh = await startCrashMesh({ folder, imports: [modelOf(folder)], root });
  assert.ok(mesh !== null);
  const workload = newWorkload();
  await prepareMesh(mesh, workload);
  const key = await rootKeyOf(mesh.url);
  await mesh.kill();
  cutPower(data, join(folder, 'disk'), null);
  const again = await startCrashMesh({ folder });
  assert.ok(again !== null);
  const [keyNow] = await Promise.all([rootKeyOf(again.url), work(again, workload, 1)]);
  await again.stop();
  return [...workload.broken, ...(keyNow === key ? [] : ['the root key is another'])];
}

test('a power cut in the first minute of a mesh leaves its keys and what it published', async () => {
  assert.deepEqual(await firstMinute('first', ROOT), []);
});

async function rootKeyOf(url: string): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/mesh`);
  return ((await response.json()) as { rootKey: string }).rootKey;
}

/** Cut in the first minute; all others after batches were acknowledged. */
const FIRST: Weakness = {
  name: 'the names in a new data directory are not synced',
  file: 'server/src/compose.ts',
  find: '  await syncNames(config.dataDirectory);\n',
  replace: '  void syncNames;\n',
};

const WEAKNESSES: readonly Weakness[] = [
  FIRST,
  {
    name: 'the landing is not synced',
    file: 'server/src/adapters/node-disk.ts',
    find: '      await syncPath(path);\n      await syncPath(dirname(path));\n',
    replace: '      void [path, syncPath, dirname];\n',
  },
  {
    name: 'the directory of landings is not synced',
    file: 'server/src/adapters/node-disk.ts',
    find: '      await syncPath(dirname(path));\n',
    replace: '',
  },
  {
    name: 'data files are not synced',
    file: 'server/src/adapters/check-files.ts',
    find: 'syncFile: (path) => syncPath(path)',
    replace: 'syncFile: async () => {}',
  },
  {
    name: 'the directory of data files is not synced',
    file: 'server/src/adapters/check-files.ts',
    find: 'syncDirectory: (path) => syncPath(path)',
    replace: 'syncDirectory: async () => {}',
  },
  {
    name: 'new directories are not synced',
    file: 'server/src/adapters/node-disk.ts',
    find: 'await syncPath(dirname(at));',
    replace: 'void syncPath;',
  },
  {
    name: 'metadata files are not synced',
    file: 'server/src/adapters/object-store-local.ts',
    find: '      await file.sync();\n',
    replace: '',
  },
  {
    name: 'the directory of metadata files is not synced',
    file: 'server/src/adapters/object-store-local.ts',
    find: '  await syncDirectory(directory);\n}',
    replace: '}',
  },
  {
    name: 'the log of the store is not synced',
    file: 'server/src/adapters/pglite-worker.ts',
    find: "else fs.fdatasyncSync(must(stream.nfd, 'an open file has a descriptor'));",
    replace: '',
  },
  {
    name: 'the store runs without fsync, as PGlite ships',
    file: 'server/src/adapters/pglite-worker.ts',
    find: "PGlite.defaultStartParams.filter((parameter) => parameter !== '-F')",
    replace: 'PGlite.defaultStartParams',
  },
];

const controls =
  process.env['WEFT_CONTROLS'] === 'all'
    ? WEAKNESSES
    : must(
        fc.sample(fc.shuffledSubarray([...WEAKNESSES], { minLength: 2, maxLength: 2 }), {
          seed: SEED,
          numRuns: 1,
        })[0],
        'picked controls',
      );

for (const weakness of controls) {
  test(`control: where ${weakness.name}, a power cut is seen to lose something`, async (t) => {
    const no = WEAKNESSES.indexOf(weakness);
    if (weakness === FIRST) {
      const root = weaken(join(base, `tree-${no}`), weakness);
      assert.notDeepEqual(await firstMinute(`weak-${no}`, root), []);
      return;
    }
    const { folder, workload } = newFolder(`weak-${no}`);
    const root = weaken(join(base, `tree-${no}`), weakness);
    const life = { folder, workload, root, plan: null, perLine: 2, choose: null };
    const broken = await liveAndCut(life);
    const states = workload.sent.map(({ acknowledged }) => acknowledged?.state);
    assert.ok(states.includes('committed'), 'the weakened build works as long as there is power');
    // Why a second look: a store that lost its end is whole, and only what was acknowledged tells of the loss.
    const lost = broken.length > 0 ? broken : await finish(folder, workload).catch(wordsOf);
    t.diagnostic(lost[0] ?? 'nothing');
    assert.notDeepEqual(lost, []);
  });
}

/** A mesh that does not even start on what is left. */
function wordsOf(error: unknown): string[] {
  return [error instanceof Error ? error.message.slice(0, 300) : String(error)];
}
