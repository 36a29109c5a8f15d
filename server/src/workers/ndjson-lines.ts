/**
 * Stages one NDJSON file whose contract has nested columns: a record per line.
 *
 * Not the way of flat contracts (`ndjson-reader.ts`), which reads lines in WebAssembly and is the standard for what a line is;
 * a test compares the two. Not here: what a record may hold (`core/src/ingest/json-record.ts`).
 * Invariant: every byte belongs to exactly one part, every line is staged or listed as bad.
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
import { contentOf, type RecordPlace, RowBuilder } from './json-rows.ts';
import type { PartWriter } from './part-writer.ts';
import { readPieces } from './piece-loop.ts';
import type { PartSink, ReadResult, SegmentTask, StageJob } from './stage-job.ts';

const LF = 0x0a;
const CR = 0x0d;
/** Bad lines of one part, about. */
const BAD_MAX = 400_000;

/** Reads a segment. Throws WeftError BATCH_UNREADABLE. */
export function readNdjsonLines(
  task: SegmentTask,
  columns: readonly PlannedColumn[],
  job: StageJob,
  sink: PartSink,
): ReadResult {
  return new LineFile(columns, job, sink).read(contentOf(task.source), task);
}

class LineFile {
  #columns: readonly PlannedColumn[];
  #job: StageJob;
  #sink: PartSink;
  #rows: RowBuilder;
  #records: JsonRecordReader;
  #ordinal = 0;
  #line = 1;
  /** True while the rest of a line beyond the limit is still to come; it is the last one that was listed as bad. */
  #isSkipping = false;
  /** Of the line that is skipped: whether what was seen last of it is a carriage return. */
  #endsInCr = false;

  constructor(columns: readonly PlannedColumn[], job: StageJob, sink: PartSink) {
    this.#columns = columns;
    this.#job = job;
    this.#sink = sink;
    this.#rows = new RowBuilder(columns, ascendingKeyIndex(job.plan));
    this.#records = new JsonRecordReader(columns.map((column) => column.sourceName));
  }

  read(start: number, task: SegmentTask): ReadResult {
    const { source, firstOrdinal } = task;
    this.#ordinal = firstOrdinal;
    const reader = {
      job: this.#job,
      sink: this.#sink,
      readPiece: this.#readPiece.bind(this),
      isSkipping: () => this.#isSkipping,
    };
    readPieces(reader, start, task);
    return {
      framed: this.#ordinal - firstOrdinal,
      end: source.end,
      bytes: source.end - start,
      keyAscending: this.#rows.isKeyAscending,
      keysMarked: false,
      lacking: [],
      fields: this.#columns.map(({ name }) => name),
    };
  }

  /** Reads the whole lines of `bytes`; returns how many bytes were used. */
  #readPiece(bytes: Buffer, position: number, isLast: boolean): number {
    const start = position - bytes.length;
    let part = this.#sink.part(start);
    let at = 0;
    while (at < bytes.length) {
      const found = bytes.indexOf(LF, at);
      const end = found === -1 ? bytes.length : found;
      const isOpen = found === -1 && !isLast;
      if (isOpen && !this.#isSkipping && end - at <= RECORD_BYTES_MAX + 1) break;
      const line = bytes.subarray(at, end);
      const wasSkipping = this.#isSkipping;
      if (wasSkipping) this.#skipLine(part, line, found !== -1);
      else this.#readLine(part, found === -1 ? line : withoutCr(line), start + at - part.start);
      if (found !== -1) this.#line++;
      this.#isSkipping = isOpen;
      this.#endsInCr = line.at(-1) === CR;
      at = found === -1 ? end : end + 1;
      // Why: offsets count from the start of the part, and the line may have been longer than any part.
      const isFull = wasSkipping || part.bad.length >= BAD_MAX;
      if (isFull && !isOpen) part = this.#nextPart(part, start + at);
    }
    this.#rows.writeTo(part);
    return at;
  }

  #nextPart(part: PartWriter, end: number): PartWriter {
    this.#rows.writeTo(part);
    this.#sink.endPart(end, this.#job.pieceBytes);
    this.#sink.endFullPart(end);
    return this.#sink.part(end);
  }

  /** Goes on with a line that was given up. */
  #skipLine(part: PartWriter, line: Buffer, isEnd: boolean): void {
    const bad = must(part.bad.at(-1), 'the line that was too long');
    bad.length += line.length;
    const isCr = line.length > 0 ? line.at(-1) === CR : this.#endsInCr;
    if (isEnd && isCr) bad.length--;
  }

  #readLine(part: PartWriter, line: Buffer, offset: number): void {
    const place = { line: this.#line, offset, length: line.length };
    const fault = this.#faultOf(line);
    if (fault === null) this.#rows.add(this.#records, { ...place, ordinal: this.#takeOrdinal() });
    else this.#addBad(part, place, fault);
  }

  #addBad(part: PartWriter, place: Omit<RecordPlace, 'ordinal'>, fault: StructuralFault): void {
    const code = STRUCTURAL_FAULTS.indexOf(fault) + 1;
    part.bad.push({ ...place, ordinal: this.#takeOrdinal(), code });
  }

  #takeOrdinal(): number {
    if (this.#ordinal === RECORDS_MAX) throw tooManyRecords();
    return this.#ordinal++;
  }

  #faultOf(line: Buffer): StructuralFault | null {
    if (line.length > RECORD_BYTES_MAX) return 'too_long';
    if (!isUtf8(line)) return 'bad_encoding';
    return this.#records.read(line.toString('utf8'));
  }
}

/** A carriage return before the line feed belongs to the line's end. */
function withoutCr(line: Buffer): Buffer {
  return line.at(-1) === CR ? line.subarray(0, -1) : line;
}
