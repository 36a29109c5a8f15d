/**
 * The SHA-256 of a file of any size, piece by piece.
 *
 * Why not Web Crypto: it takes a text only as a whole, and a file may be larger than memory.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

export async function sha256OfStream(
  stream: ReadableStream<Uint8Array>,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const hash = sha256.create();
  const reader = stream.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytesToHex(hash.digest());
    hash.update(value);
    bytes += value.length;
    onBytes(bytes);
  }
}
