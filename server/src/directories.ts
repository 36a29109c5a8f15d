/**
 * Directories of the disk, made with what is missing above them.
 *
 * Not durable by itself: whoever needs that syncs the parents. Invariant: a disk that refuses is told by its own error.
 */
import { mkdir, stat } from 'node:fs/promises';
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

async function firstMissing(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const above = await stat(dirname(at)).catch(() => null);
    if (above !== null || dirname(at) === at) return at;
  }
}
