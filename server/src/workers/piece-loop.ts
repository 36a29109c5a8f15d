/**
 * Goes through a segment a piece at a time, for readers that take a piece as a buffer: what one leaves comes before the next.
 *
 * Not for the readers in WebAssembly, whose pieces lie in their own memory (`text-reader.ts`).
 * Invariant: every byte from `start` on is offered until it is used.
 */
import { RECORD_BYTES_MAX } from '@weft/core/ingest/stage-layout';
import { readFully } from './file-bytes.ts';
import type { PartSink, SegmentTask, StageJob } from './stage-job.ts';

export interface PieceReader {
  job: StageJob;
  sink: PartSink;
  /** Reads the bytes that end at `position` of the file; returns how many of them were used. */
  readPiece(bytes: Buffer<ArrayBuffer>, position: number, isLast: boolean): number;
  /** True while a record that was given up goes on, so that no part may end. */
  isSkipping(): boolean;
}

/** Offers all pieces of the segment from `start` on. */
export function readPieces(
  { job, sink, readPiece, isSkipping }: PieceReader,
  start: number,
  { source, nextBytes }: SegmentTask,
): void {
  const { pieceBytes } = job;
  // Why the first look: a small file needs a small buffer.
  const first = source.upTo(start + pieceBytes) - start;
  const buffer = Buffer.allocUnsafe(first + RECORD_BYTES_MAX + 8);
  let position = start;
  let pending = 0;
  while (!source.isEnd(position)) {
    const want = source.upTo(position + pieceBytes) - position;
    readFully(source.fd, buffer.subarray(pending, pending + want), position);
    position += want;
    const length = pending + want;
    const isLast = source.isEnd(position);
    const used = readPiece(buffer.subarray(0, length), position, isLast);
    pending = length - used;
    buffer.copyWithin(0, used, length);
    if (!isSkipping()) sink.endPart(position - pending, isLast ? nextBytes : pieceBytes);
    sink.progress(position);
  }
}
