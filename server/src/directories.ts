/**
 * Directories of the disk, made with what is missing above them, and what makes them and their files durable.
 *
 * Invariants: a disk that refuses is told by its own error; `makeDurableDirectories` resolves when a power loss leaves the
 * directory where it is.
 */
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** As `mkdir` with `recursive`: the first directory that was made, or undefined when there was nothing to do. */
export async function makeDirectories(
  path: string,
  options: { mode?: number } = {},
): Promise<string | undefined> {
  try {
    return await mkdir(path, { ...options, recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // Why: Node says ENOENT there, whatever it was; one directory alone is refused with the reason.
    const first = await firstMissing(path);
    await mkdir(first, options);
    await mkdir(path, { ...options, recursive: true });
    return first;
  }
}

/** The same, so that it survives a power loss, with its parents. */
export async function makeDurableDirectories(
  path: string,
  options: { mode?: number } = {},
): Promise<void> {
  const made = await makeDirectories(path, options);
  if (made === undefined) return;
  // Why: a new directory is only there after a power loss when its parents know it.
  for (let at = path; at.length >= made.length; at = dirname(at)) await syncPath(dirname(at));
}

/** Resolves when the bytes of a file, or the entries of a directory, are on disk. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function firstMissing(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const above = await stat(dirname(at)).catch(() => null);
    if (above !== null || dirname(at) === at) return at;
  }
}
