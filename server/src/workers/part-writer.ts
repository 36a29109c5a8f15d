/**
 * Writes the files of one part: the stage, the texts that are not of their type, the structurally bad records.
 *
 * Not fsynced: stage files are thrown away after use. A file is made only when there is something to write into it.
 * Invariant: what was handed in before `close` is in the files when it returns.
 */
import { join } from 'node:path';
import type { StagePart } from '@weft/core/ingest/ports';
import {
  BAD_FIELDS,
  flatColumns,
  LEXICAL_FIELDS,
  NESTED_LEXICAL_FIELDS,
  type PlannedColumn,
  stageFields,
} from '@weft/core/ingest/stage-layout';
import type { StageColumn } from '@weft/core/ingest/stage-parquet';
import { OutputFile, requiredColumn } from './stage-output.ts';

const INT32_MAX = 2 ** 31 - 1;

/** A structurally bad record; `code` counts `STRUCTURAL_FAULTS` from 1. */
export interface BadRecord {
  ordinal: number;
  offset: number;
  length: number;
  code: number;
  line: number;
}

/** Texts of wrong values as Parquet PLAIN columns. */
export interface WrongValues {
  count: number;
  ordinals: Uint8Array;
  columns: Uint8Array;
  texts: Uint8Array;
  /** Where they stand inside nested columns; of a plan with such columns only. */
  places?: Uint8Array;
}

export interface PartWriterOptions {
  directory: string;
  index: number;
  columns: readonly PlannedColumn[];
  plainPath: string;
  /** Offset of the part's first byte in `plainPath`. */
  start: number;
}

export class PartWriter {
  readonly start: number;
  /** Counts records that have a value of a wrong type. */
  lexical = 0;
  /** Counts records whose first key may stand in an earlier one. */
  seen = 0;
  /** True where each such record is counted. */
  isMarked = false;
  readonly bad: BadRecord[] = [];
  #options: PartWriterOptions;
  #stage: OutputFile | null = null;
  /** Values of a wrong type so far. */
  wrong = 0;
  #wrong: OutputFile | null = null;

  constructor(options: PartWriterOptions) {
    this.#options = options;
    this.start = options.start;
  }

  /** Appends a row group: the plan's columns and the stager's own, as `stageFields` orders them. */
  addRows(rows: number, columns: readonly StageColumn[]): void {
    if (rows === 0) return;
    this.#stage ??= new OutputFile(this.#path('stage'), stageFields(this.#options.columns));
    this.#stage.add(rows, columns);
  }

  addWrong(values: WrongValues): void {
    if (values.count === 0) return;
    this.wrong += values.count;
    const isFlat = flatColumns(this.#options.columns) !== null;
    const { count, ordinals, columns, texts, places } = values;
    this.#wrong ??= new OutputFile(
      this.#path('lex'),
      isFlat ? LEXICAL_FIELDS : NESTED_LEXICAL_FIELDS,
    );
    const all = [ordinals, columns, texts, ...(isFlat || places === undefined ? [] : [places])];
    this.#wrong.add(count, all.map(requiredColumn));
  }

  /** Ends the part before byte `end`. */
  close(end: number): StagePart {
    const { directory: _, columns: __, ...rest } = this.#options;
    const staged = this.#stage?.rows ?? 0;
    const badPath = this.#writeBad();
    return {
      ...rest,
      path: this.#stage?.close() ?? null,
      staged,
      framed: staged + this.bad.length,
      lexical: this.lexical,
      seen: this.seen,
      isMarked: this.isMarked,
      lexPath: this.#wrong?.close() ?? null,
      badPath,
      bad: this.bad.length,
      end,
    };
  }

  /** Closes the files of a part that is given up. */
  abandon(): void {
    this.#stage?.abandon();
    this.#wrong?.abandon();
  }

  #writeBad(): string | null {
    if (this.bad.length === 0) return null;
    const column = (value: (record: BadRecord) => number): StageColumn => {
      const numbers = Int32Array.from(this.bad, (record) => Math.min(value(record), INT32_MAX));
      return requiredColumn(new Uint8Array(numbers.buffer));
    };
    const file = new OutputFile(this.#path('bad'), BAD_FIELDS);
    file.add(this.bad.length, [
      column((record) => record.ordinal),
      column((record) => record.offset),
      column((record) => record.length),
      column((record) => record.code),
      column((record) => record.line),
    ]);
    return file.close();
  }

  #path(kind: string): string {
    return join(this.#options.directory, `${kind}-${this.#options.index}.parquet`);
  }
}
