/** Keys of hash masks: one secret of the keyring, one key for each agreement, and nothing told of either. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { setKeySql } from '@weft/core/query/masks';
import { openKeyring } from '../adapters/keyring.ts';
import { createMaskKeys } from './mask-keys.ts';

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-keys-'));
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

const open = () => createMaskKeys(openKeyring(directory));

test('keys last as long as the secret, and each agreement has its own', () => {
  const first = open();
  const key = first.keyOf('agr_1');
  assert.deepEqual(open().keyOf('agr_1'), key);
  assert.notDeepEqual(first.keyOf('agr_2'), key);
  assert.equal(open().generation, first.generation);
  fs.rmSync(path.join(directory, 'masks.secret'));
  assert.notEqual(open().generation, first.generation);
  assert.notDeepEqual(open().keyOf('agr_1'), key);
});

test('the secret is in a file that only its owner reads, and in nothing that is told', () => {
  const keys = open();
  const file = path.join(directory, 'masks.secret');
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  const secret = fs.readFileSync(file, 'utf8').trim();
  assert.match(secret, /^[0-9a-f]{64}$/);
  assert.match(keys.generation, /^[0-9a-f]{16}$/);
  assert.ok(!secret.includes(keys.generation));
  fs.writeFileSync(file, 'short\n');
  assert.throws(() => open(), /32 bytes/);
});

test('with the two blocks of a key the engine makes the HMAC-SHA-256 of node:crypto', async () => {
  const derived = openKeyring(directory).deriveKey('masks', 'weft mask hash agr_1');
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  for (const sql of setKeySql(open().keyOf('agr_1'))) await connection.run(sql);
  const made = await connection.runAndReadAll(
    "SELECT sha256(getvariable('weft_mask_outer') || unhex(sha256(getvariable('weft_mask_inner') || encode('ä'))))",
  );
  assert.equal(
    made.getRows()[0]?.[0],
    createHmac('sha256', derived).update('ä', 'utf8').digest('hex'),
  );
  connection.closeSync();
});
