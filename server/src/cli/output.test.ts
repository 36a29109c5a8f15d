/**
 * Data on stdout, talk on stderr; JSON when asked; progress only where it can be redrawn.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryIo } from '../../../test/support/cli.ts';
import { countOf, createOutput, formatBytes, formatCount, formatShare } from './output.ts';

const COLUMNS = [{ head: 'NAME', cell: (item: { name: string }) => item.name }];
const options = { json: false, quiet: false, color: false };

test('a list is a table with talk of what follows, or one document', () => {
  const list = { items: [{ name: 'a' }], next: 'cursor' };
  const io = memoryIo();
  createOutput(io, options).list(list, COLUMNS, 'None.');
  assert.equal(io.out(), 'NAME\na\n');
  assert.equal(io.err(), 'More: --after cursor\n');

  const json = memoryIo();
  createOutput(json, { ...options, json: true }).list(list, COLUMNS, 'None.');
  assert.deepEqual(JSON.parse(json.out()), list);
  assert.equal(json.err(), '');
});

test('an empty list says so on stderr and leaves stdout empty; as JSON it has next: null', () => {
  const io = memoryIo();
  createOutput(io, options).list({ items: [] }, COLUMNS, 'None.');
  assert.deepEqual([io.out(), io.err()], ['', 'None.\n']);
  const json = memoryIo();
  createOutput(json, { ...options, json: true }).list({ items: [] }, COLUMNS, 'None.');
  assert.deepEqual(JSON.parse(json.out()), { items: [], next: null });
});

test('--quiet and --json silence talk and progress', () => {
  for (const silent of [
    { ...options, quiet: true },
    { ...options, json: true },
  ]) {
    const io = memoryIo({ terminal: 80 });
    const out = createOutput(io, silent);
    out.say('talk');
    out.progress('half');
    out.progress(null);
    assert.equal(io.err(), '');
  }
});

test('progress is redrawn on a terminal, cut to its width, cleared before talk; a pipe gets none', () => {
  const io = memoryIo({ terminal: 10 });
  const out = createOutput(io, options);
  out.progress('0123456789abc');
  out.say('talk');
  out.progress(null);
  assert.equal(io.err(), '\r\u001b[K012345678\r\u001b[Ktalk\n');
  const piped = memoryIo();
  createOutput(piped, options).progress('half');
  assert.equal(piped.err(), '');
});

test('colours only when asked for', () => {
  const io = memoryIo();
  assert.equal(createOutput(io, options).colors.red('x'), 'x');
  assert.equal(
    createOutput(io, { ...options, color: true }).colors.red('x'),
    '\u001b[31mx\u001b[39m',
  );
});

test('numbers read the same on every machine', () => {
  assert.deepEqual([0, 999, 1000, 1234567, 1234.5678].map(formatCount), [
    '0',
    '999',
    '1,000',
    '1,234,567',
    '1,234.5678',
  ]);
  assert.deepEqual([0, 999, 1000, 3_649_000, 2e12].map(formatBytes), [
    '0 B',
    '999 B',
    '1.0 kB',
    '3.6 MB',
    '2.0 TB',
  ]);
  assert.deepEqual(
    [countOf(1, 'row'), countOf(0, 'row'), countOf(1200, 'row')],
    ['1 row', '0 rows', '1,200 rows'],
  );
});

test('a share is 100 % only when nothing is missing', () => {
  assert.equal(formatShare(1), '100.00 %');
  assert.equal(formatShare(0.999999), '99.99 %');
  assert.equal(formatShare(0), '0.00 %');
});
