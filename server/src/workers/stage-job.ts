/**
 * One staging job inside the worker: what is asked, and the parts that come out of it.
 *
 * Invariant: at most one part is open; a part is handed over only when its files are closed.
 */
import type { IngestPlan } from '@weft/core/contract/plan';
import type { StagePart } from '@weft/core/ingest/ports';
import type { PlannedColumn } from '@weft/core/ingest/stage-layout';
import { PartWriter } from './part-writer.ts';
import type { SourceBytes } from './source-bytes.ts';

export interface StageJob {
  format: 'csv' | 'ndjson' | 'json' | 'avro';
  /** Plain bytes, in place: the files of the job one behind the other. */
  plainPath: string;
  segments: Segment[];
  /** Of the only segment, when its bytes still come: its end is then not known. */
  arrival?: SharedArrayBuffer;
  /** Numbers of the first record and of the first part. */
  firstOrdinal: number;
  firstPart: number;
  plan: IngestPlan;
  directory: string;
  /** Bytes that are read at once: one row group. */
  pieceBytes: number;
  /** Plain bytes of a part, about. */
  partBytes: number;
}

/** The bytes of one file in the plain bytes of a job. */
export interface Segment {
  start: number;
  end: number;
  /** Of the file, in a batch of several; else null. */
  name: string | null;
  /** True when the file looked like UTF-8 before it was freed from another encoding. */
  looksUtf8?: boolean;
}

/** A segment at work. */
export interface SegmentTask {
  name: string | null;
  source: SourceBytes;
  firstOrdinal: number;
  /** True for the first segment of the job. */
  isFirst: boolean;
  /** Plain bytes of the job; infinite when they still come. */
  jobBytes: number;
  /** Bytes of the segment that follows in the job; 0 when none does. */
  nextBytes: number;
}

export interface ReadResult {
  framed: number;
  /** Where the segment ends in the plain bytes. */
  end: number;
  bytes: number;
  keyAscending: boolean;
  /** As in `StageSummary`, of the job so far. */
  keysMarked: boolean;
  /** As in `StageSummary`. */
  lacking: string[];
  fields?: string[];
  /** True when Latin-1 that was read as it is looks like UTF-8. */
  looksUtf8?: boolean;
}

/** What became of a job: a result for each segment, and the number of the next part. */
export interface JobResult {
  segments: ReadResult[];
  nextPart: number;
}

export interface PartSinkOptions {
  job: StageJob;
  columns: readonly PlannedColumn[];
  /** Waits until another part may be made; throws when the job was cancelled. */
  waitForCredit(): void;
  hand(part: StagePart): void;
  /** Tells how far the file is read; throws when the job was cancelled. */
  progress(bytes: number): void;
}

/** The first part is this much of a full one, and each that follows twice the one before. */
const FIRST_SHARE = 1 / 8;
/** Bad records, or wrong values, of one part, about. */
const LISTED_MAX = 400_000;

export class PartSink {
  #options: PartSinkOptions;
  #open: PartWriter | null = null;
  #next: number;

  constructor(options: PartSinkOptions) {
    this.#options = options;
    this.#next = options.job.firstPart;
  }

  /** Parts that were begun, those of earlier jobs included. */
  get parts(): number {
    return this.#next;
  }

  progress(bytes: number): void {
    this.#options.progress(bytes);
  }

  /** The open part; a new one starts at byte `start`. */
  part(start: number): PartWriter {
    if (this.#open !== null) return this.#open;
    this.#options.waitForCredit();
    const { job, columns } = this.#options;
    this.#open = new PartWriter({
      directory: job.directory,
      index: this.#next,
      columns,
      plainPath: job.plainPath,
      start,
    });
    this.#next++;
    return this.#open;
  }

  /**
   * Ends the open part before byte `end` when what comes next, a piece or less, would make it too large; `next` 0: when
   * nothing does.
   */
  endPart(end: number, next: number): void {
    if (this.#open === null) return;
    const { partBytes, pieceBytes } = this.#options.job;
    // Why the first ones are small: they are checked while the next are read, from early on.
    const limit = Math.min(partBytes, partBytes * FIRST_SHARE * 2 ** (this.#next - 1));
    const size = end - this.#open.start + Math.min(next, pieceBytes);
    if (next > 0 && size <= limit) return;
    this.#hand(this.#open, end);
  }

  /** Ends the open part before byte `end` when its lists of bad records and values have grown too long to be kept. */
  endFullPart(end: number): void {
    if (this.#open === null) return;
    if (this.#open.bad.length < LISTED_MAX && this.#open.wrong < LISTED_MAX) return;
    this.#hand(this.#open, end);
  }

  #hand(open: PartWriter, end: number): void {
    const part = open.close(end);
    this.#open = null;
    this.#options.hand(part);
  }

  /** Closes what is open after an error. */
  abandon(): void {
    this.#open?.abandon();
    this.#open = null;
  }
}
