/**
 * Rows of a piece from records that TypeScript read, and where the content of a JSON or NDJSON file is.
 *
 * Not here: framing, and what a record may hold (`core/src/ingest/json-record.ts`).
 * Invariant: a value that is not of its column's type is NULL, marked in `_lex`, and its text is kept.
 */
import { isPrimitive } from '@weft/core/contract/data-type';
import type { Cell } from '@weft/core/ingest/avro-columns';
import { byteOrderMarkBytes, refuseWideEncoding } from '@weft/core/ingest/csv-header';
import { type JsonRecordReader, tokenFits } from '@weft/core/ingest/json-record';
import { parseLexical } from '@weft/core/ingest/lexical';
import { type NestedJsonReader, nestedReaders } from '@weft/core/ingest/nested-json';
import {
  LEX_OVERFLOW_BIT,
  LEXICAL_TEXT_BYTES_MAX,
  lexColumns,
  lexPlace,
  type PlannedColumn,
} from '@weft/core/ingest/stage-layout';
import { must } from '@weft/core/lib/assert';
import { type LocalOffset, localOffsetOf } from '@weft/core/lib/calendar';
import { WeftError } from '@weft/core/lib/error';
import { ColumnBuilder } from './column-builder.ts';
import { createBuilder, type PieceBuilder } from './nested-builder.ts';
import type { PartWriter } from './part-writer.ts';
import type { SourceBytes } from './source-bytes.ts';

/** Where a record stands: number in the batch, physical line from 1, bytes from the part's start. */
export interface RecordPlace {
  ordinal: number;
  line: number;
  offset: number;
  length: number;
}

/** Rows of a piece, column by column. */
export class RowBuilder {
  #planned: readonly PlannedColumn[];
  #zones: (LocalOffset | null)[];
  #nested: (NestedJsonReader | null)[];
  #columns: PieceBuilder[];
  #place = [0, 1, 2, 3].map(() => new ColumnBuilder({ kind: 'int' }));
  #lex: ColumnBuilder[];
  #words: bigint[];
  #wrong = [0, 1].map(() => new ColumnBuilder({ kind: 'int' }));
  #wrongTexts: Buffer[] = [];
  #wrongPlaces: Buffer[] = [];
  #wrongRecords = 0;
  #key: number;
  #lastKey: bigint | null = null;
  #keyBroken = false;

