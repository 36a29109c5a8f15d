/**
 * The folder of an exported table: what it holds, and the steps by which it becomes the next version.
 *
 * Not the request (`commands/export.ts`). Invariants: a file stands under its name only when it is whole and on disk; the
 * version hint and the list change when all that they name is there, and what they no longer name goes after that; one run
 * at a time works in a folder; a folder that holds something else is left alone, and so is what the export did not write.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { WeftError } from '@weft/core/lib/error';
import { type ExportList, LIST_NAME } from '@weft/core/query/export-list';
import { hashFile } from '../file-hash.ts';
import { tryFileLock } from '../file-lock.ts';

export const HINT_NAME = 'metadata/version-hint.text';
const DATA_NAME = /^([0-9a-f]{64})(?:-[1-9]\d{0,5})?\.parquet$/;
const METADATA_NAME = /^metadata\/[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;
const PARTIAL = '.partial';

/** True for names of entries that have a place in the folder. */
export function hasPlace(name: string): boolean {
  if (name === LIST_NAME) return true;
  return name.startsWith('data/') ? DATA_NAME.test(name.slice(5)) : METADATA_NAME.test(name);
}

export interface ExportFolder {
  path: string;
  /** What it holds; null while it holds no whole table. */
  list: ExportList | null;
  /** Names of its data files that are whole. */
  have: string[];
}

/**
 * Keeps other runs out of the folder until it is released, also when this one dies. Throws CONFLICT while one is under way.
 *
 * Why not a file in the folder: it is handed on, and nothing is to stand in it that is not of the table.
 */
export async function lockExportFolder(path: string): Promise<{ release(): void }> {
  const place = join(tmpdir(), `weft-exports-${process.getuid?.() ?? 'all'}`);
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const name = createHash('sha256')
    .update(await wholePath(path))
    .digest('hex');
  const lock = tryFileLock(join(place, `${name}.lock`));
  if (lock !== null) return lock;
  throw new WeftError('CONFLICT', `another export into ${path} is under way`, {
    remedy: 'Wait for its end, or name another folder.',
  });
}

/** One path for each folder, whatever links lead to it. */
async function wholePath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await wholePath(above), basename(path));
  }
}

const PLACES = ['data', 'metadata'] as const;

/** What is in the folder; nothing is made yet. Throws CONFLICT for one that holds something else, or another table. */
export async function openExportFolder(path: string, table: string): Promise<ExportFolder> {
  const names = await namesIn(path);
  const list = names.includes(LIST_NAME) ? await readList(path) : null;
  // Why not by the list alone: the first run may have ended before it had one.
  const own = new Set([LIST_NAME, `${LIST_NAME}${PARTIAL}`, ...PLACES]);
  const isOurs = names.every((name) => own.has(name)) && (list !== null || (await isBegun(path)));
  if (!isOurs) throw foreign(path, 'holds something else');
  for (const place of PLACES) await refuseLink(join(path, place));
  const [before, asked] = [list?.table ?? '', table.replaceAll('"', '')];
  if (before !== '' && before !== asked && before.split('@')[0] !== asked) {
    throw new WeftError('CONFLICT', `${path} holds an export of ${before}`, {
      remedy: `Name another folder for ${table}, or remove this one.`,
    });
  }
  const data = names.includes('data') ? await readdir(join(path, 'data')) : [];
  return {
    path,
    list: before === '' ? null : list,
    have: data.filter((name) => DATA_NAME.test(name)),
  };
}

/** True for a folder in which nothing stands but what a first run would have written before its list. */
async function isBegun(path: string): Promise<boolean> {
  for (const place of PLACES) {
    const names = await namesIn(join(path, place));
    if (!names.every((name) => hasPlace(`${place}/${name.replace(/\.partial$/, '')}`)))
      return false;
  }
  return true;
}

/** Why: what stands behind a link is somebody else's. */
async function refuseLink(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null || found.isDirectory()) return;
  throw foreign(path, 'is no folder of its own');
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') throw foreign(path, 'is no folder');
    throw error;
  }
}

/** Makes what entries are written into. Why a list at once: what came before an early end is known as ours by it. */
export async function prepareFolder({ path, list }: ExportFolder): Promise<void> {
  for (const place of PLACES) await mkdir(join(path, place), { recursive: true });
  if (list === null) await writeWhole(join(path, LIST_NAME), Buffer.from(EMPTY));
}

const EMPTY = '{"table":"","version":0,"files":[]}\n';

