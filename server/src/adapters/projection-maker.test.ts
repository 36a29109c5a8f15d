/**
 * A process that makes projections and dies, or stops to answer, is an error of that statement alone: the next one gets another
 * process, and none is left behind.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isWeftError } from '@weft/core/lib/error';
import { quoteText } from '@weft/core/lib/ident-sql';
import { childrenWith, signalChildren } from '../../../test/support/child-processes.ts';
import { createProjectionMaker } from './projection-maker.ts';

const CHILD = 'projection-child.ts';
const directory = fs.mkdtempSync(join(tmpdir(), 'weft-maker-'));
const logged: string[] = [];
const maker = createProjectionMaker({
  memory: '200MB',
  threads: 1,
  addressSpaceBytes: 16 * 1024 ** 3,
  searchPath: process.env['PATH'] ?? '',
  directory,
  logger: { info() {}, warn() {}, error: (...said) => void logged.push(JSON.stringify(said)) },
  idleSeconds: 60,
  makeSeconds: 4,
});
after(() => {
  maker.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const copyTo = (name: string): string =>
  `COPY (SELECT 1 AS x) TO ${quoteText(join(directory, name))} (FORMAT parquet)`;
const refused = (error: unknown): boolean => isWeftError(error, 'UNAVAILABLE');

test('a key is there for its statement alone, and in no text of the process', async () => {
  const key = { inner: 'ab'.repeat(64), outer: 'cd'.repeat(64) };
  const read = `COPY (SELECT getvariable('weft_mask_inner') AS k) TO ${quoteText(join(directory, 'k'))} (FORMAT csv)`;
  await maker.make(read, key);
  assert.match(fs.readFileSync(join(directory, 'k'), 'utf8'), /xAB/);
  await maker.make(read, null);
  assert.doesNotMatch(fs.readFileSync(join(directory, 'k'), 'utf8'), /xAB/);
  await assert.rejects(maker.make('SELECT no_such_column', key), refused);
  await maker.make(read, null);
  assert.doesNotMatch(fs.readFileSync(join(directory, 'k'), 'utf8'), /xAB/);
  assert.equal(logged.length, 1);
  assert.doesNotMatch(logged.join(), /abab|cdcd|xAB/i);
});

test('one that dies while it works, and one that hangs, is replaced', {
  timeout: 120_000,
}, async () => {
  await maker.make(copyTo('first'), null);
  const work = maker.make('SELECT count(*) FROM range(1000000) a, range(1000000) b', null);
  work.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(signalChildren(CHILD, 'SIGKILL'), 1);
  await assert.rejects(work, refused);
  await maker.make(copyTo('second'), null);
  assert.equal(signalChildren(CHILD, 'SIGSTOP'), 1);
  await assert.rejects(maker.make(copyTo('hangs'), null), refused);
  await maker.make(copyTo('third'), null);
  assert.ok(fs.existsSync(join(directory, 'third')));
  assert.equal(childrenWith(CHILD).length, 1, 'no other is left');
});
