/** Joining the measurements of a product's tables: whoever relies on the whole gets the weakest. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { joinMeasurements, type TableMeasurement } from './measurement.ts';

const table = (values: Partial<TableMeasurement>): TableMeasurement => ({
  product: 'a.b',
  table: 't',
  major: 1,
  measuredAt: '2026-01-01T00:00:00Z',
  rows: 0,
  bytes: null,
  lastBatch: null,
  batches: 0,
  passRate: null,
  nulls: {},
  distinct: {},
  ...values,
});

it('knows nothing without measurements', () => {
  assert.deepEqual(joinMeasurements([]), {
    rows: null,
    bytes: null,
    lastBatch: null,
    batches: null,
    passRate: null,
    nulls: {},
    distinct: {},
  });
});

it('adds counts and takes the oldest batch, the worst rate and the larger share of NULL', () => {
  const joined = joinMeasurements([
    table({
      rows: 2,
      bytes: 5,
      batches: 1,
      passRate: 1,
      lastBatch: '2026-01-02T00:00:00Z',
      nulls: { x: 0.5 },
      distinct: { x: 9 },
    }),
    table({
      rows: 3,
      batches: 2,
      passRate: 0.5,
      lastBatch: '2026-01-01T00:00:00Z',
      nulls: { x: 0.1, y: 0 },
      distinct: { x: 4 },
    }),
  ]);
  assert.deepEqual(joined, {
    rows: 5,
    bytes: 5,
    lastBatch: '2026-01-01T00:00:00Z',
    batches: 3,
    passRate: 0.5,
    nulls: { x: 0.5, y: 0 },
    distinct: { x: 4 },
  });
});
