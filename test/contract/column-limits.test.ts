/**
 * Contracts with more or deeper columns than a batch can have: told when they are read, with the place, exactly at the limit.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileIngestPlan } from '@weft/core/contract/compile/ingest-plan';
import { readContract } from '@weft/core/contract/read';
import { plannedColumns } from '@weft/core/ingest/stage-layout';
import { must } from '@weft/core/lib/assert';

const contract = (properties: string): string => `apiVersion: v3.2.0
kind: DataContract
id: wide
version: 1.0.0
status: active
domain: sales
dataProduct: orders
schema:
  - name: orders
    properties:
${properties}`;

const flat = (columns: number): string =>
  Array.from({ length: columns }, (_, i) => `      - { name: c${i}, logicalType: string }\n`).join(
    '',
  );

/** A column of `levels` objects, one in the other, and a text in the last. */
function deep(levels: number): string {
  const lines = ['      - name: deep'];
  for (let i = 0; i < levels; i++) {
    const pad = ' '.repeat(8 + i * 4);
    lines.push(`${pad}logicalType: object`, `${pad}properties:`, `${pad}  - name: f${i}`);
  }
  lines.push(`${' '.repeat(8 + levels * 4)}logicalType: string`);
  return `${lines.join('\n')}\n`;
}

function errorsOf(properties: string) {
  const { value, diagnostics } = readContract(contract(properties));
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return { value, errors };
}

/** The reader of batches says no where the contract's reader does, and only there. */
function isStageable(properties: string): boolean {
  const { value } = readContract(contract(properties));
  try {
    plannedColumns(compileIngestPlan(must(value, 'contract').model, { hash: '0'.repeat(64) }));
    return true;
  } catch {
    return false;
  }
}

test('a thousand columns are enough for a table, and one more is told with its place and a remedy', () => {
  assert.deepEqual(errorsOf(flat(1_000)).errors, []);
  assert.equal(isStageable(flat(1_000)), true);
  const [error, ...more] = errorsOf(flat(1_001)).errors;
  assert.deepEqual(more, []);
  assert.equal(error?.code, 'COLUMN_COUNT');
  assert.equal(error?.message, 'the object has 1001 columns, more than the limit of 1000');
  assert.equal(error?.path, '$.schema[0].properties');
  assert.ok((error?.line ?? 0) > 1, JSON.stringify(error));
  assert.match(error?.remedy ?? '', /Split the object/);
});

test('columns inside of nested ones count', () => {
  const nested = `${flat(998)}      - name: o\n        logicalType: object\n        properties:\n          - { name: a, logicalType: string }\n`;
  assert.deepEqual(errorsOf(nested).errors, []);
  const one = `${nested}          - { name: b, logicalType: string }\n`;
  assert.deepEqual(
    errorsOf(one).errors.map(({ code, message }) => [code, message]),
    [
      [
        'COLUMN_COUNT',
        'the object has 1001 columns with those inside nested ones, more than the limit of 1000',
      ],
    ],
  );
});

test('a column of sixteen levels can be read, one of seventeen is told', () => {
  assert.deepEqual(errorsOf(deep(16)).errors, []);
  assert.equal(isStageable(deep(16)), true);
  const [error] = errorsOf(deep(17)).errors;
  assert.deepEqual([error?.code, error?.path], ['COLUMN_SHAPE', '$.schema[0].properties[0]']);
  assert.equal(error?.message, 'the column deep is nested more than 16 levels deep');
});