  constructor(columns: readonly PlannedColumn[], key: number) {
    this.#planned = columns;
    this.#key = key;
    this.#nested = nestedReaders(columns);
    this.#columns = columns.map(({ type }) => createBuilder(type));
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

  /** Rows since the last `writeTo`. */
  get count(): number {
    return this.#place[0]?.rows ?? 0;
  }

  add(record: JsonRecordReader, place: RecordPlace): void {
    this.#words.fill(0n);
    for (const [i, column] of this.#columns.entries()) {
      this.#addCell(i, column, { cell: this.#cellOf(record, i), place });
    }
    this.#addPlace(place);
  }

  /** Adds a row of values that were read already, one for each column. */
  addCells(cells: readonly Cell[], place: RecordPlace): void {
    this.#words.fill(0n);
    for (const [i, column] of this.#columns.entries()) {
      this.#addCell(i, column, { cell: cells[i] ?? null, place });
    }
    this.#addPlace(place);
  }

  #addPlace(place: RecordPlace): void {
    const values = [place.ordinal, place.line, place.offset, place.length];
    for (const [i, builder] of this.#place.entries()) builder.add(values[i] ?? 0);
    for (const [i, builder] of this.#lex.entries()) builder.add(this.#words[i] ?? 0n);
    if (this.#words[0] !== 0n) this.#wrongRecords++;
  }

  writeTo(part: PartWriter): void {
    const rows = this.#place[0]?.rows ?? 0;
    const own = [...this.#place, ...this.#lex].map((column) => column.take());
    part.addRows(rows, [...this.#columns.flatMap((column) => column.takeAll()), ...own]);
    part.lexical += this.#wrongRecords;
    this.#wrongRecords = 0;
    const count = this.#wrong[0]?.rows ?? 0;
    const [ordinals, columns] = this.#wrong.map((column) => column.take().values);
    if (ordinals !== undefined && columns !== undefined) {
      const [texts, places] = [this.#wrongTexts, this.#wrongPlaces].map((all) =>
        Buffer.concat(all),
      );
      if (texts !== undefined && places !== undefined) {
        part.addWrong({ count, ordinals, columns, texts, places });
      }
    }
    this.#wrongTexts = [];
    this.#wrongPlaces = [];
  }

  #cellOf(record: JsonRecordReader, i: number): Cell {
    const token = record.tokens[i] ?? 'null';
    if (token === 'null') return null;
    const { type } = must(this.#planned[i], 'column of the plan');
    const text = record.texts[i] ?? '';
    const nested = this.#nested[i] ?? null;
    if (nested !== null) return token === 'nested' ? nested.read(text) : { wrong: text };
    if (!isPrimitive(type) || !tokenFits(type, token)) return { wrong: text };
    const result = parseLexical(type, text, this.#zones[i] ?? null);
    return result.ok ? result.value : { wrong: text };
  }

  #addCell(
    i: number,
    column: PieceBuilder,
    { cell, place }: { cell: Cell; place: RecordPlace },
  ): void {
    if (cell === null) {
      if (i === this.#key) this.#keyBroken = true;
      column.addNull();
      return;
    }
    if (typeof cell === 'object' && 'faults' in cell) {
      if (cell.value === null) column.addNull();
      else column.add(cell.value);
      if (cell.faults.length > 0) this.#mark(i);
      for (const { no, place: inside, text } of cell.faults) {
        this.#list(no, { text, place: inside, ordinal: place.ordinal });
      }
      return;
    }
    if (typeof cell === 'object') {
      column.addNull();
      this.#mark(i);
      this.#list(i, { text: cell.wrong, place: '', ordinal: place.ordinal });
      if (i === this.#key) this.#noteKey(null);
      return;
    }
    column.add(cell);
    if (i === this.#key) this.#noteKey(BigInt(cell));
  }

  #noteKey(value: bigint | null): void {
    if (value === null || (this.#lastKey !== null && value <= this.#lastKey))
      this.#keyBroken = true;
    this.#lastKey = value;
  }

  /** Says that a value of the column is not of its type. */
  #mark(index: number): void {
    const { column, bit } = lexPlace(index);
    const word = lexColumns(this.#planned.length).indexOf(column);
    this.#words[word] = (this.#words[word] ?? 0n) | (1n << BigInt(bit));
    if (word > 0) this.#words[0] = (this.#words[0] ?? 0n) | (1n << BigInt(LEX_OVERFLOW_BIT));
  }

  #list(no: number, wrong: { text: string; place: string; ordinal: number }): void {
    this.#wrong[0]?.add(wrong.ordinal);
    this.#wrong[1]?.add(no);
    this.#wrongTexts.push(...countedText(wrong.text));
    this.#wrongPlaces.push(...countedText(wrong.place));
  }
}

/** A text as Parquet has it, cut to what the side file keeps. */
function countedText(text: string): Buffer[] {
  const bytes = cutUtf8(Buffer.from(text), LEXICAL_TEXT_BYTES_MAX);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(bytes.length);
  return [head, bytes];
}

/** The longest prefix of at most `limit` bytes that ends between two characters. */
function cutUtf8(bytes: Buffer, limit: number): Buffer {
  if (bytes.length <= limit) return bytes;
  let cut = limit;
  while (cut > 0 && ((bytes[cut] ?? 0) & 0xc0) === 0x80) cut--;
  return bytes.subarray(0, cut);
}

/** Where the content of a file begins. Throws BATCH_UNREADABLE for none, and for wide encodings. */
export function contentOf(source: SourceBytes): number {
  const { start } = source;
  const first = source.read(start, 4);
  refuseWideEncoding(first);
  const content = start + byteOrderMarkBytes(first);
  if (!source.isEnd(content)) return content;
  throw new WeftError('BATCH_UNREADABLE', 'the file is empty', {
    remedy: 'Send a file with at least one record.',
  });
}
