/**
 * File effects of checking a batch on a local disk: syncing, removing, cutting records out of plain bytes.
 *
 * Not the object store: these files are named by us, inside directories of the node, and become objects only by a
 * commit. Paths are absolute.
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import type { CheckFiles } from '@weft/core/ingest/check-ports';
import { syncPath } from '../directories.ts';

/** Bytes that are read at once; longer records are read on their own. */
const WINDOW = 4 * 1024 * 1024;
/** Characters that are gathered before they are written. */
const WRITE_CHARS = 1024 * 1024;

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
    cutRecords,
  };
}

/** Why not always a whole window: most files are small, and much memory that is let go at once is dear. */
async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await fs.open(path, 'r');
  try {
    const { size } = await file.stat();
    const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(size, WINDOW)));
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
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

const cutRecords: CheckFiles['cutRecords'] = async (options) => {
  const { plainPath, start, positionsPath, outPath, bytesMax } = options;
  const plain = await fs.open(plainPath, 'r');
  try {
    const out = await fs.open(outPath, 'w');
    try {
      const window = createWindow(plain);
      let lines: string[] = [];
      let waiting = 0;
      const flush = async (): Promise<void> => {
        await out.writeFile(lines.join(''));
        lines = [];
        waiting = 0;
      };
      for await (const chunk of linesOf(positionsPath)) {
        for (const line of chunk) {
          const comma = line.indexOf(',');
          const length = Math.min(Number.parseInt(line.slice(comma + 1), 10), bytesMax);
          const at = start + Number.parseInt(line, 10);
          const bytes = window.held(at, length) ?? (await window.read(at, length));
          const text = `${line},${bytes.toString('base64')}\n`;
          lines.push(text);
          waiting += text.length;
          if (waiting >= WRITE_CHARS) await flush();
        }
      }
      await flush();
    } finally {
      await out.close();
    }
  } finally {
    await plain.close();
  }
};

/** The lines of a file, many at a time: one step per line would cost more than the line itself. */
async function* linesOf(path: string): AsyncIterable<string[]> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
  if (rest !== '') yield [rest];
}

interface Window {
  /** The bytes, if they are in memory. */
  held(at: number, length: number): Buffer | null;
  read(at: number, length: number): Promise<Buffer>;
}

/** Reads pieces in ascending order through a window, so that many small records cost few system calls. */
function createWindow(file: fs.FileHandle): Window {
  const buffer = Buffer.allocUnsafe(WINDOW);
  let from = 0;
  let filled = 0;
  return {
    held: (at, length) =>
      at >= from && at + length <= from + filled
        ? buffer.subarray(at - from, at - from + length)
        : null,
    async read(at, length) {
      const isLong = length > WINDOW;
      const into = isLong ? Buffer.allocUnsafe(length) : buffer;
      const { bytesRead } = await file.read(into, 0, into.length, at);
      if (!isLong) {
        from = at;
        filled = bytesRead;
      }
      return into.subarray(0, Math.min(length, bytesRead));
    },
  };
}
