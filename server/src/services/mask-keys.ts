/**
 * The keys of hash masks: one for each agreement, derived from one secret of this node.
 *
 * Not the hash (`core/src/query/masks.ts`) and not the secret, which stays in the keyring. Invariants: a key is the same as
 * long as the secret is, so that a subject can follow a person over time under one agreement; no two agreements have the
 * same, so that what two subjects see cannot be put together; the generation tells secrets apart and nothing of them.
 */
import type { MaskKeys } from '@weft/core/query/ports';

const SECRET = 'masks';
/** HMAC-SHA-256 works on blocks of so many bytes (RFC 2104). */
const BLOCK_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

export interface KeySource {
  /** See `Keyring.deriveKey`. */
  deriveKey(secretId: string, use: string): Uint8Array;
}

export function createMaskKeys(source: KeySource): MaskKeys {
  const generation = source.deriveKey(SECRET, 'weft mask generation');
  return {
    generation: Buffer.from(generation).toString('hex').slice(0, 16),
    keyOf(agreement) {
      const key = source.deriveKey(SECRET, `weft mask hash ${agreement}`);
      return { inner: paddedHex(key, INNER_PAD), outer: paddedHex(key, OUTER_PAD) };
    },
  };
}

function paddedHex(key: Uint8Array, pad: number): string {
  const block = Buffer.alloc(BLOCK_BYTES, pad);
  for (const [i, byte] of key.entries()) block[i] = byte ^ pad;
  return block.toString('hex');
}
