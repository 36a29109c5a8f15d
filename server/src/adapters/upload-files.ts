/**
 * The bytes of uploads that can be resumed: one file each, appended to, synced, hashed.
 *
 * Not who may send what (`services/uploads-service.ts`). Invariants: an offset is told as safe only after the bytes below
 * it were synced; bytes below an offset that may have been told are never cut off; an append begins by cutting off what was
 * written behind the last safe offset; a piece whose checksum is wrong leaves nothing.
 */
import { createHash, type Hash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { WeftError } from '@weft/core/lib/error';
import { makeDurableDirectories, syncPath } from '../directories.ts';
import type { PieceToAppend, UploadFiles } from '../services/upload-ports.ts';

/** Bytes that may be lost when the line breaks: so often an offset becomes safe. */
const SAFE_BYTES = 16 << 20;
const READ_BYTES = 1 << 20;
/** Hashes that are kept while their uploads come; those of more are made by reading the file. */
const HASHES_MAX = 256;

export function createUploadFiles(options: { directory: string }): UploadFiles {
  return new DiskUploads(options.directory);
}

interface RunningHash {
  offset: number;
  hash: Hash;
}

class DiskUploads implements UploadFiles {
  readonly #directory: string;
  readonly #hashes = new Map<string, RunningHash>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  path(upload: string): string {
    return join(this.#directory, upload);
  }

  async create(upload: string): Promise<void> {
    await makeDurableDirectories(this.#directory);
    const file = await fs.open(this.path(upload), 'wx');
    await file.sync();
    await file.close();
    await syncPath(this.#directory);
    this.#keep(upload, { offset: 0, hash: createHash('sha256') });
  }

  async append(upload: string, piece: PieceToAppend): Promise<number> {
    const file = await fs.open(this.path(upload), 'r+').catch(tellGone);
    try {
      await cutBehind(file, piece.offset);
      return await new Append({ file, piece, running: this.#takeHash(upload, piece.offset) }).run(
        (running) => this.#keep(upload, running),
      );
    } finally {
      await file.close();
    }
  }

  async digest(upload: string, length: number): Promise<string> {
    const running = this.#hashes.get(upload);
    if (running?.offset === length) return running.hash.copy().digest('hex');
    const hash = createHash('sha256');
    const file = await fs.open(this.path(upload), 'r').catch(tellGone);
    const options = { highWaterMark: READ_BYTES };
    for await (const chunk of file.createReadStream(options)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  }

  async remove(upload: string): Promise<void> {
    this.#hashes.delete(upload);
    await fs.rm(this.path(upload), { force: true });
  }

  list(): Promise<string[]> {
    return fs.readdir(this.#directory).catch(() => []);
  }

  /** The hash over the bytes below `offset`, when it is at hand. */
  #takeHash(upload: string, offset: number): RunningHash | null {
    const running = this.#hashes.get(upload);
    this.#hashes.delete(upload);
    return running?.offset === offset ? running : null;
  }

  #keep(upload: string, running: RunningHash): void {
    this.#hashes.set(upload, running);
    const [oldest] = this.#hashes.keys();
    if (this.#hashes.size > HASHES_MAX && oldest !== undefined) this.#hashes.delete(oldest);
  }
}

/** Why by name: somebody took the file away, and the sender can do something about it. */
function tellGone(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ENOENT') throw error;
  throw new WeftError('DISK_FAILED', 'the bytes of the upload are gone from the disk', {
    remedy: 'Give the upload up and send the file again.',
  });
}

/** Why not truncate alone: a file that is shorter would be filled up with zeros. */
async function cutBehind(file: fs.FileHandle, offset: number): Promise<void> {
  const { size } = await file.stat();
  if (size < offset) {
    throw new WeftError('DISK_FAILED', `the upload has ${size} bytes on disk of ${offset}`, {
      remedy: 'Give the upload up and send the file again.',
    });
  }
  await file.truncate(offset);
}

/** One piece on its way into a file. */
class Append {
  readonly #file: fs.FileHandle;
  readonly #piece: PieceToAppend;
  readonly #running: Hash | null;
  readonly #own: Hash | null;
  #at: number;
  #safe: number;
  /** What may have been told: an answer that never came does not say that it was not. */
  #told: number;

  constructor(options: {
    file: fs.FileHandle;
    piece: PieceToAppend;
    running: RunningHash | null;
  }) {
    this.#file = options.file;
    this.#piece = options.piece;
    this.#running = options.running?.hash ?? null;
    this.#own = options.piece.sha256 === null ? null : createHash('sha256');
    this.#at = options.piece.offset;
    this.#safe = options.piece.offset;
    this.#told = options.piece.offset;
  }

  async run(keep: (running: RunningHash) => void): Promise<number> {
    try {
      for await (const chunk of this.#piece.body) await this.#write(chunk);
      if (this.#own !== null && this.#own.digest('hex') !== this.#piece.sha256) {
        throw new WeftError('UPLOAD_PIECE_MISMATCH', 'the piece has another SHA-256 than stated');
      }
      await this.#makeSafe();
      return this.#at;
    } catch (error) {
      // Why: a line that broke has brought what it brought; a piece with a checksum counts whole or not at all.
      if (this.#own === null && !(error instanceof WeftError)) await this.#makeSafe();
      else await this.#file.truncate(this.#told);
      throw error;
    } finally {
      if (this.#running !== null && this.#safe === this.#at) {
        keep({ offset: this.#at, hash: this.#running });
      }
    }
  }

  async #write(chunk: Uint8Array): Promise<void> {
    if (this.#at + chunk.length > this.#piece.limit) {
      throw new WeftError('PAYLOAD_TOO_LARGE', 'the upload has more bytes than were announced', {
        remedy: 'Begin a new upload with the right length.',
      });
    }
    for (let from = 0; from < chunk.length; ) {
      const { bytesWritten } = await this.#file.write(chunk, from, chunk.length - from, this.#at);
      from += bytesWritten;
      this.#at += bytesWritten;
    }
    this.#running?.update(chunk);
    this.#own?.update(chunk);
    if (this.#own === null && this.#at - this.#safe >= SAFE_BYTES) await this.#makeSafe();
  }

  async #makeSafe(): Promise<void> {
    await this.#file.datasync();
    this.#told = this.#at;
    await this.#piece.onSafe(this.#at);
    this.#safe = this.#at;
  }
}
