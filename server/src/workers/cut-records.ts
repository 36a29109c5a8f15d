/**
 * Cuts records out of plain bytes into a stage file.
 *
 * Not durable: the file is read once and thrown away. Invariant: rows stand in the order of the positions.
 */
import { createReadStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import type { CheckFiles } from '@weft/core/ingest/check-ports';
import { CUT_FIELDS } from '@weft/core/ingest/stage-layout';
import { OutputFile, requiredColumn } from './stage-output.ts';

/** Bytes that are read at once; longer records are read on their own. */
const WINDOW = 4 * 1024 * 1024;
/** Of a row group. */
const GROUP_BYTES = 4 * 1024 * 1024;
const GROUP_ROWS = 65_536;
/** Before the bytes of a record, as Parquet's PLAIN encoding has it. */
const LENGTH_BYTES = 4;

export const cutRecords: CheckFiles['cutRecords'] = async (options) => {
  const { plainPath, start, positionsPath, outPath, bytesMax } = options;
  const plain = await fs.open(plainPath, 'r');
  try {
    const out = new OutputFile(outPath, CUT_FIELDS);
    try {
      await cutAll({ plain, start, positionsPath, bytesMax, out });
      out.close();
    } catch (error) {
      out.abandon();
      throw error;
    }
  } finally {
    await plain.close();
  }
};

interface Cutting {
  plain: fs.FileHandle;
  start: number;
  positionsPath: string;
  bytesMax: number;
  out: OutputFile;
}

async function cutAll({ plain, start, positionsPath, bytesMax, out }: Cutting): Promise<void> {
  const window = createWindow(plain);
  const group = new RecordGroup(bytesMax);
  for await (const lines of linesOf(positionsPath)) {
    for (const position of lines) {
      const numbers = position.split(',', 4).map(Number);
      const [offset = 0, length = 0] = numbers;
      const at = start + offset;
      const size = Math.min(length, bytesMax);
      const bytes = window.held(at, size) ?? (await window.read(at, size));
      if (!group.hasRoom(bytes.length)) group.moveTo(out);
      group.add(numbers, bytes);
    }
  }
  group.moveTo(out);
}

/** Rows that are gathered for a row group. */
class RecordGroup {
  readonly #numbers = [0, 1, 2, 3].map(() => new Int32Array(GROUP_ROWS));
  readonly #raw: Buffer;
  #rows = 0;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#raw = Buffer.allocUnsafe(Math.max(GROUP_BYTES, bytesMax + LENGTH_BYTES));
  }

  hasRoom(bytes: number): boolean {
    return this.#rows < GROUP_ROWS && this.#bytes + LENGTH_BYTES + bytes <= this.#raw.length;
  }

  add(numbers: readonly number[], bytes: Buffer): void {
    for (const [i, column] of this.#numbers.entries()) column[this.#rows] = numbers[i] ?? 0;
    this.#raw.writeUInt32LE(bytes.length, this.#bytes);
    bytes.copy(this.#raw, this.#bytes + LENGTH_BYTES);
    this.#bytes += LENGTH_BYTES + bytes.length;
    this.#rows += 1;
  }

  moveTo(out: OutputFile): void {
    const rows = this.#rows;
    if (rows === 0) return;
    const numbers = this.#numbers.map((column) => new Uint8Array(column.buffer, 0, rows * 4));
    out.add(rows, [...numbers, this.#raw.subarray(0, this.#bytes)].map(requiredColumn));
    this.#rows = 0;
    this.#bytes = 0;
  }
}

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
