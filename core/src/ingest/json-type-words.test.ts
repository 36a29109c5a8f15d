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
];
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
      const told = tellJsonType(words, 'a', `{"b": 1, "a": ${json}}`);
      const label = `${duckdbType(type)} ${json}: ${told}`;
      assert.equal(isJsonKind(told), !tokenFits(type, token), label);
      assert.ok(told.startsWith(words), label);
      if (token !== 'boolean') assert.ok(!told.slice(words.length).includes(json), label);
    }
  }
});

test('both kinds are named', () => {
  assert.equal(
    tellJsonType('is no integer', 'n', '{"n":"2"}'),
    'is no integer: JSON has a text in quotes here, where a number is promised',
  );
  assert.match(
    tellJsonType('is no varchar', 'n', '{"n":7}'),
    /JSON has a number here, where a text in quotes is promised$/,
  );
  assert.match(
    tellJsonType('is no boolean', 'n', '{"n":1}'),
    /has a number here, where true or false is promised$/,
  );
});

test('other reasons, and records that cannot be read, keep their words', () => {
  for (const raw of [null, '', '{"n":', '[1]', '7', '{}', '{"n":null}', '{"m":"2"}', '{"n":"2"']) {
    assert.equal(tellJsonType('is no integer', 'n', raw), 'is no integer');
  }
  for (const words of ['is not at least 1', 'has no value', 'is no gtin', 'is no multiple of 5']) {
    assert.equal(tellJsonType(words, 'n', '{"n":"2"}'), words);
  }
});
