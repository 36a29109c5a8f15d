/** Projections on disk: made once and whole, read-only, gone with their data file, bounded. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { must } from '@weft/core/lib/assert';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import type { HashKey } from '@weft/core/query/masks';
import type { ProjectionPart } from '@weft/core/query/project';
import {
  deriveTestKey,
  openProjections,
  type TestProjections,
} from '../../../test/support/projections.ts';
import { createMaskKeys } from '../services/mask-keys.ts';
import type { KeptProjections } from './projection-files.ts';

let directory: string;
let made: string[];
let keys: (HashKey | null)[];
let now: number;
/** Rows that the engine says it wrote. */
let rows: number;
/** Called before a statement writes. */
let before: (target: string) => Promise<void>;

/** An engine whose statement is the path that it shall write. */
const maker = {
  async make(target: string, key: HashKey | null): Promise<{ rows: number }> {
    keys.push(key);
    await before(target);
    made.push(target);
    fs.writeFileSync(target, 'rows'.repeat(25));
    return { rows };
  },
  rows: async () => [],
  close() {},
};

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-projections-'));
  made = [];
  keys = [];
  now = 1_000_000;
  rows = 1;
  before = async () => {};
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

const open = (bytesMax = 1_000): Promise<TestProjections> =>
  openProjections(directory, { bytesMax, maker, now: () => now });

function part(source: string, form: string | null): ProjectionPart {
  const file = path.join(directory, source);
  if (!fs.existsSync(file)) fs.writeFileSync(file, 'all rows');
  return {
    sources: [`file://${file}`],
    form,
    isOfVersion: false,
    formOfCopy: '',
    keyOf: null,
    copyTo: (target) => target,
  };
}

/** The cells of a version that consists of these data files. */
function cells(...sources: string[]): ProjectionPart {
  const parts = sources.map((source) => part(source, 'cells'));
  return {
    ...must(parts[0], 'a data file'),
    sources: parts.flatMap((one) => one.sources),
    isOfVersion: true,
    formOfCopy: '',
  };
}

const ask = { seconds: 5, signal: new AbortController().signal };

/** The files of parts that all have rows. */
async function pathsOf(files: KeptProjections, parts: ProjectionPart[]): Promise<string[]> {
  return (await files.open(parts, ask)).map((file) => must(file, 'a file'));
}

test('a form is made once, also for those who ask meanwhile, and is there after a restart', async () => {
  const { files } = await open();
  const parts = [part('a', 'DE'), part('b', 'DE')];
  assert.equal(files.has(parts), false);
  const [first, second] = await Promise.all([files.open(parts, ask), files.open(parts, ask)]);
  assert.deepEqual(first, second);
  assert.equal(made.length, 2);
  assert.equal(files.has(parts), true);
  const again = await open();
  assert.deepEqual(await again.files.open(parts, ask), first);
  assert.equal(made.length, 2);
});

test('what was changed on the disk since is made anew after a restart', async () => {
  const { files } = await open();
  const parts = [part('a', 'changed'), part('b', 'torn'), part('c', 'unknown'), part('d', 'whole')];
  const paths = await pathsOf(files, parts);
  const times = made.length;
  const [changed = '', torn = '', unknown = ''] = paths;
  for (const file of paths) fs.chmodSync(file, 0o600);
  const bytes = fs.readFileSync(changed);
  fs.writeFileSync(changed, Buffer.from(bytes.map((byte) => byte ^ 1)));
  fs.truncateSync(torn, 1);
  fs.rmSync(`${unknown}.sha256`);
  const again = await open();
  assert.deepEqual(await pathsOf(again.files, parts), paths);
  assert.equal(made.length, times + 3);
  assert.deepEqual(fs.readFileSync(changed), bytes);
  await again.files.open(parts, ask);
  assert.equal(made.length, times + 3, 'compared once');
});

test('other forms and other data files have other names; one that is permitted whole is itself', async () => {
  const { files } = await open();
  const paths = await files.open(
    [part('a', 'DE'), part('a', 'FR'), part('b', 'DE'), part('a', null)],
    ask,
  );
  assert.equal(new Set(paths).size, 4);
  assert.equal(paths[3], path.join(directory, 'a'));
  assert.equal(made.length, 3);
});

test('a part without rows is made once, and handed out as none, also after a restart', async () => {
  const { files } = await open();
  const parts = [part('a', 'DE'), part('b', 'DE')];
  rows = 0;
  await files.open(parts.slice(0, 1), ask);
  rows = 1;
  const [none, some] = await files.open(parts, ask);
  assert.equal(none, null);
  assert.notEqual(some, null);
  const again = await open();
  assert.deepEqual(await again.files.open(parts, ask), [null, some]);
  assert.equal(made.length, 2);
});

test('nobody can write what was handed out', async () => {
  const { files } = await open();
  for (const file of await pathsOf(files, [part('a', 'DE'), part('a', null)])) {
    assert.equal(fs.statSync(file).mode & 0o777, 0o444);
  }
  const home = path.join(directory, 'projections');
  assert.equal(fs.statSync(home).mode & 0o077, 0);
});

