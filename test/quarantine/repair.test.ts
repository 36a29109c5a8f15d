/**
 * Repairs from end to end: real store, real files, the real reader and engine in a child process.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { RepairRule } from '@weft/core/ingest/repair-rule';
import { must } from '@weft/core/lib/assert';
import { addMark, findQuarantine, marksOf } from '../../server/src/store/node-quarantine.ts';
import { bodyOf, nodeDbOf, producer } from '../support/ingest.ts';
import {
  ask,
  asking,
  openQuarantineBench,
  quarantineOf,
  salesContract,
  send,
  tableRows,
} from '../support/quarantine.ts';

const bench = await openQuarantineBench();
after(() => bench[Symbol.asyncDispose]());
const { node, engine, quarantine } = bench;

const CSV = 'id,price,sku\n1,1.00,a\n2,"1,50",b\n3,2.00,C\n4,,D\nx,4.00,e\n6,1.00\n';
const LOWER: RepairRule = { columns: { sku: { sql: 'lower(sku)' } }, raw: null };

async function balanceOf(batch: string) {
  return (await quarantine.reads.lineage(batch, producer)).records;
}

/** What the batch's report says is open, and whether it waits to be sent; afterwards it counts as sent. */
async function unsentOpen(batch: string) {
  const db = nodeDbOf(node.store);
  const { report, reported } = await db
    .selectFrom('batches')
    .select(['report', 'reported'])
    .where('batch', '=', batch)
    .executeTakeFirstOrThrow();
  await db.updateTable('batches').set({ reported: true }).where('batch', '=', batch).execute();
  return { open: report.quarantine.open, isUnsent: !reported };
}

