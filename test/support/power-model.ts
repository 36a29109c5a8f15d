/**
 * A preload that keeps what a power cut would leave: `node --import power-model.ts?root=DIR&disk=DIR …`, in every process
 * that writes below `root`.
 *
 * The model is that of POSIX, which promises no more: the bytes of a file are those of its last fsync, a name is there when
 * its *directory* was synced since, and a rename, a link or a removal is one only then. Below `store/pg` the fsync of a file
 * also keeps its name, as every journaling file system does and PostgreSQL relies on.
 * Not the cut itself (`power-cut.ts` builds the directory that is left). Invariant: an operation that was answered as
 * durable is in the model before its caller hears of it.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { type DiskEntry, dirFile, inodeFile, keyOf, readDir } from './power-disk.ts';

const query = new URL(import.meta.url).searchParams;
const root = query.get('root') ?? '';
const disk = query.get('disk') ?? '';
const pg = path.join(root, 'store', 'pg');

const { fsyncSync, fdatasyncSync, readlinkSync, fstatSync, openSync, closeSync } = fs;
const { readdirSync, lstatSync, writeFileSync, renameSync, copyFileSync, existsSync } = fs;
const { readSync, writeSync, ftruncateSync } = fs;

const BLOCK = 65_536;
const blocks = { old: Buffer.alloc(BLOCK), new: Buffer.alloc(BLOCK) };

/** What is durable once the descriptor was synced. */
function keep(descriptor: number): void {
  const link = `/proc/self/fd/${descriptor}`;
  const place = readlinkSync(link);
  if (place !== root && !place.startsWith(`${root}/`)) return;
  const info = fstatSync(descriptor, { bigint: true });
  if (info.isDirectory()) keepDirectory(link, keyOf(info));
  else {
    keepContent(link, inodeFile(disk, keyOf(info)));
    if (place.startsWith(`${pg}/`)) keepName(place, keyOf(info));
  }
}

function keepDirectory(link: string, key: string): void {
  const entries = readdirSync(link).flatMap((name): DiskEntry[] => {
    try {
      const info = lstatSync(`${link}/${name}`, { bigint: true });
      return [{ name, key: keyOf(info), isDirectory: info.isDirectory() }];
    } catch {
      return [];
    }
  });
  writeDir(key, entries);
}

function keepName(place: string, key: string): void {
  if (place.endsWith(' (deleted)')) return;
  const parent = keyOf(lstatSync(path.dirname(place), { bigint: true }));
  const name = path.basename(place);
  const others = readDir(disk, parent).filter((entry) => entry.name !== name && entry.key !== key);
  writeDir(parent, [...others, { name, key, isDirectory: false }]);
}

function writeDir(key: string, entries: readonly DiskEntry[]): void {
  const file = dirFile(disk, key);
  const draft = `${file}.${process.pid}-${Math.random()}`;
  writeFileSync(draft, JSON.stringify(entries));
  renameSync(draft, file);
}

/** Copies what changed, block by block: a log of 16 MB is synced with each commit. */
function keepContent(link: string, file: string): void {
  if (!existsSync(file)) {
    copyFileSync(link, file);
    return;
  }
  const [from, to] = [openSync(link, 'r'), openSync(file, 'r+')];
  try {
    const { size } = fstatSync(from);
    for (let at = 0; at < size; at += BLOCK) {
      const length = readSync(from, blocks.new, 0, BLOCK, at);
      const known = readSync(to, blocks.old, 0, BLOCK, at);
      const now = blocks.new.subarray(0, length);
      if (known !== length || !now.equals(blocks.old.subarray(0, known)))
        writeSync(to, now, 0, length, at);
    }
    ftruncateSync(to, size);
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

fs.fsyncSync = (descriptor) => {
  fsyncSync(descriptor);
  keep(descriptor);
};
fs.fdatasyncSync = (descriptor) => {
  fdatasyncSync(descriptor);
  keep(descriptor);
};
const { open } = fs.promises;
fs.promises.open = async (file, ...rest) => {
  const handle = await open(file, ...rest);
  const [sync, datasync] = [handle.sync.bind(handle), handle.datasync.bind(handle)];
  handle.sync = async () => {
    await sync();
    keep(handle.fd);
  };
  handle.datasync = async () => {
    await datasync();
    keep(handle.fd);
  };
  return handle;
};
syncBuiltinESMExports();
