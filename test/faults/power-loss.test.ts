/**
 * Power loss: at a step, or a moment, of the work everything goes that was not synced (bytes, names, renames, links and
 * removals, of store, landings, data and metadata files), and what was acknowledged is there all the same.
 *
 * The cut is a model (`test/support/power-model.ts`), stricter than usual file systems; a second form keeps a part of what
 * was not synced. Controls: builds without one of the syncs, in which the same suite must find a loss. Rounds:
 * WEFT_POWER_ROUNDS, 1 by default; WEFT_CONTROLS=all runs every control, else two of them that WEFT_TURN picks.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { STEPS } from '@weft/core/lib/steps';
import fc from 'fast-check';
import { createCheckpointFile } from '../../server/src/adapters/checkpoint-file.ts';
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
import { TURN, takeTurn } from '../support/turn.ts';
import { assertFollows, type Weakness, weaken } from '../support/weakened.ts';

const ROUNDS = Number(process.env['WEFT_POWER_ROUNDS'] ?? 1);
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

test(`${ROUNDS} power cuts lose nothing that was acknowledged (turn ${TURN})`, {
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
    { seed: TURN, numRuns: ROUNDS },
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

/** A line of the audit log's checkpoints, kept before the cut. Resolves to what was found broken. */
async function keepCheckpoint(name: string, root: URL): Promise<string[]> {
  const folder = join(base, name);
  const data = join(folder, 'data');
  fs.mkdirSync(data, { recursive: true });
  beginDisk(data, join(folder, 'disk'));
  const kept = { index: 7, hash: 'h', at: '2026-01-01T00:00:00Z', keyId: 'k', signature: 's' };
  const source = new URL('server/src/adapters/checkpoint-file.ts', root);
  const script = `import { createCheckpointFile } from '${source.href}';
    await createCheckpointFile('${join(data, 'audit')}', 'log').keep(${JSON.stringify(kept)});`;
  execFileSync(process.execPath, [
    '--import',
    modelOf(folder).href,
    '--input-type=module',
    '-e',
    script,
  ]);
  cutPower(data, join(folder, 'disk'), null);
  const found = await createCheckpointFile(join(data, 'audit'), 'log').last();
  return found?.index === kept.index ? [] : ['the checkpoint is gone'];
}

test('a power cut leaves the checkpoints of the audit log', async () => {
  assert.deepEqual(await keepCheckpoint('checkpoint', ROOT), []);
});

/** A mesh loses its power while an upload has told a piece and takes the next. Resolves to what was found broken. */
async function cutUpload(name: string, root: URL): Promise<string[]> {
  const { folder, workload } = newFolder(name);
  workload.kinds = ['upload'];
  const plan = { step: 'piece-synced', nth: 4 } as const;
  const life = { folder, workload, root, plan, perLine: 5, choose: null };
  const broken = await liveAndCut(life);
  const told = workload.sent.filter(({ acknowledged, upload }) => !acknowledged && upload?.told);
  assert.notEqual(told.length, 0, 'an upload was under way');
  return broken.length > 0 ? broken : await finish(folder, workload).catch(wordsOf);
}

test('a power cut leaves the bytes of an upload that were told', async () => {
  assert.deepEqual(await cutUpload('upload', ROOT), []);
});

interface Control extends Weakness {
  /** The life in which the loss is seen; absent: one after batches were acknowledged. */
  life?: (name: string, root: URL) => Promise<string[]>;
}

const WEAKNESSES: readonly Control[] = [
  {
    name: 'the names in a new data directory are not synced',
    file: 'server/src/compose.ts',
    find: '  await syncNames(config.dataDirectory);\n',
    replace: '  void syncNames;\n',
    life: firstMinute,
  },
  {
    name: 'the keys of a mesh are not synced',
    file: 'server/src/adapters/keyring.ts',
    find: '    fsyncSync(file);\n',
    replace: '',
    life: firstMinute,
  },
  {
    name: 'the pieces of an upload are not synced',
    file: 'server/src/adapters/upload-files.ts',
    find: '    await this.#file.datasync();\n',
    replace: '',
    life: cutUpload,
  },
  {
    name: 'the checkpoints of the audit log are not synced',
    file: 'server/src/adapters/checkpoint-file.ts',
    find: '        await file.sync();\n',
    replace: '',
    life: keepCheckpoint,
  },
  {
    name: 'the directory of checkpoints is not synced',
    file: 'server/src/adapters/checkpoint-file.ts',
    find: "      if (tail === '') await syncPath(directory);\n",
    replace: '',
    life: keepCheckpoint,
  },
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
    file: 'server/src/directories.ts',
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

const controls = process.env['WEFT_CONTROLS'] === 'all' ? WEAKNESSES : takeTurn(WEAKNESSES, 2);

test('every control is of the code as it is', () => {
  for (const weakness of WEAKNESSES) assertFollows(weakness);
});

for (const weakness of controls) {
  test(`control: where ${weakness.name}, a power cut is seen to lose something`, async (t) => {
    const no = WEAKNESSES.indexOf(weakness);
    const root = weaken(join(base, `tree-${no}`), weakness);
    if (weakness.life !== undefined) {
      assert.notDeepEqual(await weakness.life(`weak-${no}`, root).catch(wordsOf), []);
      return;
    }
    const { folder, workload } = newFolder(`weak-${no}`);
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
