/**
 * The files of a proof on a local disk: walking, hashing, writing small files durably, removing.
 *
 * Not the object store: it shows unfinished files too, and takes plain paths. Links are not followed.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ProofFiles } from '../services/proof/proof-ports.ts';

const READ_BYTES = 1024 * 1024;

export const proofFiles: ProofFiles = {
  walk,
  async prove(path) {
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
        hash.update(chunk as Buffer);
        bytes += (chunk as Buffer).length;
      }
    } catch (error) {
      return whenMissing(error, null);
    }
    return { bytes, sha256: hash.digest('hex') };
  },
  size: (path) =>
    fs.stat(path).then(
      (info) => info.size,
      (error: unknown) => whenMissing(error, null),
    ),
  read: (path) => fs.readFile(path).catch((error: unknown) => whenMissing(error, null)),
  async write(path, text) {
    const draft = join(dirname(path), `.weft-tmp-${basename(path)}-${process.pid}`);
    const file = await fs.open(draft, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(draft, path);
    const directory = await fs.open(dirname(path), 'r');
    await directory.sync().finally(() => directory.close());
  },
  remove: (path) => fs.rm(path, { force: true }),
};

async function walk(directory: string): Promise<{ path: string; bytes: number }[]> {
  const entries = await fs
    .readdir(directory, { withFileTypes: true })
    .catch((error: unknown) => whenMissing(error, []));
  const found: { path: string; bytes: number }[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) found.push(...(await walk(path)));
    else found.push({ path, bytes: entry.isFile() ? (await fs.stat(path)).size : 0 });
  }
  return found;
}

function whenMissing<T>(error: unknown, value: T): T {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return value;
  throw error;
}
