/**
 * Stages one NDJSON file: a record per line, framed by line feeds (a carriage return before one belongs to it).
 *
 * Not here: what a line may hold (`core/src/ingest/json-record.ts`) and which texts are values (`lexical.ts`).
 * Invariant: as in `csv-reader.ts`: every byte belongs to exactly one part, every line is staged or listed as bad.
 */
import { isUtf8 } from 'node:buffer';
import { fstatSync } from 'node:fs';
import { type LocalOffset, localOffsetOf } from '@weft/core/ingest/calendar';
import { byteOrderMarkBytes, refuseWideEncoding } from '@weft/core/ingest/csv-header';
import { JsonRecordReader, tokenFits } from '@weft/core/ingest/json-record';
import { parseLexical } from '@weft/core/ingest/lexical';
import { STRUCTURAL_FAULTS, type StructuralFault } from '@weft/core/ingest/ports';
import {
  ascendingKeyIndex,
  LEX_OVERFLOW_BIT,
  LEXICAL_TEXT_BYTES_MAX,
  lexColumns,
  lexPlace,
  type PlannedColumn,
  RECORD_BYTES_MAX,
  RECORDS_MAX,
  tooManyRecords,
} from '@weft/core/ingest/stage-layout';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import { ColumnBuilder } from './column-builder.ts';
import { readFully } from './csv-reader.ts';
import type { PartWriter } from './part-writer.ts';
import type { PartSink, ReadResult, StageJob } from './stage-job.ts';

const LF = 10;
const CR = 13;

/** Reads the open file `fd` to its end. Throws WeftError BATCH_UNREADABLE. */
export function readNdjson(
  fd: number,
  columns: readonly PlannedColumn[],
  job: StageJob,
  sink: PartSink,
): ReadResult {
  const size = fstatSync(fd).size;
  const first = Buffer.alloc(Math.min(size, 4));
  readFully(fd, first, 0);
  refuseWideEncoding(first);
  const start = byteOrderMarkBytes(first);
  if (size === start) {
    throw new WeftError('BATCH_UNREADABLE', 'the file is empty', {
      remedy: 'Send a file with at least one record.',
    });
  }
  return new NdjsonFile(columns, job, sink).read(fd, start, size);
}

class NdjsonFile {
  #job: StageJob;
  #sink: PartSink;
  #rows: RowBuilder;
  #records: JsonRecordReader;
  #ordinal = 0;
  #line = 1;
  #buffer: Buffer<ArrayBuffer>;
  /** Length of a line that is too long and whose end is still to come. */
  #openLine = 0;

  constructor(columns: readonly PlannedColumn[], job: StageJob, sink: PartSink) {
    this.#job = job;
    this.#sink = sink;
    this.#rows = new RowBuilder(columns, ascendingKeyIndex(job.plan));
    this.#records = new JsonRecordReader(columns.map((column) => column.sourceName));
    this.#buffer = Buffer.allocUnsafe(job.pieceBytes + RECORD_BYTES_MAX + 8);
  }

  read(fd: number, start: number, size: number): ReadResult {
    let position = start;
    let pending = 0;
    while (position < size) {
      const want = Math.min(this.#job.pieceBytes, size - position);
      readFully(fd, this.#buffer.subarray(pending, pending + want), position);
      position += want;
      const length = pending + want;
      const used = this.#readPiece(length, position, position >= size);
      pending = length - used;
      this.#buffer.copyWithin(0, used, length);
      if (this.#openLine === 0 || position >= size) {
        this.#sink.endPart(position - pending, position >= size);
      }
      this.#sink.progress(position);
    }
    return {
      framed: this.#ordinal,
      bytes: size,
      keyAscending: this.#rows.isKeyAscending,
      lacking: [],
    };
  }

  /** Reads the whole lines of the buffer's first `length` bytes; returns how many bytes were used. */
  #readPiece(length: number, position: number, last: boolean): number {
    const bytes = this.#buffer.subarray(0, length);
    const part = this.#sink.part(position - length);
    const base = position - length - part.start;
    const valid = isUtf8(last ? bytes : bytes.subarray(0, bytes.lastIndexOf(LF) + 1));
    let at = 0;
    while (at < length) {
      const lineFeed = bytes.indexOf(LF, at);
      if (lineFeed === -1 && !last && length - at <= RECORD_BYTES_MAX + 1) break;
      let end = lineFeed === -1 ? length : lineFeed;
      if (end > at && lineFeed !== -1 && bytes[end - 1] === CR) end--;
      if (this.#openLine > 0) this.#extendBad(part, end - at);
      else this.#readLine(part, bytes.subarray(at, end), { offset: base + at, valid });
      this.#openLine = lineFeed === -1 && !last ? this.#openLine + end - at : 0;
      at = lineFeed === -1 ? length : lineFeed + 1;
    }
    this.#rows.writeTo(part);
    return at;
  }

  #readLine(
    part: PartWriter,
    line: Buffer,
    { offset, valid }: { offset: number; valid: boolean },
  ): void {
    if (this.#ordinal === RECORDS_MAX) throw tooManyRecords();
    const place = { ordinal: this.#ordinal, line: this.#line, offset, length: line.length };
    const fault = this.#faultOf(line, valid);
    if (fault === null) this.#rows.add(this.#records, place);
    else part.bad.push({ ...place, code: STRUCTURAL_FAULTS.indexOf(fault) + 1 });
    this.#ordinal++;
    this.#line++;
  }

  #faultOf(line: Buffer, valid: boolean): StructuralFault | null {
    if (line.length > RECORD_BYTES_MAX) return 'too_long';
    if (!valid && !isUtf8(line)) return 'bad_encoding';
    return this.#records.read(line.toString('utf8'));
  }

  #extendBad(part: PartWriter, bytes: number): void {
    must(part.bad.at(-1), 'the line that was too long').length += bytes;
  }
}

interface RecordPlace {
  ordinal: number;
  line: number;
  offset: number;
  length: number;
}

/** Rows of a piece, column by column. */
class RowBuilder {
  #planned: readonly PlannedColumn[];
  #zones: (LocalOffset | null)[];
  #columns: ColumnBuilder[];
  #place = [0, 1, 2, 3].map(() => new ColumnBuilder({ kind: 'int' }));
  #lex: ColumnBuilder[];
  #words: bigint[];
  #wrong = [0, 1].map(() => new ColumnBuilder({ kind: 'int' }));
  #wrongTexts: Buffer[] = [];
  #wrongRecords = 0;
  #key: number;
  #lastKey: bigint | null = null;
  #keyBroken = false;

