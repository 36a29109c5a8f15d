/**
 * Stages one CSV file with the reader of `core/wasm/csv.ts`: its header, its dialect, and quotes that end far ahead.
 *
 * Not here: pieces and columns (`text-reader.ts`).
 */
import { type CsvStart, csvMarks, readCsvStart } from '@weft/core/ingest/csv-header';
import { STRUCTURAL_FAULTS } from '@weft/core/ingest/ports';
import { type FlatColumn, RECORD_BYTES_MAX } from '@weft/core/ingest/stage-layout';
import { must } from '@weft/core/lib/assert';
import { findQuoteEnding } from './csv-quote.ts';
import type { PartSink, ReadResult, SegmentTask, StageJob } from './stage-job.ts';
import { placeTextMemory, type TextLayout } from './text-memory.ts';
import { type CsvModule, instantiateCsv, type QuoteEnding } from './text-module.ts';
import { TextFile, TextMemory } from './text-reader.ts';
import { Utf8Witness } from './utf8-witness.ts';

const AMBIGUOUS_QUOTE = STRUCTURAL_FAULTS.indexOf('ambiguous_quote') + 1;

/** Keeps its memory from file to file. */
export class CsvReader {
  #memory = new TextMemory();
  #quoteEnding: ((behindQuote: boolean) => QuoteEnding) | null = null;
  #module: CsvModule = instantiateCsv(this.#memory.memory, {
    ...this.#memory.host,
    quoteEnding: (behindQuote) => must(this.#quoteEnding, 'a file at work')(behindQuote === 1),
  });

  /** Reads a segment. Throws WeftError BATCH_UNREADABLE. */
  read(
    task: SegmentTask,
    columns: readonly FlatColumn[],
    job: StageJob,
    sink: PartSink,
  ): ReadResult {
    const { source, firstOrdinal } = task;
    const { plan, pieceBytes } = job;
    const { order, bytes, line, first } = readStart(task, columns, job);
    const layout = this.#memory.layOut({
      plan,
      columns,
      fileColumns: order.length,
      // Why: between two fields stands a delimiter, and behind the last one a line end.
      recordBytesMin: order.length,
      latin1: plan.csv.encoding === 'latin-1',
      ownBytes: Buffer.byteLength(plan.csv.nullText),
      pieceBytes,
      jobBytes: task.jobBytes,
      heapBase: this.#module.heapBase(),
    });
    placeTextMemory(this.#module, this.#memory.memory, layout);
    if (task.isFirst) this.#module.forgetKeys();
    this.#placeDialect(layout);
    this.#module.startFile(line, firstOrdinal);
    const witness = plan.csv.encoding === 'latin-1' ? new Utf8Witness() : null;
    witness?.take(first.subarray(0, bytes));
    const file = new TextFile({
      source,
      module: this.#module,
      memory: this.#memory.memory,
      bytes: this.#memory.bytes,
      layout,
      order,
      sink,
      witness,
      codeOfSkipped: () => (this.#module.isSkippedAmbiguous() === 1 ? AMBIGUOUS_QUOTE : null),
    });
    const marks = csvMarks(plan.csv);
    this.#quoteEnding = (behindQuote) =>
      findQuoteEnding(source.fd, file.position, { marks, behindQuote, end: source.end });
    return file.read(source.start + bytes, task);
  }

  #placeDialect(layout: TextLayout): void {
    const { csv } = layout.request.plan;
    const { delimiter, quote } = csvMarks(csv);
    const { latin1 } = layout.request;
    const nullText = Buffer.from(csv.nullText, latin1 ? 'latin1' : 'utf8');
    this.#memory.bytes.set(nullText, layout.own);
    this.#module.setDialect(
      delimiter,
      quote,
      latin1 ? 1 : 0,
      layout.scratch,
      layout.own,
      nullText.length,
    );
  }
}

function readStart(
  { source }: SegmentTask,
  columns: readonly FlatColumn[],
  job: StageJob,
): CsvStart & { first: Buffer } {
  const first = source.read(source.start, RECORD_BYTES_MAX + 8);
  const isWhole = source.isEnd(source.start + first.length);
  return { ...readCsvStart(first, isWhole, job.plan.csv, columns), first };
}
