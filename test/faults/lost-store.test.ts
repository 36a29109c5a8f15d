/**
 * The line to the store breaks at each statement of what a node does, before it was done and after it was done and before
 * that was heard: whoever asks again gets what he asked for, once, and the counts add up.
 *
 * The line is that of `test/support/fault-store.ts`; a server that is stopped and started is `test/pg/restart.test.ts`.
 * WEFT_FAULT_EVERY: one statement in so many (default 24; 1 for all), beginning with one that follows WEFT_TURN.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { quoteText } from '@weft/core/lib/ident-sql';
import { openTestEngine } from '../support/engine.ts';
import {
  checkLeftovers,
  checkNode,
  FAULT_CONTRACT,
  type FaultNode,
  faultNode,
  LIVES,
  type Life,
  nameOfError,
  settleLife,
} from '../support/fault-lives.ts';
import { type FaultStore, faultStore, type StoreFault } from '../support/fault-store.ts';
import { openTestIngest, type TestIngest } from '../support/ingest.ts';
import { TURN } from '../support/turn.ts';

const EVERY = Number(process.env['WEFT_FAULT_EVERY'] ?? 24);

let node: TestIngest;
let engine: SqlEngine;
let store: FaultStore;
let on: FaultNode;
let nextNo = 1;
before(async () => {
  node = await openTestIngest();
  node.publish(FAULT_CONTRACT);
  engine = await openTestEngine();
  store = faultStore(node.store);
  on = faultNode(node, { ...node.deps, store });
});
after(async () => {
  engine.close();
  await node[Symbol.asyncDispose]();
});

async function ids(paths: string[]): Promise<number[]> {
  const list = paths.map((path) => quoteText(pathOfUri(path))).join(', ');
  const rows = await engine.rows(`SELECT id FROM read_parquet([${list}]) ORDER BY id`);
  return rows.map((row) => Number(row['id']));
}

/** One piece of work over a line that breaks; then the same again over one that holds. */
async function liveThrough(life: Life, fault: StoreFault): Promise<void> {
  const no = nextNo++;
  await life.prepare(on, no);
  store.arm(fault);
  const words = `${life.name}, statement ${fault.nth} ${fault.when}`;
  try {
    await life.act(on, no);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw new Error(`${words}: ${error.message}`);
    assert.notEqual(nameOfError(error), 'INTERNAL', `${words}: ${String(error)}`);
  }
  store.arm(null);
  try {
    await settleLife(on, life, no);
    await checkNode(on, ids);
  } catch (error) {
    throw new Error(words, { cause: error });
  }
}

for (const life of LIVES) {
  test(`${life.name}, over a line to the store that breaks (turn ${TURN})`, async (t) => {
    const no = nextNo++;
    await life.prepare(on, no);
    store.arm(null);
    await settleLife(on, life, no);
    const statements = store.statements().length;
    await checkNode(on, ids);
    let rounds = 0;
    const first = 1 + (TURN % Math.min(EVERY, Math.max(1, statements)));
    for (let at = first; at <= statements; at += EVERY) {
      for (const when of ['before', 'after'] as const) {
        await liveThrough(life, { nth: at, away: rounds % 3, when });
        rounds += 1;
      }
    }
    t.diagnostic(`${statements} statements, ${rounds} broken lines`);
    assert.ok(rounds > 0 || statements === 0, 'lines broke');
  });
}

test('after all of it no batch is open and nothing is left of those that failed', async () => {
  await checkLeftovers(on);
});
