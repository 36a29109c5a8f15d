/**
 * Where things lie in the memory of a reader: input, columns, rows, side lists.
 *
 * Address space is reserved for the worst piece; the operating system gives pages only as they are written.
 * Invariant: no piece can write past its room. Text columns end the piece early (`limit`), all else is bounded by the
 * number of rows, and a record that is staged has at least `recordBytesMin` bytes.
 */
import type { IngestPlan } from '@weft/core/contract/plan';
import {
  ascendingKeyIndex,
  type FlatColumn,
  LEXICAL_TEXT_BYTES_MAX,
  lexColumns,
  markedKeyIndexes,
  RECORD_BYTES_MAX,
} from '@weft/core/ingest/stage-layout';
import { assert } from '@weft/core/lib/assert';
import { fixedOffsetSeconds } from '@weft/core/lib/calendar';
import type { TextModule } from './text-module.ts';

/** As `Kind` in `core/wasm/column.ts`. */
const KIND = {
  string: 0,
  int: 1,
  long: 2,
  double: 3,
  decimal: 4,
  wideDecimal: 5,
  date: 6,
  time: 7,
  timestamp: 8,
  timestamptz: 9,
  boolean: 10,
} as const;

/** Word numbers of a column record, as the fields of `core/wasm/column.ts`. */
const WORD = {
  kind: 0,
  position: 1,
  out: 2,
  size: 3,
  limit: 4,
  validity: 6,
  nulls: 7,
  dictionary: 11,
  indices: 12,
  entries: 13,
  entryBytes: 14,
  entryData: 15,
  entryOffsets: 16,
  entrySlots: 17,
  table: 18,
  precision: 20,
  scale: 21,
  zone: 22,
  zoneSeconds: 23,
} as const;
const COLUMN_WORDS = 24;

const ROWS_MAX = 262_144;
const BAD_MAX = 65_536;
const WRONG_MAX = 65_536;
const DICTIONARY_ENTRIES = 20_000;
const DICTIONARY_BYTES = 2 << 20;
const DICTIONARY_COLUMNS_MAX = 64;
const TEXT_BYTES_MIN = 3 << 20;
const TEXT_BYTES_ALL = 2 ** 31;
/** Searches read this far behind what they look at. */
const SLACK = 128;
const PAGE_BYTES = 65_536;
/** Logarithms of the sizes that the filter of keys may have; pages are taken as they are used. */
const SEEN_BITS_MIN = 15;
const SEEN_BITS_MAX = 28;

export interface TextLayoutRequest {
  plan: IngestPlan;
  columns: readonly FlatColumn[];
  /** Columns of the file: all of the contract's, or fewer. */
  fileColumns: number;
  /** Fewest bytes of a record that can be staged, its end included. */
  recordBytesMin: number;
  /** Latin-1 text takes twice as many bytes as UTF-8. */
  latin1: boolean;
  /** Bytes for what only this format keeps. */
  ownBytes: number;
  /** Plain bytes of the job; infinite when they still come. */
  jobBytes: number;
  /** Bytes that are read at once. */
  pieceBytes: number;
  heapBase: number;
}

/** One text column's places. */
interface TextPlaces {
  limit: number;
  indices: number;
  entryData: number;
  entryOffsets: number;
  entrySlots: number;
  table: number;
}

interface ColumnPlaces {
  out: number;
  validity: number;
  text: TextPlaces | null;
}

export interface TextLayout {
  request: TextLayoutRequest;
  /** Bits of the keys that came, a word per row, and the plan positions of the key. */
  seen: number;
  seenBits: number;
  hashes: number;
  keys: number;
  input: number;
  scratch: number;
  unescaped: number;
  /** `ownBytes` of the format. */
  own: number;
  columnRecords: number;
  rowsMax: number;
  rows: number;
  lexWords: number;
  lexWordCount: number;
  bad: number;
  wrongOrdinals: number;
  wrongColumns: number;
  wrongTexts: number;
  columns: ColumnPlaces[];
  pages: number;
}

/** Plans the memory for files of a contract. */
export function planTextMemory(request: TextLayoutRequest): TextLayout {
  let end = request.heapBase;
  const take = (bytes: number): number => {
    const at = Math.ceil(end / 64) * 64;
    end = at + bytes;
    return at;
  };
  const { columns, latin1, pieceBytes } = request;
  const inputBytes = pieceBytes + RECORD_BYTES_MAX + SLACK;
  const rowsMax = Math.min(ROWS_MAX, Math.ceil(inputBytes / request.recordBytesMin) + 8);
  const lexWordCount = lexColumns(columns.length).length;
  const textColumns = columns.filter(({ type }) => type.kind === 'string').length;
  const textBytes = textCapacity({ latin1, inputBytes, rowsMax, textColumns });
  const wrongMax = WRONG_MAX + columns.length;
  const layout: TextLayout = {
    request,
    // Why first: what stays from segment to segment lies where it lay.
    seen: take(2 ** SEEN_BITS_MAX / 8),
    seenBits: seenBitsOf(request.jobBytes),
    hashes: take(rowsMax * 8),
    keys: take(columns.length * 4),
    input: take(inputBytes),
    scratch: take(2 * RECORD_BYTES_MAX + SLACK),
    unescaped: take(RECORD_BYTES_MAX + SLACK),
    own: take(request.ownBytes + SLACK),
    columnRecords: take(columns.length * COLUMN_WORDS * 4),
    rowsMax,
    rows: take(rowsMax * 16),
    lexWords: take(rowsMax * 8 * lexWordCount),
    lexWordCount,
    bad: take(BAD_MAX * 20),
    wrongOrdinals: take(wrongMax * 4),
    wrongColumns: take(wrongMax * 4),
    wrongTexts: take(wrongMax * (2 * LEXICAL_TEXT_BYTES_MAX + 4)),
    columns: columns.map(({ type }) => ({
      validity: take(Math.ceil(rowsMax / 8) + 8),
      out: take(type.kind === 'string' ? textBytes : rowsMax * 16 + SLACK),
      text:
        type.kind === 'string'
          ? {
              limit: textBytes - 2 * RECORD_BYTES_MAX - SLACK,
              indices: take(rowsMax * 2 + 16),
              entryData: take(DICTIONARY_BYTES + SLACK),
              entryOffsets: take(DICTIONARY_ENTRIES * 4),
              entrySlots: take(DICTIONARY_ENTRIES * 2),
              table: take(65_536),
            }
          : null,
    })),
    pages: 0,
  };
  layout.pages = Math.ceil((end + SLACK) / PAGE_BYTES);
  assert(layout.pages <= 65_536, 'the layout fits into 4 GB');
  return layout;
}

