/**
 * Stages one JSON document: the elements of an array, or values one after the other, each of them a record.
 *
 * Not here: what a record may hold (`core/src/ingest/json-record.ts`) and which texts are values (`lexical.ts`).
 * Invariants: as in `csv-reader.ts`, every byte belongs to exactly one part, every element is staged or listed as bad. A
 * document that is no JSON is refused whole: where its grammar is broken, nobody can tell where the next record begins.
 * Source: RFC 8259.
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
import { WeftError } from '@weft/core/lib/error';
import { contentOf, type RecordPlace, RowBuilder } from './json-rows.ts';
import { JsonValueScanner } from './json-scanner.ts';
import type { PartWriter } from './part-writer.ts';
import { readPieces } from './piece-loop.ts';
import type { PartSink, ReadResult, SegmentTask, StageJob } from './stage-job.ts';

const LF = 0x0a;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** Reads a segment. Throws WeftError BATCH_UNREADABLE. */
export function readJson(
  task: SegmentTask,
  columns: readonly PlannedColumn[],
  job: StageJob,
  sink: PartSink,
): ReadResult {
  return new JsonFile(columns, job, sink).read(contentOf(task.source), task);
}

/**
 * What may come next between values: the document's first byte, the first element or the array's end, an element after a
 * comma, a comma or the array's end, nothing more, or (without an array) another value.
 */
type Expected = 'document' | 'first' | 'element' | 'comma' | 'nothing' | 'value';

class JsonFile {
  #job: StageJob;
  #sink: PartSink;
  #rows: RowBuilder;
  #records: JsonRecordReader;
  #scanner = new JsonValueScanner();
  #expected: Expected = 'document';
  #ordinal = 0;
  #line = 1;
  /** Of the value that is being scanned: its first line, how much of it was scanned, and whether it was given up. */
  #open: { line: number; scanned: number; isTooLong: boolean } | null = null;

  constructor(columns: readonly PlannedColumn[], job: StageJob, sink: PartSink) {
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
      isSkipping: () => this.#open?.isTooLong === true,
    };
    readPieces(reader, start, task);
    if (this.#expected === 'document') throw this.#broken('it holds no value');
    const isWhole = this.#expected === 'nothing' || this.#expected === 'value';
    if (!isWhole) throw this.#broken('the file ends before its array does');
    return {
      framed: this.#ordinal - firstOrdinal,
      end: source.end,
      bytes: source.end - start,
      keyAscending: this.#rows.isKeyAscending,
      keysMarked: false,
      lacking: [],
    };
  }

  /** Reads the whole values of `bytes`; returns how many bytes were used. */
  #readPiece(bytes: Buffer, position: number, isLast: boolean): number {
    const { length } = bytes;
    const part = this.#sink.part(position - length);
    const base = position - length - part.start;
    let at = 0;
    while (at < length) {
      if (this.#open === null) {
        at = this.#skipToValue(bytes, at);
        if (at === length) break;
        this.#scanner.begin(must(bytes[at], 'first byte of a value'));
        this.#open = { line: this.#line, scanned: 0, isTooLong: false };
      }
      const end = this.#scanner.scan(bytes, at + this.#open.scanned, isLast);
      if (end === -1) {
        if (isLast) throw this.#broken(`the file ends inside the value that begins there`);
        this.#open.scanned = length - at;
        if (!this.#open.isTooLong && length - at <= RECORD_BYTES_MAX) break;
        this.#giveUp(part, length - at, base + at);
        at = length;
        break;
      }
      const value = bytes.subarray(at, end);
      if (this.#open.isTooLong) this.#extendBad(part, value.length);
      else this.#readValue(part, value, base + at);
      this.#line += this.#scanner.takeLineFeeds();
      this.#open = null;
      at = end;
    }
    this.#rows.writeTo(part);
    return at;
  }

  /** The index of the next value's first byte, or the end of `bytes`; checks what stands between values. */
  #skipToValue(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = must(bytes[at], 'byte of the piece');
      if (byte === LF) this.#line++;
      else if (byte === 0x20 || byte === 0x09 || byte === 0x0d) continue;
      else if (byte === OPEN && this.#expected === 'document') this.#expected = 'first';
      else if (byte === CLOSE && (this.#expected === 'first' || this.#expected === 'comma'))
        this.#expected = 'nothing';
      else if (byte === COMMA && this.#expected === 'comma') this.#expected = 'element';
      else {
        this.#beginValue(byte);
        return at;
      }
    }
    return bytes.length;
  }

  #beginValue(byte: number): void {
    const isMark = byte === COMMA || byte === CLOSE;
    switch (this.#expected) {
      case 'comma':
        throw this.#broken('a comma or the end of the array is missing');
      case 'nothing':
        throw this.#broken('more follows the end of the array');
      case 'first':
      case 'element':
        if (isMark) throw this.#broken('an element of the array is missing');
        this.#expected = 'comma';
        return;
      default:
        if (isMark) throw this.#broken('a comma or a bracket stands where a value is expected');
        this.#expected = 'value';
    }
  }

  #readValue(part: PartWriter, value: Buffer, offset: number): void {
    const { line } = must(this.#open, 'open value');
    const place = { line, offset, length: value.length };
    const fault = this.#faultOf(value);
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

  #faultOf(value: Buffer): StructuralFault | null {
    if (value.length > RECORD_BYTES_MAX) return 'too_long';
    if (!isUtf8(value)) return 'bad_encoding';
    const fault = this.#records.read(value.toString('utf8'));
    if (fault === 'bad_json') throw this.#broken('the value that begins there is no JSON');
    return fault;
  }

  /** Counts a value beyond the limit as bad; its bytes need not be kept. */
  #giveUp(part: PartWriter, length: number, offset: number): void {
    const open = must(this.#open, 'open value');
    if (open.isTooLong) this.#extendBad(part, length);
    else this.#addBad(part, { line: open.line, offset, length }, 'too_long');
    open.isTooLong = true;
    open.scanned = 0;
  }

  #extendBad(part: PartWriter, bytes: number): void {
    must(part.bad.at(-1), 'the value that was too long').length += bytes;
  }

  #broken(what: string): WeftError {
    const line = this.#open?.line ?? this.#line;
    return new WeftError('BATCH_UNREADABLE', `the file is no JSON: line ${line}: ${what}`, {
      remedy:
        'Send an array of objects, or one object after the other; for one per line say ndjson.',
    });
  }
}
