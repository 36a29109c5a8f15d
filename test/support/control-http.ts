/**
 * A control plane behind its HTTP routes, for tests: asked as one subject or another, and told batches as a node tells them.
 *
 * Not a server: requests are injected. Invariant: whoever asks is registered with the roles that the test gave him.
 */
import type { BatchReport } from '@weft/core/ingest/report';
import type { TableMeasurement } from '@weft/core/registry/measurement';
import type { Subject } from '@weft/core/registry/types';
import { createApp, type WeftApp } from '../../server/src/api/app.ts';
import { registerControl } from '../../server/src/api/platform/control.ts';
import { createTestControl, node, type TestControl } from './control.ts';
import { openTestStore, silentLogger, type TestStore } from './store.ts';

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: documents of every route
  body: any;
}

export interface ControlHttp {
  store: TestStore;
  control: TestControl;
  app: WeftApp;
  call(
    as: Subject | null,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    options?: { json?: unknown; text?: string; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** The document of an answer that must be a success. */
  done: (...call: Parameters<ControlHttp['call']>) => Promise<Answer['body']>;
  /** Tells batches, and what was measured, as the node does. */
  report(told: { reports?: BatchReport[]; measurements?: TableMeasurement[] }): Promise<void>;
  close(): Promise<void>;
}

export async function openControlHttp(): Promise<ControlHttp> {
  const store = await openTestStore();
  const control = createTestControl(store);
  const app = await createApp({
    version: '0.0.0',
    logger: silentLogger,
    authenticate: control.identity.authenticate,
    requestsPerMinute: 100_000,
  });
  registerControl(app, control);
  await app.ready();
  const call: ControlHttp['call'] = async (as, method, url, options = {}) => {
    const headers: Record<string, string> = { ...options.headers };
    if (as !== null) {
      const { token } = await control.identity.bootstrapToken(as, 86_400);
      headers['authorization'] = `Bearer ${token}`;
    }
    const payload =
      options.text ?? (options.json === undefined ? null : JSON.stringify(options.json));
    if (payload !== null)
      headers['content-type'] ??= options.text === undefined ? 'application/json' : 'text/yaml';
    const body = payload === null ? {} : { payload };
    const answer = await app.inject({ method, url, headers, ...body });
    const isJson = /\bjson(;|$)/.test(String(answer.headers['content-type']));
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      body: isJson ? JSON.parse(answer.body) : null,
    };
  };
  return {
    store,
    control,
    app,
    call,
    async done(...args) {
      const answer = await call(...args);
      if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
      return answer.body;
    },
    async report({ reports = [], measurements = [] }) {
      await control.reports.take(node, { events: [], reports, measurements });
    },
    async close() {
      await app.close();
      await store.close();
    },
  };
}

/** A committed batch of `sales.orders`, whatever is not given. */
export function testBatch(values: Partial<BatchReport> = {}): BatchReport {
  return {
    batch: 'bat_1',
    product: 'sales.orders',
    table: 'orders',
    contract: { id: 'sales.orders', version: '1.0.0', hash: '' },
    key: null,
    source: { name: null, bytes: 1, sha256: '', format: 'csv' },
    state: 'committed',
    because: null,
    records: { in: 10, good: 10, quarantined: 0, duplicates: 0 },
    rules: [],
    quarantine: { total: 0, byRule: {}, sample: [] },
    snapshot: '1',
    sequence: 1,
    started: '2026-03-01T09:00:00Z',
    finished: '2026-03-01T09:00:01Z',
    seconds: 1,
    ...values,
  };
}

/** What was measured of `sales.orders`, whatever is not given. */
export function testMeasurement(values: Partial<TableMeasurement> = {}): TableMeasurement {
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
    nulls: {},
    distinct: {},
    ...values,
  };
}
