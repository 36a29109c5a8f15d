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
import { must } from '@weft/core/lib/assert';
import { quoteText } from '@weft/core/lib/ident-sql';
import { openTestEngine } from '../support/engine.ts';
import {
  answered,
  checkNode,
  checkSwept,
  FAULT_CONTRACT,
  type FaultNode,
  faultNode,
  LIVES,
  type Life,
  nameOfError,
  settleLife,
} from '../support/fault-lives.ts';
import { type FaultStore, faultStore, type StoreFault } from '../support/fault-store.ts';
import { openTestIngest } from '../support/ingest.ts';
import { TURN } from '../support/turn.ts';

const EVERY = Number(process.env['WEFT_FAULT_EVERY'] ?? 24);

let engine: SqlEngine;
let nextNo = 1;
before(async () => {
  engine = await openTestEngine();
});
after(() => engine.close());

async function ids(paths: string[]): Promise<number[]> {
  const list = paths.map((path) => quoteText(pathOfUri(path))).join(', ');
  const rows = await engine.rows(`SELECT id FROM read_parquet([${list}]) ORDER BY id`);
  return rows.map((row) => Number(row['id']));
}

interface Living {
  on: FaultNode;
  store: FaultStore;
  life: Life;
}

/** One piece of work over a line that breaks; then the same again over one that holds. */
async function liveThrough({ on, store, life }: Living, fault: StoreFault): Promise<void> {
  const no = nextNo++;
  await life.prepare(on, no);
  store.arm(fault);
  const words = `${life.name}, statement ${fault.nth} ${fault.when}`;
  try {
    await answered(life.act(on, no));
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

/** A broken line at its statements; what was counted and tried, in words. */
async function liveOverBrokenLines(living: Living): Promise<string> {
  const { on, store, life } = living;
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
      await liveThrough(living, { nth: at, away: rounds % 3, when });
      rounds += 1;
    }
  }
  assert.ok(rounds > 0 || statements === 0, 'lines broke');
  return `${statements} statements, ${rounds} broken lines`;
}

for (const life of LIVES) {
  test(`${life.name}, over a line to the store that breaks (turn ${TURN})`, async (t) => {
    // Why a node of its own: a check reads all that was there before.
    await using node = await openTestIngest();
    node.publish(FAULT_CONTRACT);
    const store = faultStore(node.store);
    const on = faultNode(node, { ...node.deps, store });
    // Why: what is lost of a table shows only where there is one.
    await settleLife(on, must(LIVES[0], 'a life that commits'), nextNo++);
    t.diagnostic(await liveOverBrokenLines({ on, store, life }));
    await checkSwept(on);
  });
}
