/**
 * The folder of an exported table: what it holds, and the steps by which it becomes the next version.
 *
 * Not the request (`commands/export.ts`). Invariants: a file stands under its name only when it is whole and on disk; the
 * version hint and the list change when all that they name is there, and what they no longer name goes after that; a
 * folder that holds something else is left alone.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WeftError } from '@weft/core/lib/error';

/** What stands in the folder as `weft-export.json`; the archive begins with it. */
export interface ExportList {
  table: string;
  location: string;
  version: number;
  metadata: string;
  rows: number;
  files: { name: string; bytes: number; sent: boolean }[];
  products: { product: string; contract: string; agreement: string | null }[];
}

export const LIST_NAME = 'weft-export.json';
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

/** What is in the folder; nothing is made yet. Throws CONFLICT for one that holds something else, or another table. */
export async function openExportFolder(path: string, table: string): Promise<ExportFolder> {
  const names = await namesIn(path);
  const list = names.includes(LIST_NAME) ? await readList(path) : null;
  // Why not by the list alone: the first run may have ended before it had one.
  const own = new Set([LIST_NAME, `${LIST_NAME}${PARTIAL}`, 'data', 'metadata']);
  const isOurs = names.length === 0 || (list !== null && names.every((name) => own.has(name)));
  if (!isOurs) throw foreign(path, 'holds something else');
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
  for (const place of ['data', 'metadata']) await mkdir(join(path, place), { recursive: true });
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
  for (const name of ['data', 'metadata']) await syncFolder(join(path, name));
  await writeWhole(join(path, HINT_NAME), hint);
  await writeWhole(join(path, LIST_NAME), Buffer.from(`${JSON.stringify(list, null, 2)}\n`));
  await syncFolder(join(path, 'metadata'));
  await syncFolder(path);
  const kept = new Set([...list.files.map(({ name }) => `data/${name}`), ...metadata, HINT_NAME]);
  for (const place of ['data', 'metadata']) {
    for (const name of await readdir(join(path, place))) {
      if (!kept.has(`${place}/${name}`)) await rm(join(path, place, name), { force: true });
    }
  }
}

/** Why: a file that was there before may have been changed or cut since. */
async function checkFiles(path: string, list: ExportList): Promise<void> {
  for (const { name, bytes } of list.files) {
    const target = join(path, 'data', name);
    const size = await stat(target).then(
      (found) => found.size,
      () => null,
    );
    if (size === bytes) continue;
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
