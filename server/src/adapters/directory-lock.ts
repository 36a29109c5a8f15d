/**
 * The lock on a data directory: at most one process on this machine holds it.
 *
 * Not a lock for network file systems, whose advisory locks cannot be relied on. Invariants: the lock itself is the
 * kernel's, so it is free at the moment its holder is gone, however it died, and nobody ever has to judge whether a
 * process lives; the note beside it that names the holder is only for the message.
 *
 * Why SQLite: Node has no call for file locks. `BEGIN EXCLUSIVE` on an empty database takes one (fcntl on POSIX,
 * LockFileEx on Windows) and keeps it until the handle is closed. POSIX drops such a lock when the process closes *any*
 * descriptor of the file, so nothing else may open `weft.lock`.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { WeftError } from '@weft/core/lib/error';

const LOCK_FILE = 'weft.lock';
const HOLDER_FILE = 'weft.lock.json';
const SQLITE_BUSY = 5;

/** Why: a handle that nothing refers to is closed by the garbage collector, and the lock would go with it. */
const held = new Set<DatabaseSync>();

export interface LockHolder {
  pid: number;
  /** When the holder took the lock, RFC 3339. */
  since: string;
}

export interface DirectoryLock {
  readonly holder: LockHolder;
  /** Frees the lock; a second call does nothing. */
  release(): void;
}

/**
 * Takes the lock of `directory`, which is created when missing. Throws WeftError DATA_DIRECTORY_LOCKED, with the pid of
 * the holder, when another process, or this one, holds it.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const lock = tryLockDirectory(directory);
  if (lock !== null) return lock;
  const holder = readHolder(directory);
  const who = holder === null ? 'another process' : `process ${holder.pid} (since ${holder.since})`;
  throw new WeftError('DATA_DIRECTORY_LOCKED', `${directory} is in use by ${who}`);
}

/** As `lockDirectory`, but null when it is held. */
export function tryLockDirectory(directory: string): DirectoryLock | null {
  fs.mkdirSync(directory, { recursive: true });
  const handle = openExclusively(path.join(directory, LOCK_FILE));
  if (handle === null) return null;
  const holder = { pid: process.pid, since: new Date().toISOString() };
  writeHolder(directory, holder);
  held.add(handle);
  return {
    holder,
    release() {
      if (!handle.isOpen) return;
      fs.rmSync(path.join(directory, HOLDER_FILE), { force: true });
      handle.close();
      held.delete(handle);
    },
  };
}

/** Who holds, or last held, the lock; null when nobody wrote a note. */
export function readHolder(directory: string): LockHolder | null {
  try {
    const text = fs.readFileSync(path.join(directory, HOLDER_FILE), 'utf8');
    return JSON.parse(text) as LockHolder;
  } catch {
    return null;
  }
}

function openExclusively(file: string): DatabaseSync | null {
  const handle = new DatabaseSync(file, { timeout: 0 });
  try {
    handle.exec('BEGIN EXCLUSIVE');
    return handle;
  } catch (error) {
    handle.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null;
    throw new WeftError('STORE_FAILED', `cannot lock ${path.dirname(file)}`, { cause: error });
  }
}

function writeHolder(directory: string, holder: LockHolder): void {
  const file = path.join(directory, HOLDER_FILE);
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, `${JSON.stringify(holder)}\n`);
  fs.renameSync(draft, file);
}
