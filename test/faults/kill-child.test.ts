/**
 * The process that checks ends by SIGKILL, alone, at each of its steps: the node lives on, tells the batch as failed, leaves
 * nothing of it where tables and batches are, and the same batch sent again is committed.
 *
 * Not the end of the whole mesh (`steps.test.ts`). The process is the real one, over the real reader and engine.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { BatchReport } from '@weft/core/ingest/report';
import type { Step } from '@weft/core/lib/steps';
import { openTestEngine } from '../support/engine.ts';
import { bodyOf, openTestIngest, producer } from '../support/ingest.ts';
import { salesContract, tableRows } from '../support/quarantine.ts';

const STEPS: readonly Step[] = [
  'part-copied',
  'part-synced',
  'refused-written',
  'quarantine-synced',
  'files-synced',
];

const node = await openTestIngest({ entry: writeEntry });
const engine = await openTestEngine();
after(async () => {
  engine.close();
  await node[Symbol.asyncDispose]();
});
node.publish(salesContract('orders'));

function planOf(root: string): string {
  return path.join(root, 'plan.json');
}

/** The real process, which ends itself where the plan says. */
function writeEntry(root: string): URL {
  const file = path.join(root, 'child.mjs');
  const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  writeFileSync(
    file,
    `import { crashByPlan } from ${module('../support/crash-plan.ts')};
import { createStager } from ${module('../../server/src/adapters/stager.ts')};
import { serveIngest } from ${module('../../server/src/workers/ingest-loop.ts')};
await serveIngest({
  settings: JSON.parse(process.argv[2]),
  createStager: (openEngine) => createStager({ threads: 1, openEngine }),
  step: crashByPlan(${JSON.stringify(planOf(root))}, () => process.kill(process.pid, 'SIGKILL')),
});
`,
  );
  return pathToFileURL(file);
}

async function send(key: string, body: string): Promise<BatchReport> {
  return await node.service.ingest({
    product: 'sales.orders',
    body: bodyOf(body),
    key,
    format: 'csv',
    name: null,
    subject: producer,
  });
}

/** Files of all tables and all quarantines, and whatever stands where batches are checked. */
async function filesOf(...folders: string[]): Promise<string[]> {
  const lists = folders.map((folder) =>
    fs.readdir(path.join(node.root, folder), { recursive: true }).catch(() => []),
  );
  return (await Promise.all(lists))
    .flat()
    .filter((name) => name.includes('.'))
    .sort();
}

test('the end of the process that checks is the end of its batch, and of nothing else', async () => {
  const idsOf = async () => (await tableRows(node, engine, 'orders')).map(({ id }) => Number(id));
  const first = await send('first', 'id,price,sku\n0,1.00,a\n');
  assert.equal(first.state, 'committed');
  const expected = [0];
  for (const [i, step] of STEPS.entries()) {
    const body = `id,price,sku\n${i + 1},1.00,a\n${i + 100},2.00,B\n${i + 1},1.00,a\n`;
    const before = await filesOf('tables', 'quarantine');
    writeFileSync(planOf(node.root), JSON.stringify({ step, nth: 1 }));
    const failed = await send(step, body);
    await fs.rm(planOf(node.root));
    const reached = readFileSync(`${planOf(node.root)}.reached`, 'utf8')
      .trim()
      .split('\n');
    assert.equal(reached.at(-1), step, 'the process ended where it should');
    assert.deepEqual([failed.state, failed.problem?.code], ['failed', 'UNAVAILABLE'], step);
    assert.match(failed.because ?? '', /the process that checked the batch ended/);
    assert.deepEqual(await filesOf('tables', 'quarantine'), before, `files after ${step}`);
    assert.deepEqual(await filesOf('scratch'), [], `scratch after ${step}`);
    assert.deepEqual(await idsOf(), expected, `rows after ${step}`);

    const again = await send(step, body);
    assert.equal(again.state, 'committed', `${step}: ${again.because}`);
    assert.deepEqual(again.records, { in: 3, good: 1, quarantined: 1, duplicates: 1 });
    assert.equal(Number(again.sequence), Number(first.sequence) + i + 1, 'no gap and no repeat');
    expected.push(i + 1);
    assert.deepEqual((await idsOf()).sort(), [...expected].sort(), `rows after ${step} again`);
  }
});
