/**
 * Stages one text file: reads pieces into the memory of a WASM reader and writes each as a row group.
 *
 * Not here: what a record is (`core/wasm/csv.ts`, `core/wasm/ndjson.ts`) and what the files look like (`part-writer.ts`).
 * Invariant: every byte of the file belongs to the start of the file or to exactly one part.
 */
import { isUtf8 } from 'node:buffer';
import { lackingColumns } from '@weft/core/ingest/columns';
import {
  type FlatColumn,
  markedKeyIndexes,
  RECORDS_MAX,
  tooManyRecords,
} from '@weft/core/ingest/stage-layout';
import type { StageColumn } from '@weft/core/ingest/stage-parquet';
import { assert, must } from '@weft/core/lib/assert';
import { type LocalOffset, localOffsetOf } from '@weft/core/lib/calendar';
import { readFully } from './file-bytes.ts';
import type { PartWriter } from './part-writer.ts';
import type { SourceBytes } from './source-bytes.ts';
import type { PartSink, ReadResult, SegmentTask } from './stage-job.ts';
import { requiredColumn } from './stage-output.ts';
import {
  mayUseDictionaries,
  planTextMemory,
  TEXT_BAD_MAX,
  TextColumns,
  type TextLayout,
  type TextLayoutRequest,
} from './text-memory.ts';
import type { TextModule, ValueHost } from './text-module.ts';
import type { Utf8Witness } from './utf8-witness.ts';

const LF = 10;
/** Pieces for which a text column that overflowed its dictionary stays PLAIN. */
const PLAIN_PIECES = 15;
/** As `Kind.BOOLEAN` in `core/wasm/column.ts`. */
const BOOLEAN_KIND = 10;

/** The memory of one reader, kept from file to file, and what its module asks of the host. */
export class TextMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
  readonly host: ValueHost = {
    toDouble: (at, size) => Number(this.bytes.toString('latin1', at, at + size)),
    zoneOffset: (position, seconds) =>
      must(this.#zones.get(position), 'zone of the column')(seconds),
  };
  bytes = Buffer.from(this.memory.buffer);
  #zones = new Map<number, LocalOffset>();

  /** Plans the memory for one file, and grows it as far as that needs. */
  layOut(request: TextLayoutRequest): TextLayout {
    const layout = planTextMemory(request);
    const pages = this.memory.buffer.byteLength / 65_536;
    if (layout.pages > pages) {
      this.memory.grow(layout.pages - pages);
      this.bytes = Buffer.from(this.memory.buffer);
    }
    this.#zones = zonesOf(request.columns);
    return layout;
  }
}

/** Zones that only the host knows, by plan column. */
function zonesOf(columns: readonly FlatColumn[]): Map<number, LocalOffset> {
  const zones = new Map<number, LocalOffset>();
  for (const [i, { defaultTimezone }] of columns.entries()) {
    const offset = defaultTimezone === null ? null : localOffsetOf(defaultTimezone);
    if (offset !== null) zones.set(i, offset);
  }
  return zones;
}

export interface TextFileOptions {
  source: SourceBytes;
  module: TextModule;
  memory: WebAssembly.Memory;
  bytes: Buffer;
  layout: TextLayout;
  /** For each column of the file, the number of the plan's column. */
  order: readonly number[];
  sink: PartSink;
  /** Sees each byte of the records, where another encoding than UTF-8 is read as it is. */
  witness?: Utf8Witness | null;
  /** Another verdict on the record that was skipped, or null. */
  codeOfSkipped?: () => number | null;
}

/** The reading of one file. */
export class TextFile {
  #o: TextFileOptions;
  #columns: TextColumns;
  #planned: readonly FlatColumn[];
  /** For each column of the file, pieces for which it stays PLAIN. */
  #plainFor: number[];
  /** Unread bytes at the front of the input. */
  #pending = 0;
  #framed = 0;
  #firstOrdinal = 0;
  /** True while the rest of a record that was given up is still to come. */
  #skipping = false;
  /** Bytes of the file that were read. */
  #position = 0;
  #isMarked: boolean;

