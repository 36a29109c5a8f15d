/** What is made ready after a commit: the projections that were asked for lately, and no others. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createTable, currentColumns, everyFieldId } from '@weft/core/lakehouse/table';
import type { ReadFile } from '@weft/core/lakehouse/types';
import type { AccessDecision } from '@weft/core/policy/decide';
import type { ProjectionPart, ProjectTable } from '@weft/core/query/project';
import { createProjectionKeeper, type ProjectionKeeper } from './projection-keeper.ts';

const METADATA = createTable({
  uuid: 'u',
  location: 'file:///t',
  columns: ['a', 'b'].map((name) => ({
    id: name,
    name,
    type: { kind: 'string' },
    required: false,
    doc: null,
  })),
  properties: {},
  now: 1,
});

let stored: string[];
let made: Set<string>;
let asked: number;
let now: number;
let failing: boolean;
let logged: string[];
let keeper: ProjectionKeeper;

const fileOf = (path: string): ReadFile => ({
  path,
  records: 1,
  bytes: 1,
  sequence: 1,
  partition: '',
  deletes: [],
});
const nameOf = (part: ProjectionPart): string => `${part.sources} ${part.form}`;

beforeEach(() => {
  stored = ['file:///t/1.parquet'];
  made = new Set();
  asked = 0;
  now = 1;
  failing = false;
  logged = [];
  keeper = createProjectionKeeper({
    projections: {
      keyGeneration: 'g',
      has: (parts) => parts.every((part) => made.has(nameOf(part))),
      async open(parts) {
        asked++;
        if (failing) throw new Error('no engine');
        for (const part of parts) made.add(nameOf(part));
        return parts.map(nameOf);
      },
    },
    tables: {
      load: async () => METADATA,
      files: async () => stored.map(fileOf),
    },
    clock: { now: () => now },
    logger: { info() {}, error() {}, warn: (message) => logged.push(message) },
  });
});

function permitted(columns: string[]): ProjectTable {
  const decision: AccessDecision = {
    table: { domain: 'd', table: 't', major: 1 },
    product: 'd.t',
    contract: { id: 'c', version: '1.0.0', hash: 'a'.repeat(64) },
    decision: 'permit',
    reason: '',
    agreement: null,
    columns,
    hidden: [],
    rowFilter: { op: 'true' },
    rowFilterText: null,
    sets: [],
    policyVersion: null,
    meshPolicyVersion: null,
    masks: [],
    rollUp: null,
    rowLimit: null,
    mayExport: true,
  };
  return {
    gate: { domain: 'd', table: 't', major: 1, name: 't', mentioned: null },
    decision,
    columns: currentColumns(METADATA),
    storedFieldIds: everyFieldId(METADATA),
    files: stored.map(fileOf),
  };
}

test('what was asked for is made of the new files as well', async () => {
  keeper.used([permitted(['a'])]);
  await keeper.wake();
  assert.equal(made.size, 1);
  stored.push('file:///t/2.parquet');
  await keeper.wake();
  assert.equal(made.size, 2);
  await keeper.wake();
  assert.equal(asked, 2, 'nothing is asked for that is there');
});

test('nothing is made of a table that is permitted whole, nor of one that nobody asked for', async () => {
  keeper.used([permitted(['a', 'b'])]);
  await keeper.wake();
  assert.equal(asked, 0);
});

test('masks are kept up, cells are not: each version would be gone through whole', async () => {
  const masked = permitted(['a', 'b']);
  masked.decision.masks = [{ place: 'a', mask: { kind: 'hash' } }];
  masked.decision.agreement = 'agr_1';
  const rolled = permitted(['n']);
  rolled.decision.rollUp = {
    by: [],
    measures: [{ function: 'count', column: null, as: 'n' }],
    minimum: { units: 2, of: 'a' },
  };
  keeper.used([rolled]);
  await keeper.wake();
  assert.equal(asked, 0);
  keeper.used([masked]);
  await keeper.wake();
  assert.equal(made.size, 1);
});

test('after an hour without a query it is let go', async () => {
  keeper.used([permitted(['a'])]);
  now += 3_600_001;
  await keeper.wake();
  assert.equal(asked, 0);
});

test('a failure is logged, and the next round goes on', async () => {
  keeper.used([permitted(['a'])]);
  failing = true;
  await keeper.wake();
  assert.deepEqual(logged, ['a projection could not be prepared']);
  failing = false;
  await keeper.wake();
  assert.equal(made.size, 1);
});

test('after the stop nothing begins', async () => {
  keeper.used([permitted(['a'])]);
  keeper.stop();
  await keeper.wake();
  assert.equal(asked, 0);
});
