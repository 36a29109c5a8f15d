/**
 * What a sender says of the bytes he sends: the digest fields of RFC 9530 and the checksum of the tus protocol.
 *
 * Not the hashing. Only SHA-256 counts; a field that names other algorithms alone is refused, since bytes that were to be
 * proven would then pass unproven.
 * Source: RFC 9530 sections 2 and 3, RFC 8941 section 3.2 (dictionaries), tus resumable upload protocol 1.0.0 (checksum).
 */
import { decodeBase64 } from './base64.ts';
import { WeftError } from './error.ts';

const HEX = /^[0-9a-f]{64}$/i;
/** A member of a dictionary whose value is a byte sequence; parameters are allowed and mean nothing here. */
const MEMBER = /^\s*([a-z*][a-z0-9_.*-]*)\s*=\s*:([A-Za-z0-9+/=]*):\s*(?:;[^,]*)?$/;

/** The SHA-256 of a `Content-Digest` or `Repr-Digest` field in lower-case hex. Throws REQUEST_INVALID. */
export function sha256OfDigestField(name: string, value: string): string {
  const found = new Set<string>();
  for (const member of value.split(',')) {
    const [, algorithm, text] = MEMBER.exec(member) ?? [];
    if (algorithm === undefined || text === undefined) {
      throw invalid(name, 'is no dictionary of digests');
    }
    if (algorithm === 'sha-256') found.add(hexOfBase64(name, text));
  }
  const [digest] = found;
  if (digest === undefined) throw invalid(name, 'has no sha-256');
  if (found.size > 1) throw invalid(name, 'has two values of sha-256');
  return digest;
}

/** Fields by which senders of before RFC 9530 state digests. */
const OLD_FIELDS = ['digest', 'content-md5'];

/** Throws REQUEST_INVALID for a digest in a field that is not read: its sender thinks that his bytes were proven. */
export function refuseOldDigests(headers: Readonly<Record<string, unknown>>): void {
  const old = OLD_FIELDS.find((name) => headers[name] !== undefined);
  if (old !== undefined) throw invalid(old, 'is not read: RFC 9530 replaced it by Content-Digest');
}

/** The SHA-256 of an `Upload-Checksum` field in lower-case hex. Throws REQUEST_INVALID. */
export function sha256OfUploadChecksum(value: string): string {
  const [algorithm, text, ...more] = value.trim().split(' ');
  if (algorithm !== 'sha256' || text === undefined || more.length > 0) {
    throw invalid('Upload-Checksum', 'is not `sha256` and a digest in base64');
  }
  return hexOfBase64('Upload-Checksum', text);
}

/** Hex as people write it, in lower case. Throws REQUEST_INVALID. */
export function sha256OfHex(value: string): string {
  if (HEX.test(value)) return value.toLowerCase();
  throw invalid('sha256', 'is not 64 hex digits');
}

/** The one digest that all given ones agree on, or null when there is none. Throws REQUEST_INVALID. */
export function agreedDigest(digests: readonly (string | null)[]): string | null {
  const stated = new Set(digests.filter((digest) => digest !== null));
  const [digest = null] = stated;
  if (stated.size <= 1) return digest;
  throw new WeftError('REQUEST_INVALID', 'the request states two different SHA-256 digests', {
    remedy: 'State one, or the same in each field.',
  });
}

function hexOfBase64(name: string, text: string): string {
  const bytes = decodeBase64(text);
  if (bytes?.length !== 32) throw invalid(name, 'has no SHA-256 of 32 bytes in base64');
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function invalid(name: string, what: string): WeftError {
  return new WeftError('REQUEST_INVALID', `${name} ${what}`, {
    remedy: 'State the SHA-256 of the bytes as they are sent, for example sha-256=:BASE64:.',
  });
}
