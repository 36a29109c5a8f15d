/**
 * The disk of a node beside its objects: landed bytes, exactly as received and hashed on the way, and directories.
 *
 * Not parsing, and not the files of checking (`check-files.ts`, in another process). Invariants: a landing whose body
 * broke off, was too large or could not be written leaves no file; what `sync` and `makeDirectory` did survives power
 * loss.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileOfLanding, filesText } from '@weft/core/ingest/batch-files';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import { makeDirectories, makeDurableDirectories, syncPath } from '../directories.ts';
import type {
  AdoptedFile,
  LandedBytes,
  LandedFile,
  LandingStore,
  NodeFiles,
} from '../services/ingest-ports.ts';

/** First bytes that are kept for telling the format. */
const HEAD_BYTES = 4096;
/** Pieces are gathered to this size before they are written. */
const WRITE_BYTES = 1024 * 1024;
/** Most uploads are small: buffers begin with so many bytes and grow. */
const FIRST_WRITE_BYTES = 64 * 1024;

export function createLandingStore(options: { directory: string; bytesMax: number }): LandingStore {
  const pathOf = (batch: string): string => join(options.directory, batch);
  return {
    async land(batch, body, onWritten = () => {}) {
      await makeDurableDirectories(options.directory);
      const path = pathOf(batch);
      try {
        const { bytesMax } = options;
        const told = (bytes: number, head: Uint8Array) => onWritten({ path, bytes, head });
        const landed = await writeBody(path, body, { bytesMax, told });
        return { path, ...landed };
      } catch (error) {
        await fs.rm(path, { force: true });
        throw error;
      }
    },
    async adopt(batch, files) {
      await makeDurableDirectories(options.directory);
      const path = pathOf(batch);
      try {
        return await adoptFiles(path, files);
      } catch (error) {
        await fs.rm(path, { recursive: true, force: true });
        throw error;
      }
    },
    async sync(path) {
      for (const name of await entriesOf(path)) await syncPath(join(path, name));
      await syncPath(path);
      await syncPath(dirname(path));
    },
    reopen: reopenLanding,
    remove: (path) => fs.rm(path, { recursive: true, force: true }),
    async list() {
      const names = await fs.readdir(options.directory).catch(() => []);
      return names.map((name) => ({ batch: name, path: pathOf(name) }));
    },
  };
}

/** Names in a directory; none for a file. */
async function entriesOf(path: string): Promise<string[]> {
  return (await fs.stat(path)).isDirectory() ? await fs.readdir(path) : [];
}

async function adoptFiles(path: string, files: readonly AdoptedFile[]): Promise<LandedBytes> {
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    await linkFile(only.path, path);
    const { bytes, sha256, stated } = only;
    const head = await readHead(path);
    return { path, bytes, sha256, head, ...(stated === undefined ? {} : { stated }) };
  }
  await fs.mkdir(path);
  const landed: LandedFile[] = [];
  for (const [i, file] of files.entries()) {
    const target = fileOfLanding(path, i);
    await linkFile(file.path, target);
    landed.push({ ...file, path: target, head: await readHead(target) });
  }
  return landedFiles(path, landed);
}

function landedFiles(path: string, files: LandedFile[]): LandedBytes {
  return {
    path,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    sha256: createHash('sha256').update(filesText(files)).digest('hex'),
    head: must(files[0], 'first of several files').head,
    files,
  };
}

// Why a link: the bytes are on disk already, and whoever brought them may let go of his name for them.
async function linkFile(from: string, to: string): Promise<void> {
  try {
    await fs.link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new WeftError('DISK_FAILED', 'the bytes of the batch are gone from the disk', {
        remedy: 'Send the file again.',
      });
    }
    if (!['EPERM', 'ENOTSUP', 'EXDEV', 'EMLINK'].includes(code ?? '')) throw error;
    await fs.copyFile(from, to);
  }
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await fs.open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function reopenLanding(path: string, names: readonly string[]): Promise<LandedBytes | null> {
  const found = await fs.stat(path).catch(() => null);
  if (found?.isDirectory() !== true) return await reopenFile(path);
  const files: LandedFile[] = [];
  for (const [i, name] of names.entries()) {
    const file = await reopenFile(fileOfLanding(path, i));
    if (file === null) return null;
    files.push({ ...file, name });
  }
  return files.length === 0 ? null : landedFiles(path, files);
}