describe('a repair', () => {
  it('is previewed without changing anything, and then replayed once', async () => {
    node.publish(salesContract('orders'));
    const parent = await send(node, 'orders', CSV);
    assert.deepEqual(parent.records, { in: 6, good: 1, quarantined: 5, duplicates: 0 });
    const request = ask('orders', { where: { rule: 'sku.pattern' }, rule: LOWER });
    const seen = await quarantine.decisions.preview(request, asking(producer), 10);
    assert.deepEqual([seen.records, seen.good, seen.quarantined, seen.duplicates], [2, 2, 0, 0]);
    assert.deepEqual(
      seen.sample.map(({ line, before, after }) => [line, before, after]),
      [
        [4, { sku: 'C' }, { sku: 'c' }],
        [5, { sku: 'D' }, { sku: 'd' }],
      ],
    );
    assert.deepEqual(await tableRows(node, engine, 'orders'), [{ id: 1, sku: 'a', price: '1.00' }]);
    assert.equal((await quarantine.reads.lineage(parent.batch, producer)).generations.length, 1);
    assert.deepEqual((await node.deps.files.names(`${node.root}/quarantine/sales`)).length, 1);

    const done = await quarantine.decisions.replay(request, producer);
    assert.deepEqual([done.records, done.good, done.batches.length], [2, 2, 1]);
    assert.deepEqual(done.batches[0]?.parents, [{ batch: parent.batch, records: 2 }]);
    assert.deepEqual(
      (await tableRows(node, engine, 'orders')).map(({ id, sku, price }) => [id, sku, price]),
      [
        [1, 'a', '1.00'],
        [3, 'c', '2.00'],
        [4, 'd', null],
      ],
    );
    const again = await quarantine.decisions.replay(request, producer);
    assert.deepEqual([again.records, again.batches], [0, []]);
    assert.deepEqual(await balanceOf(parent.batch), {
      in: 6,
      committed: 3,
      duplicates: 0,
      open: 3,
      discarded: 0,
      held: 0,
    });
    assert.ok(node.audit.some(({ action }) => action === 'quarantine.replay'));
  });

  it('of two at the same time takes each record once', async () => {
    node.publish(salesContract('twins'));
    const parent = await send(node, 'twins', CSV);
    const request = ask('twins', { where: { rule: 'sku.pattern' }, rule: LOWER });
    const both = await Promise.all([
      quarantine.decisions.replay(request, producer),
      quarantine.decisions.replay(request, producer),
    ]);
    assert.deepEqual(both.map(({ records }) => records).sort(), [0, 2]);
    assert.equal((await balanceOf(parent.batch)).committed, 3);
  });

  it('from two nodes on one store is taken by the store once, and fails whole for the other', async () => {
    node.publish(salesContract('rivals'));
    const parent = await send(node, 'rivals', CSV);
    const other = quarantineOf(node.deps, node.restart());
    const request = ask('rivals', { where: { rule: 'sku.pattern' }, rule: LOWER });
    const both = await Promise.all([
      quarantine.decisions.replay(request, producer),
      other.decisions.replay(request, producer),
    ]);
    const states = both.flatMap(({ batches }) => batches.map(({ state }) => state)).sort();
    assert.ok(states.join() === 'committed' || states.join() === 'committed,failed', states.join());
    assert.deepEqual(await balanceOf(parent.batch), {
      in: 6,
      committed: 3,
      duplicates: 0,
      open: 3,
      discarded: 0,
      held: 0,
    });
    assert.equal((await tableRows(node, engine, 'rivals')).length, 3);
  });

  it('decided on what is no longer so is refused whole, even where enough records are open', async () => {
    node.publish(salesContract('stale'));
    const { batch } = await send(node, 'stale', CSV);
    const db = nodeDbOf(node.store);
    const quarantined = async () => must(await findQuarantine(db, batch), 'quarantine of a batch');
    const seen = await quarantined();
    const decide = (mark: string) =>
      db.transaction().execute(async (tx) => {
        const head = { mark, kind: 'discarded' as const, path: `/${mark}`, child: null };
        const by = { because: 'old', decidedBy: 'ana', now: new Date().toISOString() };
        const version = Number(seen.version);
        await addMark(tx, { ...head, ...by, batches: [{ batch, records: 1, version }] });
      });
    await decide('mrk_first');
    await assert.rejects(decide('mrk_second'), { code: 'CONFLICT' });
    const { open, version } = await quarantined();
    assert.deepEqual([Number(open), Number(version)], [4, Number(seen.version) + 1]);
    const marks = (await marksOf(db, [batch])).map(({ mark }) => mark);
    assert.deepEqual(marks, ['mrk_first']);
  });

  it('that fails again lands in the quarantine of the new batch and names its origin', async () => {
    node.publish(salesContract('again'));
    const parent = await send(node, 'again', CSV);
    const rule: RepairRule = { columns: { sku: { map: { C: 'c', D: 'X9' } } }, raw: null };
    const done = await quarantine.decisions.replay(
      ask('again', { where: { rule: 'sku.pattern' }, rule }),
      producer,
    );
    assert.deepEqual([done.good, done.quarantined], [1, 1]);
    const child = done.batches[0]?.batch ?? '';
    const { items } = await quarantine.reads.rows({ batch: child }, asking(producer));
    assert.deepEqual(
      items.map(({ raw, state, origin }) => [raw, state, origin]),
      [['4,,X9', 'open', { batch: parent.batch, record: 3 }]],
    );
    const rows = await quarantine.reads.rows({ batch: parent.batch }, asking(producer));
    assert.deepEqual(
      rows.items.map(({ record, state, replay }) => [record, state, replay?.record ?? null]),
      [
        [1, 'open', null],
        [2, 'repaired', 0],
        [3, 'replayed', 1],
        [4, 'open', null],
        [5, 'open', null],
      ],
    );
    const next = await quarantine.decisions.replay(
      ask('again', { where: { batch: child }, rule: LOWER }),
      producer,
    );
    assert.deepEqual([next.records, next.quarantined], [1, 1]);
    const family = await quarantine.reads.lineage(child, producer);
    assert.equal(family.root, parent.batch);
    assert.deepEqual(
      family.generations.map(({ open }) => open),
      [3, 0, 1],
    );
    assert.deepEqual([family.records.in, family.records.committed, family.records.open], [6, 2, 4]);
  });

  it('takes nothing of a batch that waits for a decision, and says so', async () => {
    const custom = 'customProperties:\n  - { property: weftBadShareMax, value: 0.5 }';
    node.publish(salesContract('waiting', { custom }));
    const { batch, state } = await send(node, 'waiting', CSV);
    assert.equal(state, 'held');
    const request = ask('waiting', { where: { rule: 'sku.pattern' }, rule: LOWER });
    const states = async () =>
      (await quarantine.reads.rows({ batch }, asking(producer))).items.map((row) => row.state);
    const causes = async () => {
      const { items } = await quarantine.reads.causes(
        { product: 'sales.waiting' },
        asking(producer),
      );
      return items
        .filter(({ rule }) => rule === 'sku.pattern')
        .map(({ open, held, records }) => [open, held, records]);
    };
    assert.deepEqual(await states(), Array(5).fill('held'));
    assert.deepEqual(await causes(), [[0, 2, 2]]);
    const seen = await quarantine.decisions.preview(request, asking(producer), 10);
    assert.deepEqual([seen.records, seen.held], [0, [{ batch, records: 2 }]]);
    const done = await quarantine.decisions.replay(request, producer);
    assert.deepEqual([done.records, done.held], [0, [{ batch, records: 2 }]]);
    const discard = { where: request.where, because: 'none' };
    const given = await quarantine.decisions.discard(discard, producer);
    assert.deepEqual([given.records, given.held], [0, [{ batch, records: 2 }]]);

    await node.service.release(batch, null, producer);
    assert.deepEqual(await causes(), [[2, 0, 2]]);
    const after = await quarantine.decisions.replay(request, producer);
    assert.deepEqual([after.records, after.good, after.held], [2, 2, []]);
    const other = await send(node, 'waiting', CSV);
    await node.service.discard(other.batch, null, producer);
    const { items } = await quarantine.reads.rows({ batch: other.batch }, asking(producer));
    assert.ok(items.every((row) => row.state === 'discarded'));
  });

  it('compares keys with all generations of its batch, and with no other batch', async () => {
    node.publish(salesContract('keys'));
    await send(node, 'keys', 'id,sku,price\n3,z,9\n');
    const parent = await send(node, 'keys', 'id,sku,price\n1,a,1\n1,A,1\n1,B,2\n3,C,3\n');
    assert.equal(parent.records.good, 1);
    const done = await quarantine.decisions.replay(ask('keys', { rule: LOWER }), producer);
    assert.deepEqual([done.good, done.quarantined, done.duplicates], [1, 1, 1]);
    assert.deepEqual(
      (await tableRows(node, engine, 'keys')).map(({ id, sku }) => [id, sku]),
      [
        [1, 'a'],
        [3, 'c'],
        [3, 'z'],
      ],
    );
    assert.deepEqual(await balanceOf(parent.batch), {
      in: 4,
      committed: 2,
      duplicates: 1,
      open: 1,
      discarded: 0,
      held: 0,
    });
  });

  it('is judged by rules about whole batches together with the batch that it repairs', async () => {
    const more = '    quality:\n      - { metric: rowCount, mustBeGreaterOrEqualTo: 3 }';
    node.publish(salesContract('whole', { more }));
    const parent = await send(node, 'whole', 'id,sku,price\n1,a,1\n2,b,1\n3,c,1\n4,D,1\n');
    assert.equal(parent.state, 'committed', parent.because ?? '');
    const done = await quarantine.decisions.replay(ask('whole', { rule: LOWER }), producer);
    assert.deepEqual([done.batches[0]?.state, done.good], ['committed', 1]);
  });

  it('counts no row twice for rules about the table, in the preview and in the replay', async () => {
    const more = `    quality:
      - { id: all, type: sql, query: 'SELECT count(*) FROM {table}', mustBe: 3, customProperties: [{ property: weftScope, value: table }, { property: weftOnFailure, value: warn }] }`;
    node.publish(salesContract('table_wide', { more }));
    await send(node, 'table_wide', 'id,sku,price\n1,a,1\n');
    await send(node, 'table_wide', 'id,sku,price\n2,b,1\n3,C,1\n');
    const request = ask('table_wide', { rule: LOWER });
    await quarantine.decisions.preview(request, asking(producer), 1);
    const done = await quarantine.decisions.replay(request, producer);
    const rule = done.batches[0]?.rules.find(({ id }) => id === 'all');
    assert.deepEqual([rule?.evaluation, rule?.value], ['pass', '3']);
  });

  it('is no batch of its own for rules about batches before', async () => {
    const more = `    quality:
      - { id: change, type: custom, engine: weft, implementation: { metric: rowCountChange, batches: 2, mustBeBetween: [-50, 50] }, customProperties: [{ property: weftOnFailure, value: hold }] }`;
    node.publish(salesContract('steady', { more }));
    const change = (report: { rules: { id: string; value: string | null }[] } | undefined) =>
      report?.rules.find(({ id }) => id === 'change')?.value;
    await send(node, 'steady', 'id,sku,price\n1,a,1\n2,b,1\n3,C,1\n4,d,1\n');
    const second = await send(node, 'steady', 'id,sku,price\n5,a,1\n6,b,1\n7,c,1\n8,D,1\n9,F!,1\n');
    assert.equal(change(second), '0');
    const request = ask('steady', { where: { batch: second.batch }, rule: LOWER });
    const seen = await quarantine.decisions.preview(request, asking(producer), 1);
    assert.equal(seen.batches[0]?.state, 'committed');
    const repaired = await quarantine.decisions.replay(request, producer);
    // 4 with those of its batch, after one batch of 3.
    assert.match(change(repaired.batches[0]) ?? '', /^33\.3/);
    const third = await send(
      node,
      'steady',
      'id,sku,price\n10,a,1\n11,b,1\n12,c,1\n13,d,1\n14,e,1\n15,f,1\n16,g,1\n',
    );
    // 7 after 3 and 4 + 0: exactly twice the mean.
    assert.deepEqual([change(third), third.state], ['100', 'held']);
  });

  it('that is held keeps its records, which are open again once it is given up', async () => {
    const more =
      '    quality:\n      - { id: cheap, type: sql, query: "SELECT count(*) FROM batch WHERE price > 100", mustBe: 0 }';
    node.publish(salesContract('holds', { more }));
    const parent = await send(node, 'holds', 'id,sku,price\n1,a,1\n2,B,1\n3,c,x\n');
    const rule: RepairRule = { columns: { price: { map: { x: '500' } } }, raw: null };
    const request = ask('holds', { where: { rule: 'price.type' }, rule });
    const seen = await quarantine.decisions.preview(request, asking(producer), 1);
    assert.equal(seen.batches[0]?.state, 'held');
    const held = (await quarantine.decisions.replay(request, producer)).batches[0];
    assert.equal(held?.state, 'held');
    const waiting = await balanceOf(parent.batch);
    assert.deepEqual([waiting.open, waiting.held, waiting.committed], [1, 1, 1]);
    assert.equal((await quarantine.decisions.replay(request, producer)).records, 0);
    assert.deepEqual(await unsentOpen(parent.batch), { open: 1, isUnsent: true });
    await node.service.discard(held?.batch ?? '', 'too dear', producer);
    assert.deepEqual((await balanceOf(parent.batch)).open, 2);
    assert.deepEqual(await unsentOpen(parent.batch), { open: 2, isUnsent: true });
    const second = (await quarantine.decisions.replay(request, producer)).batches[0];
    await node.service.release(second?.batch ?? '', 'it is so dear', producer);
    const end = await balanceOf(parent.batch);
    assert.deepEqual([end.in, end.committed, end.open, end.held], [3, 2, 1, 0]);
    assert.equal((await tableRows(node, engine, 'holds')).length, 2);
    const rest = { where: { batch: parent.batch }, because: 'not ours' };
    assert.equal((await quarantine.decisions.discard(rest, producer)).records, 1);
    assert.deepEqual(await unsentOpen(parent.batch), { open: 0, isUnsent: true });
  });

  it('that was held is not released over another repair that came since', async () => {
    const more =
      '    quality:\n      - { id: cheap, type: sql, query: "SELECT count(*) FROM batch WHERE price > 100", mustBe: 0 }';
    node.publish(salesContract('late', { more }));
    await send(node, 'late', 'id,sku,price\n1,a,1\n2,B,1\n2,C,x\n');
    const dear: RepairRule = {
      columns: { price: { map: { x: '500' } }, sku: LOWER.columns['sku'] ?? { map: {} } },
      raw: null,
    };
    const held = await quarantine.decisions.replay(
      ask('late', { where: { rule: 'price.type' }, rule: dear }),
      producer,
    );
    assert.equal(held.batches[0]?.state, 'held');
    const other = await quarantine.decisions.replay(ask('late', { rule: LOWER }), producer);
    assert.equal(other.batches[0]?.state, 'committed');
    await assert.rejects(node.service.release(held.batches[0]?.batch ?? '', null, producer), {
      code: 'CONFLICT',
    });
    assert.equal((await tableRows(node, engine, 'late')).length, 2);
  });
});

