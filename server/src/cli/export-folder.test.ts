/** Archives that hold what they must not, folders that are somebody else's, and exports that end in the middle. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import type { ExportList } from '@weft/core/query/export-list';
import { pack } from 'tar-stream';
import {
  finishFolder,
  hasPlace,
  lockExportFolder,
  openExportFolder,
  prepareFolder,
  writeEntry,
} from './export-folder.ts';
import { unpack } from './unpack.ts';

const TABLE = 'sales.lines';

function newFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'weft-folder-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'out');
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const dataName = (text: string): string => `${hashOf(text)}.parquet`;

async function* blocks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

interface Header {
  name: string;
  type?: 'file' | 'symlink' | 'directory' | 'link';
  linkname?: string;
}

async function archiveOf(...headers: Header[]): Promise<Buffer> {
  const archive = pack();
  for (const header of headers) {
    if (header.type === undefined || header.type === 'file') archive.entry(header, 'content');
    else archive.entry(header).end(null);
  }
  archive.finalize();
  const bytes: Buffer[] = [];
  for await (const block of archive) bytes.push(block as Buffer);
  return Buffer.concat(bytes);
}

async function namesOf(archive: Buffer): Promise<string[]> {
  const names: string[] = [];
  const source = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < archive.length; at += 300) yield archive.subarray(at, at + 300);
  };
  const options = { takes: hasPlace, broken: () => new Error('broken') };
  for await (const { name, bytes } of unpack(source(), options)) {
    names.push(name);
    for await (const _ of bytes);
  }
  return names;
}

test('names that have a place come, all others end the reading', async () => {
  const fine = ['weft-export.json', `data/${dataName('a')}`, 'metadata/v1.metadata.json'];
  assert.deepEqual(await namesOf(await archiveOf(...fine.map((name) => ({ name })))), fine);
  const bad: Header[] = [
    { name: '../evil' },
    { name: `data/../${dataName('a')}` },
    { name: '/etc/passwd' },
    { name: 'metadata/../../evil' },
    { name: 'metadata/..' },
    { name: 'metadata/.hidden' },
    { name: 'metadata\\evil' },
    { name: 'data/evil.parquet' },
    { name: 'other/file' },
    { name: 'data/', type: 'directory' },
    { name: `data/${dataName('a')}`, type: 'symlink', linkname: '/etc/passwd' },
    { name: 'metadata/v1.metadata.json', type: 'link', linkname: '../evil' },
  ];
  for (const header of bad) {
    const archive = await archiveOf({ name: 'weft-export.json' }, header);
    await assert.rejects(namesOf(archive), /has no place/, header.name);
  }
});

test('an archive that is cut, or none at all, is broken', async () => {
  const archive = await archiveOf({ name: 'weft-export.json' }, { name: `data/${dataName('a')}` });
  await assert.rejects(namesOf(archive.subarray(0, 1_100)), /broken/);
  await assert.rejects(namesOf(Buffer.alloc(2_048, 'html')), /broken/);
});

function listOf(texts: readonly string[], version: number): ExportList {
  return {
    table: `${TABLE}@1`,
    location: 'file:///out',
    version,
    metadata: `metadata/v${version}.metadata.json`,
    rows: 1,
    files: texts.map((text) => ({ name: dataName(text), bytes: text.length, sent: true })),
    products: [],
  };
}

/** An export of these data files from beginning to end. */
async function exportInto(path: string, texts: readonly string[], version: number): Promise<void> {
  const folder = await openExportFolder(path, TABLE);
  await prepareFolder(folder);
  for (const text of texts.filter((one) => !folder.have.includes(dataName(one))))
    await writeEntry(folder, { name: `data/${dataName(text)}`, bytes: blocks(text) });
  const list = listOf(texts, version);
  await writeEntry(folder, { name: list.metadata, bytes: blocks('{}') });
  const hint = Buffer.from(String(version));
  await finishFolder(folder, { list, metadata: [list.metadata], hint });
}

const namesIn = (path: string, place: string): string[] => fs.readdirSync(join(path, place)).sort();

test('the next version takes the place of the one before, which stands until it is whole', async (t) => {
  const path = newFolder(t);
  await exportInto(path, ['a', 'b'], 1);
  assert.deepEqual(namesIn(path, 'data'), [dataName('a'), dataName('b')].sort());
  const folder = await openExportFolder(path, TABLE);
  assert.equal(folder.list?.version, 1);
  await writeEntry(folder, { name: `data/${dataName('c')}`, bytes: blocks('c') });
  assert.equal(fs.readFileSync(join(path, 'metadata/version-hint.text'), 'utf8'), '1');
  const again = await openExportFolder(path, TABLE);
  assert.equal(again.have.length, 3, 'what came before it ended need not come again');
  await exportInto(path, ['b', 'c'], 2);
  assert.deepEqual(namesIn(path, 'data'), [dataName('b'), dataName('c')].sort());
  assert.deepEqual(namesIn(path, 'metadata'), ['v2.metadata.json', 'version-hint.text']);
  assert.equal((await openExportFolder(path, TABLE)).list?.version, 2);
});

test('a data file of other bytes than its name says is not kept', async (t) => {
  const path = newFolder(t);
  const folder = await openExportFolder(path, TABLE);
  assert.ok(!fs.existsSync(path), 'nothing is made before anything comes');
  await prepareFolder(folder);
  const entry = { name: `data/${dataName('a')}`, bytes: blocks('x') };
  await assert.rejects(writeEntry(folder, entry), /is not whole/);
  assert.deepEqual(namesIn(path, 'data'), []);
});

