/**
 * The disk as a power cut leaves it: contents by file, and names by directory, each as they were last synced.
 *
 * Not the watching of syncs (`power-model.ts`). Files are known by inode number and time of birth, since numbers are used
 * again. Invariant: `cutPower` leaves nothing in the directory that was neither synced nor, in the mixed form, written.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';

export interface DiskEntry {
  name: string;
  key: string;
  isDirectory: boolean;
}

export function keyOf(info: fs.BigIntStats): string {
  return `${info.ino}-${info.birthtimeNs}`;
}

export const inodeFile = (disk: string, key: string): string => path.join(disk, 'inodes', key);
export const dirFile = (disk: string, key: string): string => path.join(disk, 'dirs', key);

/** Names that a directory durably has; none when it was never synced. */
export function readDir(disk: string, key: string): DiskEntry[] {
  try {
    return JSON.parse(fs.readFileSync(dirFile(disk, key), 'utf8')) as DiskEntry[];
  } catch {
    return [];
  }
}

/** Takes everything below `root` as durable. */
export function beginDisk(root: string, disk: string): void {
  fs.rmSync(disk, { recursive: true, force: true });
  fs.mkdirSync(path.join(disk, 'inodes'), { recursive: true });
  fs.mkdirSync(path.join(disk, 'dirs'), { recursive: true });
  const visit = (directory: string): void => {
    const entries = fs.readdirSync(directory).map((name): DiskEntry => {
      const info = fs.lstatSync(path.join(directory, name), { bigint: true });
      return { name, key: keyOf(info), isDirectory: info.isDirectory() };
    });
    const key = keyOf(fs.lstatSync(directory, { bigint: true }));
    fs.writeFileSync(dirFile(disk, key), JSON.stringify(entries));
    for (const entry of entries) {
      const place = path.join(directory, entry.name);
      if (entry.isDirectory) visit(place);
      else fs.copyFileSync(place, inodeFile(disk, entry.key));
    }
  };
  visit(root);
}

/** One thing of the tree that is left: a directory, or a file with where its bytes are. */
interface Left {
  isDirectory: boolean;
  key: string;
  /** Null: a name whose bytes were never synced, so the file is empty. */
  content: string | null;
}

type Tree = Map<string, Left>;

/**
 * Replaces the directory by what a power cut leaves of it. `choose` null: all that was not synced is gone. Otherwise each
 * file and name that was not synced is there or not as it says, which is as true of a real disk.
 */
export function cutPower(
  root: string,
  disk: string,
  choose: (() => boolean) | null,
): { lost: number } {
  const durable = durableTree(root, disk);
  const aside = `${root}.before`;
  fs.rmSync(aside, { recursive: true, force: true });
  fs.renameSync(root, aside);
  const written = writtenTree(aside);
  const left = choose === null ? durable : mix(durable, written, choose);
  fs.mkdirSync(root, { mode: 0o700 });
  for (const [name, { isDirectory, content }] of [...left].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const place = path.join(root, name);
    fs.mkdirSync(isDirectory ? place : path.dirname(place), { recursive: true, mode: 0o700 });
    if (isDirectory) continue;
    if (content === null) fs.writeFileSync(place, '');
    else fs.copyFileSync(content, place);
    fs.chmodSync(place, 0o600);
  }
  const lost = [...written.keys()].filter((name) => !durable.has(name)).length;
  fs.rmSync(aside, { recursive: true, force: true });
  return { lost };
}

function durableTree(root: string, disk: string): Tree {
  const tree: Tree = new Map();
  const visit = (key: string, prefix: string): void => {
    for (const { name, key: own, isDirectory } of readDir(disk, key)) {
      const place = path.join(prefix, name);
      const content = inodeFile(disk, own);
      tree.set(place, {
        isDirectory,
        key: own,
        content: !isDirectory && fs.existsSync(content) ? content : null,
      });
      if (isDirectory) visit(own, place);
    }
  };
  visit(keyOf(fs.lstatSync(root, { bigint: true })), '');
  return tree;
}

function writtenTree(root: string): Tree {
  const tree: Tree = new Map();
  const visit = (directory: string, prefix: string): void => {
    for (const name of fs.readdirSync(directory)) {
      const full = path.join(directory, name);
      const info = fs.lstatSync(full, { bigint: true });
      const place = path.join(prefix, name);
      const isDirectory = info.isDirectory();
      tree.set(place, { isDirectory, key: keyOf(info), content: isDirectory ? null : full });
      if (isDirectory) visit(full, place);
    }
  };
  visit(root, '');
  return tree;
}

/** Why by file and not by name: a rename is whole or not at all, so both of its names go together. */
function mix(durable: Tree, written: Tree, choose: () => boolean): Tree {
  const chosen = new Map<string, boolean>();
  const takesWritten = (place: string): boolean => {
    const [before, now] = [durable.get(place), written.get(place)];
    const key = now?.key ?? before?.key ?? '';
    const known = chosen.get(key) ?? choose();
    chosen.set(key, known);
    if (before !== undefined) chosen.set(before.key, known);
    return known;
  };
  const left: Tree = new Map();
  for (const place of new Set([...durable.keys(), ...written.keys()])) {
    const take = takesWritten(place);
    const file = take ? written.get(place) : durable.get(place);
    if (file === undefined) continue;
    // Why: of a name that is there, the bytes may still be those of the last sync.
    const bytes = choose() ? file.content : (contentOf(durable, file.key) ?? file.content);
    left.set(place, { ...file, content: bytes });
  }
  return left;
}

function contentOf(tree: Tree, key: string): string | null {
  for (const file of tree.values()) if (file.key === key) return file.content;
  return null;
}
