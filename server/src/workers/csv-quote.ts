/**
 * Looks ahead in a CSV file for the end of a quoted field that is longer than a record may be.
 *
 * Invariant: constant memory. A file is looked through once at most: what is ahead holds no quote that opens a field.
 */
import { readSync } from 'node:fs';
import { QUOTE_ENDING, type QuoteEnding } from './text-module.ts';

const LF = 10;
const CR = 13;
const PIECE_BYTES = 1 << 20;

export interface QuoteMarks {
  delimiter: number;
  quote: number;
}

/**
 * How the quoted field ends that byte `position` of `fd` is in. `behindQuote`: the byte before is a quote that closes the
 * field unless another follows; `end`: where the file ends in the bytes of `fd`.
 */
export function findQuoteEnding(
  fd: number,
  position: number,
  { marks, behindQuote, end: fileEnd }: { marks: QuoteMarks; behindQuote: boolean; end: number },
): QuoteEnding {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let isBehindQuote = behindQuote;
  let hasLineFeed = false;
  let lastByte = 0;
  for (let start = position; ; ) {
    const size = readSync(fd, piece, 0, Math.min(PIECE_BYTES, fileEnd - start), start);
    if (size === 0) return endingAtEnd(isBehindQuote, lastByte, hasLineFeed);
    const bytes = piece.subarray(0, size);
    for (let at = 0; at < size; ) {
      if (isBehindQuote) {
        const byte = bytes[at] ?? 0;
        if (byte !== marks.quote) return endingBefore(byte, marks.delimiter, hasLineFeed);
        at++;
        isBehindQuote = false;
        continue;
      }
      const quote = bytes.indexOf(marks.quote, at);
      const end = quote === -1 ? size : quote;
      hasLineFeed ||= bytes.subarray(at, end).includes(LF);
      isBehindQuote = quote !== -1;
      at = end + 1;
    }
    lastByte = bytes[size - 1] ?? 0;
    start += size;
  }
}

function endingBefore(byte: number, delimiter: number, hasLineFeed: boolean): QuoteEnding {
  if (byte === delimiter || byte === LF || byte === CR) return QUOTE_ENDING.closes;
  return hasLineFeed ? QUOTE_ENDING.misplacedLinesAhead : QUOTE_ENDING.misplaced;
}

/** A file that does not end with a line feed may have been cut off inside the field. */
function endingAtEnd(isBehindQuote: boolean, lastByte: number, hasLineFeed: boolean): QuoteEnding {
  if (isBehindQuote) return QUOTE_ENDING.closes;
  if (lastByte === LF) return QUOTE_ENDING.never;
  return hasLineFeed ? QUOTE_ENDING.misplacedLinesAhead : QUOTE_ENDING.misplaced;
}