test('a file that was cut since is fetched anew, and the table stays as it was until then', async (t) => {
  const path = newFolder(t);
  await exportInto(path, ['abc', 'b'], 1);
  fs.writeFileSync(join(path, 'data', dataName('abc')), 'a');
  await assert.rejects(exportInto(path, ['abc', 'b'], 2), /is not whole/);
  assert.equal(fs.readFileSync(join(path, 'metadata/version-hint.text'), 'utf8'), '1');
  await exportInto(path, ['abc', 'b'], 2);
  assert.equal(fs.readFileSync(join(path, 'data', dataName('abc')), 'utf8'), 'abc');
});

test('a folder that holds something else, a file, another table, or a list that is none, is left alone', async (t) => {
  const refused = async (path: string, table = TABLE): Promise<void> => {
    const before = fs.statSync(path).isFile() ? [] : fs.readdirSync(path);
    await assert.rejects(openExportFolder(path, table), (error) => isWeftError(error, 'CONFLICT'));
    assert.deepEqual(fs.statSync(path).isFile() ? [] : fs.readdirSync(path), before);
  };
  const full = newFolder(t);
  fs.mkdirSync(full);
  fs.writeFileSync(join(full, 'notes.txt'), '');
  await refused(full);
  await refused(join(full, 'notes.txt'));
  const mixed = newFolder(t);
  await exportInto(mixed, ['a'], 1);
  await refused(mixed, 'sales.others');
  await refused(mixed, 'sales.lines@2');
  assert.ok(await openExportFolder(mixed, 'sales."lines@1"'));
  fs.writeFileSync(join(mixed, 'notes.txt'), '');
  await refused(mixed);
  const odd = newFolder(t);
  fs.mkdirSync(odd);
  fs.writeFileSync(join(odd, 'weft-export.json'), '{"table":5}');
  await refused(odd);
});

test('one run at a time works in a folder, by whatever path it is named', async (t) => {
  const path = newFolder(t);
  const lock = await lockExportFolder(path);
  const busy = (error: unknown): boolean => isWeftError(error, 'CONFLICT');
  await assert.rejects(lockExportFolder(path), busy);
  fs.mkdirSync(path);
  const alias = `${path}-alias`;
  fs.symlinkSync(path, alias);
  await assert.rejects(lockExportFolder(alias), busy);
  const beside = await lockExportFolder(`${path}-2`);
  beside.release();
  lock.release();
  (await lockExportFolder(alias)).release();
});

test('what somebody else put beside the files stays, and nothing is written through a link', async (t) => {
  const path = newFolder(t);
  await exportInto(path, ['a'], 1);
  fs.writeFileSync(join(path, 'data/notes.txt'), 'mine');
  fs.mkdirSync(join(path, 'metadata/.ipynb_checkpoints'));
  await exportInto(path, ['b'], 2);
  assert.deepEqual(namesIn(path, 'data'), [dataName('b'), 'notes.txt'].sort());
  assert.ok(namesIn(path, 'metadata').includes('.ipynb_checkpoints'));
  const elsewhere = newFolder(t);
  fs.renameSync(join(path, 'data'), elsewhere);
  fs.symlinkSync(elsewhere, join(path, 'data'));
  await assert.rejects(openExportFolder(path, TABLE), /no folder of its own/);
  assert.deepEqual(fs.readdirSync(elsewhere).sort(), [dataName('b'), 'notes.txt'].sort());
});

test('a folder in which the first run ended before its list is taken up', async (t) => {
  const path = newFolder(t);
  for (const place of ['data', 'metadata']) fs.mkdirSync(join(path, place), { recursive: true });
  fs.writeFileSync(join(path, 'weft-export.json.partial'), '');
  fs.writeFileSync(join(path, 'data', `${dataName('a')}.partial`), 'half');
  await exportInto(path, ['a'], 1);
  assert.deepEqual(namesIn(path, 'data'), [dataName('a')]);
  const other = newFolder(t);
  fs.mkdirSync(join(other, 'data'), { recursive: true });
  fs.writeFileSync(join(other, 'data/thesis.txt'), '');
  await assert.rejects(openExportFolder(other, TABLE), /holds something else/);
});

test('a file of the same size whose bytes were changed is fetched anew', async (t) => {
  const path = newFolder(t);
  await exportInto(path, ['abc'], 1);
  fs.writeFileSync(join(path, 'data', dataName('abc')), 'abd');
  const folder = await openExportFolder(path, TABLE);
  const list = listOf(['abc'], 2);
  for (const file of list.files) file.sent = false;
  await writeEntry(folder, { name: list.metadata, bytes: blocks('{}') });
  const finish = { list, metadata: [list.metadata], hint: Buffer.from('2') };
  await assert.rejects(finishFolder(folder, finish), /is not whole/);
  assert.deepEqual(namesIn(path, 'data'), []);
});

test('an answer that breaks off within a file is told as one that broke off', async (t) => {
  const path = newFolder(t);
  const archive = await archiveOf({ name: 'weft-export.json' }, { name: `data/${dataName('a')}` });
  const isWithin = Promise.withResolvers<void>();
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield archive.subarray(0, 1_540);
    await isWithin.promise;
    throw new Error('terminated');
  };
  const folder = await openExportFolder(path, TABLE);
  await prepareFolder(folder);
  const receive = async (): Promise<void> => {
    const broken = () => new WeftError('UNAVAILABLE', 'the answer broke off');
    for await (const entry of unpack(source(), { takes: hasPlace, broken })) {
      await writeEntry(folder, entry, () => {
        if (entry.name.startsWith('data/')) isWithin.resolve();
      });
    }
  };
  await assert.rejects(receive(), /the answer broke off/);
});
