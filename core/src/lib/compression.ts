/**
 * How a file is compressed, told by its first bytes alone, since names and headers are often wrong about it.
 *
 * Source: RFC 1952 (gzip), RFC 8878 3.1 (zstd: frames and skippable frames).
 */

export type Compression = 'none' | 'gzip' | 'zstd';

/** `head`: at least the first four bytes, fewer only when the file has no more. */
export function compressionOf(head: Uint8Array): Compression {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  const isSkippable = a !== undefined && a >= 0x50 && a <= 0x5f;
  return isSkippable && b === 0x2a && c === 0x4d && d === 0x18 ? 'zstd' : 'none';
}

/** A file's name without what says how it is compressed. */
export function plainName(name: string): string {
  return name.replace(/\.(?:gz|zst|zstd)$/i, '');
}
