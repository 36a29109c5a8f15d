/**
 * The effects that more than one room of core needs, passed in as plain objects.
 *
 * Not here: ports of one room only (they stand in that room's `ports.ts`). Secure randomness has a type of its own so
 * that a seeded generator of a test can never be handed to key making or privacy noise in production.
 */

/** Wall clock. Milliseconds since the Unix epoch, UTC; it may go backwards. */
export interface Clock {
  now(): number;
}

/** Uniform numbers in [0, 1) for jitter and ids; not for secrets. */
export interface Rng {
  next(): number;
}

/** Cryptographically secure bytes. */
export interface SecureRandom {
  readonly secure: true;
  bytes(length: number): Uint8Array;
}

/** Hashing and Ed25519 (RFC 8032). Keys: raw 32-byte public keys in base64url; private keys never leave the adapter. */
export interface Crypto {
  /** SHA-256 of the bytes, or of the UTF-8 form of the text; lower-case hex, 64 characters. */
  sha256(data: Uint8Array | string): string;
  /** Ed25519 signature (64 bytes) by the named private key; throws when the key is not held here. */
  sign(keyId: string, data: Uint8Array): Uint8Array;
  /** True when `signature` over `data` was made by the owner of `publicKey`. Never throws for bad input. */
  verify(publicKey: string, data: Uint8Array, signature: Uint8Array): boolean;
}

/** Structured log. Fields never hold row values. */
export interface Logger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}
