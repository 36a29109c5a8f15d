/**
 * The prepared image: an empty database directory, made once per installation, from which new ones are copied.
 *
 * Not a backup and not migrated. Making one takes seconds and hundreds of megabytes, so a child process does it.
 * Invariants: an image and a database directory appear whole or not at all (made beside, synced, renamed); many
 * processes may ask at once and one makes it.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import type { DirectoryLock } from './directory-lock.ts';

/** Part of the cache's name: raise it when the way the image is made changes. */
const IMAGE_FORMAT = 1;
const POLL_MILLISECONDS = 100;
const SYNCS_AT_ONCE = 8;

export interface ImageOptions {
  /** Takes the lock of a directory, or gives null when it is held. */
  tryLock(directory: string): DirectoryLock | null;
  /** Where images are kept; by default `.cache/weft` in the `node_modules` that holds PGlite. */
  cache?: string;
}

/**
 * Makes `directory` a database directory unless it is one: a copy of the image, or one made on the spot when the cache
 * cannot be written. The caller holds the lock on the parent directory. Throws WeftError STORE_FAILED.
 */
export async function prepareDatabase(directory: string, options: ImageOptions): Promise<void> {
  if (fs.existsSync(path.join(directory, 'PG_VERSION'))) return;
  const image = await ensureImage(options);
  if (image === null) return await makeImage(directory);
  const draft = `${directory}.new`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.cpSync(image, draft, { recursive: true, mode: fs.constants.COPYFILE_FICLONE });
  await publishDirectory(draft, directory);
}

/** Path of the image of this PGlite version, made now when the cache has none; null when there can be no cache. */
async function ensureImage(options: ImageOptions): Promise<string | null> {
  const { root, version } = locatePglite();
  const cache = options.cache ?? path.join(root, '.cache', 'weft');
  const image = path.join(cache, `pglite-${version}-${IMAGE_FORMAT}`);
  while (!fs.existsSync(image)) {
    if (!isWritable(cache)) return null;
    const lock = options.tryLock(cache);
    if (lock === null) {
      await sleep(POLL_MILLISECONDS);
      continue;
    }
    try {
      if (!fs.existsSync(image)) await makeImage(image);
    } finally {
      lock.release();
    }
  }
  return image;
}

function isWritable(directory: string): boolean {
  try {
    fs.mkdirSync(directory, { recursive: true });
    fs.accessSync(directory, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function makeImage(image: string): Promise<void> {
  const draft = `${image}.new`;
  fs.rmSync(draft, { recursive: true, force: true });
  const maker = fileURLToPath(new URL('./pglite-image-maker.ts', import.meta.url));
  const child = spawn(process.execPath, [maker, draft], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0)
    throw new WeftError('STORE_FAILED', `the database image cannot be made: ${complaint.trim()}`);
  await publishDirectory(draft, image);
}

/** Syncs every file and directory below `draft`, then renames it to its final name and syncs the parent. */
async function publishDirectory(draft: string, final: string): Promise<void> {
  const entries = fs.readdirSync(draft, { recursive: true, withFileTypes: true });
  const waiting = [draft, ...entries.map((entry) => path.join(entry.parentPath, entry.name))];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await syncPath(next);
  };
  // Why several at once: the file system joins syncs that wait for each other, and there are a thousand.
  await Promise.all(Array.from({ length: SYNCS_AT_ONCE }, work));
  fs.renameSync(draft, final);
  await syncPath(path.dirname(final));
}

async function syncPath(target: string): Promise<void> {
  const handle = await fs.promises.open(target, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The `node_modules` that holds PGlite, and PGlite's version. */
function locatePglite(): { root: string; version: string } {
  const entry = fileURLToPath(import.meta.resolve('@electric-sql/pglite'));
  const name = path.join('node_modules', '@electric-sql', 'pglite');
  const end = entry.lastIndexOf(name) + name.length;
  const manifest = path.join(entry.slice(0, end), 'package.json');
  const { version } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version?: string };
  return {
    root: path.resolve(path.dirname(manifest), '..', '..'),
    version: must(version, 'PGlite has a version'),
  };
}
