/**
 * The LineFiles port on a local disk: text files that are read and written a piece at a time.
 *
 * Not durable by itself: whoever needs that syncs the file.
 */
import { createReadStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import type { LineFiles, LineWriter } from '@weft/core/ingest/repair-ports';

const PIECE_BYTES = 1 << 20;

/** Reading ends with the signal's reason once it aborts. */
export function createLineFiles(signal: AbortSignal): LineFiles {
  return {
    async *lines(path) {
      for await (const lines of linesOf(path)) {
        signal.throwIfAborted();
        yield lines;
      }
    },
    async create(path) {
      return new GatheringWriter(await fs.open(path, 'w'));
    },
  };
}

async function* linesOf(path: string): AsyncIterable<string[]> {
  // Why a list: text that is added to over and over is copied over and over, and a line may be long.
  let rest: string[] = [];
  for await (const chunk of createReadStream(path, {
    encoding: 'utf8',
    highWaterMark: PIECE_BYTES,
  })) {
    const lines = (chunk as string).split('\n');
    const last = lines.pop() ?? '';
    if (lines.length > 0) {
      lines[0] = rest.join('') + lines[0];
      rest = [];
      yield lines;
    }
    rest.push(last);
  }
  const end = rest.join('');
  if (end !== '') yield [end];
}

class GatheringWriter implements LineWriter {
  readonly #file: fs.FileHandle;
  #pieces: Uint8Array[] = [];
  #waiting = 0;

  constructor(file: fs.FileHandle) {
    this.#file = file;
  }

  async write(piece: string | Uint8Array): Promise<void> {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    this.#pieces.push(bytes);
    this.#waiting += bytes.length;
    if (this.#waiting >= PIECE_BYTES) await this.#flush();
  }

  async close(): Promise<void> {
    try {
      await this.#flush();
    } finally {
      await this.#file.close();
    }
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#waiting = 0;
    // Why not `write`: on a disk that is nearly full that takes a part and says nothing.
    if (bytes.length > 0) await this.#file.writeFile(bytes);
  }
}
