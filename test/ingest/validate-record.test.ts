/**
 * One record says what a batch says: the reasons of a quarantine, line by line, against the validator of single records.
 *
 * The batch goes the whole way: landed, staged by the WebAssembly reader, checked by DuckDB in its own process.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { compileIngestPlan } from '@weft/core/contract/compile/ingest-plan';
import { readContract } from '@weft/core/contract/read';
import { createJsonValidator } from '@weft/core/ingest/validate-record';
import { must } from '@weft/core/lib/assert';
import type { RecordReason } from '@weft/core/quality/record-validator';
import { bodyOf, openTestIngest, producer } from '../support/ingest.ts';

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: parcels-contract
version: 1.0.0
status: active
domain: sales
dataProduct: parcels
schema:
  - name: parcels
    properties:
      - name: id
        logicalType: integer
        required: true
        logicalTypeOptions: { minimum: 1 }
      - name: container
        logicalType: string
        required: true
        logicalTypeOptions: { format: sscc }
      - name: country
        logicalType: string
        logicalTypeOptions: { format: country, maxLength: 2 }
      - name: weight
        physicalName: weight_kg
        logicalType: number
        physicalType: decimal(8,3)
        logicalTypeOptions: { exclusiveMinimum: 0, multipleOf: 0.5 }
      - name: packed
        logicalType: timestamp
        logicalTypeOptions: { timezone: true, defaultTimezone: Europe/Berlin, minimum: '2026-01-01' }
      - name: note
        logicalType: string
        logicalTypeOptions: { pattern: '^[^!]*$', maxLength: 600 }
        quality:
          - { id: note_known, metric: missingValues, arguments: { missingValues: ['', 'n/a'] }, mustBeLessThan: 100, unit: rows }
`;

const LINES = [
  '{"id":1,"container":"106141412345678908","country":"DE","weight_kg":1.5,"packed":"2026-03-01T10:00:00","note":"x"}',
  '{"id":2,"container":"106141412345678909","country":"XX","weight_kg":"0","packed":"2025-12-31T23:00:00Z","note":"oh!"}',
  '{"id":0,"container":null,"country":"DEU","weight_kg":1.25}',
  '{"id":"1","container":5,"country":"","weight_kg":1e3,"packed":"2026-02-30T00:00:00Z","note":""}',
  '{"container":"106141412345678908","packed":"2026-01-01T00:00:00","note":"n/a"}',
  '{"id":9223372036854775808,"container":"x","weight_kg":-0.5}',
  `{"id":3,"container":"106141412345678908","note":"${'é!😀'.repeat(300)}"}`,
  '{"id":4,"container":"106141412345678908","extra":1}',
  '{"id":5,"container":"106141412345678908","id":6}',
  '[1,2]',
  '{"id":6',
  `{"id":7,"container":"106141412345678908","weight_kg":"${'9'.repeat(400)}"}`,
  '{"id":8,"container":"000000000000000000","weight_kg":99999.5,"packed":"2026-10-25T02:30:00","note":"\\u0000"}',
];

it('gives the reasons of the quarantine, record by record', async () => {
  await using node = await openTestIngest();
  node.publish(CONTRACT);
  const report = await node.service.ingest({
    product: 'sales.parcels',
    body: bodyOf(`${LINES.join('\n')}\n`),
    key: null,
    format: 'ndjson',
    name: 'parcels.ndjson',
    subject: producer,
  });
  const { items } = await node.service.quarantine(report.batch, { limit: 1000 }, producer);
  const batch = Map.groupBy(items, (item) => item.record);

  const { model } = must(readContract(CONTRACT).value, 'contract');
  const plan = compileIngestPlan(model, { hash: '0'.repeat(64) });
  const validator = createJsonValidator(plan, { now: report.started, reference: () => null });
  assert.deepEqual(validator.unchecked, []);
  const verdicts = LINES.map((line) => validator.validate(line));
  const reasons = (list: RecordReason[] | undefined): unknown[] =>
    (list ?? []).map(({ rule, column, value, message }) => ({ rule, column, value, message }));
  for (const [i, verdict] of verdicts.entries()) {
    assert.deepEqual(reasons(verdict.refused), reasons(batch.get(i)), LINES[i]);
  }
  assert.ok(batch.size >= 9 && batch.size < LINES.length, `${batch.size} records are refused`);
  const marked = verdicts.flatMap(({ marked: list, refused }) => (refused.length > 0 ? [] : list));
  const counted = must(
    report.rules.find(({ id }) => id === 'note_known'),
    'rule with tolerance',
  );
  assert.equal(marked.filter(({ rule }) => rule === 'note_known').length, counted.failed);
});
