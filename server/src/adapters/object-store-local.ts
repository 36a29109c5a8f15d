/**
 * The object store on a local disk: objects are files under one root directory, addressed as `file:///absolute/path`.
 *
 * Not a general file system: no rename, no append. The text after `file://` is the path itself, without percent codes,
 * as DuckDB and other Iceberg readers take it.
 * Invariants: what `put` acknowledged survives power loss (file and directories are synced); an object is whole or not
 * there; nothing outside the root is read, written, listed or deleted, also not through a symbolic link.
 */
import { randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { link, open, readdir, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, normalize, sep } from 'node:path';
import { normalUri } from '@weft/core/lakehouse/paths';
import type { ObjectStore } from '@weft/core/lakehouse/ports';
import { WeftError } from '@weft/core/lib/error';
import { Shared } from '@weft/core/lib/shared';
import { storageFault } from '@weft/core/lib/storage-fault';
import { makeDurableDirectories } from '../directories.ts';

const TEMPORARY = '.weft-tmp-';

/** A store for everything below `root`, an absolute directory path that exists or can be made. */
export function createLocalObjectStore(options: { root: string }): ObjectStore {
  const root = normalize(options.root).replace(/\/+$/, '');
  const guard = new PathGuard(root);
  return {
    async get(uri) {
      const path = await guard.existing(uri);
      try {
        return await readFile(path);
      } catch (error) {
        throw translate(error, uri);
      }
    },
    async put(uri, bytes, putOptions) {
      try {
        const path = await guard.writable(uri);
        await putFile(path, bytes, putOptions?.ifNoneMatch === true);
      } catch (error) {
        throw translate(error, uri);
      }
    },
    async delete(uri) {
      const path = await guard.existing(uri).catch(ignoreMissing);
      if (path !== null) await deleteFile(path, uri);
    },
    async list(prefix) {
      return listFiles(guard, prefix);
    },
  };
}

/** Turns URIs to paths and keeps them inside the root. */
class PathGuard {
  readonly root: string;
  #realRoot: string | null = null;

  constructor(root: string) {
    this.root = root;
  }

  /** The path that a URI writes, lexically inside the root. */
  lexical(uri: string): string {
    const normal = normalUri(uri);
    const path = normal.startsWith('file:///') ? normal.slice('file://'.length) : '';
    const parts = path.split('/').slice(1);
    const strange = parts.some((part) => part === '..' || part === '.' || part.includes('\0'));
    if (path === '' || strange || !`${path}/`.startsWith(`${this.root}/`)) {
      throw new WeftError('FORBIDDEN', `${uri} is not in this object store.`, {
        remedy: `Only files below file://${this.root}/ can be used here.`,
      });
    }
    return path;
  }

  /** The path of an object that should exist, after symbolic links. Rejects with NOT_FOUND. */
  async existing(uri: string): Promise<string> {
    const path = this.lexical(uri);
    return this.#inside(path, path, uri);
  }

  /** The path of an object to be written; its directory is made, and checked after symbolic links. */
  async writable(uri: string): Promise<string> {
    const path = this.lexical(uri);
    if (path === this.root) throw new WeftError('FORBIDDEN', `${uri} is the store itself.`);
    if (await this.#isInside(dirname(path))) return path;
    await makeDurableDirectories(this.root);
    // Why: a link inside the root must be seen before directories are made behind it.
    await this.#inside(await deepestExisting(dirname(path)), path, uri);
    await makeDurableDirectories(dirname(path));
    return path;
  }

  async #inside(checked: string, path: string, uri: string): Promise<string> {
    try {
      if (await this.#leadsInside(checked)) return path;
    } catch (error) {
      throw translate(error, uri);
    }
    throw new WeftError('FORBIDDEN', `${uri} leads out of this object store.`);
  }

  /** True for a directory that is there and in the store. */
  async #isInside(directory: string): Promise<boolean> {
    return await this.#leadsInside(directory).catch(() => false);
  }

  async #leadsInside(checked: string): Promise<boolean> {
    this.#realRoot ??= await realpath(this.root);
    const real = await realpath(checked);
    return real === this.#realRoot || real.startsWith(this.#realRoot + sep);
  }
}

async function deepestExisting(directory: string): Promise<string> {
  const found = await stat(directory).catch(() => null);
  return found === null ? deepestExisting(dirname(directory)) : directory;
}

async function putFile(path: string, bytes: Uint8Array, ifNoneMatch: boolean): Promise<void> {
  const directory = dirname(path);
  const temporary = join(directory, `${TEMPORARY}${randomBytes(12).toString('hex')}`);
  const file = await open(temporary, 'wx');
  try {
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    // Why: link(2) refuses an existing name in one step, where a look before a rename would race.
    if (ifNoneMatch) await link(temporary, path);
    else await rename(temporary, path);
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
  await syncDirectory(directory);
}

const syncs = new Shared<string, void>();

/** Why shared: the files of one version are put side by side, and one sync is enough for all that are there when it begins. */
function syncDirectory(directory: string): Promise<void> {
  return syncs.get(directory, async () => {
    const handle = await open(directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

async function deleteFile(path: string, uri: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    ignoreMissing(translate(error, uri));
  }
}

async function listFiles(
  guard: PathGuard,
  prefix: string,
): Promise<{ uri: string; bytes: number; modified: number }[]> {
  const path = guard.lexical(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
  const wanted = prefix.endsWith('/') ? `${path}/` : path;
  const start = prefix.endsWith('/') || path === guard.root ? path : dirname(path);
  const found: { uri: string; bytes: number; modified: number }[] = [];
  const visit = async (directory: string): Promise<void> => {
    for (const entry of await readDirectory(directory)) {
      const child = join(directory, entry.name);
      const related = child.startsWith(wanted) || wanted.startsWith(`${child}/`);
      if (entry.isDirectory() && related) await visit(child);
      if (!entry.isFile() || !child.startsWith(wanted)) continue;
      if (basename(child).startsWith(TEMPORARY)) continue;
      const info = await stat(child).catch(() => null);
      // Why: a file may vanish between the listing and the look at it.
      if (info !== null)
        found.push({ uri: `file://${child}`, bytes: info.size, modified: info.mtimeMs });
    }
  };
  await visit(start);
  return found;
}

/** Entries of a directory; symbolic links are neither files nor directories here, so they are never followed. */
async function readDirectory(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    ignoreMissing(translate(error, directory));
    return [];
  }
}

function ignoreMissing(error: unknown): null {
  if (error instanceof WeftError && error.code === 'NOT_FOUND') return null;
  throw error;
}

/** The one place where errno becomes our codes. */
function translate(error: unknown, uri: string): WeftError {
  if (error instanceof WeftError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') {
    return new WeftError('NOT_FOUND', `There is no object ${uri}.`, { cause: error });
  }
  if (code === 'EEXIST') {
    return new WeftError('PRECONDITION_FAILED', `The object ${uri} exists.`, { cause: error });
  }
  const fault = storageFault(error);
  if (fault !== null) return fault;
  return new WeftError('UNAVAILABLE', `The disk refused ${uri}: ${code ?? 'unknown error'}.`, {
    cause: error,
    remedy: 'Check free space and rights of the data directory.',
  });
}
