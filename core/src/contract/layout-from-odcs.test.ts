/** What a contract says of the layout of files: read, compiled, compared, and refused where a table could not follow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareContracts } from './compatibility.ts';
import { compileLayout } from './compile/layout.ts';
import { readContract } from './read.ts';

function contract(options: { at?: string; id?: string; object?: string } = {}): string {
  return `apiVersion: v3.1.0
kind: DataContract
id: c
version: 1.0.0
status: active
domain: sales
dataProduct: orders
schema:
  - name: orders
    properties:
      - {name: id, logicalType: integer, partitioned: true, partitionKeyPosition: 2${options.id ?? ''}}
      - name: at
        logicalType: timestamp
        partitioned: true
        partitionKeyPosition: 1
${options.at ?? ''}
      - {name: ratio, logicalType: number}
      - name: place
        logicalType: object
        properties: [{name: zip, logicalType: string}]
${options.object ?? ''}`;
}

const custom = (indent: number, name: string, value: string): string =>
  `${' '.repeat(indent)}customProperties: [{property: ${name}, value: ${value}}]\n`;

function layoutOf(text: string): unknown {
  const { value, diagnostics } = readContract(text);
  const object = value?.model.objects[0];
  assert.ok(object !== undefined, JSON.stringify(diagnostics));
  return compileLayout(object);
}

function errors(text: string): string[] {
  const { diagnostics } = readContract(text);
  return diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.message}`);
}

test('the partition key comes in its order, times by the day where nothing is said', () => {
  assert.deepEqual(layoutOf(contract()), {
    partition: [
      { columnId: 'at', transform: 'day' },
      { columnId: 'id', transform: 'identity' },
    ],
    sort: [],
  });
});

test('transforms and the sort order are read', () => {
  const text = contract({
    at: custom(8, 'weftPartitionTransform', 'month'),
    id: ", customProperties: [{property: weftPartitionTransform, value: 'bucket[16]'}]",
    object: custom(4, 'weftSortOrder', '[at desc, id]'),
  });
  assert.deepEqual(errors(text), []);
  assert.deepEqual(layoutOf(text), {
    partition: [
      { columnId: 'at', transform: 'month' },
      { columnId: 'id', transform: 'bucket[16]' },
    ],
    sort: [
      { columnId: 'at', direction: 'desc' },
      { columnId: 'id', direction: 'asc' },
    ],
  });
});

test('what a table could not be written by is an error of the document', () => {
  const cases: [string, RegExp][] = [
    [contract({ at: custom(8, 'weftPartitionTransform', "'truncate[4]'") }), /^KEY_INVALID at/],
    [
      contract({ id: ', customProperties: [{property: weftPartitionTransform, value: day}]' }),
      /^KEY_INVALID id/,
    ],
    [contract({ at: custom(8, 'weftPartitionTransform', 'weekly') }), /^WEFT_PROPERTY_INVALID/],
    [
      contract({ at: custom(8, 'weftPartitionTransform', "'bucket[0]'") }),
      /^WEFT_PROPERTY_INVALID/,
    ],
    [contract({ object: custom(4, 'weftSortOrder', '[nobody]') }), /^KEY_INVALID files/],
    [contract({ object: custom(4, 'weftSortOrder', '[place]') }), /^KEY_INVALID files/],
    [
      contract().replace(
        'ratio, logicalType: number',
        'ratio, logicalType: number, physicalType: double, partitioned: true, partitionKeyPosition: 3',
      ),
      /^KEY_INVALID ratio/,
    ],
    [
      contract()
        .replace(
          'partitioned: true\n        partitionKeyPosition: 1\n',
          custom(8, 'weftPartitionTransform', 'day').trimStart(),
        )
        .replace('partitionKeyPosition: 2', 'partitionKeyPosition: 1'),
      /^KEY_INVALID at has a transform and is not/,
    ],
  ];
  for (const [text, wanted] of cases) {
    assert.ok(
      errors(text).some((error) => wanted.test(error)),
      `${wanted}: ${errors(text)}`,
    );
  }
});

test('another transform or sort order is a change that nobody has to act on', () => {
  const before = readContract(contract()).value?.model;
  const after = readContract(contract({ at: custom(8, 'weftPartitionTransform', 'month') })).value
    ?.model;
  assert.ok(before !== undefined && after !== undefined);
  const changes = compareContracts(before, after);
  assert.deepEqual(
    changes.map((change) => [change.kind, change.consumer, change.producer]),
    [['layout.changed', 'safe', 'safe']],
  );
});
