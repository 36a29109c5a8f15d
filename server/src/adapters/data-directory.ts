/**
 * The data directory of a process: made when it is missing, refused when it cannot be used or was moved.
 *
 * Not its lock (`directory-lock.ts`) and not what stands in it. Invariant: a copy of a data directory never writes into
 * the tables of the one it was copied from, whose places its store still names.
 */
import { access, constants, mkdir, open, realpath, rename } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { WeftError } from '@weft/core/lib/error';

/** Makes `path` and what is missing above it. Throws WeftError DATA_DIRECTORY_UNUSABLE when it cannot be written. */
export async function makeDataDirectory(path: string): Promise<void> {
  try {
    await makeWithParents(path);
    await access(`${path}/.`, constants.R_OK | constants.W_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new WeftError('DATA_DIRECTORY_UNUSABLE', `${path}: ${code ?? message}`, {
      cause: error,
    });
  }
}

// Why not `recursive`: Node never comes back where making a directory under an existing one says ENOENT, as in /proc.
async function makeWithParents(path: string): Promise<void> {
  const failure = await tryMake(path);
  if (failure === null) return;
  if (failure.code !== 'ENOENT' || dirname(path) === path) throw failure;
  await makeWithParents(dirname(path));
  const again = await tryMake(path);
  if (again !== null) throw again;
}

/** Resolves when all names that stand in the directory now survive a power loss. */
export async function syncNames(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Writes a small file whole and durably: after a power loss it is there as it was, or as it is now. */
export async function writeDurably(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  const file = await open(draft, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncNames(dirname(path));
}

async function tryMake(path: string): Promise<NodeJS.ErrnoException | null> {
  try {
    await mkdir(path, { mode: 0o700 });
    await syncNames(dirname(path));
    return null;
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    return failure.code === 'EEXIST' ? null : failure;
  }
}

/** Throws WeftError DATA_DIRECTORY_MOVED when `place`, which the store names, is not under `directory`. */
export async function refuseMovedTables(place: string, directory: string): Promise<void> {
  const [at, home] = await Promise.all([realPlace(place), realPlace(directory)]);
  if (at === home || at.startsWith(home + sep)) return;
  throw new WeftError(
    'DATA_DIRECTORY_MOVED',
    `the store names ${place}, and the tables of this data directory are in ${directory}`,
  );
}

/** Without symbolic links; the path as it is where nothing stands. */
function realPlace(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
