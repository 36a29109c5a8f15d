/**
 * Stages one NDJSON file: a record per line, framed by line feeds (a carriage return before one belongs to it).
 *
 * Not here: what a line may hold (`core/src/ingest/json-record.ts`) and which texts are values (`lexical.ts`).
 * Invariant: as in `csv-reader.ts`: every byte belongs to exactly one part, every line is staged or listed as bad.
 */
import { isUtf8 } from 'node:buffer';
import { JsonRecordReader } from '@weft/core/ingest/json-record';
import { STRUCTURAL_FAULTS, type StructuralFault } from '@weft/core/ingest/ports';
import {
  ascendingKeyIndex,
  type PlannedColumn,
  RECORD_BYTES_MAX,
  RECORDS_MAX,
  tooManyRecords,
} from '@weft/core/ingest/stage-layout';
import { must } from '@weft/core/lib/assert';
import { readFully } from './csv-reader.ts';
import { contentOf, RowBuilder } from './json-rows.ts';
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
  const { start, size } = contentOf(fd);
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
