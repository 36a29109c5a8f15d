/**
 * Key lists of sets on the real store: when a list is read, what is kept, what is forgotten, what is refused.
 *
 * The control plane and the engine are played, since what matters is what changes between two of their answers; with the real ones
 * `test/policy/sets.mesh.test.ts`.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createTable } from '@weft/core/lakehouse/table';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import { evaluatePredicate } from '@weft/core/lib/predicate';
import { SET_LIMITS, type SetDeclaration } from '@weft/core/lib/set-declaration';
import type { AccessDecision } from '@weft/core/policy/decide';
import type { KeyListReport } from '@weft/core/registry/key-list';
import { column } from '../../../test/lakehouse/support.ts';
import { permitted } from '../../../test/support/governed.ts';
import { openTestStore, silentLogger, type TestStore } from '../../../test/support/store.ts';
import { readKeyList } from '../store/node-key-lists.ts';
import type { NodeTables } from '../store/node-tables.ts';
import { createKeyLists } from './key-lists.ts';

const DECLARED: SetDeclaration = {
  keys: 'string',
  from: 'master.managers',
  key: 'brand',
  subject: 'manager',
  where: null,
  purpose: 'reporting',
  values: null,
};
const TEXT = { kind: 'string' } as const;

/** A node whose world the test changes. */
function openLists(store: TestStore) {
  const world = {
    rows: [] as unknown[][],
    truncated: false,
    source: permitted('master.managers', { columns: ['brand', 'manager'] }),
    snapshot: 1,
    /** Happens while a list is read. */
    meanwhile: () => undefined as unknown,
    error: null as Error | null,
    asked: [] as string[],
    reports: [] as KeyListReport[],
    declared: DECLARED,
    owner: 'olga',
  };
  const metadata = createTable({
    uuid: 'u',
    location: 'file:///t',
    columns: [column('brand', TEXT), column('manager', TEXT)],
    properties: {},
    now: 1,
  });
  const lists = createKeyLists({
    db: store.schema<NodeTables>('node'),
    control: {
      decide: async ({ tables }) =>
        tables.map(({ domain }) => (domain === 'master' ? world.source : ordersDecision(world))),
    },
    tables: { load: async () => ({ ...metadata, 'current-snapshot-id': BigInt(world.snapshot) }) },
    async query({ subject, sql }) {
      world.asked.push(`${subject}: ${sql}`);
      const { rows, truncated, error } = world;
      world.meanwhile();
      if (error !== null) throw error;
      return { rows, truncated };
    },
    crypto: { sha256: (data) => createHash('sha256').update(data).digest('hex') },
    nameOf: (hash) => `v-${hash.slice(0, 8)}`,
    report: async (list) => void world.reports.push(list),
    clock: { now: () => 1_000_000 },
    logger: silentLogger,
  });
  const ask = async (subject: string): Promise<AccessDecision> => {
    const tables = [{ domain: 'sales', table: 'orders', major: 1 }];
    const [decision] = await lists.decider.decide({ subject, purpose: 'reporting', tables });
    assert.ok(decision !== undefined);
    return decision;
  };
  const sees = async (subject: string, brand: string | null): Promise<boolean> =>
    evaluatePredicate((await ask(subject)).rowFilter, () => brand);
  const kept = () =>
    readKeyList(store.schema<NodeTables>('node'), { product: 'sales.orders', set: 'mine' });
  return { world, lists, ask, sees, kept };
}

function ordersDecision({ declared, owner }: { declared: SetDeclaration; owner: string }) {
  return permitted('sales.orders', {
    columns: ['brand'],
    rowFilter: { op: 'inSet', column: 'brand', set: 'mine', list: null },
    sets: [
      { name: 'mine', declaration: declared, owner, asked: [{ column: 'brand', type: TEXT }] },
    ],
  });
}

test('a list is read once for each version of its table, and binds what each subject has', async () => {
  await using store = await openTestStore();
  const { world, sees, ask, kept } = openLists(store);
  world.rows = [
    ['ana', 'A'],
    ['ana', 'Ä𝄞'],
    ['ben', 'B'],
    ['__proto__', 'P'],
  ];
  assert.deepEqual([await sees('ana', 'A'), await sees('ana', 'B')], [true, false]);
  assert.deepEqual([await sees('ana', 'Ä𝄞'), await sees('ana', null)], [true, false]);
  assert.deepEqual([await sees('ben', 'B'), await sees('carl', 'A')], [true, false]);
  assert.deepEqual([await sees('__proto__', 'P'), await sees('toString', 'P')], [true, false]);
  assert.equal(world.asked.length, 1);
  assert.match(
    world.asked[0] ?? '',
    /^olga: SELECT DISTINCT "manager" AS subject, "brand" AS key FROM "master"."managers@1" WHERE /,
  );
  const { version } = (await kept()) ?? {};
  world.snapshot = 2;
  world.rows = [['ana', 'B']];
  assert.deepEqual([await sees('ana', 'A'), await sees('ana', 'B')], [false, true]);
  assert.equal(world.asked.length, 2);
  const after = await kept();
  assert.notEqual(after?.version, version);
  assert.deepEqual(after?.content, { subjects: { ana: ['B'] } }, 'the old keys are nowhere');
  assert.deepEqual(
    world.reports.map(({ keys, subjects }) => [keys, subjects]),
    [
      [4, 3],
      [1, 1],
    ],
  );
  assert.doesNotMatch(JSON.stringify(world.reports), /ana|𝄞/);
  assert.equal((await ask('ana')).rowFilter.op, 'inSet');
});

