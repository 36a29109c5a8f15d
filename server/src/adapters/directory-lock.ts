/**
 * The lock on a data directory: at most one process on this machine holds it.
 *
 * Not a lock for network file systems, whose advisory locks cannot be relied on. Invariants: the lock itself is the
 * kernel's, so it is free at the moment its holder is gone, however it died, and nobody ever has to judge whether a
 * process lives; the note beside it that names the holder is only for the message.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { WeftError } from '@weft/core/lib/error';
import { type FileLock, tryFileLock } from '../file-lock.ts';

const LOCK_FILE = 'weft.lock';
const HOLDER_FILE = 'weft.lock.json';

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
  const lock = lockFile(path.join(directory, LOCK_FILE));
  if (lock === null) return null;
  let isReleased = false;
  const holder = { pid: process.pid, since: new Date().toISOString() };
  writeHolder(directory, holder);
  return {
    holder,
    release() {
      if (isReleased) return;
      isReleased = true;
      fs.rmSync(path.join(directory, HOLDER_FILE), { force: true });
      lock.release();
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

function lockFile(file: string): FileLock | null {
  try {
    return tryFileLock(file);
  } catch (cause) {
    throw new WeftError('STORE_FAILED', `cannot lock ${path.dirname(file)}`, { cause });
  }
}

function writeHolder(directory: string, holder: LockHolder): void {
  const file = path.join(directory, HOLDER_FILE);
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, `${JSON.stringify(holder)}\n`);
  fs.renameSync(draft, file);
}
