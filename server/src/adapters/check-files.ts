/**
 * File effects of checking a batch on a local disk: syncing, removing, joining.
 *
 * Not the object store: these files are named by us, inside directories of the node, and become objects only by a
 * commit. Paths are absolute.
 */
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import type { CheckFiles, FilePiece } from '@weft/core/ingest/check-ports';
import { syncPath } from '../directories.ts';
import { hashFile } from '../file-hash.ts';
import { cutRecords } from '../workers/cut-records.ts';

/** Bytes that are read at once. */
const WINDOW = 4 * 1024 * 1024;

export function createCheckFiles(): CheckFiles {
  return {
    syncFile: (path) => syncPath(path),
    syncDirectory: (path) => syncPath(path),
    remove: (path) => fs.rm(path, { force: true }),
    size: async (path) => (await fs.stat(path)).size,
    hash: hashFile,
    move,
    readEnd,
    adopt,
    join,
    cutRecords,
  };
}

async function move(from: string, to: string): Promise<void> {
  try {
    await fs.rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    // Why: whoever runs the node may have put one of its directories on another disk.
    await fs.copyFile(from, to);
    await fs.rm(from);
  }
}

async function readEnd(path: string, length: number): Promise<Uint8Array> {
  const file = await fs.open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = new Uint8Array(Math.min(length, size));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const adopt: CheckFiles['adopt'] = async ({ from, to, keep, tail }) => {
  await fs.copyFile(from, to, constants.COPYFILE_FICLONE);
  const file = await fs.open(to, 'r+');
  try {
    await file.truncate(keep);
    for (let at = 0; at < tail.length; ) {
      at += (await file.write(tail, at, tail.length - at, keep + at)).bytesWritten;
    }
  } finally {
    await file.close();
  }
};

const join: CheckFiles['join'] = async ({ pieces, to, tail }) => {
  const out = await fs.open(to, 'w');
  try {
    for (const piece of pieces) await copyPiece(piece, out);
    await out.writeFile(tail);
  } finally {
    await out.close();
  }
};

async function copyPiece({ path, from, to }: FilePiece, out: fs.FileHandle): Promise<void> {
  const file = await fs.open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(to - from, WINDOW)));
    for (let at = from; at < to; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, to - at), at);
      if (bytesRead === 0) throw new Error(`${path} ends at ${at}, before ${to}`);
      await out.writeFile(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}
