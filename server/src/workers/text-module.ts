/**
 * The compiled readers (`core/wasm/*.wasm`): their exports, typed, and how an instance is made.
 *
 * Not their memory: that is `text-memory.ts`.
 */
import { readFileSync } from 'node:fs';

/** Exports of every reader; pointers and sizes are bytes in the shared memory. */
export interface TextModule {
  heapBase(): number;
  setInput(at: number, recordMax: number, unescapedAt: number): void;
  setColumns(at: number, count: number, lexWordsAt: number, words: number, key: number): void;
  setRecords(at: number, max: number, badAt: number, badMax: number): void;
  setWrongValues(ordinalsAt: number, columnsAt: number, textsAt: number): void;
  startFile(firstLine: number, firstOrdinal: number): void;
  parse(size: number, final: number, checkUtf8: number, base: number): number;
  getStaged(): number;
  getFramed(): number;
  getWrongRecords(): number;
  getBad(): number;
  getWrongCount(): number;
  getWrongBytes(): number;
  isStarved(): number;
  isSkipping(): number;
  skip(size: number, final: number): number;
  getSkippedTail(): number;
  isKeyAscending(): number;
  setKey(filterAt: number, bits: number, hashesAt: number, keysAt: number, count: number): void;
  forgetKeys(): void;
  markSeen(rows: number): number;
}

/** Exports of `core/wasm/csv.ts`. */
export interface CsvModule extends TextModule {
  setDialect(
    delimiter: number,
    quote: number,
    latin1: number,
    scratch: number,
    nullAt: number,
    nullSize: number,
  ): void;
  isSkippedAmbiguous(): number;
}

/** Exports of `core/wasm/ndjson.ts`. */
export interface NdjsonModule extends TextModule {
  setNames(at: number, scratch: number): void;
}

/** What every reader asks of the host. */
export interface ValueHost {
  /** The double nearest to the text at these bytes. */
  toDouble(at: number, size: number): number;
  /** Seconds east of UTC of a wall-clock time, for a plan column with a zone of its own. */
  zoneOffset(position: number, localSeconds: number): number;
}

export interface CsvHost extends ValueHost {
  /** How the quoted field at the end of the input ends, as `quoteEnding` of `core/wasm/csv.ts`. */
  quoteEnding(behindQuote: number): QuoteEnding;
}

/** As the answers of `quoteEnding` in `core/wasm/csv.ts`. */
export const QUOTE_ENDING = { closes: 0, never: 1, misplaced: 2, misplacedLinesAhead: 3 } as const;
export type QuoteEnding = (typeof QUOTE_ENDING)[keyof typeof QUOTE_ENDING];

const compiled = new Map<string, WebAssembly.Module>();

/** Makes an instance on `memory`; a module is compiled once per thread. */
export function instantiateCsv(memory: WebAssembly.Memory, host: CsvHost): CsvModule {
  return instantiate('csv', memory, host) as CsvModule;
}

export function instantiateNdjson(memory: WebAssembly.Memory, host: ValueHost): NdjsonModule {
  return instantiate('ndjson', memory, host) as NdjsonModule;
}

function instantiate(name: 'csv' | 'ndjson', memory: WebAssembly.Memory, host: ValueHost): unknown {
  let module = compiled.get(name);
  if (module === undefined) {
    const path = new URL(`../../../core/wasm/${name}.wasm`, import.meta.url);
    module = new WebAssembly.Module(readFileSync(path));
    compiled.set(name, module);
  }
  return new WebAssembly.Instance(module, { env: { memory }, host: { ...host } }).exports;
}
