/**
 * Promises about text that no engine can hold are told before they are frozen; all others are not spoken of.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from '../lib/diagnostic.ts';
import { readContract } from './read.ts';

function told(options: string): (readonly [string, string])[] {
  return diagnosticsOf(options).map(({ code, path }) => [code, path] as const);
}

function diagnosticsOf(options: string): Diagnostic[] {
  const text = `apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
domain: sales
dataProduct: orders
schema:
  - name: orders
    properties:
      - name: code
        logicalType: string
        logicalTypeOptions: ${options}
`;
  return readContract(text).diagnostics.filter(({ code }) => code.endsWith('_NOT_RUN'));
}

const AT = '$.schema[0].properties[0].logicalTypeOptions';

test('a pattern that the engine has no form for', () => {
  assert.deepEqual(told(`{ pattern: '^(?=a)a+$' }`), [['PATTERN_NOT_RUN', `${AT}.pattern`]]);
  assert.deepEqual(told(`{ pattern: '^a+$' }`), []);
});

test('a format that nobody checks', () => {
  for (const format of ['gtn13', 'emial', 'iso-country']) {
    assert.deepEqual(told(`{ format: ${format} }`), [['FORMAT_NOT_RUN', `${AT}.format`]], format);
  }
  const spoken = (format: string) =>
    diagnosticsOf(`{ format: ${format} }`).map(({ severity, remedy }) => [severity, remedy]);
  assert.deepEqual(spoken('emial'), [['warning', 'Did you mean `email`?']]);
  assert.equal(spoken('iso-country')[0]?.[0], 'info');
  for (const format of ['gtin-13', 'EAN13', 'email', 'country', 'password', 'ipv4']) {
    assert.deepEqual(told(`{ format: ${format} }`), [], format);
  }
});

test('a format of dates or times that no reader takes', () => {
  const spoken = (type: string, format: string): (readonly [string, string])[] => {
    const text = `apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
schema:
  - name: orders
    properties:
      - {name: at, logicalType: ${type}, logicalTypeOptions: {format: "${format}"}}
`;
    return readContract(text)
      .diagnostics.filter(({ code }) => code === 'FORMAT_NOT_READ')
      .map(({ severity, path }) => [severity, path ?? ''] as const);
  };
  for (const [type, format] of [
    ['date', 'dd.MM.yyyy'],
    ['date', 'yyyy/MM/dd'],
    ['time', 'HH:mm'],
    ['timestamp', 'dd.MM.yyyy HH:mm:ss'],
    ['timestamp', "yyyy-MM-dd'T'HH:mm:ssX"],
  ] as const) {
    assert.deepEqual(spoken(type, format), [['warning', `${AT}.format`]], format);
  }
  for (const [type, format] of [
    ['date', 'yyyy-MM-dd'],
    ['time', 'HH:mm:ss.SSS'],
    ['timestamp', "yyyy-MM-dd'T'HH:mm:ssXXX"],
    ['timestamp', 'yyyy-MM-dd HH:mm:ss'],
  ] as const) {
    assert.deepEqual(spoken(type, format), [], format);
  }
});
