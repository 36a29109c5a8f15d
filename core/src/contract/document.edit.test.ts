/**
 * Edits: the data becomes what was asked for, every line outside the edited value stays byte for byte.
 * Oracle: the yaml library's own reading of the edited text, and a plain setter over plain data.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Json } from '../lib/canonical-json.ts';
import { type ContractDocument, readDocument } from './document.ts';
import type { DocumentPath } from './document-path.ts';
import { COMPLETE } from './fixtures/complete-contract.ts';

const SPEC = new URL('../../../spec/', import.meta.url).pathname;
const texts = [
  COMPLETE,
  COMPLETE.replaceAll('\n', '\r\n'),
  JSON.stringify(parse(COMPLETE), null, 2),
  JSON.stringify(parse(COMPLETE)),
  ...['all/all-new-fields-v3.2.0', 'all/full-example', 'data-types/all-data-types'].map((name) =>
    readFileSync(`${SPEC}odcs/docs/examples/${name}.odcs.yaml`, 'utf8'),
  ),
  ...globSync(`${SPEC}odps/docs/examples/*.yaml`).map((file) => readFileSync(file, 'utf8')),
];
const parameters = {
  numRuns: 80,
  ...(process.env['WEFT_SEED'] ? { seed: Number(process.env['WEFT_SEED']) } : {}),
};

function open(text: string): ContractDocument {
  const { value } = readDocument(text);
  assert.ok(value !== null);
  return value;
}

interface Place {
  path: DocumentPath;
  isLeaf: boolean;
}

function placesOf(value: unknown, path: DocumentPath = []): Place[] {
  if (typeof value !== 'object' || value === null) return [{ path, isLeaf: true }];
  const inner = Object.entries(value).flatMap(([key, child]) =>
    placesOf(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? inner : [{ path, isLeaf: false }, ...inner];
}

function setPlain(data: unknown, path: DocumentPath, value: unknown): unknown {
  const copy = structuredClone(data) as Record<string | number, unknown>;
  let here = copy;
  for (const step of path.slice(0, -1)) here = here[step] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  if (value !== undefined) here[last] = value;
  else if (Array.isArray(here)) here.splice(Number(last), 1);
  else delete here[last];
  return copy;
}

/** Lines that both texts have in common at their ends; the rest is what the edit touched. */
function touchedLines(before: string, after: string): string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  const limit = Math.min(a.length, b.length) - head;
  while (tail < limit && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return a.slice(head, a.length - tail);
}

