/**
 * Dead Simple Signing Envelope v1: a payload, its type, and signatures over both.
 *
 * Source: github.com/secure-systems-lab/dsse, protocol.md and envelope.md. The payload is canonical JSON of a statement.
 * Not a trust decision: whoever opens an envelope says which public key he trusts. Invariant: a key that comes inside
 * an envelope or a document is never used.
 */
import { assert } from '../lib/assert.ts';
import { decodeBase64, encodeBase64 } from '../lib/base64.ts';
import { canonicalJson, type Json } from '../lib/canonical-json.ts';
import type { Crypto } from '../lib/ports.ts';

export interface DsseEnvelope {
  payloadType: string;
  /** Base64 of the payload bytes. */
  payload: string;
  signatures: { keyid: string; sig: string }[];
}

/** Pre-authentication encoding: `DSSEv1 LEN(type) type LEN(body) body`, lengths in bytes. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const encoder = new TextEncoder();
  const type = encoder.encode(payloadType);
  const head = encoder.encode(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `);
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

/** Signs the canonical JSON of `statement` with the key `keyId` of the crypto port. */
export function signStatement(
  statement: Json,
  options: { payloadType: string; keyId: string; crypto: Crypto },
): DsseEnvelope {
  const payload = new TextEncoder().encode(canonicalJson(statement));
  const signature = options.crypto.sign(
    options.keyId,
    preAuthEncoding(options.payloadType, payload),
  );
  assert(signature.length === 64, 'an Ed25519 signature has 64 bytes');
  return {
    payloadType: options.payloadType,
    payload: encodeBase64(payload),
    signatures: [{ keyid: options.keyId, sig: encodeBase64(signature) }],
  };
}

/** The statement inside an envelope, unverified, or null when it is not canonical JSON of the given type. */
export function readStatement(envelope: DsseEnvelope, payloadType: string): Json | null {
  if (envelope.payloadType !== payloadType) return null;
  const payload = decodeBase64(envelope.payload);
  if (payload === null) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
    const statement = JSON.parse(text) as Json;
    // Why: one statement has one byte form, so that its hash means the same to whoever chains to it.
    return canonicalJson(statement) === text ? statement : null;
  } catch {
    return null;
  }
}

/** True when some signature of the envelope was made by the owner of `publicKey` (raw, base64url). */
export function verifyEnvelope(envelope: DsseEnvelope, publicKey: string, crypto: Crypto): boolean {
  const payload = decodeBase64(envelope.payload);
  if (payload === null) return false;
  const data = preAuthEncoding(envelope.payloadType, payload);
  return envelope.signatures.some((entry) => {
    const signature = decodeBase64(entry.sig);
    return (
      signature !== null && signature.length === 64 && crypto.verify(publicKey, data, signature)
    );
  });
}

/** True for a value of the shape of an envelope. */
export function isEnvelope(value: unknown): value is DsseEnvelope {
  if (typeof value !== 'object' || value === null) return false;
  const { payloadType, payload, signatures } = value as Partial<DsseEnvelope>;
  return (
    typeof payloadType === 'string' &&
    typeof payload === 'string' &&
    Array.isArray(signatures) &&
    signatures.every((s) => typeof s?.keyid === 'string' && typeof s?.sig === 'string')
  );
}
