/**
 * What this machine gives a Weft process: runtime, engine, limits, disk. For `weft doctor`.
 *
 * Not a start of anything: no store is opened and no lock is taken, so it runs beside a mesh. Invariant: a part that
 * cannot be looked at is a finding and never an exception.
 */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

export interface Installation {
  /** `24.21.0`. */
  node: string;
  nodeMajor: number;
  /** Version of DuckDB, or why its binding does not load. */
  engine: { version: string | null; error: string | null };
  /** The program that limits the memory of a query process, or null. */
  limiter: string | null;
  data: DataDirectory;
}

export interface DataDirectory {
  path: string;
  exists: boolean;
  /** This user can write there, or make it. */
  writable: boolean;
  /** Other users of this machine can read it. */
  shared: boolean;
  /** Bytes free for this user; null when the disk does not say. */
  bytesFree: number | null;
}

/** Looks at this process and machine; `searchPath` is the PATH of programs. */
export async function inspectInstallation(
  dataDirectory: string,
  searchPath: string,
): Promise<Installation> {
  return {
    node: process.versions.node,
    nodeMajor: Number(process.versions.node.split('.')[0]),
    engine: await inspectEngine(),
    limiter: findLimiter(searchPath),
    data: await inspectDirectory(dataDirectory),
  };
}

// Why imported here: the binding is machine code for one system and libc, the likeliest thing to be missing.
async function inspectEngine(): Promise<Installation['engine']> {
  try {
    const { version } = await import('@duckdb/node-api');
    return { version: version(), error: null };
  } catch (error) {
    return { version: null, error: error instanceof Error ? error.message : String(error) };
  }
}

function findLimiter(searchPath: string): string | null {
  for (const program of ['prlimit', 'sh']) {
    for (const folder of searchPath.split(delimiter)) {
      const path = join(folder, program);
      if (folder !== '' && existsSync(path)) return path;
    }
  }
  return null;
}

async function inspectDirectory(path: string): Promise<DataDirectory> {
  const exists = existsSync(path);
  const nearest = nearestFolder(path);
  return {
    path,
    exists,
    writable: canWrite(nearest),
    shared: exists && process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0,
    bytesFree: await bytesFree(nearest),
  };
}

function nearestFolder(path: string): string {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function bytesFree(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}