/** Texts that a document may hold: whole characters, none of them zero. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

const scalars = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).filter(isStorable),
  fc.constantFrom(
    'true',
    'null',
    '~',
    'yes',
    '1.0',
    '1e3',
    '0x1f',
    '- a',
    'a: b',
    '# c',
    '',
    ' x ',
    "it's",
    '2024-01-01',
    'a\nb',
    '\u0085',
    '${DB_HOST}',
    '<<',
    '*a',
    '&a',
    '!t',
    '|',
    '%',
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
  fc.boolean(),
  fc.constant(null),
);
const values: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: scalars },
  fc.array(scalars, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('name', 'odd key', 'on', '1', 'x:y'), scalars, {
    maxKeys: 3,
    noNullPrototype: true,
  }),
  fc.constant([{ property: 'a', value: [{ b: [[1], []] }] }, { c: {} }] as Json),
);

test('setting any value gives exactly the asked data and touches only its lines', () => {
  let refused = 0;
  let done = 0;
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.nat(), values, (text, pick, value) => {
      const document = open(text);
      const places = placesOf(document.data);
      const { path, isLeaf } = places[pick % places.length] as Place;
      const result = document.setValue(path, value);
      if (result.value === null) {
        assert.equal(result.diagnostics[0]?.code, 'DOCUMENT_EDIT');
        refused++;
        return;
      }
      done++;
      const after = result.value.toText();
      assert.deepEqual(parse(after, { schema: 'core' }), setPlain(document.data, path, value));
      const touched = touchedLines(text, after);
      if (isLeaf && text.includes('\n')) {
        const written = document.scalarText(path) ?? '';
        assert.ok(
          touched.length <= Math.max(1, written.split('\n').length + 1),
          touched.join('\n'),
        );
      }
    }),
    parameters,
  );
  assert.ok(refused * 20 < done, `${refused} of ${refused + done} edits were refused`);
});

test('a text that no document may hold is refused by name', () => {
  const document = open('a: 1\nlist: [b]\n');
  const messageOf = (edited: ReturnType<ContractDocument['setValue']>) =>
    edited.diagnostics[0]?.message;
  assert.equal(messageOf(document.setValue(['a'], 'x\0')), 'a zero character in the text');
  assert.equal(
    messageOf(document.appendItem(['list'], { 'k\0': 1 })),
    'a zero character in the text',
  );
  assert.equal(
    messageOf(document.setValue(['new'], ['\ud800'])),
    'half of a surrogate pair in the text',
  );
});

test('removing any key or item gives exactly the asked data', () => {
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.nat(), (text, pick) => {
      const document = open(text);
      const places = placesOf(document.data);
      const { path } = places[pick % places.length] as Place;
      const result = document.removeValue(path);
      if (result.value === null) {
        refused++;
        return;
      }
      const after = result.value.toText();
      assert.deepEqual(parse(after, { schema: 'core' }), setPlain(document.data, path, undefined));
    }),
    parameters,
  );
  assert.ok(refused <= 10, `${refused} removals were refused`);
});

test('appending to any list, and adding a key to any mapping', () => {
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.nat(), values, (text, pick, value) => {
      const document = open(text);
      const nested = placesOf(document.data).filter((place) => !place.isLeaf);
      const { path } = nested[pick % nested.length] as Place;
      const node = path.reduce<unknown>(
        (here, step) => (here as Record<string | number, unknown>)[step],
        document.data,
      );
      const isList = Array.isArray(node);
      const at = [...path, isList ? node.length : 'brandNew'];
      const result = isList ? document.appendItem(path, value) : document.setValue(at, value);
      assert.ok(result.value !== null, `${JSON.stringify(at)} of\n${text}`);
      const after = result.value.toText();
      assert.deepEqual(parse(after, { schema: 'core' }), setPlain(document.data, at, value));
      // Why: nothing is lost by adding, so every old line is still there, save for flow lists of one line.
      const lost = touchedLines(text, after);
      assert.ok(lost.length <= 1, lost.join('\n'));
    }),
    parameters,
  );
});

test('comments, quotes, order, unknown keys, variables and line ends survive a chain of edits', () => {
  const text =
    "# head\r\nhost: ${DB_HOST}   # keep\r\nlist: [ a,  b ] # odd spacing\r\n\r\nvendorX: {k:   v}\r\nname: 'old'\r\nitems:\r\n  # about x\r\n  - x # x\r\n  # about y\r\n  - y\r\n# tail\r\n";
  let document = open(text);
  const step = (next: ReturnType<ContractDocument['setValue']>): void => {
    assert.ok(next.value !== null);
    document = next.value;
  };
  step(document.setValue(['name'], "it's new"));
  step(document.appendItem(['items'], 'z'));
  step(document.setValue(['team', 'members'], [{ username: 'maria', role: 'owner' }]));
  step(document.removeValue(['items', 0]));
  step(document.appendItem(['list'], 'c d'));
  assert.equal(
    document.toText(),
    "# head\r\nhost: ${DB_HOST}   # keep\r\nlist: [ a,  b,  c d ] # odd spacing\r\n\r\nvendorX: {k:   v}\r\nname: 'it''s new'\r\nitems:\r\n  # about x\r\n  # about y\r\n  - y\r\n  - z\r\nteam:\r\n  members:\r\n    - username: maria\r\n      role: owner\r\n# tail\r\n",
  );
});

test('a comment at the end of a line stays with its line', () => {
  const after = (edited: ReturnType<ContractDocument['setValue']>) => edited.value?.toText();
  assert.equal(after(open('a: 1 # keep\n').setValue(['b'], 2)), 'a: 1 # keep\nb: 2\n');
  assert.equal(after(open('a: 1 # keep\n').setValue(['a'], 2)), 'a: 2 # keep\n');
  assert.equal(after(open('l:\n- x # keep\n').appendItem(['l'], 'z')), 'l:\n- x # keep\n- z\n');
  assert.equal(after(open('a: 1 # gone\nb: 2 # keep').removeValue(['a'])), 'b: 2 # keep');
  assert.equal(after(open('a: 1\nb: 2 # gone').removeValue(['b'])), 'a: 1');
});

test('what an edit would change elsewhere is refused', () => {
  const document = open('a: &x {b: 1}\nc: *x\nd: !!str 5\n? e\n: 1\n');
  for (const path of [['a'], ['c'], ['c', 'b'], ['d'], ['e'], [], ['d', 'x']]) {
    const { value, diagnostics } = document.setValue(path, 'new');
    assert.equal(value, null, JSON.stringify(path));
    assert.equal(diagnostics[0]?.code, 'DOCUMENT_EDIT');
  }
  assert.equal(document.removeValue(['none']).value, null);
  assert.equal(document.appendItem(['d'], 1).value, null);
});