test('what fails or is cut off on its way is never handed out', async () => {
  const { files } = await open();
  before = async (target) => {
    fs.writeFileSync(target, 'half');
    throw new WeftError('UNAVAILABLE', 'the engine died');
  };
  const parts = [part('a', 'DE')];
  await assert.rejects(files.open(parts, ask), (error) => isWeftError(error, 'UNAVAILABLE'));
  assert.equal(files.has(parts), false);
  before = async () => {};
  const [file = ''] = await pathsOf(files, parts);
  fs.writeFileSync(path.join(path.dirname(file), 'x.parquet.unfinished'), 'half');
  await open();
  assert.deepEqual(
    fs.readdirSync(path.dirname(file)).sort(),
    [path.basename(file), `${path.basename(file)}.sha256`, 'source'].sort(),
  );
});

test('who cannot wait is told so, and the work goes on', async () => {
  const { files } = await open();
  const gate = Promise.withResolvers<void>();
  before = () => gate.promise;
  const parts = [part('a', 'DE')];
  await assert.rejects(files.open(parts, { ...ask, seconds: 0.02 }), (error) => {
    return isWeftError(error, 'UNAVAILABLE') && /still being prepared/.test(error.message);
  });
  const left = new AbortController();
  const asked = files.open(parts, { seconds: 5, signal: left.signal });
  left.abort();
  await assert.rejects(asked, (error) => isWeftError(error, 'CANCELLED'));
  gate.resolve();
  await files.open(parts, ask);
  assert.equal(made.length, 1);
});

test('what was made from a data file that is gone goes with the next sweep', async () => {
  const { files } = await open();
  const [gone = '', stays = ''] = await pathsOf(files, [part('a', 'DE'), part('b', 'DE')]);
  fs.rmSync(path.join(directory, 'a'));
  await files.sweep();
  assert.equal(fs.existsSync(gone), false);
  assert.equal(fs.existsSync(stays), true);
  assert.equal(files.has([part('b', 'DE')]), true);
  assert.equal(files.has([part('a', 'DE')]), false);
});

test('beyond the bound the longest unused go, and never one that was just handed out', async () => {
  const { files } = await open(250);
  const [first = '', second = ''] = await pathsOf(files, [part('a', 'DE'), part('b', 'DE')]);
  now += 120_000;
  await files.open([part('a', 'DE')], ask);
  now += 1_000;
  const [third = ''] = await pathsOf(files, [part('c', 'DE')]);
  assert.deepEqual([first, second, third].map(fs.existsSync), [true, false, true]);
  const [fourth = ''] = await pathsOf(files, [part('d', 'DE')]);
  assert.deepEqual([first, third, fourth].map(fs.existsSync), [true, true, true]);
});

test('there are never more than so many, whatever their size', async () => {
  const { files } = await openProjections(directory, { filesMax: 2, maker, now: () => now });
  const kept: string[] = [];
  for (const source of ['a', 'b', 'c']) {
    kept.push(...(await pathsOf(files, [part(source, 'DE')])));
    now += 120_000;
  }
  assert.deepEqual(kept.map(fs.existsSync), [false, true, true]);
});

test('what nobody asked for in a week goes: forms of rules and agreements that are no more are asked for by nobody', async () => {
  const { files } = await open();
  const [cold = '', warm = ''] = await pathsOf(files, [part('a', 'old rule'), part('a', 'rule')]);
  now += 4 * 86_400_000;
  await files.open([part('a', 'rule')], ask);
  now += 4 * 86_400_000;
  await files.sweep();
  assert.deepEqual([cold, warm].map(fs.existsSync), [false, true]);
  assert.deepEqual(
    [files.has([part('a', 'old rule')]), files.has([part('a', 'rule')])],
    [false, true],
  );
});

test('cells are made once for a version, and go with its first data file or ten minutes after their last use', async () => {
  const { files } = await open();
  const parts = [cells('a', 'b')];
  const [file = ''] = await pathsOf(files, parts);
  assert.deepEqual(await files.open(parts, ask), [file]);
  const [next = ''] = await pathsOf(files, [cells('a', 'b', 'c')]);
  assert.notEqual(next, file);
  assert.equal(made.length, 2);
  await files.open([part('a', 'DE')], ask);
  now += 500_000;
  await files.open([cells('a', 'b', 'c')], ask);
  now += 500_000;
  await files.sweep();
  assert.deepEqual([file, next].map(fs.existsSync), [false, true]);
  assert.equal(files.has([part('a', 'DE')]), true, 'the permitted part of a data file stays');
  fs.rmSync(path.join(directory, 'b'));
  await files.sweep();
  assert.equal(fs.existsSync(next), false);
});

test('a part that hashes is made under the key of its agreement, and no other part gets one', async () => {
  const { files } = await open();
  await files.open([part('a', 'DE'), { ...part('a', 'hashed'), keyOf: 'agr_7' }], ask);
  const key = createMaskKeys({ deriveKey: deriveTestKey }).keyOf('agr_7');
  assert.deepEqual(keys, [null, key]);
  const written = fs.readdirSync(path.join(directory, 'projections'), { recursive: true });
  assert.ok(!written.join().includes(key.inner));
});

test('a data file that is gone is an error of the node, not of the process', async () => {
  const { files } = await open();
  const lost = part('a', null);
  fs.rmSync(path.join(directory, 'a'));
  await assert.rejects(files.open([lost], ask), (error) => isWeftError(error, 'UNAVAILABLE'));
});