async function readList(path: string): Promise<ExportList> {
  const list = parseList(await readFile(join(path, LIST_NAME), 'utf8'));
  if (list === null) throw foreign(path, `has a ${LIST_NAME} that cannot be read`);
  return list;
}

/** Null for a text that is none. */
export function parseList(text: string): ExportList | null {
  try {
    const list = JSON.parse(text) as Partial<ExportList> | null;
    const isList =
      typeof list?.table === 'string' &&
      Number.isSafeInteger(list.version) &&
      Array.isArray(list.files) &&
      list.files.every(({ name, bytes }) => DATA_NAME.test(name) && Number.isSafeInteger(bytes));
    return isList ? (list as ExportList) : null;
  } catch {
    return null;
  }
}

function foreign(path: string, what: string): WeftError {
  return new WeftError('CONFLICT', `${path} ${what}`, {
    remedy: 'Name a folder that is empty, not there yet, or holds an export of this table.',
  });
}

/** Writes one entry durably; a data file has to have the hash that it is named by. `onBytes` is told of each block. */
export async function writeEntry(
  folder: ExportFolder,
  entry: { name: string; bytes: AsyncIterable<Uint8Array> },
  onBytes: (count: number) => void = () => undefined,
): Promise<void> {
  const target = join(folder.path, entry.name);
  const partial = `${target}${PARTIAL}`;
  const hash = createHash('sha256');
  const file = await open(partial, 'w');
  try {
    for await (const block of entry.bytes) {
      hash.update(block);
      await file.writeFile(block);
      onBytes(block.length);
    }
    const wanted = DATA_NAME.exec(entry.name.replace(/^data\//, ''))?.[1];
    if (wanted !== undefined && hash.digest('hex') !== wanted) throw damaged(entry.name);
    await file.sync();
    await file.close();
    await rename(partial, target);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(`${path}${PARTIAL}`, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}${PARTIAL}`, path);
}

export interface Finish {
  list: ExportList;
  /** Names of the metadata that came, the hint not among them. */
  metadata: readonly string[];
  hint: Uint8Array;
}

/** Makes what was written the table of the folder, and removes what is of it no more. */
export async function finishFolder(folder: ExportFolder, finish: Finish): Promise<void> {
  const { path } = folder;
  const { list, metadata, hint } = finish;
  await checkFiles(path, list);
  for (const place of PLACES) await syncFolder(join(path, place));
  await writeWhole(join(path, HINT_NAME), hint);
  await writeWhole(join(path, LIST_NAME), Buffer.from(`${JSON.stringify(list, null, 2)}\n`));
  await syncFolder(join(path, 'metadata'));
  await syncFolder(path);
  await removePast(
    path,
    new Set([...list.files.map(({ name }) => `data/${name}`), ...metadata, HINT_NAME]),
  );
}

/** Only files by names that an export gives: whatever else somebody put there is his. */
async function removePast(path: string, kept: ReadonlySet<string>): Promise<void> {
  for (const place of PLACES) {
    for (const found of await readdir(join(path, place), { withFileTypes: true })) {
      const name = `${place}/${found.name}`;
      const isOwn = found.isFile() && isWrittenHere(name);
      if (isOwn && !kept.has(name)) await rm(join(path, name), { force: true });
    }
  }
}

const WRITTEN_METADATA =
  /^metadata\/(v\d+\.metadata\.json|[0-9a-f]{32}-m0\.avro|snap-\d+-[0-9a-f]{32}\.avro)$/;

function isWrittenHere(name: string): boolean {
  const whole = name.endsWith(PARTIAL) ? name.slice(0, -PARTIAL.length) : name;
  return whole.startsWith('data/') ? hasPlace(whole) : WRITTEN_METADATA.test(whole);
}

/** Why those that did not come: what was there before may have been changed or cut since. */
async function checkFiles(path: string, list: ExportList): Promise<void> {
  for (const { name, bytes, sent } of list.files) {
    const target = join(path, 'data', name);
    const found = await lstat(target).catch(() => null);
    const isWhole = found?.isFile() === true && found.size === bytes;
    if (isWhole && (sent || (await hashFile(target)) === DATA_NAME.exec(name)?.[1])) continue;
    await rm(target, { force: true });
    throw damaged(`data/${name}`);
  }
}

function damaged(name: string): WeftError {
  return new WeftError('UNAVAILABLE', `${name} is not whole, so the table stays as it was`, {
    remedy: 'Run the same command again: what is there already is not fetched anew.',
  });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
