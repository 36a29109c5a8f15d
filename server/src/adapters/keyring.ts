/**
 * The keys of a mesh in files: Ed25519 pairs (RFC 8032), one PKCS #8 file each, and the Crypto port over them; and
 * secrets of 32 random bytes from which keys of one use are derived.
 *
 * Not a certificate authority: who certifies whom is decided in `core/src/contract`. Invariants: a private key or a secret
 * never leaves this module; its file has mode 0600 in a directory of mode 0700 and is complete or absent; an existing key is
 * never replaced, so a signature stays verifiable as long as the directory lives.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { assert, must } from '@weft/core/lib/assert';
import type { Crypto } from '@weft/core/lib/ports';

/** Names of keys: the mesh's root, the issuer of tokens, and `domain-NAME` for each domain. */
export const ROOT_KEY = 'mesh';
export const TOKEN_KEY = 'tokens';
const KEY_ID = /^[a-z][a-z0-9_-]{0,79}$/;

export interface Keyring extends Crypto {
  /** The raw public key in base64url; the pair is made when there is none yet. */
  ensureKey(keyId: string): string;
  /** The raw public key in base64url, or null when no such key is held here. */
  publicKey(keyId: string): string | null;
  keyIds(): string[];
  /**
   * 32 bytes by HKDF-SHA-256 (RFC 5869) from the named secret, which is made when there is none yet: the same for the same
   * `use`, and nothing of the secret or of another use can be told from them.
   */
  deriveKey(secretId: string, use: string): Uint8Array;
}

/** Opens the keys in `directory`, which is made when needed. Synchronous: it runs once at start. */
export function openKeyring(directory: string): Keyring {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const keys = loadKeys(directory);
  const secrets = new Map<string, Buffer>();
  const publicKey = (keyId: string): string | null => {
    const key = keys.get(keyId);
    return key === undefined ? null : rawPublicKey(createPublicKey(key));
  };
  return {
    sha256: (data) => createHash('sha256').update(data).digest('hex'),
    sign: (keyId, data) => sign(null, data, must(keys.get(keyId), `no key named ${keyId}`)),
    verify: verifyRaw,
    publicKey,
    ensureKey(keyId) {
      assert(KEY_ID.test(keyId), 'a key id is lower case letters, digits, _ and -');
      if (!keys.has(keyId)) keys.set(keyId, makeKey(directory, keyId));
      return must(publicKey(keyId), 'a key that was just made');
    },
    keyIds: () => [...keys.keys()].sort(),
    deriveKey(secretId, use) {
      assert(KEY_ID.test(secretId), 'a key id is lower case letters, digits, _ and -');
      const secret = secrets.get(secretId) ?? openSecret(directory, secretId);
      secrets.set(secretId, secret);
      return new Uint8Array(hkdfSync('sha256', secret, '', use, 32));
    },
  };
}

/** The key id of a domain's signing key. */
export function domainKeyId(domain: string): string {
  return `domain-${domain}`;
}

function loadKeys(directory: string): Map<string, KeyObject> {
  const keys = new Map<string, KeyObject>();
  for (const file of readdirSync(directory)) {
    const keyId = /^(.+)\.pem$/.exec(file)?.[1];
    if (keyId === undefined || !KEY_ID.test(keyId)) continue;
    keys.set(keyId, createPrivateKey(readFileSync(join(directory, file))));
  }
  return keys;
}

function makeKey(directory: string, keyId: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  const text = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return createPrivateKey(makeFile(join(directory, `${keyId}.pem`), text));
}

const SECRET_BYTES = 32;

function openSecret(directory: string, secretId: string): Buffer {
  const path = join(directory, `${secretId}.secret`);
  const text = existsSync(path)
    ? readFileSync(path)
    : makeFile(path, `${randomBytes(SECRET_BYTES).toString('hex')}\n`);
  const secret = Buffer.from(text.toString().trim(), 'hex');
  assert(secret.length === SECRET_BYTES, 'a secret is 32 bytes in hex');
  return secret;
}

/**
 * Makes a file and returns what it holds.
 *
 * Why link and not rename: it fails when another process made the file first, and then that one counts.
 */
function makeFile(path: string, text: string | Buffer): Buffer {
  const temporary = `${path}.${process.pid}.tmp`;
  writeDurably(temporary, text);
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(temporary);
    syncDirectory(dirname(path));
  }
  return readFileSync(path);
}

function writeDurably(path: string, text: string | Buffer): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, text.toString());
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function rawPublicKey(key: KeyObject): string {
  return must(key.export({ format: 'jwk' }).x, 'the x of an Ed25519 key');
}

function verifyRaw(publicKey: string, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: publicKey },
      format: 'jwk',
    });
    return verify(null, data, key, signature);
  } catch {
    return false;
  }
}
