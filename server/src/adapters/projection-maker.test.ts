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
import { SILENT } from '../../../test/support/projections.ts';
import { createProjectionMaker } from './projection-maker.ts';

const CHILD = 'projection-child.ts';
const directory = fs.mkdtempSync(join(tmpdir(), 'weft-maker-'));
const maker = createProjectionMaker({
  memory: '200MB',
  threads: 1,
  addressSpaceBytes: 16 * 1024 ** 3,
  searchPath: process.env['PATH'] ?? '',
  directory,
  logger: SILENT,
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

test('one that dies while it works, and one that hangs, is replaced', {
  timeout: 120_000,
}, async () => {
  await maker.make(copyTo('first'));
  const work = maker.make('SELECT count(*) FROM range(1000000) a, range(1000000) b');
  work.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(signalChildren(CHILD, 'SIGKILL'), 1);
  await assert.rejects(work, refused);
  await maker.make(copyTo('second'));
  assert.equal(signalChildren(CHILD, 'SIGSTOP'), 1);
  await assert.rejects(maker.make(copyTo('hangs')), refused);
  await maker.make(copyTo('third'));
  assert.ok(fs.existsSync(join(directory, 'third')));
  assert.equal(childrenWith(CHILD).length, 1, 'no other is left');
});
