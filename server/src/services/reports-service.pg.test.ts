/**
 * Reports of nodes: repeats, order, refusals; and the event log under many writers.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEvent, tableSource } from '@weft/core/events/event';
import type { BatchReport } from '@weft/core/ingest/report';
import { isWeftError } from '@weft/core/lib/error';
import type { ErrorCode } from '@weft/core/lib/error-catalog';
import type { TableMeasurement } from '@weft/core/registry/measurement';
import { sql } from 'kysely';
import {
  analyst,
  createSales,
  createTestControl,
  node,
  ordersContract,
  owner,
  type TestControl,
  testSubject,
} from '../../../test/support/control.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';

function batch(values: Partial<BatchReport> = {}): BatchReport {
  return {
    batch: 'bat_1',
    product: 'sales.orders',
    table: 'orders',
    contract: { id: 'sales.orders', version: '1.0.0', hash: '' },
    key: null,
    source: { name: null, bytes: 1, sha256: '', format: 'csv' },
    state: 'committed',
    because: null,
    records: { in: 10, good: 9, quarantined: 1, duplicates: 0 },
    rules: [],
    quarantine: { total: 1, byRule: {}, sample: [] },
    snapshot: '1',
    sequence: 1,
    started: '2026-03-01T09:00:00Z',
    finished: '2026-03-01T09:00:01Z',
    seconds: 1,
    ...values,
  };
}

function measurement(values: Partial<TableMeasurement> = {}): TableMeasurement {
  return {
    product: 'sales.orders',
    table: 'orders',
    major: 1,
    measuredAt: '2026-03-01T09:00:02Z',
    rows: 9,
    bytes: 100,
    lastBatch: '2026-03-01T09:00:01Z',
    batches: 1,
    passRate: 0.9,
    nulls: { email: 0.5 },
    distinct: {},
    ...values,
  };
}

function committed(sequence: number, id = `evt_${sequence}`) {
  return createEvent({
    id,
    kind: 'batch.committed',
    source: tableSource({ domain: 'sales', table: 'orders', major: 1 }),
    subject: 'sales.orders@1.0.0',
    time: Date.parse('2026-03-01T09:00:01Z'),
    sequence,
    data: { records: 9 },
  });
}

describe('reports of nodes', () => {
  let store: TestStore;
  let control: TestControl;
  const refused = (code: ErrorCode) => (error: unknown) => isWeftError(error, code);
  const nothing = { events: [], reports: [], measurements: [] };
  const stateOf = async (id: string) => {
    const { rows } = await sql<{
      state: string;
    }>`select state from batches where batch = ${id}`.execute(store.schema('control'));
    return rows[0]?.state;
  };

  before(async () => {
    store = await openTestStore();
    control = createTestControl(store);
    await createSales(control);
    const text = ordersContract();
    await control.registry.publishContract(owner, { text, media: 'application/yaml' });
  });
  after(() => store.close());

  it('takes them once, however often they come', async () => {
    const report = { events: [committed(1)], reports: [batch()], measurements: [measurement()] };
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(await control.reports.take(node, report), { accepted: 3, refused: [] });
    }
    const { items } = await control.events.list({
      subject: node,
      product: 'sales.orders',
      after: null,
    });
    assert.equal(items.filter((event) => event.type === 'io.weft.batch.committed.v1').length, 1);
    const { items: hits } = await control.discovery.search(analyst, { where: 'measured.rows = 9' });
    assert.equal(hits[0]?.measured.freshness, 'PT59M59S');
    assert.deepEqual(hits[0]?.measured.nulls, { email: 0.5 });
  });

  it('lets nothing old replace what is newer', async () => {
    const old = measurement({ measuredAt: '2026-02-01T00:00:00Z', rows: 1 });
    const late = batch({ state: 'checking' });
    await control.reports.take(node, { ...nothing, reports: [late], measurements: [old] });
    assert.equal(await stateOf('bat_1'), 'committed');
    const { facts } = await control.registry.product('sales.orders');
    assert.equal(facts?.measured.rows, 9);
    const held = batch({ batch: 'bat_2', state: 'held' });
    await control.reports.take(node, { ...nothing, reports: [held] });
    await control.reports.take(node, { ...nothing, reports: [{ ...held, state: 'committed' }] });
    assert.equal(await stateOf('bat_2'), 'committed');
  });

  it('refuses values, strangers, other domains and what is no event, and writes nothing then', async () => {
    const sample = [{ record: 1, line: 2, column: 'email', value: 'a@b', rule: 'r', message: 'm' }];
    const leaky = batch({ batch: 'bat_leak', quarantine: { total: 1, byRule: {}, sample } });
    const fine = batch({ batch: 'bat_fine' });
    const take = (by: typeof node, report: object) =>
      control.reports.take(by, { ...nothing, ...report });
    await assert.rejects(take(node, { reports: [fine, leaky] }), refused('REQUEST_INVALID'));
    await assert.rejects(take(owner, { reports: [fine] }), refused('FORBIDDEN'));
    const other = testSubject('node:other', { roles: ['node'], domains: ['other'] });
    await assert.rejects(take(other, { reports: [fine] }), refused('FORBIDDEN'));
    await assert.rejects(take(other, { events: [committed(9)] }), refused('FORBIDDEN'));
    const bad = { ...committed(9), sequence: '9' };
    await assert.rejects(
      take(node, { reports: [fine], events: [bad] }),
      refused('REQUEST_INVALID'),
    );
    const foreign = { ...committed(9), source: '/control' };
    await assert.rejects(take(node, { events: [foreign] }), refused('REQUEST_INVALID'));
    assert.equal(await stateOf('bat_fine'), undefined);
    const unknown = batch({ batch: 'bat_x', product: 'sales.nothing' });
    const answer = await take(node, { reports: [unknown, fine] });
    assert.equal(answer.accepted, 1);
    assert.equal(answer.refused[0]?.item, 'bat_x');
  });

  it('numbers events without gaps under many writers, and streams each once and in order', async () => {
    const abort = new AbortController();
    const seen: string[] = [];
    const reader = (async () => {
      for await (const { event } of control.events.stream(
        { subject: node, product: null, after: null },
        abort.signal,
      )) {
        seen.push(event.id);
        if (seen.filter((id) => id.startsWith('w')).length === 60) abort.abort();
      }
    })();
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let i = 0; i < 10; i++) {
        const event = committed(100 + i, `w${writer}-${i}`);
        const source = tableSource({ domain: 'sales', table: `t${writer}`, major: 1 });
        await control.reports.take(node, { ...nothing, events: [{ ...event, source }] });
      }
    });
    await Promise.all(writers);
    await reader;
    assert.equal(new Set(seen).size, seen.length);
    for (let writer = 0; writer < 6; writer++) {
      const own = seen.filter((id) => id.startsWith(`w${writer}-`));
      assert.deepEqual(
        own,
        Array.from({ length: 10 }, (_, i) => `w${writer}-${i}`),
      );
    }
    const { rows } = await sql<{
      position: number;
    }>`select position from events order by position`.execute(store.schema('control'));
    assert.deepEqual(
      rows.map((row) => row.position),
      rows.map((_, i) => i + 1),
    );
  });
});
