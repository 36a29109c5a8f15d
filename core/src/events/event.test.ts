/** Events against the official JSON schema of CloudEvents 1.0, and what is refused from a node. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { Ajv } from 'ajv';
import ajvFormats from 'ajv-formats';
import {
  checkEvent,
  createEvent,
  EVENT_KINDS,
  padSequence,
  productOfSubject,
  tableSource,
  type WeftEvent,
} from './event.ts';

const ajv = new Ajv({ strict: false });
ajvFormats.default(ajv);
const schema = new URL('../../../spec/cloudevents/cloudevents.json', import.meta.url);
const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));

function event(kind: (typeof EVENT_KINDS)[number] = 'batch.committed'): WeftEvent {
  return createEvent({
    id: 'evt_01JD5X3Z8W6Y7R9T0V2B4N6M8K',
    kind,
    source: tableSource({ domain: 'sales', table: 'orders', major: 1 }),
    subject: 'sales.orders@1.2.0',
    time: Date.parse('2026-03-01T10:00:00Z'),
    sequence: 7,
    dataref: '/api/v1/batches/bat_1',
    contractHash: '0'.repeat(64),
    data: { rows: 3 },
  });
}

it('builds what the official schema and our own check accept', () => {
  for (const kind of EVENT_KINDS) {
    assert.ok(validate(event(kind)), JSON.stringify(validate.errors));
    assert.deepEqual(checkEvent(event(kind)), []);
  }
  assert.ok(!validate({ ...event(), id: '' }), 'the oracle refuses what is wrong');
});

it('uses extension names that CloudEvents allow', () => {
  for (const name of Object.keys(event())) assert.match(name, /^[a-z0-9]+$/);
});

it('pads sequences so that text order is number order', () => {
  const numbers = [1, 9, 10, 99, 100, 2 ** 40];
  const texts = numbers.map(padSequence);
  assert.deepEqual([...texts].sort(), texts);
  assert.ok(texts.every((text) => text.length === 20));
});

it('refuses what would not be an event of Weft', () => {
  const wrong: [string, unknown][] = [
    ['specversion', '0.3'],
    ['id', ''],
    ['source', 'https://elsewhere/'],
    ['type', 'com.example.thing'],
    ['sequence', '7'],
    ['time', 'yesterday'],
    ['data', null],
  ];
  for (const [name, value] of wrong) {
    const faults = checkEvent({ ...event(), [name]: value });
    assert.deepEqual(
      faults.map((fault) => fault.path),
      [`$.${name}`],
    );
  }
  assert.equal(checkEvent({ ...event(), 'Data-Ref': 'x' }).length, 1);
  assert.equal(checkEvent({ ...event(), data: { text: 'x'.repeat(70_000) } }).length, 1);
  assert.equal(checkEvent([]).length, 1);
});

it('knows the product of a subject', () => {
  assert.equal(productOfSubject('sales.orders@1.2.0'), 'sales.orders');
  assert.equal(productOfSubject('sales.orders'), 'sales.orders');
  assert.equal(productOfSubject('sales'), null);
});