describe('records that cannot be read', () => {
  it('are left alone by rules about columns, and mended by their raw text', async () => {
    node.publish(salesContract('raws'));
    const parent = await send(node, 'raws', 'id,sku,price\n1,a,1\n2,b\n3,"c,3\n4,d,4\n5;e;5\n');
    const bad = (await quarantine.reads.rows({ batch: parent.batch }, asking(producer))).items;
    assert.deepEqual(
      bad.map(({ raw }) => raw),
      ['2,b', '3,"c,3', '5;e;5'],
    );
    const untouched = await quarantine.decisions.replay(ask('raws', { rule: LOWER }), producer);
    assert.deepEqual([untouched.records, untouched.skipped.unreadable], [0, 3]);
    const asTheyAre = await quarantine.decisions.replay(ask('raws'), producer);
    assert.deepEqual([asTheyAre.records, asTheyAre.skipped.unreadable], [0, 3]);
    const rule: RepairRule = { columns: {}, raw: "replace(raw, ';', ',')" };
    const mended = await quarantine.decisions.replay(ask('raws', { rule }), producer);
    assert.deepEqual(
      [mended.records, mended.good, mended.skipped],
      [1, 1, { unreadable: 2, expression: 0, unwritable: 0, unchanged: 0, decided: 0 }],
    );
    const two: RepairRule = { columns: {}, raw: "raw || chr(10) || '9,z,9'" };
    const split = await quarantine.decisions.replay(ask('raws', { rule: two }), producer);
    assert.deepEqual([split.records, split.skipped.unreadable], [0, 2]);
  });

  it('are mended by a file of fixes that names them, each once', async () => {
    node.publish(salesContract('files'));
    const parent = await send(node, 'files', 'id,sku,price\n1,a,1\n2,b\n3,"c,3\n4,D,4\n5,E,5\n');
    const { body } = await quarantine.reads.export(
      { batch: parent.batch, state: 'open', format: 'ndjson' },
      asking(producer),
    );
    let text = '';
    for await (const piece of body) text += Buffer.from(piece).toString();
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(lines.length, 4);
    lines[0].raw = '2,b,2';
    lines[1].raw = '3,"c",3';
    lines[2].values = { sku: 'd', price: 4.5 };
    const fixes = () => bodyOf(lines.map((line) => JSON.stringify(line)).join('\n'));
    const seen = await quarantine.decisions.preview(
      ask('files', { fixes: fixes() }),
      asking(producer),
      9,
    );
    assert.deepEqual([seen.records, seen.good, seen.skipped.unchanged], [3, 3, 1]);
    const done = await quarantine.decisions.replay(ask('files', { fixes: fixes() }), producer);
    assert.deepEqual([done.good, done.skipped.unchanged], [3, 1]);
    const again = await quarantine.decisions.replay(ask('files', { fixes: fixes() }), producer);
    assert.deepEqual([again.records, again.skipped.decided, again.skipped.unchanged], [0, 3, 1]);
    assert.deepEqual(
      (await tableRows(node, engine, 'files')).map(({ sku, price }) => [sku, price]),
      [
        ['a', '1.00'],
        ['b', '2.00'],
        ['c', '3.00'],
        ['d', '4.50'],
      ],
    );
  });

  it('are not taken from a file with a fault in it, whose lines are named', async () => {
    node.publish(salesContract('faulty'));
    const { batch } = await send(node, 'faulty', 'id,sku,price\n1,A,1\n');
    const good = JSON.stringify({ ref: `${batch}:0`, raw: '1,a,1' });
    for (const [line, message] of [
      ['nothing', 'it is no JSON object'],
      ['{"raw":"x"}', 'it has no `ref` such as bat_…:12'],
      [`{"ref":"${batch}:0"}`, 'it has neither `raw` nor `values`'],
      [`{"ref":"${batch}:0","values":{"colour":"x"}}`, 'the contract has no column colour'],
      [good, `${batch}:0 is fixed twice`],
    ] as const) {
      const first = line.includes('colour') ? '' : good;
      await assert.rejects(
        quarantine.decisions.replay(
          ask('faulty', { fixes: bodyOf(`${first}\n${line}\n`) }),
          producer,
        ),
        (error: { code?: string; errors?: { line?: number; message: string }[] }) => {
          assert.equal(error.code, 'REPAIR_INVALID');
          assert.deepEqual(
            error.errors?.map((e) => [e.line, e.message]),
            [[2, message]],
          );
          return true;
        },
      );
    }
    assert.equal((await balanceOf(batch)).open, 1);
    assert.deepEqual(await node.deps.files.names(`${node.root}/scratch`), []);
  });
});
