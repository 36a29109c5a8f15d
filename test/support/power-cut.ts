/**
 * A preload that keeps what a power cut would leave: `node --import power-cut.ts?root=DIR&disk=DIR …`.
 *
 * Of all files below `root`, `disk` gets a copy at the moment they are synced, and only then: a write that nobody synced
 * is not there. Not exact for directory entries: creation of directories, renames and removals count as durable at once.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

const query = new URL(import.meta.url).searchParams;
const root = query.get('root') ?? '';
const disk = query.get('disk') ?? '';

const paths = new Map<number, string>();

/** Where a file below `root` is kept; null for all others. */
function onDisk(file: fs.PathLike): string | null {
  const relative = path.relative(root, String(file));
  return relative.startsWith('..') ? null : path.join(disk, relative);
}

const { openSync, fsyncSync, fdatasyncSync, renameSync, unlinkSync, mkdirSync } = fs;
const { copyFileSync, existsSync, statSync } = fs;

function keep(source: string): void {
  const copy = onDisk(source);
  if (copy === null) return;
  const directory = statSync(source).isDirectory();
  mkdirSync(directory ? copy : path.dirname(copy), { recursive: true, mode: 0o700 });
  if (!directory) copyFileSync(source, copy);
}

const changes: Partial<typeof fs> = {
  openSync(file, ...rest) {
    const descriptor = openSync(file, ...rest);
    paths.set(descriptor, String(file));
    return descriptor;
  },
  fsyncSync(descriptor) {
    fsyncSync(descriptor);
    keep(paths.get(descriptor) ?? '');
  },
  fdatasyncSync(descriptor) {
    fdatasyncSync(descriptor);
    keep(paths.get(descriptor) ?? '');
  },
  renameSync(from, to) {
    renameSync(from, to);
    const [kept, target] = [onDisk(from), onDisk(to)];
    if (kept !== null && target !== null && existsSync(kept)) renameSync(kept, target);
  },
  unlinkSync(file) {
    unlinkSync(file);
    const kept = onDisk(file);
    if (kept !== null && existsSync(kept)) unlinkSync(kept);
  },
};
Object.assign(fs, changes);

const { open } = fs.promises;
fs.promises.open = async (file, ...rest) => {
  const handle = await open(file, ...rest);
  const sync = handle.sync.bind(handle);
  handle.sync = async () => {
    await sync();
    keep(String(file));
  };
  return handle;
};
syncBuiltinESMExports();