async function reopenFile(path: string): Promise<LandedBytes | null> {
  const file = await fs.open(path, 'r').catch(() => null);
  if (file === null) return null;
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of file.createReadStream({ highWaterMark: WRITE_BYTES })) {
    const part = chunk as Buffer;
    hash.update(part);
    if (bytes === 0) head = Buffer.from(part.subarray(0, HEAD_BYTES));
    bytes += part.length;
  }
  return { path, bytes, sha256: hash.digest('hex'), head };
}

async function writeBody(
  path: string,
  body: AsyncIterable<Uint8Array>,
  { bytesMax, told }: { bytesMax: number; told(bytes: number, head: Uint8Array): void },
): Promise<Omit<LandedBytes, 'path'>> {
  const hash = createHash('sha256');
  const file = await fs.open(path, 'wx');
  let head = Buffer.alloc(0);
  const writer = new BodyWriter(file, (written) => told(written, head));
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > bytesMax) {
        throw new WeftError('PAYLOAD_TOO_LARGE', `the upload has more than ${bytesMax} bytes`);
      }
      hash.update(chunk);
      if (head.length < HEAD_BYTES) {
        head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
      }
      await writer.write(chunk);
    }
    await writer.end();
  } finally {
    await writer.settle();
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex'), head };
}

/** Gathers bytes into one buffer while the other is on its way to the disk, so that reading and hashing go on. */
class BodyWriter {
  readonly #file: fs.FileHandle;
  #filling = Buffer.allocUnsafe(FIRST_WRITE_BYTES);
  #writing = Buffer.alloc(0);
  #used = 0;
  #written: Promise<void> = Promise.resolve();
  #bytes = 0;
  readonly #told: (bytes: number) => void;

  /** `told` hears how many bytes are in the file. */
  constructor(file: fs.FileHandle, told: (bytes: number) => void) {
    this.#file = file;
    this.#told = told;
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + this.#filling.length - this.#used);
      this.#filling.set(part, this.#used);
      this.#used += part.length;
      at += part.length;
      if (this.#used < this.#filling.length) continue;
      await this.#flush();
      const next = Math.min(WRITE_BYTES, this.#writing.length * 4);
      if (this.#filling.length < next) this.#filling = Buffer.allocUnsafe(next);
    }
  }

  /** Resolves when all bytes were written. */
  async end(): Promise<void> {
    await this.#flush();
    await this.#written;
  }

  /** Resolves when nothing is on its way any more, whatever became of it. */
  async settle(): Promise<void> {
    await this.#written.catch(() => {});
  }

  async #flush(): Promise<void> {
    await this.#written;
    [this.#filling, this.#writing] = [this.#writing, this.#filling];
    const bytes = this.#writing.subarray(0, this.#used);
    this.#written = writeWhole(this.#file, bytes).then(() => {
      this.#bytes += bytes.length;
      this.#told(this.#bytes);
    });
    this.#written.catch(() => {});
    this.#used = 0;
  }
}

// Why a loop: on a disk that is nearly full a write takes some of the bytes and says so in its result only.
async function writeWhole(file: fs.FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at);
    at += bytesWritten;
  }
}

export const nodeFiles: NodeFiles = {
  makeDirectory: (path) => makeDurableDirectories(path),
  async makeScratch(path) {
    await makeDirectories(path);
  },
  removeDirectory: (path) => fs.rm(path, { recursive: true, force: true }),
  removeFile: (path) => fs.rm(path, { force: true }),
  names: (path) => fs.readdir(path).catch(() => []),
  async replaceFile(path, text) {
    const draft = `${path}.${process.pid}.tmp`;
    await fs.writeFile(draft, text);
    await fs.rename(draft, path);
  },
  async writeDurably(path, text) {
    await fs.writeFile(path, text);
    await syncPath(path);
    await syncPath(dirname(path));
  },
  // Why a generator: a stream that fails before anybody listens would end the process.
  async *read(path) {
    yield* createReadStream(path, { highWaterMark: WRITE_BYTES }) as AsyncIterable<Buffer>;
  },
};
