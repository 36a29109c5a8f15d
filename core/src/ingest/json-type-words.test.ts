/** Reasons about a type that say which kind of JSON was met, only where the kind is what is wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duckdbType, type PrimitiveType } from '../contract/data-type.ts';
import { isJsonKind } from '../lib/report-words.ts';
import { nestedTypeWords } from '../quality/reasons.ts';
import { type Token, tokenFits } from './json-record.ts';
import { tellJsonType } from './json-type-words.ts';

const TYPES: PrimitiveType[] = [
  { kind: 'boolean' },
  { kind: 'int' },
  { kind: 'long' },
  { kind: 'double' },
  { kind: 'string' },
  { kind: 'date' },
  { kind: 'time' },
  { kind: 'timestamp' },
  { kind: 'timestamptz' },
  { kind: 'decimal', precision: 10, scale: 2 },
  { kind: 'decimal', precision: 12, scale: 0 },
];
const told = (message: string, column: string, raw: string | null): string =>
  tellJsonType(message, { column, raw, fields: [{ column, name: column }] });

const VALUES: [Token, string][] = [
  ['string', '"2"'],
  ['number', '2'],
  ['boolean', 'true'],
  ['nested', '[1]'],
  ['nested', '{"a": 1}'],
];

test('the kind is told exactly where the reader refuses it for the kind', () => {
  for (const type of TYPES) {
    for (const [token, json] of VALUES) {
      const words = nestedTypeWords(type);
      const text = told(words, 'a', `{"b": 1, "a": ${json}}`);
      const label = `${duckdbType(type)} ${json}: ${text}`;
      assert.equal(isJsonKind(text), !tokenFits(type, token), label);
      assert.ok(text.startsWith(words), label);
      if (token !== 'boolean') assert.ok(!text.slice(words.length).includes(json), label);
    }
  }
});

test('a decimal is told by its digits, and not by how it is stored', () => {
  assert.equal(
    nestedTypeWords({ kind: 'decimal', precision: 38, scale: 10 }),
    'is no number with up to 28 digits before and 10 after the point',
  );
  assert.equal(
    nestedTypeWords({ kind: 'decimal', precision: 20, scale: 0 }),
    'is no whole number of up to 20 digits',
  );
});

test('both kinds are named', () => {
  assert.equal(
    told('is no integer', 'n', '{"n":"2"}'),
    'is no integer: JSON has a text in quotes here, where a number is promised',
  );
  assert.match(
    told('is no string', 'n', '{"n":7}'),
    /JSON has a number here, where a text in quotes is promised$/,
  );
  assert.match(
    told('is no boolean', 'n', '{"n":1}'),
    /has a number here, where true or false is promised$/,
  );
});

test('other reasons, and records that cannot be read, keep their words', () => {
  for (const raw of [null, '', '{"n":', '[1]', '7', '{}', '{"n":null}', '{"m":"2"}', '{"n":"2"']) {
    assert.equal(told('is no integer', 'n', raw), 'is no integer');
  }
  for (const words of ['is not at least 1', 'has no value', 'is no gtin', 'is no multiple of 5']) {
    assert.equal(told(words, 'n', '{"n":"2"}'), words);
  }
});

test('kinds are told inside of objects, lists and maps, by the names of the file', () => {
  const raw = '{"Person":{"age":"x","name":2},"tags":["a",["b"]],"by_store":{"367":true}}';
  const fields = [
    { column: 'who', name: 'Person' },
    { column: 'tags', name: 'tags' },
    { column: 'by_store', name: 'by_store' },
  ];
  const cases: [string, string, string][] = [
    ['who', 'is no list', 'is no list: JSON has an object here, where a list is promised'],
    ['who', 'is no object', 'is no object'],
    ['who', 'is no map', 'is no map'],
    ['tags', 'is no object', 'is no object: JSON has a list here, where an object is promised'],
    [
      'who.name',
      'is no string',
      'is no string: JSON has a number here, where a text in quotes is promised',
    ],
    ['who.age', 'is no integer of up to 64 bits', 'is no integer of up to 64 bits'],
    ['tags[0]', 'is no string', 'is no string'],
    [
      'tags[1]',
      'is no string',
      'is no string: JSON has a list here, where a text in quotes is promised',
    ],
    [
      'by_store["367"]',
      'is no integer',
      'is no integer: JSON has true or false here, where a number is promised',
    ],
    ['tags[7]', 'is no string', 'is no string'],
    ['whole', 'is no string', 'is no string'],
    ['who.constructor', 'is no string', 'is no string'],
  ];
  for (const [column, message, expected] of cases) {
    assert.equal(tellJsonType(message, { column, raw, fields }), expected, column);
  }
});
