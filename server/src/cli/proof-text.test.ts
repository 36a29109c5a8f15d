/** What one batch left is one entry with a count; what is wrong is never hidden in one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProofFinding } from '../services/proof/findings.ts';
import { findingEntries } from './proof-text.ts';

const OPEN = 'bat_01AAAAAAAAAAAAAAAAAAAAAAAA';
const OTHER = 'bat_01BBBBBBBBBBBBBBBBBBBBBBBB';

function finding(code: string, subject: string, state: ProofFinding['state']): ProofFinding {
  const [detail, affected] = [`${code} detail`, `${code} affected`];
  return { code, subject, state, detail, affected, remedy: `${code} remedy` };
}

test('the files of an open batch are one entry with it', () => {
  const files = Array.from({ length: 9 }, (_, i) =>
    finding('stray-passing', `/d/scratch/${OPEN}/part-${i}.parquet`, 'note'),
  );
  const found = [
    finding('batch-waiting', OPEN, 'note'),
    ...files,
    finding('stray-data', `/d/tables/t/data/${OPEN}-00000.parquet`, 'note'),
    finding('stray-passing', `/d/scratch/${OTHER}/a`, 'note'),
    finding('stray-passing', `/d/scratch/${OTHER}/b`, 'note'),
  ];
  const entries = findingEntries(found);
  assert.deepEqual(
    entries.map(({ head }) => head),
    [
      `batch-waiting (note): ${OPEN}`,
      `left by ${OTHER} (note): 2 files that nothing names: 2 stray-passing`,
    ],
  );
  assert.deepEqual(entries[0]?.lines.slice(2), [
    'batch-waiting remedy',
    'with 10 files that nothing names: 9 stray-passing, 1 stray-data',
    'stray-passing remedy',
  ]);
});

test('what is wrong, and what is of no batch, stands by itself', () => {
  const found = [
    finding('batch-counts', OPEN, 'damaged'),
    finding('newer-than-store', `/d/tables/t/data/${OPEN}-00000.parquet`, 'damaged'),
    finding('batch-unfinished', OPEN, 'repairable'),
    finding('stray-data', `/d/tables/t/data/${OPEN}-00001.parquet`, 'note'),
    finding('stray-metadata', '/d/tables/t/metadata/x.avro', 'note'),
    finding('stray-metadata', '/d/tables/t/metadata/y.avro', 'note'),
  ];
  const entries = findingEntries(found);
  assert.deepEqual(
    entries.map(({ head }) => head),
    found.map(({ code, state, subject }) => `${code} (${state}): ${subject}`),
  );
  assert.deepEqual(entries[3]?.lines, [
    'stray-data detail',
    'affected: stray-data affected',
    'stray-data remedy',
  ]);
});