/** About sixteen bits for each record, which has eight bytes at least. */
function seenBitsOf(jobBytes: number): number {
  const bits = Math.ceil(Math.log2(jobBytes * 2));
  return Math.max(SEEN_BITS_MIN, Math.min(SEEN_BITS_MAX, bits));
}

/** Room of one text column: the whole input as PLAIN where there are few such columns. */
function textCapacity({
  latin1,
  inputBytes,
  rowsMax,
  textColumns,
}: {
  latin1: boolean;
  inputBytes: number;
  rowsMax: number;
  textColumns: number;
}): number {
  const whole = inputBytes * (latin1 ? 2 : 1) + 4 * rowsMax;
  const share = Math.floor(TEXT_BYTES_ALL / Math.max(1, textColumns));
  return Math.max(TEXT_BYTES_MIN, Math.min(whole + 2 * RECORD_BYTES_MAX + 2 * SLACK, share));
}

/** The column records of a job, in the order of the file's columns. */
export class TextColumns {
  #words: Int32Array;
  #memory: WebAssembly.Memory;

  constructor(memory: WebAssembly.Memory, layout: TextLayout, order: readonly number[]) {
    this.#memory = memory;
    const count = order.length * COLUMN_WORDS;
    this.#words = new Int32Array(memory.buffer, layout.columnRecords, count).fill(0);
    for (const [i, position] of order.entries()) this.#write(layout, i, position);
  }

  get(index: number, word: keyof typeof WORD): number {
    return (this.#words[index * COLUMN_WORDS + WORD[word]] ?? 0) >>> 0;
  }

  set(index: number, word: keyof typeof WORD, value: number): void {
    this.#words[index * COLUMN_WORDS + WORD[word]] = value;
  }

  /** Marks every row of a piece of `rows` rows at most as having a value. */
  clearNulls(index: number, rows: number): void {
    const at = this.get(index, 'validity');
    new Uint8Array(this.#memory.buffer, at, Math.ceil(rows / 8) + 1).fill(255);
  }

  #write(layout: TextLayout, index: number, position: number): void {
    const column = layout.request.columns[position];
    const places = layout.columns[position];
    assert(column !== undefined && places !== undefined, 'the column is planned');
    const { type } = column;
    const wide = type.kind === 'decimal' && type.precision > 18;
    this.set(index, 'kind', wide ? KIND.wideDecimal : KIND[type.kind]);
    this.set(index, 'position', position);
    this.set(index, 'out', places.out);
    this.set(index, 'validity', places.validity);
    if (type.kind === 'decimal') {
      this.set(index, 'precision', type.precision);
      this.set(index, 'scale', type.scale);
    }
    if (column.defaultTimezone !== null) {
      const seconds = fixedOffsetSeconds(column.defaultTimezone);
      this.set(index, 'zone', seconds === null ? 2 : 1);
      this.set(index, 'zoneSeconds', seconds ?? 0);
    }
    if (places.text !== null) {
      const { limit, ...dictionary } = places.text;
      this.set(index, 'limit', limit);
      for (const [word, at] of Object.entries(dictionary)) {
        this.set(index, word as keyof typeof dictionary, at);
      }
    }
  }
}

/** True when so many text columns may keep dictionaries. */
export function mayUseDictionaries(columns: readonly FlatColumn[]): boolean {
  return columns.filter(({ type }) => type.kind === 'string').length <= DICTIONARY_COLUMNS_MAX;
}

export const TEXT_BAD_MAX = BAD_MAX;

/** Tells an instance where everything is. The columns' own records follow (`TextColumns`). */
export function placeTextMemory(
  module: TextModule,
  memory: WebAssembly.Memory,
  layout: TextLayout,
): void {
  const { plan, fileColumns } = layout.request;
  module.setInput(layout.input, RECORD_BYTES_MAX, layout.unescaped);
  const key = ascendingKeyIndex(plan);
  module.setColumns(
    layout.columnRecords,
    fileColumns,
    layout.lexWords,
    layout.lexWordCount,
    key === -1 ? 0xffffffff : key,
  );
  module.setRecords(layout.rows, layout.rowsMax, layout.bad, BAD_MAX);
  const marked = markedKeyIndexes(plan);
  new Uint32Array(memory.buffer, layout.keys, marked.length).set(marked);
  module.setKey(layout.seen, layout.seenBits, layout.hashes, layout.keys, marked.length);
  module.setWrongValues(layout.wrongOrdinals, layout.wrongColumns, layout.wrongTexts);
}