  constructor(columns: readonly PlannedColumn[], key: number) {
    this.#planned = columns;
    this.#key = key;
    this.#columns = columns.map(({ type }) => new ColumnBuilder(type));
    this.#zones = columns.map(({ defaultTimezone: zone }) =>
      zone === null ? null : localOffsetOf(zone),
    );
    const words = lexColumns(columns.length);
    this.#lex = words.map(() => new ColumnBuilder({ kind: 'long' }));
    this.#words = words.map(() => 0n);
  }

  get isKeyAscending(): boolean {
    return this.#key !== -1 && !this.#keyBroken;
  }

  add(record: JsonRecordReader, place: RecordPlace): void {
    this.#words.fill(0n);
    for (const [i, column] of this.#columns.entries()) this.#addValue(record, i, column, place);
    const values = [place.ordinal, place.line, place.offset, place.length];
    for (const [i, builder] of this.#place.entries()) builder.add(values[i] ?? 0);
    for (const [i, builder] of this.#lex.entries()) builder.add(this.#words[i] ?? 0n);
    if (this.#words[0] !== 0n) this.#wrongRecords++;
  }

  writeTo(part: PartWriter): void {
    const rows = this.#place[0]?.rows ?? 0;
    const all = [...this.#columns, ...this.#place, ...this.#lex].map((column) => column.take());
    part.addRows(rows, all);
    part.lexical += this.#wrongRecords;
    this.#wrongRecords = 0;
    const count = this.#wrong[0]?.rows ?? 0;
    const [ordinals, columns] = this.#wrong.map((column) => column.take().values);
    if (ordinals !== undefined && columns !== undefined) {
      part.addWrong({ count, ordinals, columns, texts: Buffer.concat(this.#wrongTexts) });
    }
    this.#wrongTexts = [];
  }

  #addValue(record: JsonRecordReader, i: number, column: ColumnBuilder, place: RecordPlace): void {
    const token = record.tokens[i] ?? 'null';
    if (token === 'null') {
      if (i === this.#key) this.#keyBroken = true;
      column.addNull();
      return;
    }
    const { type } = must(this.#planned[i], 'column of the plan');
    const text = record.texts[i] ?? '';
    const result = tokenFits(type, token)
      ? parseLexical(type, text, this.#zones[i] ?? null)
      : { ok: false as const };
    if (result.ok) column.add(result.value);
    else {
      column.addNull();
      this.#noteWrong(i, text, place.ordinal);
    }
    if (i === this.#key) this.#noteKey(result.ok ? BigInt(result.value) : null);
  }

  #noteKey(value: bigint | null): void {
    if (value === null || (this.#lastKey !== null && value <= this.#lastKey))
      this.#keyBroken = true;
    this.#lastKey = value;
  }

  #noteWrong(index: number, text: string, ordinal: number): void {
    const { column, bit } = lexPlace(index);
    const word = lexColumns(this.#planned.length).indexOf(column);
    this.#words[word] = (this.#words[word] ?? 0n) | (1n << BigInt(bit));
    if (word > 0) this.#words[0] = (this.#words[0] ?? 0n) | (1n << BigInt(LEX_OVERFLOW_BIT));
    this.#wrong[0]?.add(ordinal);
    this.#wrong[1]?.add(index);
    const bytes = cutUtf8(Buffer.from(text), LEXICAL_TEXT_BYTES_MAX);
    const head = Buffer.alloc(4);
    head.writeUInt32LE(bytes.length);
    this.#wrongTexts.push(head, bytes);
  }
}

/** The longest prefix of at most `limit` bytes that ends between two characters. */
function cutUtf8(bytes: Buffer, limit: number): Buffer {
  if (bytes.length <= limit) return bytes;
  let cut = limit;
  while (cut > 0 && ((bytes[cut] ?? 0) & 0xc0) === 0x80) cut--;
  return bytes.subarray(0, cut);
}
