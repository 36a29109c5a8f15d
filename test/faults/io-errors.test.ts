/**
 * The disk fails at each call of what a node does (I/O error, no space, read-only), in the node and in the process that
 * checks, before the call was done and after it: whoever hears of it hears a name, whoever asks again gets what he asked
 * for, once, and the counts add up.
 *
 * The calls are those of Node's file system (`test/support/fault-disk.ts`). WEFT_FAULT_EVERY: one call in so many (default
 * 96; 1 for all), beginning with one that follows WEFT_TURN.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { must } from '@weft/core/lib/assert';
import { quoteText } from '@weft/core/lib/ident-sql';
import { openTestEngine } from '../support/engine.ts';
import { armChild, callsOfChild, writeFaultEntry } from '../support/fault-child.ts';
import { createDiskFaults, type DiskFault, installFaultDisk } from '../support/fault-disk.ts';
import {
  answered,
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
import { openTestIngest, type TestIngest } from '../support/ingest.ts';
import { TURN } from '../support/turn.ts';

const EVERY = Number(process.env['WEFT_FAULT_EVERY'] ?? 96);
const CODES: readonly DiskFault['code'][] = ['EIO', 'ENOSPC', 'EROFS'];

const folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'weft-disk-')));
const faults = createDiskFaults();
let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
});
after(() => {
  engine.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function ids(paths: string[]): Promise<number[]> {
  const list = paths.map((path) => quoteText(pathOfUri(path))).join(', ');
  const rows = await engine.rows(`SELECT id FROM read_parquet([${list}]) ORDER BY id`);
  return rows.map((row) => Number(row['id']));
}

const SIDES = {
  node: { arm: faults.arm, calls: faults.calls },
  child: {
    arm: (fault: DiskFault | null) => armChild(folder, fault),
    calls: () => callsOfChild(folder),
  },
};
type Side = keyof typeof SIDES;

let nextNo = 1;

/** One piece of work on a disk that fails at a call; then the same again on one that does not. */
async function liveThrough(
  on: FaultNode,
  { life, side, fault }: { life: Life; side: Side; fault: DiskFault },
): Promise<void> {
  const no = nextNo++;
  await life.prepare(on, no);
  SIDES[side].arm(fault);
  let words = `${life.name}, ${fault.code} ${fault.when} call ${fault.nth} of the ${side}`;
  try {
    await answered(life.act(on, no));
  } catch (error) {
    words += ` (${SIDES[side].calls()[fault.nth - 1]})`;
    if (error instanceof assert.AssertionError) throw new Error(`${words}: ${error.message}`);
    assert.notEqual(nameOfError(error), 'INTERNAL', `${words}: ${String(error)}`);
  } finally {
    SIDES[side].arm(null);
  }
  try {
    await settleLife(on, life, no);
    await checkNode(on, ids);
  } catch (error) {
    throw new Error(words, { cause: error });
  }
}

/** Calls of either side when nothing fails. */
async function countCalls(on: FaultNode, life: Life): Promise<Record<Side, number>> {
  const no = nextNo++;
  await life.prepare(on, no);
  faults.arm(null);
  armChild(folder, { nth: 0, when: 'before', code: 'EIO' });
  await life.act(on, no);
  const counts = { node: faults.calls().length, child: callsOfChild(folder).length };
  armChild(folder, null);
  return counts;
}

/** Faults of one life at its calls of either side; what was counted and tried, in words. */
async function liveWithFaults(on: FaultNode, life: Life): Promise<string> {
  const counts = await countCalls(on, life);
  let rounds = 0;
  for (const side of ['node', 'child'] as const) {
    // Why the bound: a piece of work with few calls has a fault, too.
    const first = 1 + (TURN % Math.min(EVERY, Math.max(1, counts[side])));
    for (let nth = first; nth <= counts[side]; nth += EVERY) {
      for (const when of ['before', 'after'] as const) {
        const code = CODES[(rounds + nth) % CODES.length] ?? 'EIO';
        await liveThrough(on, { life, side, fault: { nth, when, code } });
        rounds += 1;
      }
    }
  }
  assert.ok(counts.node === 0 || rounds > 0, 'a fault was tried');
  return `${counts.node} calls of the node, ${counts.child} of the child; ${rounds} faults`;
}

/** A start and a sweep leave nothing of what failed. */
async function endLives(node: TestIngest, on: FaultNode): Promise<void> {
  await node.restart().recover();
  on.nextDay();
  await on.upkeep();
  await checkNode(on, ids);
  await checkLeftovers(on);
}

for (const life of LIVES) {
  test(`${life.name}, on a disk that fails (turn ${TURN})`, async (t) => {
    // Why a node of its own: a check reads all that was there before, and upkeep has calls for each of its files.
    await using node = await openTestIngest({ entry: (root) => writeFaultEntry(root, folder) });
    node.publish(FAULT_CONTRACT);
    const on = faultNode(node, node.deps);
    installFaultDisk(node.root, faults.decide);
    // Why: what is lost of a table shows only where there is one.
    await settleLife(on, must(LIVES[0], 'a life that commits'), nextNo++);
    t.diagnostic(await liveWithFaults(on, life));
    await endLives(node, on);
  });
}
