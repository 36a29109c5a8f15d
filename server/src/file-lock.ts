/**
 * A lock that the kernel keeps: free at the moment its holder is gone, however it died.
 *
 * Not for network file systems, whose advisory locks cannot be relied on. Why SQLite: Node has no call for file locks.
 * `BEGIN EXCLUSIVE` on an empty database takes one (fcntl on POSIX, LockFileEx on Windows) and keeps it until the handle is
 * closed. POSIX drops such a lock when the process closes *any* descriptor of the file, so nothing else may open it.
 */
import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

/** Why: a handle that nothing refers to is closed by the garbage collector, and the lock would go with it. */
const held = new Set<DatabaseSync>();

export interface FileLock {
  /** Frees the lock; a second call does nothing. */
  release(): void;
}

/** The lock on `file`, which is made when missing; null while somebody holds it. Throws what SQLite says of a file that cannot be used. */
export function tryFileLock(file: string): FileLock | null {
  const handle = new DatabaseSync(file, { timeout: 0 });
  try {
    handle.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    handle.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null;
    throw error;
  }
  held.add(handle);
  return {
    release() {
      if (!handle.isOpen) return;
      handle.close();
      held.delete(handle);
    },
  };
}
