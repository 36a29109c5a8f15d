/**
 * Raw deflate (RFC 1951) by node:zlib, for Avro object container files.
 *
 * Not for gzip or zlib streams: those have headers. Invariant: `inflate(deflate(x))` is `x`; damaged input throws
 * TABLE_CORRUPT, and output beyond 1 GiB is refused, so a small file cannot exhaust the memory.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Deflate } from '@weft/core/lakehouse/ports';
import { WeftError } from '@weft/core/lib/error';

const OUTPUT_BYTES_MAX = 2 ** 30;

/** The compressor that the lakehouse ports take. */
export const nodeDeflate: Deflate = {
  deflate: (bytes) => deflateRawSync(bytes),
  inflate(bytes) {
    try {
      // Why a copy: the answer is a view of a block of 64 KB, which lives as long as whoever keeps a few bytes of it.
      return new Uint8Array(inflateRawSync(bytes, { maxOutputLength: OUTPUT_BYTES_MAX }));
    } catch (cause) {
      throw new WeftError('TABLE_CORRUPT', 'A compressed block cannot be read.', { cause });
    }
  },
};
