/**
 * Cuts the JSON document of a query's answer into pages of rows while it arrives, without reading a row.
 *
 * Not a reader of JSON: it follows brackets and quotes in the bytes, and keeps a page as the bytes of an array of its rows.
 * Invariant: what was cut off is noticed. Only a document with its tail is whole (`end` throws otherwise).
 */

export interface ResultColumn {
  name: string;
  type: string;
}

/** What stands after the rows: how many, whether they were cut, of which products, how long it took and what it cost. */
export interface ResultTail {
  rowCount: number;
  truncated: boolean;
  seconds: number;
  /** Time of processors. */
  cpuSeconds: number;
  products: ResultProduct[];
}

export interface ResultProduct {
  product: string;
  contract: string;
  snapshot: string | null;
  agreement: string | null;
  policy: number | null;
}

export interface ResultSink {
  columns(columns: ResultColumn[]): void;
  /** Pieces that are the JSON array of the page's rows when they are joined. */
  page(pieces: Uint8Array[], rows: number): void;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Depth of brackets in which the rows lie, and of a row itself. */
const IN_ROWS = 2;

const HEAD_BYTES_MAX = 4 << 20;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const OPENING = bytesOf('[');
const CLOSING = bytesOf(']');

export class ResultSplitter {
  readonly #sink: ResultSink;
  readonly #pageRows: number;
  #phase: 'head' | 'rows' | 'tail' = 'head';
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #edge: Uint8Array[] = [];
  #edgeBytes = 0;
  #pieces: Uint8Array[] = [];
  #rows = 0;

  constructor(sink: ResultSink, pageRows: number) {
    this.#sink = sink;
    this.#pageRows = pageRows;
  }

  write(chunk: Uint8Array): void {
    let at = 0;
    if (this.#phase === 'head') at = this.#readHead(chunk);
    if (this.#phase === 'rows') at = this.#readRows(chunk, at);
    if (this.#phase === 'tail') this.#keepEdge(chunk.subarray(at));
  }

  /** Rows that are not in a page yet, as one; called to show the first of them early, and changes nothing. */
  unfinished(): { pieces: Uint8Array[]; rows: number } | null {
    // Why only between rows: the bytes of half a row are no array.
    if (this.#rows === 0 || this.#depth !== IN_ROWS) return null;
    return { pieces: [OPENING, ...trimEnd(trimStart(this.#pieces)), CLOSING], rows: this.#rows };
  }

  /** The tail; throws when the document has none. */
  end(): ResultTail {
    if (this.#phase !== 'tail') throw new Error('The answer ended in the middle.');
    const text = joinText(this.#edge).trim().replace(/^,/, '{');
    return JSON.parse(text.startsWith('{') ? text : `{${text}`) as ResultTail;
  }

  #readHead(chunk: Uint8Array): number {
    for (let at = 0; at < chunk.length; at++) {
      this.#step(chunk[at] ?? 0);
      if (this.#isInText || this.#depth !== IN_ROWS || chunk[at] !== OPEN_LIST) continue;
      const text = joinText([...this.#edge, chunk.subarray(0, at + 1)]);
      const opening = /,?\s*"rows"\s*:\s*\[$/.exec(text);
      if (opening === null) continue;
      const head = JSON.parse(`${text.slice(0, opening.index)}}`) as { columns: ResultColumn[] };
      this.#sink.columns(head.columns);
      this.#edge = [];
      this.#edgeBytes = 0;
      this.#phase = 'rows';
      return at + 1;
    }
    this.#keepEdge(chunk);
    return chunk.length;
  }

  #readRows(chunk: Uint8Array, start: number): number {
    let from = start;
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      this.#step(byte);
      if (this.#isInText || byte !== CLOSE_LIST) continue;
      if (this.#depth === IN_ROWS) {
        this.#rows++;
        if (this.#rows < this.#pageRows) continue;
        this.#keep(chunk.subarray(from, at + 1));
        from = at + 1;
        this.#flush();
      } else if (this.#depth < IN_ROWS) {
        this.#keep(chunk.subarray(from, at));
        if (this.#rows > 0) this.#flush();
        this.#phase = 'tail';
        return at + 1;
      }
    }
    this.#keep(chunk.subarray(from));
    return chunk.length;
  }

  #keep(piece: Uint8Array): void {
    if (piece.length > 0) this.#pieces.push(piece);
  }

  #flush(): void {
    this.#sink.page([OPENING, ...trimEnd(trimStart(this.#pieces)), CLOSING], this.#rows);
    this.#pieces = [];
    this.#rows = 0;
  }

  #keepEdge(piece: Uint8Array): void {
    this.#edgeBytes += piece.length;
    if (this.#edgeBytes > HEAD_BYTES_MAX) throw new Error('The answer is no result of a query.');
    this.#edge.push(piece);
  }

  /** Follows brackets outside of texts. */
  #step(byte: number): void {
    if (this.#isInText) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#isInText = false;
      return;
    }
    if (byte === QUOTE) this.#isInText = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth++;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#depth--;
  }
}

function joinText(pieces: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return pieces.map((piece) => decoder.decode(piece, { stream: true })).join('') + decoder.decode();
}

const COMMA = 0x2c;
const isBetween = (byte: number | undefined): boolean =>
  byte === COMMA || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Without what separates the first row from the one before it. */
function trimStart(pieces: readonly Uint8Array[]): Uint8Array[] {
  const [first, ...rest] = pieces;
  if (first === undefined) return [];
  let from = 0;
  while (from < first.length && isBetween(first[from])) from++;
  return from < first.length ? [first.subarray(from), ...rest] : trimStart(rest);
}

function trimEnd(pieces: readonly Uint8Array[]): Uint8Array[] {
  const last = pieces.at(-1);
  if (last === undefined) return [];
  let to = last.length;
  while (to > 0 && isBetween(last[to - 1])) to--;
  const rest = pieces.slice(0, -1);
  return to > 0 ? [...rest, last.subarray(0, to)] : trimEnd(rest);
}
