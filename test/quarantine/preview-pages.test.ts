/**
 * A preview of a repair over many batches: all of them are looked at, in as many answers as time allows, each batch once.
 */
import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import type { RepairRule } from '@weft/core/ingest/repair-rule';
import type { RepairPreview } from '../../server/src/services/quarantine-decide.ts';
import { producer } from '../support/ingest.ts';
import {
  ask,
  asking,
  openQuarantineBench,
  quarantineOf,
  salesContract,
  send,
} from '../support/quarantine.ts';

/** One more than a preview once looked at. */
const BATCHES = 21;
const LOWER: RepairRule = { columns: { sku: { sql: 'lower(sku)' } }, raw: null };
const bench = await openQuarantineBench();
after(() => bench[Symbol.asyncDispose]());
const { node, quarantine } = bench;
const request = ask('orders', { where: { rule: 'sku.pattern' }, rule: LOWER });

it('looks at every batch, however many answers that takes, and says what is left', async () => {
  node.publish(salesContract('orders'));
  for (let i = 0; i < BATCHES; i++) {
    const { batch } = await send(
      node,
      'orders',
      `id,price,sku\n${2 * i},1.00,a\n${2 * i + 1},2.00,B\n`,
    );
    assert.match(batch, /^bat_/);
  }
  // A clock by which each check takes four seconds: three batches fill an answer.
  let checks = 0;
  const { checker } = node.deps;
  const check: typeof checker.check = async (...args) => {
    checks++;
    return await checker.check(...args);
  };
  const clock = { now: () => Date.UTC(2026, 10, 28) + 4_000 * checks };
  const slow = quarantineOf(
    { ...node.deps, clock, checker: withCheck(checker, check) },
    node.service,
  );
  const pages: RepairPreview[] = [];
  let next: string | undefined;
  do {
    const page = await slow.decisions.preview({ ...request, after: next }, asking(producer), 100);
    pages.push(page);
    next = page.next ?? undefined;
    const seen = pages.reduce((sum, { batches }) => sum + batches.length, 0);
    assert.equal(page.notLookedAt, BATCHES - seen);
    assert.equal(page.truncated, false);
  } while (next !== undefined && pages.length <= BATCHES);
  assert.deepEqual(
    pages.map(({ batches }) => batches.length),
    Array(BATCHES / 3).fill(3),
  );
  const roots = pages.flatMap(({ batches }) => batches.map(({ root }) => root));
  assert.equal(new Set(roots).size, BATCHES);
  assert.equal(roots.length, BATCHES);
  assert.equal(
    pages.reduce((sum, { good }) => sum + good, 0),
    BATCHES,
  );
  assert.equal(pages.flatMap(({ sample }) => sample).length, BATCHES);
});

it('refuses a cursor of another list', async () => {
  await assert.rejects(
    quarantine.decisions.preview({ ...request, after: 'x' }, asking(producer), 1),
    {
      code: 'REQUEST_INVALID',
    },
  );
});

it('is of what a replay does', async () => {
  const done = await quarantine.decisions.replay(request, producer);
  const { good, batches, more, next } = done;
  assert.deepEqual([good, batches.length, more, next], [BATCHES, BATCHES, false, null]);
});

type Checker = typeof node.deps.checker;

/** The same checker with another way to check batches. */
function withCheck(checker: Checker, check: Checker['check']): Checker {
  return new Proxy(checker, {
    get: (target, name) => {
      if (name === 'check') return check;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
