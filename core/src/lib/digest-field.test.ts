/**
 * Digest fields as senders write them, with the examples of RFC 9530 for SHA-256.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  agreedDigest,
  sha256OfDigestField,
  sha256OfHex,
  sha256OfUploadChecksum,
} from './digest-field.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
// RFC 9530, B.1: the content is {"hello": "world"} and a line feed.
const RFC = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:';
const REST = 'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4=:';

test('the example of the RFC gives its digest, alone and among others', () => {
  const digest = sha256('{"hello": "world"}\n');
  assert.equal(sha256OfDigestField('Repr-Digest', RFC), digest);
  assert.equal(sha256OfDigestField('Repr-Digest', `${REST}, ${RFC};a=1`), digest);
  assert.equal(sha256OfDigestField('Repr-Digest', `${RFC}, ${RFC}`), digest);
});

test('what proves nothing is refused', () => {
  const other = `sha-256=:${createHash('sha256').update('x').digest('base64')}:`;
  for (const value of [REST, '', 'sha-256', 'sha-256=:AAAA:', 'sha-256="x"', `${RFC}, ${other}`]) {
    assert.throws(() => sha256OfDigestField('Content-Digest', value), { code: 'REQUEST_INVALID' });
  }
  for (const value of ['sha256', 'sha1 AAAA', 'sha256 AAAA', '']) {
    assert.throws(() => sha256OfUploadChecksum(value), { code: 'REQUEST_INVALID' });
  }
  assert.throws(() => sha256OfHex('abc'), { code: 'REQUEST_INVALID' });
});

test('several statements have to agree', () => {
  const digest = sha256('a');
  const text = createHash('sha256').update('a').digest('base64');
  assert.equal(sha256OfUploadChecksum(`sha256 ${text}`), digest);
  assert.equal(agreedDigest([null, sha256OfHex(digest.toUpperCase()), digest]), digest);
  assert.equal(agreedDigest([null, null]), null);
  assert.throws(() => agreedDigest([digest, sha256('b')]), { code: 'REQUEST_INVALID' });
});
