/**
 * Drafts of dirty samples: slips among many values are promised by nobody, and a key is more than a coincidence.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { must } from '../../lib/assert.ts';
import { compileIngestPlan } from '../compile/ingest-plan.ts';
import { readCsvSample } from './csv-sample.ts';
import { inferContract } from './infer.ts';

function draft(columns: Record<string, string[]>) {
  const names = Object.keys(columns);
  const rows = must(columns[names[0] ?? ''], 'a column').map((_, i) =>
    names.map((name) => columns[name]?.[i] ?? '').join(','),
  );
  const bytes = new TextEncoder().encode(`${[names.join(','), ...rows].join('\n')}\n`);
  const sample = readCsvSample(bytes, { name: 's.csv', recordsMax: 10_000, truncated: false });
  const options = { domain: 'retail', product: 'sales', owner: 'ann', now: 1_790_000_000_000 };
  const { text, model, evidence } = inferContract(sample, options);
  const plan = compileIngestPlan(must(model, text), { hash: '0'.repeat(64) });
  const rule = plan.rules.find(({ check }) => check.kind === 'values');
  const values = rule?.check.kind === 'values' ? rule.check.values : null;
  return { text, values, consequence: rule?.consequence, key: evidence.key };
}

const times = (n: number, value: (i: number) => string): string[] =>
  Array.from({ length: n }, (_, i) => value(i));

describe('a list of values', () => {
  const channel = (i: number): string => ['shop', 'web', 'phone'][i % 3] ?? '';

  it('leaves out what occurs once or twice among many, says so, and only warns', () => {
    const dirty = times(600, (i) =>
      i === 5 ? 'shpo' : i === 77 || i === 99 ? 'webb' : channel(i),
    );
    const { text, values, consequence } = draft({ id: times(600, String), channel: dirty });
    assert.deepEqual(values, ['phone', 'shop', 'web']);
    assert.equal(consequence, 'warn');
    assert.match(text, /validValues: .*# 2 more, such as "shpo", "webb", occur once or twice/);
  });

  it('is a promise where each value is frequent, and none where many are rare', () => {
    const clean = draft({ id: times(600, String), channel: times(600, channel) });
    assert.deepEqual([clean.values, clean.consequence], [['phone', 'shop', 'web'], 'quarantine']);
    const mixed = times(600, (i) => (i % 10 === 0 ? `odd${i}` : channel(i)));
    assert.equal(draft({ id: times(600, String), channel: mixed }).values, null);
  });
});

describe('a key', () => {
  it('is not what is counted, paid or told in words, however different the values are', () => {
    const columns = {
      quantity: times(40, (i) => String(i + 1)),
      comment: times(40, (i) => `said ${i}`),
      price: times(40, (i) => `${i}.50`),
    };
    assert.deepEqual(draft(columns).key, []);
    const texts = times(40, (i) => `a text that somebody wrote down at some length ${i}`);
    assert.deepEqual(draft({ quantity: columns.quantity, body: texts }).key, []);
  });

  it('is named with its evidence', () => {
    const named = draft({ label: times(40, (i) => `L${i}`), order_no: times(40, String) });
    assert.deepEqual(named.key, ['order_no']);
    assert.match(named.text, /primaryKey: true +# unique in 40 rows, and named like an identifier/);
    const first = draft({ label: ['b', 'a', 'c'], kind: ['x', 'x', 'y'] });
    assert.deepEqual(first.key, ['label']);
    assert.match(first.text, /unique in 3 rows, and the first column; confirm it/);
  });

  it('is no coincidence of a short sample', () => {
    assert.deepEqual(draft({ kind: ['x', 'x', 'x'], label: ['b', 'a', 'c'] }).key, []);
    const many = draft({ kind: times(40, () => 'x'), label: times(40, (i) => `L${i}`) });
    assert.deepEqual(many.key, ['label']);
    assert.match(many.text, /though nothing in its name says so; confirm it/);
  });

  it('is unique in the sample', () => {
    const ids = times(40, (i) => String(i === 7 ? 6 : i));
    assert.deepEqual(draft({ order_id: ids, quantity: times(40, String) }).key, []);
  });
});
