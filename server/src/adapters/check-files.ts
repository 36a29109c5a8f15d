/**
 * File effects of checking a batch on a local disk: syncing, removing, cutting records out of plain bytes.
 *
 * Not the object store: these files are named by us, inside directories of the node, and become objects only by a
 * commit. Paths are absolute.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { CheckFiles } from '@weft/core/ingest/check-ports';

/** Bytes that are read at once; longer records are read on their own. */
const WINDOW = 4 * 1024 * 1024;

export function createCheckFiles(): CheckFiles {
  return {
    syncFile: (path) => syncPath(path),
    syncDirectory: (path) => syncPath(path),
    remove: (path) => fs.rm(path, { force: true }),
    size: async (path) => (await fs.stat(path)).size,
    cutRecords,
  };
}

/** Resolves when the bytes of a file, or the entries of a directory, are on disk. */
async function syncPath(path: string): Promise<void> {
  const handle = await fs.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const cutRecords: CheckFiles['cutRecords'] = async (options) => {
  const { plainPath, start, positionsPath, outPath, bytesMax } = options;
  const plain = await fs.open(plainPath, 'r');
  const out = createWriteStream(outPath, { highWaterMark: 1024 * 1024 });
  const failed = new Promise<never>((_, reject) => out.once('error', reject));
  failed.catch(() => {});
  try {
    const window = createWindow(plain);
    for await (const line of createInterface({ input: createReadStream(positionsPath) })) {
      const [ord = '', offset = '0', length = '0'] = line.split(',');
      const bytes = await window(start + Number(offset), Math.min(Number(length), bytesMax));
      const text = bytes.length === 0 ? '' : bytes.toString('base64');
      if (!out.write(`${ord},${text}\n`)) {
        await Promise.race([
          new Promise<void>((resolve) => out.once('drain', () => resolve())),
          failed,
        ]);
      }
    }
    await Promise.race([new Promise<void>((resolve) => out.end(resolve)), failed]);
  } finally {
    out.destroy();
    await plain.close();
  }
};

/** Reads pieces in ascending order through a window, so that many small records cost few system calls. */
function createWindow(file: fs.FileHandle): (at: number, length: number) => Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(WINDOW);
  let from = 0;
  let filled = 0;
  return async (at, length) => {
    if (length > WINDOW) {
      const own = Buffer.allocUnsafe(length);
      const { bytesRead } = await file.read(own, 0, length, at);
      return own.subarray(0, bytesRead);
    }
    if (at < from || at + length > from + filled) {
      const { bytesRead } = await file.read(buffer, 0, WINDOW, at);
      from = at;
      filled = bytesRead;
    }
    return buffer.subarray(at - from, Math.min(at - from + length, filled));
  };
}