test('it is found again after a restart, without reading', async () => {
  await using store = await openTestStore();
  const first = openLists(store);
  first.world.rows = [['ana', 'A']];
  assert.equal(await first.sees('ana', 'A'), true);
  const second = openLists(store);
  assert.equal(await second.sees('ana', 'A'), true);
  assert.equal(second.world.asked.length, 0);
});

test('another declaration, another owner and other rights of his are another list', async () => {
  await using store = await openTestStore();
  const { world, sees } = openLists(store);
  world.rows = [['ana', 'A']];
  await sees('ana', 'A');
  const changes = [
    () => {
      world.declared = { ...DECLARED, where: "brand != 'x'" };
    },
    () => {
      world.owner = 'omar';
    },
    () => {
      world.source = {
        ...world.source,
        rowFilter: { op: 'eq', column: 'brand', value: { type: 'string', value: 'A' } },
      };
    },
  ];
  for (const [i, change] of changes.entries()) {
    change();
    assert.equal(await sees('ana', 'A'), true);
    assert.equal(world.asked.length, i + 2);
  }
});

test('what cannot be read denies, and the list of before is forgotten', async () => {
  await using store = await openTestStore();
  const denials: ((world: ReturnType<typeof openLists>['world']) => void)[] = [
    (world) => {
      world.source = { ...world.source, decision: 'deny' };
    },
    (world) => {
      world.source = { ...world.source, masks: [{ place: 'brand', mask: { kind: 'hash' } }] };
    },
    (world) => {
      world.source = { ...world.source, columns: ['manager'] };
    },
    (world) => {
      world.source = {
        ...world.source,
        rollUp: { by: [], measures: [], minimum: { units: 2, of: 'brand' } },
      };
    },
    (world) => {
      world.declared = { ...DECLARED, where: 'nosuch = 1' };
    },
    (world) => {
      world.snapshot++;
      world.truncated = true;
    },
    (world) => {
      world.snapshot++;
      world.error = new WeftError('QUERY_LIMIT', 'too long');
    },
    (world) => {
      world.snapshot++;
      world.rows = Array.from({ length: SET_LIMITS.keys + 1 }, (_, i) => ['ana', `k${i}`]);
    },
    (world) => {
      world.snapshot++;
      world.rows = Array.from({ length: SET_LIMITS.rows + 1 }, (_, i) => [`s${i % 20}`, `k${i}`]);
    },
  ];
  for (const [i, deny] of denials.entries()) {
    const { world, ask, kept } = openLists(store);
    world.rows = [['ana', 'A']];
    assert.equal((await ask('ana')).decision, 'permit');
    deny(world);
    const decision = await ask('ana');
    assert.equal(decision.decision, 'deny', `case ${i}`);
    assert.deepEqual([decision.columns, decision.rowFilter], [[], { op: 'false' }]);
    assert.match(
      decision.reason,
      /^The list of the set "mine" cannot be read; the owner of sales\.orders/,
    );
    assert.equal(await kept(), null);
    assert.equal(world.reports.at(-1)?.version, null);
    assert.notEqual(world.reports.at(-1)?.problem, null);
  }
});

test('a moment’s trouble is an error that says so, and never a permit', async () => {
  await using store = await openTestStore();
  const { world, ask, kept } = openLists(store);
  world.error = new WeftError('UNAVAILABLE', 'no place');
  await assert.rejects(ask('ana'), (error) => isWeftError(error, 'UNAVAILABLE'));
  world.error = null;
  world.rows = [['ana', 'A']];
  assert.equal((await ask('ana')).decision, 'permit');
  assert.notEqual(await kept(), null);
});

test('a table that moves on while it is read is read again; one that never rests is no list', async () => {
  await using store = await openTestStore();
  const { world, sees, ask } = openLists(store);
  let moves = 1;
  world.meanwhile = () => {
    if (moves-- > 0) {
      world.snapshot++;
      world.rows = [['ana', 'B']];
    }
  };
  world.rows = [['ana', 'A']];
  assert.deepEqual([await sees('ana', 'A'), await sees('ana', 'B')], [false, true]);
  assert.equal(world.asked.length, 2);
  moves = Number.POSITIVE_INFINITY;
  world.snapshot++;
  await assert.rejects(ask('ana'), (error) => isWeftError(error, 'UNAVAILABLE'));
});

test('who watches is told of another list, and of none that is the same again', async () => {
  await using store = await openTestStore();
  const { world, sees, lists } = openLists(store);
  let heard = 0;
  const stop = lists.onChange(() => heard++);
  world.rows = [['ana', 'A']];
  await sees('ana', 'A');
  assert.equal(heard, 1);
  world.snapshot++;
  await lists.wake();
  assert.equal(world.asked.length, 2, 'what was asked for lately is read again without a question');
  assert.equal(heard, 1);
  world.snapshot++;
  world.rows = [['ana', 'B']];
  await lists.wake();
  assert.equal(heard, 2);
  world.source = { ...world.source, decision: 'deny' };
  await lists.wake();
  assert.equal(heard, 3, 'a list that is gone is a change, too');
  stop();
});

test('a decision whose set is not told cannot be bound, and denies', async () => {
  await using store = await openTestStore();
  const { lists, world } = openLists(store);
  const open = { ...ordersDecision(world), sets: [] };
  assert.equal(await lists.renew(open, 'ana'), null);
  const forged = ordersDecision(world);
  world.rows = [['ana', 'A']];
  const list = { version: 'x', keys: [{ type: 'string' as const, value: 'Z' }] };
  const bound = await lists.renew(
    { ...forged, rowFilter: { op: 'inSet', column: 'brand', set: 'mine', list } },
    'ana',
  );
  assert.equal(
    evaluatePredicate(bound?.rowFilter ?? { op: 'false' }, () => 'Z'),
    false,
  );
});
