/**
 * Rules over several rows on the whole way: against batches before, over the table, over a window; and a rejected batch.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { after, before, it } from 'node:test';
import { type BatchReport, type RuleResult, reportWithoutValues } from '@weft/core/ingest/report';
import { must } from '@weft/core/lib/assert';
import { bodyOf, nodeDbOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';

let node: TestIngest;
before(async () => {
  node = await openTestIngest();
});
after(() => node[Symbol.asyncDispose]());

const weft = (id: string, parts: string, more = ''): string =>
  `{id: ${id}, type: custom, engine: weft, implementation: {${parts}}${more}}`;
const property = (name: string, value: string): string => `{property: ${name}, value: ${value}}`;

function publish(
  product: string,
  rules: { qty?: string[]; code?: string[]; object?: string[] },
): void {
  const list = (indent: string, entries: string[] = []): string =>
    entries.length === 0
      ? ''
      : `${indent}quality:\n${entries.map((e) => `${indent}  - ${e}\n`).join('')}`;
  node.publish(`apiVersion: v3.1.0
kind: DataContract
id: ${product}-contract
version: 1.0.0
status: active
domain: sales
dataProduct: ${product}
schema:
  - name: ${product}
    properties:
      - name: qty
        logicalType: integer
${list('        ', rules.qty)}
      - name: code
        logicalType: string
${list('        ', rules.code)}
      - {name: sold, logicalType: timestamp, logicalTypeOptions: {timezone: true}}
${list('    ', rules.object)}`);
}

type Line = [qty: number, code: string, sold?: string];

async function send(
  product: string,
  lines: Line[],
  key: string | null = null,
): Promise<BatchReport> {
  const rows = lines.map(([qty, code, sold]) => `${qty},${code},${sold ?? '2026-01-01T00:00:00Z'}`);
  return await node.service.ingest({
    product: `sales.${product}`,
    body: bodyOf(`qty,code,sold\n${rows.join('\n')}\n`),
    key,
    format: 'csv',
    name: 'rows.csv',
    subject: producer,
  });
}

function result(report: BatchReport, id: string): Pick<RuleResult, 'evaluation' | 'value'> {
  const { evaluation, value } = must(
    report.rules.find((rule) => rule.id === id),
    `rule ${id}`,
  );
  return { evaluation, value };
}

const lines = (count: number): Line[] => Array.from({ length: count }, (_, i) => [i, `c${i}`]);

it('compares the row count with the batches before, exactly', async () => {
  publish('counts', {
    object: [weft('change', 'metric: rowCountChange, batches: 2, mustBeBetween: [-50, 50]')],
  });
  const first = await send('counts', lines(4));
  assert.deepEqual(result(first, 'change'), { evaluation: 'skip', value: null });
  assert.deepEqual(result(await send('counts', lines(6)), 'change'), {
    evaluation: 'pass',
    value: '50',
  });
  const third = await send('counts', lines(2));
  assert.deepEqual(result(third, 'change'), { evaluation: 'fail', value: '-60' });
  assert.equal(third.state, 'held');
  // Why still −60: a held batch is none that came before.
  assert.deepEqual(result(await send('counts', lines(2)), 'change').value, '-60');
});

it('skips rules over the batch where all its records are there already, and says how many are not counted', async () => {
  const scope = `customProperties: [${property('weftScope', 'table')}]`;
  publish('again', {
    qty: [`{id: once, metric: duplicateValues, mustBe: 0, ${scope}}`],
    object: [
      '{id: enough, metric: rowCount, mustBeGreaterThan: 2}',
      weft('change', 'metric: rowCountChange, batches: 1, mustBeBetween: [-50, 50]'),
    ],
  });
  assert.equal((await send('again', lines(4))).state, 'committed');
  const again = await send('again', lines(4), 'another key');
  assert.deepEqual([again.state, again.because], ['committed', null]);
  assert.deepEqual(again.records, { in: 4, good: 0, quarantined: 0, duplicates: 4 });
  for (const id of ['enough', 'change']) {
    assert.deepEqual(result(again, id), { evaluation: 'skip', value: null });
  }
  assert.match(
    must(
      again.rules.find(({ id }) => id === 'enough'),
      'rule',
    ).message ?? '',
    /^all 4 records are there already/,
  );
  const partly = await send('again', [...lines(4), [10, 'a'], [11, 'b']]);
  assert.equal(partly.state, 'held');
  assert.match(
    partly.because ?? '',
    /rule enough is broken: 2 instead of > 2.*; 4 of 6 records are duplicates of accepted ones and not counted$/,
  );
  // Why −25: the batch before is the first one; of the second, which brought nothing, any row would be a change without end.
  const next = await send(
    'again',
    lines(3).map(([qty, code]) => [qty + 20, code]),
  );
  assert.deepEqual(result(next, 'change'), { evaluation: 'pass', value: '-25' });
});

it('looks for a key in the whole table where its rule says so, and in no other', async () => {
  const once = `{id: once, metric: duplicateValues, mustBe: 0, customProperties: [${property('weftScope', 'table')}]}`;
  const within = '{id: within, metric: duplicateValues, mustBe: 0}';
  publish('keys', { code: [once], qty: [within] });
  await send('keys', [
    [1, 'a'],
    [2, 'b'],
  ]);
  const again = await send('keys', [
    [1, 'a'],
    [2, 'c'],
    [3, 'b'],
  ]);
  assert.deepEqual(again.records, { in: 3, good: 1, quarantined: 1, duplicates: 1 });
  assert.deepEqual(again.quarantine.byRule, { once: 1 });
});

it('measures the batch, the table and a window apart', async () => {
  const started = Date.now();
  const ago = (hours: number): string => new Date(started - hours * 3_600_000).toISOString();
  publish('scopes', {
    qty: [
      weft(
        'batch_sum',
        'metric: sum, mustBeGreaterThan: 0',
        `, customProperties: [${property('weftOnFailure', 'warn')}]`,
      ),
      weft(
        'table_sum',
        'metric: sum, mustBeGreaterThan: 0',
        `, customProperties: [${property('weftScope', 'table')}]`,
      ),
      weft(
        'day_sum',
        'metric: sum, mustBeGreaterThan: 0',
        `, customProperties: [${property('weftWindow', '{column: sold, duration: P1D}')}]`,
      ),
      weft('shape', 'metric: drift, method: ks, mustBeLessThan: 0.9'),
    ],
    object: [
      `{id: rows_all, type: sql, query: 'SELECT count(*) FROM {table}', mustBeGreaterThan: 0, customProperties: [${property('weftScope', 'table')}]}`,
      `{id: early, type: custom, engine: weft, implementation: {metric: expression, expression: 'qty > 5', unit: percent, mustBeLessThan: 90}, customProperties: [${property('weftScope', 'table')}, ${property('weftOnFailure', 'warn')}]}`,
    ],
  });
  const first = await send('scopes', [
    [1, 'a', ago(72)],
    [2, 'b', ago(2)],
  ]);
  assert.deepEqual(result(first, 'shape'), { evaluation: 'skip', value: null });
  const second = await send('scopes', [
    [10, 'c', ago(48)],
    [20, 'd', ago(1)],
  ]);
  assert.equal(second.state, 'committed', second.because ?? '');
  assert.equal(result(second, 'batch_sum').value, '30');
  assert.equal(result(second, 'table_sum').value, '33');
  assert.equal(result(second, 'day_sum').value, '22');
  assert.equal(result(second, 'rows_all').value, '4');
  assert.equal(result(second, 'early').value, '50');
  assert.deepEqual(result(second, 'shape'), { evaluation: 'warn', value: '1' });
});

it('rejects a whole batch, says why, leaves nothing, and takes the key again', async () => {
  publish('strict', {
    qty: [
      weft(
        'top',
        'metric: maximum, mustBeLessThan: 100',
        `, customProperties: [${property('weftOnFailure', 'reject')}]`,
      ),
    ],
    code: [
      `{id: known, metric: nullValues, mustBe: 0, customProperties: [${property('weftOnFailure', 'reject')}]}`,
    ],
  });
  const good = await send('strict', [[1, 'a']]);
  assert.equal(good.state, 'committed');
  const bad = await send(
    'strict',
    [
      [7, 'b'],
      [12345, 'c'],
    ],
    'monday',
  );
  assert.equal(bad.state, 'failed');
  assert.equal(bad.problem?.code, 'BATCH_REJECTED');
  assert.deepEqual(
    bad.problem?.errors.map(({ path }) => path),
    ['qty'],
  );
  assert.deepEqual(result(bad, 'top'), { evaluation: 'fail', value: '12345' });
  assert.deepEqual(bad.records, { in: 2, good: 2, quarantined: 0, duplicates: 0 });
  assert.equal(bad.sequence, null);
  const empty = await send('strict', [[1, '']], 'monday');
  assert.equal(empty.problem?.code, 'BATCH_REJECTED');
  const now = await send('strict', [[3, 'd']], 'monday');
  assert.equal(now.state, 'committed');
  const table = await nodeDbOf(node.store)
    .selectFrom('tables')
    .selectAll()
    .where('table_name', '=', 'strict')
    .executeTakeFirstOrThrow();
  assert.equal(Number(table.rows), 2);
  const files = await fs.readdir(`${node.root}/tables/sales/strict/v1/data`);
  assert.ok(!files.some((name) => name.startsWith(bad.batch)), files.join());
  // A maximum is a value of a row, and those stay in the node.
  assert.doesNotMatch(JSON.stringify(reportWithoutValues(bad)), /12345/);
});
