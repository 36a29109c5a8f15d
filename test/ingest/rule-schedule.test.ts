/**
 * Rules at their own times: a clock that the test turns, a real store, a table that batches filled, a check in a child.
 */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Subject } from '@weft/core/registry/types';
import { createRuleSchedule, type RuleSchedule } from '../../server/src/services/rule-schedule.ts';
import {
  bodyOf,
  nodeDbOf,
  openTestIngest,
  platform,
  producer,
  stranger,
  type TestIngest,
} from '../support/ingest.ts';

let node: TestIngest;
before(async () => {
  node = await openTestIngest();
});
after(() => node[Symbol.asyncDispose]());

const contract = (product: string, schedule: string): string => `apiVersion: v3.1.0
kind: DataContract
id: ${product}-contract
version: 1.0.0
status: active
domain: sales
dataProduct: ${product}
schema:
  - name: ${product}
    properties:
      - name: id
        logicalType: integer
        quality:
          - {id: known, metric: nullValues, mustBe: 0, scheduler: cron, schedule: '${schedule}', customProperties: [{property: weftOnFailure, value: warn}]}
          - {id: top, type: custom, engine: weft, implementation: {metric: maximum, mustBeLessThan: 1000}, schedule: '${schedule}'}
          - {id: unscheduled, type: custom, engine: weft, implementation: {metric: minimum, mustBeGreaterThan: -1}}
      - name: sold
        logicalType: timestamp
        logicalTypeOptions: {timezone: true}
        quality:
          - {id: fresh, type: custom, engine: weft, implementation: {metric: freshness, unit: hours, mustBeLessThan: 2}, schedule: '${schedule}', customProperties: [{property: weftOnFailure, value: warn}]}
`;

async function send(product: string, csv: string): Promise<string> {
  const report = await node.service.ingest({
    product: `sales.${product}`,
    body: bodyOf(csv),
    key: null,
    format: 'csv',
    name: null,
    subject: producer,
  });
  return report.state;
}

const hour = 3_600_000;

function scheduleAt(now: () => number): RuleSchedule {
  return createRuleSchedule({
    ...node.deps,
    clock: { now },
    tableChecker: node.processes,
    candidates: async () => null,
  });
}

async function events(): Promise<unknown[]> {
  const rows = await nodeDbOf(node.store)
    .selectFrom('outbox')
    .select('event')
    .orderBy('position')
    .execute();
  return rows
    .map(({ event }) => event)
    .filter(({ type }) => type === 'io.weft.quality.failed.v1')
    .map(({ data }) => data);
}

it('checks the committed table when its time has come, keeps what it found and tells of failures', async () => {
  node.publish(contract('lines', '0 * * * *'));
  const sold = new Date(Date.now()).toISOString();
  assert.equal(await send('lines', `id,sold\n1,${sold}\n999,${sold}\n,${sold}\n`), 'committed');
  // Why from the next whole hour on: the table is not checked for times before it came to be.
  const whole = Math.ceil(Date.now() / hour + 0.000_01) * hour;
  let now = whole - 1;
  const schedule = scheduleAt(() => now);
  assert.equal(await schedule.runDue(), 0);
  now = whole;
  assert.equal(await schedule.runDue(), 3);
  assert.equal(await schedule.runDue(), 0);
  const found = async () =>
    (await schedule.list('sales.lines', producer)).map(({ result }) => [
      result.id,
      result.evaluation,
    ]);
  assert.deepEqual(await found(), [
    ['fresh', 'pass'],
    ['known', 'warn'],
    ['top', 'pass'],
  ]);
  assert.deepEqual(await events(), [{ table: 'lines', rule: 'known', evaluation: 'warn' }]);
  // Three hours without anyone: one check makes up for all the times that passed.
  now = whole + 3 * hour + 1;
  assert.equal(await schedule.runDue(), 3);
  assert.deepEqual(await found(), [
    ['fresh', 'warn'],
    ['known', 'warn'],
    ['top', 'pass'],
  ]);
  assert.equal((await events()).length, 3);
  assert.equal(await scheduleAt(() => now).runDue(), 0);
});

it('shows it to those who see the domain, and values of rows only to those who act for it', async () => {
  const schedule = scheduleAt(Date.now);
  await assert.rejects(schedule.list('sales.lines', stranger), { code: 'NOT_FOUND' });
  const top = async (subject: Subject) => {
    const items = await schedule.list('sales.lines', subject);
    return items.find(({ result }) => result.id === 'top')?.result.value;
  };
  assert.equal(await top(producer), '999');
  assert.equal(await top(platform), null);
});

it('goes on with other tables when one cannot be checked', async () => {
  node.publish(contract('other', '0 * * * *'));
  await send('other', 'id,sold\n1,2026-01-01T00:00:00Z\n');
  const whole = Math.ceil(Date.now() / hour + 5) * hour;
  const { contracts } = node.deps;
  const schedule = createRuleSchedule({
    ...node.deps,
    clock: { now: () => whole },
    tableChecker: node.processes,
    candidates: async () => null,
    contracts: {
      current: async (product) => {
        if (product.startsWith('sales.lines')) throw new Error('the control plane is away');
        return await contracts.current(product);
      },
    },
  });
  assert.equal(await schedule.runDue(), 3);
});
