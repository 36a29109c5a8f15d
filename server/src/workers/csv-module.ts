/**
 * The compiled CSV reader (`core/wasm/csv.wasm`): its exports, typed, and how an instance is made.
 *
 * Not its memory: that is `csv-memory.ts`.
 */
import { readFileSync } from 'node:fs';

/** Exports of `core/wasm/csv.ts`; pointers and sizes are bytes in the shared memory. */
export interface CsvModule {
  heapBase(): number;
  setDialect(
    delimiter: number,
    quote: number,
    latin1: number,
    scratch: number,
    nullAt: number,
    nullSize: number,
  ): void;
  setInput(at: number, recordMax: number, unescapedAt: number): void;
  setColumns(at: number, count: number, lexWordsAt: number, words: number, key: number): void;
  setRecords(at: number, max: number, badAt: number, badMax: number): void;
  setWrongValues(ordinalsAt: number, columnsAt: number, textsAt: number): void;
  startFile(firstLine: number): void;
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
  isSkippedAmbiguous(): number;
  isKeyAscending(): number;
}

export interface CsvHost {
  /** The double nearest to the text at these bytes. */
  toDouble(at: number, size: number): number;
  /** Seconds east of UTC of a wall-clock time, for a plan column with a zone of its own. */
  zoneOffset(position: number, localSeconds: number): number;
  /** How the quoted field at the end of the input ends, as `quoteEnding` of `core/wasm/csv.ts`. */
  quoteEnding(behindQuote: number): QuoteEnding;
}

/** As the answers of `quoteEnding` in `core/wasm/csv.ts`. */
export const QUOTE_ENDING = { closes: 0, never: 1, misplaced: 2, misplacedLinesAhead: 3 } as const;
export type QuoteEnding = (typeof QUOTE_ENDING)[keyof typeof QUOTE_ENDING];

let compiled: WebAssembly.Module | null = null;

/** Makes an instance on `memory`; the module is compiled once per thread. */
export function instantiateCsvModule(memory: WebAssembly.Memory, host: CsvHost): CsvModule {
  compiled ??= new WebAssembly.Module(
    readFileSync(new URL('../../../core/wasm/csv.wasm', import.meta.url)),
  );
  const imports = { env: { memory }, host: { ...host } };
  return new WebAssembly.Instance(compiled, imports).exports as unknown as CsvModule;
}
