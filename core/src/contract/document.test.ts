/**
 * The document: text in, the same text out, places, and every kind of bad text refused in bounded work.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { DOCUMENT_LENGTH_MAX, readDocument } from './document.ts';
import { formatPath, parsePath } from './document-path.ts';

const SPEC = new URL('../../../spec/', import.meta.url).pathname;
const corpus = [
  ...globSync(`${SPEC}odcs/docs/**/*.yaml`),
  ...globSync(`${SPEC}odps/docs/**/*.yaml`),
];

function codesOf(text: string): string[] {
  const { value, diagnostics } = readDocument(text);
  assert.equal(value, null);
  return [...new Set(diagnostics.map((d) => d.code))];
}

test('every example of the standards is written back byte for byte, and says what the yaml library says', () => {
  assert.ok(corpus.length >= 22);
  for (const file of corpus) {
    const text = readFileSync(file, 'utf8');
    const { value, diagnostics } = readDocument(text, { file });
    assert.deepEqual(diagnostics, [], file);
    assert.equal(value?.toText(), text);
    assert.deepEqual(value?.data, parse(text, { schema: 'core' }), file);
  }
});

test('JSON is read with places, and its text is kept', () => {
  const text =
    '{\n\t"kind": "DataContract",\n\t"a/b": [1, 2.50, "\\ud83d\\ude00", null, true]\n}\n';
  const { value } = readDocument(text);
  assert.equal(value?.format, 'json');
  assert.deepEqual(value?.data, JSON.parse(text));
  assert.deepEqual(value?.locate(['a/b', 1]), { line: 3, column: 13 });
  assert.equal(value?.scalarText(['a/b', 1]), '2.50');
  assert.equal(value?.toText(), text);
});

test('dates, yes and version numbers stay what they are', () => {
  const { value } = readDocument('at: 2024-02-30\nok: yes\nv: 1.10.0\nzip: "007"\nn: 1.0\n');
  assert.deepEqual(value?.data, { at: '2024-02-30', ok: 'yes', v: '1.10.0', zip: '007', n: 1 });
  assert.equal(value?.scalarText(['n']), '1.0');
});

test('places count lines and columns from 1, also with CRLF and a byte order mark', () => {
  const { value } = readDocument('\uFEFFa: 1\r\nb:\r\n  - x\r\n  - c: deep\r\n');
  assert.deepEqual(value?.locate(['b', 1, 'c']), { line: 4, column: 8 });
  assert.deepEqual(value?.locateKey(['b', 1, 'c']), { line: 4, column: 5 });
  assert.deepEqual(value?.locate(['b', 1, 'none', 'of', 'this']), { line: 4, column: 5 });
});

test('broken YAML names the place', () => {
  const { value, diagnostics } = readDocument('a: 1\nb: [1, 2\nc: "x\n');
  assert.equal(value, null);
  assert.equal(diagnostics[0]?.code, 'DOCUMENT_SYNTAX');
  assert.ok((diagnostics[0]?.line ?? 0) >= 2);
  assert.notEqual(diagnostics[0]?.remedy, '');
});

test('what a contract cannot be is refused', () => {
  assert.deepEqual(codesOf(''), ['DOCUMENT_SYNTAX']);
  assert.deepEqual(codesOf('- a\n- b\n'), ['DOCUMENT_SYNTAX']);
  assert.deepEqual(codesOf('just text'), ['DOCUMENT_SYNTAX']);
  assert.deepEqual(codesOf('a: 1\n---\nb: 2\n'), ['DOCUMENT_SYNTAX']);
  assert.deepEqual(codesOf('{"a": 1,}'), ['DOCUMENT_SYNTAX']);
  assert.deepEqual(codesOf('a: .inf\nb: .nan\n'), ['DOCUMENT_NUMBER']);
  assert.deepEqual(codesOf('a: !!binary aGk=\n'), ['DOCUMENT_TAG']);
  assert.deepEqual(codesOf('a: !js/function "x"\n'), ['DOCUMENT_TAG']);
  assert.deepEqual(codesOf('? [a, b]\n: 1\n'), ['DOCUMENT_TAG']);
  assert.deepEqual(codesOf('a: &x {b: 1}\nc:\n  <<: *x\n'), ['DOCUMENT_TAG']);
  assert.deepEqual(codesOf('a: "\\ud800"\n'), ['DOCUMENT_SYNTAX']);
});

test('a repeated key is refused with the place of the second', () => {
  const { diagnostics } = readDocument('a:\n  b: 1\n  c: 2\n  b: 3\n');
  assert.equal(diagnostics.length, 1);
  assert.deepEqual(
    [diagnostics[0]?.code, diagnostics[0]?.path, diagnostics[0]?.line],
    ['DOCUMENT_DUPLICATE_KEY', '$.a.b', 4],
  );
  assert.deepEqual(codesOf('{"a": 1, "a": 1}'), ['DOCUMENT_DUPLICATE_KEY']);
});

test('aliases are followed; cycles, unknown names and bombs are refused', () => {
  const { value } = readDocument('a: &x [1, {b: 2}]\nc: *x\n');
  assert.deepEqual(value?.data, { a: [1, { b: 2 }], c: [1, { b: 2 }] });
  assert.deepEqual(codesOf('a: &x\n  b: *x\n'), ['DOCUMENT_ALIAS']);
  assert.deepEqual(codesOf('a: &x [&y [*x, *y]]\n'), ['DOCUMENT_ALIAS']);
  assert.ok(['DOCUMENT_ALIAS', 'DOCUMENT_SYNTAX'].includes(codesOf('a: *nobody\n')[0] ?? ''));
  const level = (n: number): string =>
    `l${n}: &l${n} [${Array(10)
      .fill(`*l${n - 1}`)
      .join(', ')}]\n`;
  const bomb = `l0: &l0 [lol]\n${Array.from({ length: 12 }, (_, i) => level(i + 1)).join('')}`;
  assert.deepEqual(codesOf(bomb), ['DOCUMENT_ALIAS']);
});

test('hostile sizes and depths end in a diagnostic', () => {
  const ten = `a:\n${'  - name: some_column\n'.repeat(455_000)}`;
  assert.ok(ten.length > 10_000_000);
  assert.deepEqual(codesOf(ten), ['DOCUMENT_TOO_LARGE']);
  assert.deepEqual(codesOf(`a: ${'['.repeat(100_000)}`), ['DOCUMENT_TOO_DEEP']);
  assert.deepEqual(codesOf(`a: ${'['.repeat(100)}${']'.repeat(100)}`), ['DOCUMENT_TOO_DEEP']);
  assert.deepEqual(codesOf(`{"a": ${'['.repeat(9000)}${']'.repeat(9000)}}`), ['DOCUMENT_TOO_DEEP']);
  assert.equal(codesOf('- '.repeat(40_000)).length, 1);
  const wide = Array.from({ length: 30_000 }, (_, i) => `k${i}: ${i}`).join('\n');
  assert.ok(wide.length < DOCUMENT_LENGTH_MAX);
  assert.equal(Object.keys(readDocument(wide).value?.data ?? {}).length, 30_000);
});

test('names of Object.prototype are ordinary keys', () => {
  const { value } = readDocument('__proto__: {polluted: true}\nconstructor: 1\ntoString: 2\n');
  assert.deepEqual(Object.keys(value?.data ?? {}), ['__proto__', 'constructor', 'toString']);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('paths are written and read back', () => {
  for (const path of [[], ['schema', 0, 'name'], ['odd key', 'a"b', '1', 1], ['$', 'a-b']]) {
    assert.deepEqual(parsePath(formatPath(path)), path);
  }
  assert.equal(formatPath(['schema', 0, 'odd key']), '$.schema[0]["odd key"]');
  assert.equal(parsePath('schema[0]'), null);
  assert.equal(parsePath('$.a..b'), null);
});
