/**
 * The Crypto port for who only verifies: hashing and Ed25519 verification, no private key anywhere.
 *
 * Not the keyring. Invariant: `sign` always throws, so offline verification can never make a signature.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { AssertionError } from '@weft/core/lib/assert';
import type { Crypto } from '@weft/core/lib/ports';

export const verifyingCrypto: Crypto = {
  sha256: (data) => createHash('sha256').update(data).digest('hex'),
  sign: () => {
    throw new AssertionError('no private key is held here');
  },
  verify(publicKey, data, signature) {
    try {
      const key = createPublicKey({
        key: { kty: 'OKP', crv: 'Ed25519', x: publicKey },
        format: 'jwk',
      });
      return verify(null, data, key, signature);
    } catch {
      return false;
    }
  },
};