  constructor(options: TextFileOptions) {
    this.#o = options;
    this.#isMarked = markedKeyIndexes(options.layout.request.plan).length > 0;
    this.#planned = options.layout.request.columns;
    this.#columns = new TextColumns(options.memory, options.layout, options.order);
    const never = mayUseDictionaries(this.#planned) ? 0 : Number.POSITIVE_INFINITY;
    this.#plainFor = options.order.map(() => never);
  }

  /** Reads from `start`, where the records begin, to the end of the segment. */
  read(start: number, { firstOrdinal, nextBytes }: SegmentTask): ReadResult {
    const { source, module, bytes, layout, sink, witness } = this.#o;
    this.#position = start;
    this.#firstOrdinal = firstOrdinal;
    while (!source.isEnd(this.#position)) {
      const want = source.upTo(this.#position + layout.request.pieceBytes) - this.#position;
      const at = layout.input + this.#pending;
      readFully(source.fd, bytes.subarray(at, at + want), this.#position);
      witness?.take(bytes.subarray(at, at + want));
      this.#position += want;
      const last = source.isEnd(this.#position);
      const length = this.#skip(this.#pending + want, last);
      this.#pending = this.#readPiece(length, last);
      const next = last ? nextBytes : layout.request.pieceBytes;
      if (last || !this.#skipping) sink.endPart(this.#position - this.#pending, next);
      sink.progress(this.#position);
    }
    return {
      framed: this.#framed,
      end: source.end,
      bytes: source.end - start,
      keyAscending: module.isKeyAscending() === 1,
      keysMarked: this.#isMarked,
      lacking: lackingColumns(this.#planned, this.#o.order),
      fields: this.#o.order.map((i) => must(this.#planned[i], 'column of a field').name),
      looksUtf8: witness?.isUtf8 === true,
    };
  }

  /** Bytes of the file that were read. */
  get position(): number {
    return this.#position;
  }

  /** Drops the rest of a record that was given up before; returns how many bytes remain in the input. */
  #skip(length: number, last: boolean): number {
    if (!this.#skipping) return length;
    const { module, bytes, layout, sink } = this.#o;
    const offset = this.#position - length;
    const used = module.skip(length, last ? 1 : 0);
    this.#skipping = module.isSkipping() === 1;
    const part = sink.part(offset);
    const record = must(part.bad.at(-1), 'the record that was given up');
    const tail = this.#skipping ? 0 : module.getSkippedTail();
    record.length = offset + used - tail - part.start - record.offset;
    record.code = this.#o.codeOfSkipped?.() ?? record.code;
    bytes.copyWithin(layout.input, layout.input + used, layout.input + length);
    // Why: offsets count from the start of the part, and the record may have been longer than any part.
    if (!this.#skipping) sink.endPart(offset + used, layout.request.pieceBytes);
    return length - used;
  }

  /** Offers the input until its bytes are used; returns how many are left for the next piece. */
  #readPiece(length: number, last: boolean): number {
    const { module, bytes, layout, sink } = this.#o;
    const { input } = layout;
    if (length === 0) return 0;
    const position = this.#position;
    const checkUtf8 = this.#mustCheckUtf8(length, last);
    let left = length;
    while (left > 0) {
      const part = sink.part(position - left);
      const rows = Math.min(layout.rowsMax, Math.ceil(left / layout.request.recordBytesMin) + 1);
      this.#prepare(rows);
      const used = module.parse(
        left,
        last ? 1 : 0,
        checkUtf8 ? 1 : 0,
        position - left - part.start,
      );
      this.#writePiece(part);
      bytes.copyWithin(input, input + used, input + left);
      left -= used;
      if (module.isSkipping() === 0) sink.endFullPart(position - left);
      if (module.isStarved() === 1) break;
      assert(used > 0, 'the reader made no progress');
    }
    this.#skipping = module.isSkipping() === 1;
    return left;
  }

  /** False when all bytes of whole lines are known to be UTF-8, or when every byte is a character. */
  #mustCheckUtf8(length: number, last: boolean): boolean {
    const { bytes, layout } = this.#o;
    if (layout.request.latin1) return false;
    const input = bytes.subarray(layout.input, layout.input + length);
    // Why: the last character may go on in the next piece; its record is not read before.
    return !isUtf8(last ? input : input.subarray(0, input.lastIndexOf(LF) + 1));
  }

  #prepare(rows: number): void {
    const { bytes, layout } = this.#o;
    const { lexWords, lexWordCount } = layout;
    bytes.fill(0, lexWords, lexWords + rows * 8 * lexWordCount);
    for (const [i, plainFor] of this.#plainFor.entries()) {
      this.#columns.clearNulls(i, rows);
      const isText = this.#columns.get(i, 'kind') === 0;
      this.#columns.set(i, 'dictionary', isText && plainFor === 0 ? 1 : 0);
      if (plainFor > 0) this.#plainFor[i] = plainFor - 1;
    }
  }

  #writePiece(part: PartWriter): void {
    const { module } = this.#o;
    const rows = module.getStaged();
    this.#framed += module.getFramed();
    if (this.#firstOrdinal + this.#framed > RECORDS_MAX) throw tooManyRecords();
    const wrong = module.getWrongRecords();
    const seen = module.markSeen(rows);
    part.lexical += wrong;
    part.seen += seen;
    part.isMarked = this.#isMarked;
    this.#listBad(part, module.getBad());
    const own = this.#ownColumns(rows, wrong + seen > 0);
    if (rows > 0) part.addRows(rows, [...this.#planColumns(rows), ...own]);
    const { wrongOrdinals, wrongColumns, wrongTexts } = this.#o.layout;
    const count = module.getWrongCount();
    part.addWrong({
      count,
      ordinals: this.#view(wrongOrdinals, count * 4),
      columns: this.#view(wrongColumns, count * 4),
      texts: this.#view(wrongTexts, module.getWrongBytes()),
    });
  }

  /** The plan's columns in the plan's order; those that the file lacks are NULL. */
  #planColumns(rows: number): StageColumn[] {
    const columns = this.#planned.map(() => nullColumn(rows));
    for (const [i, position] of this.#o.order.entries()) columns[position] = this.#column(i, rows);
    return columns;
  }

  #column(i: number, rows: number): StageColumn {
    const columns = this.#columns;
    const size = columns.get(i, 'size');
    const nulls = columns.get(i, 'nulls');
    const validity = this.#view(columns.get(i, 'validity'), Math.ceil(rows / 8));
    if (columns.get(i, 'dictionary') === 1 && size > 0) {
      const indices = columns.get(i, 'indices');
      const padded = Math.ceil(size / 16) * 16;
      this.#o.bytes.fill(0, indices + size, indices + padded);
      const entries = columns.get(i, 'entries');
      const dictionary = this.#view(columns.get(i, 'entryData'), columns.get(i, 'entryBytes'));
      return {
        values: this.#view(indices, padded),
        nulls,
        validity,
        dictionary: { entries, bytes: dictionary },
      };
    }
    // A text column that asked for a dictionary and has none overflowed it.
    if (columns.get(i, 'entries') > 0 && size > 0) this.#plainFor[i] = PLAIN_PIECES;
    columns.set(i, 'entries', 0);
    const values = this.#view(columns.get(i, 'out'), size);
    const isBoolean = columns.get(i, 'kind') === BOOLEAN_KIND;
    return { values: isBoolean ? packBits(values) : values, nulls, validity, dictionary: null };
  }

  /** Numbers, places and marks of the records; marks are given where `hasMarks`. */
  #ownColumns(rows: number, hasMarks: boolean): StageColumn[] {
    const { rowsMax, rows: at, lexWords, lexWordCount } = this.#o.layout;
    const numbers = (i: number): Uint8Array => this.#view(at + i * rowsMax * 4, rows * 4);
    const words = this.#view(lexWords, rows * lexWordCount * 8);
    const marks = hasMarks
      ? splitWords(words, rows, lexWordCount).map(requiredColumn)
      : Array.from({ length: lexWordCount }, () => sequenceColumn({ first: 0, step: 0 }));
    return [
      ...[0, 1].map((i) => countedColumn(numbers(i))),
      ...[2, 3].map((i) => requiredColumn(numbers(i))),
      ...marks,
    ];
  }

  #listBad(part: PartWriter, count: number): void {
    const { memory, layout } = this.#o;
    const numbers = new Uint32Array(memory.buffer, layout.bad, TEXT_BAD_MAX * 5);
    const at = (column: number, i: number) => numbers[column * TEXT_BAD_MAX + i] ?? 0;
    for (let i = 0; i < count; i++) {
      part.bad.push({
        ordinal: at(0, i),
        offset: at(1, i),
        length: at(2, i),
        code: at(3, i),
        line: at(4, i),
      });
    }
  }

  #view(at: number, bytes: number): Uint8Array {
    return this.#o.bytes.subarray(at, at + bytes);
  }
}

function nullColumn(rows: number): StageColumn {
  const validity = new Uint8Array(Math.ceil(rows / 8));
  return { values: new Uint8Array(0), nulls: rows, validity, dictionary: null };
}

function sequenceColumn(sequence: { first: number; step: number }): StageColumn {
  return { ...requiredColumn(new Uint8Array(0)), sequence };
}

/** Ascending numbers of 32 bits, which nearly always are one after the other. */
function countedColumn(values: Uint8Array): StageColumn {
  const numbers = new DataView(values.buffer, values.byteOffset, values.length);
  if (values.length === 0) return requiredColumn(values);
  const first = numbers.getUint32(0, true);
  const last = numbers.getUint32(values.length - 4, true);
  const isSequence = last - first === values.length / 4 - 1;
  return isSequence ? sequenceColumn({ first, step: 1 }) : requiredColumn(values);
}

/** One bit for each byte that is 0 or 1, from the lowest bit. */
function packBits(values: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  for (const [i, value] of values.entries()) {
    bits[i >> 3] = (bits[i >> 3] ?? 0) | (value << (i & 7));
  }
  return bits;
}

/** Words of each row beside each other become one column per word. */
function splitWords(words: Uint8Array, rows: number, count: number): Uint8Array[] {
  if (count === 1) return [words];
  // Why: a copy, because the words may not lie on a multiple of 8 bytes of their buffer; `Buffer.slice` makes none.
  const all = new BigInt64Array(Uint8Array.from(words).buffer);
  return Array.from({ length: count }, (_, word) => {
    const column = BigInt64Array.from({ length: rows }, (__, row) => all[row * count + word] ?? 0n);
    return new Uint8Array(column.buffer);
  });
}
