/**
 * Counts over generations, under random sequences of repairs, replays that fail, discards, holds and crashes: after each step
 * every record is in one place, and the store, the files and the table say the same.
 *
 * Tables and files are read here by plain SQL, not by the product's own reading. `WEFT_QUARANTINE_RUNS` makes more sequences.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SqlEngine } from '@weft/core/ingest/ports';
import type { RepairRule } from '@weft/core/ingest/repair-rule';
import { quoteText } from '@weft/core/lib/ident-sql';
import fc from 'fast-check';
import type { IngestDeps } from '../../server/src/services/ingest-ports.ts';
import { createIngestService } from '../../server/src/services/ingest-service.ts';
import { createLanes } from '../../server/src/services/lanes.ts';
import { openTestEngine } from '../support/engine.ts';
import { bodyOf, nodeDbOf, openTestIngest, producer, type TestIngest } from '../support/ingest.ts';
import {
  ask,
  asking,
  quarantineOf,
  salesContract,
  send,
  tableRows,
} from '../support/quarantine.ts';

const RUNS = Number(process.env['WEFT_QUARANTINE_RUNS'] ?? '2');
const CRASHES = ['landing', 'sync', 'checked', 'commit'] as const;
type Crash = (typeof CRASHES)[number];

let node: TestIngest;
let engine: SqlEngine;
before(async () => {
  node = await openTestIngest();
  engine = await openTestEngine();
});
after(async () => {
  engine.close();
  await node[Symbol.asyncDispose]();
});

const LOWER: RepairRule = { columns: { sku: { sql: 'lower(sku)' } }, raw: null };
const WORSE: RepairRule = { columns: { sku: { map: { B: 'B2' } } }, raw: null };
const DEAR: RepairRule = {
  columns: { price: { sql: "'500'" }, sku: { sql: "'z'" } },
  raw: null,
};

type Step =
  | { do: 'send'; skus: string[] }
  | { do: 'lower' | 'worse' | 'dear' | 'asIs' }
  | { do: 'discard'; rule: string }
  | { do: 'fix' | 'repeat'; pick: number }
  | { do: 'decide'; release: boolean }
  | { do: 'crash'; at: Crash };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('send' as const),
    skus: fc.array(fc.constantFrom('a', 'B', 'b!', '', 'broken', 'twice'), {
      minLength: 2,
      maxLength: 12,
    }),
  }),
  fc.record({ do: fc.constantFrom('lower' as const, 'worse', 'dear', 'asIs') }),
  fc.record({
    do: fc.constant('discard' as const),
    rule: fc.constantFrom('sku.required', 'structure.too_few_fields'),
  }),
  fc.record({ do: fc.constantFrom('fix' as const, 'repeat'), pick: fc.nat(50) }),
  fc.record({ do: fc.constant('decide' as const), release: fc.boolean() }),
  fc.record({ do: fc.constant('crash' as const), at: fc.constantFrom(...CRASHES) }),
);

/** One sequence over a product of its own. */
class Sequence {
  readonly #product: string;
  /** Records that were sent, by batch. */
  readonly #sent = new Map<string, number>();
  /** The key of the first record, which is good, by batch. */
  readonly #firstIds = new Map<string, number>();
  #service = node.service;
  #nextId = 1;

  constructor(product: string) {
    this.#product = product;
    const more =
      '    quality:\n      - { id: cheap, type: sql, query: "SELECT count(*) FROM batch WHERE price > 100", mustBe: 0 }';
    node.publish(salesContract(product, { more }));
  }

  async run(action: Step): Promise<void> {
    if (action.do === 'send') await this.#send(action.skus);
    else if (action.do === 'discard') await this.#discard(action.rule);
    else if (action.do === 'fix' || action.do === 'repeat') await this.#fix(action);
    else if (action.do === 'decide') await this.#decide(action.release);
    else if (action.do === 'crash') await this.#crash(action.at);
    else {
      const rule = { lower: LOWER, worse: WORSE, dear: DEAR, asIs: undefined }[action.do];
      await this.#quarantine().decisions.replay(
        ask(this.#product, rule === undefined ? {} : { rule }),
        producer,
      );
    }
  }

  #quarantine() {
    return quarantineOf(node.deps, this.#service);
  }

  async #send(skus: string[]): Promise<void> {
    const firstId = this.#nextId;
    const lines = [`${firstId},a,1`];
    for (const sku of skus) {
      if (sku === 'twice') lines.push(lines[0] ?? '');
      else lines.push(sku === 'broken' ? `${++this.#nextId}` : `${++this.#nextId},${sku},1`);
    }
    this.#nextId++;
    const report = await send(node, this.#product, `id,sku,price\n${lines.join('\n')}\n`);
    assert.equal(report.state, 'committed');
    this.#sent.set(report.batch, lines.length);
    this.#firstIds.set(report.batch, firstId);
  }

  async #discard(rule: string): Promise<void> {
    const where = { product: `sales.${this.#product}`, rule };
    await this.#quarantine().decisions.discard({ where, because: 'given up' }, producer);
  }

  /** Gives one open record a new text: of a good record, or of one that its batch has already. */
  async #fix({ do: kind, pick }: { do: string; pick: number }): Promise<void> {
    const { reads, decisions } = this.#quarantine();
    const query = { product: `sales.${this.#product}`, state: 'open' };
    const { items } = await reads.rows({ ...query, limit: 100 }, asking(producer));
    const row = items[pick % Math.max(1, items.length)];
    if (row === undefined) return;
    const { root } = await reads.lineage(row.batch, producer);
    // Why of its own batch: a key is unique within what was sent together, and with what repaired it.
    const raw = kind === 'repeat' ? `${this.#firstIds.get(root)},a,1` : `${this.#nextId++},q,1`;
    const fixes = bodyOf(JSON.stringify({ ref: row.ref, raw }));
    await decisions.replay(ask(this.#product, { fixes }), producer);
  }

  async #decide(release: boolean): Promise<void> {
    const query = { product: `sales.${this.#product}`, state: 'held' };
    const [held] = (await this.#service.list(query, producer)).items;
    if (held === undefined) return;
    const decided = release ? this.#service.release : this.#service.discard;
    await decided(held.batch, 'looked at', producer).catch((error: { code?: string }) => {
      assert.equal(error.code, 'CONFLICT');
    });
  }

  /** A replay whose process stops at a step; then a new process takes over. */
  async #crash(at: Crash): Promise<void> {
    const reached = Promise.withResolvers<void>();
    const dying = createIngestService(stoppingAt(at, reached.resolve));
    const { decisions } = quarantineOf(stoppingAt(at, reached.resolve), dying);
    const done = decisions.replay(ask(this.#product, { rule: LOWER }), producer);
    await Promise.race([reached.promise, done.catch(() => {})]);
    if (at === 'commit') await done;
    this.#service = node.restart();
    await this.#service.recover();
  }

  async check(): Promise<void> {
    const { reads } = this.#quarantine();
    let committed = 0;
    for (const [batch, sent] of this.#sent) {
      const { records, generations } = await reads.lineage(batch, producer);
      const { in: all, ...parts } = records;
      assert.equal(all, sent, 'every record that was sent');
      assert.equal(
        Object.values(parts).reduce((sum, n) => sum + n, 0),
        sent,
        JSON.stringify(records),
      );
      committed += records.committed;
      for (const { state, open, discarded, records: own } of generations) {
        if (state === 'committed') assert.ok(open + discarded <= own.quarantined);
      }
    }
    if (this.#sent.size === 0) return;
    const rows = await tableRows(node, engine, this.#product);
    assert.equal(rows.length, committed, 'the table has what is counted as committed');
    assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length, 'no key twice');
    await this.#checkFiles();
  }

  /** Open records by the files alone: refused ones without those that a mark names, each at most once. */
  async #checkFiles(): Promise<void> {
    const db = nodeDbOf(node.store);
    const product = `sales.${this.#product}`;
    const quarantines = await db
      .selectFrom('quarantine')
      .innerJoin('batches', 'batches.batch', 'quarantine.batch')
      .select(['quarantine.batch', 'path', 'open'])
      .where('quarantine.product', '=', product)
      .execute();
    for (const { batch, path, open } of quarantines) {
      const marks = await db
        .selectFrom('quarantine_marks')
        .selectAll()
        .where('batch', '=', batch)
        .execute();
      const files = marks.map(
        (mark) => `FROM read_parquet(${quoteText(mark.path)}) SELECT batch, record`,
      );
      const marked =
        files.length === 0
          ? "SELECT '' AS batch, -1 AS record WHERE FALSE"
          : files.join(' UNION ALL ');
      const [counts] = await engine.rows(
        `WITH m AS (SELECT record FROM (${marked}) WHERE batch = ${quoteText(batch)}),
          q AS (SELECT record FROM read_parquet(${quoteText(path)}) WHERE kind = 'quarantined')
         SELECT (SELECT count(*) FROM q) AS refused, (SELECT count(*) FROM m) AS marked,
          (SELECT count(DISTINCT record) FROM m) AS once, (SELECT count(*) FROM q WHERE record NOT IN (FROM m)) AS open`,
      );
      assert.equal(counts?.['marked'], counts?.['once'], 'a record is decided about once');
      assert.equal(counts?.['open'], Number(open), `open records of ${batch}`);
    }
  }
}

/** Dependencies that never come back at a step, or, for the commit, whose transaction fails at its end. */
function stoppingAt(at: Crash, reached: () => void): IngestDeps {
  const never = <T>(): Promise<T> => {
    reached();
    return new Promise<T>(() => {});
  };
  const { landings, checker, audit } = node.deps;
  return {
    ...node.deps,
    // Why: a process that is gone holds no lane of the next one.
    lanes: createLanes(),
    landings: {
      ...landings,
      land: (id, body) => (at === 'landing' ? never() : landings.land(id, body)),
      // Why not yet reached: what is checked meanwhile waits for the disk before it is committed.
      sync: (path) => (at === 'sync' ? new Promise(() => {}) : landings.sync(path)),
    },
    checker: {
      isAwaited: () => checker.isAwaited(),
      readQuarantine: (query) => checker.readQuarantine(query),
      work: (task, signal) => checker.work(task, signal),
      async check(request, options) {
        const checked = await checker.check(request, options);
        if (at === 'sync') setImmediate(reached);
        return at === 'checked' ? await never() : checked;
      },
    },
    audit: {
      appendWithin(tx, entry) {
        if (at === 'commit') throw new Error('the transaction breaks at its end');
        return audit.appendWithin(tx, entry);
      },
    },
  };
}

test('every record is in one place after every step', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 9 }), async (steps) => {
      const sequence = new Sequence(`gen${++run}`);
      await sequence.run({ do: 'send', skus: ['a', 'B', 'b!', '', 'broken', 'twice', 'B'] });
      for (const action of steps) {
        await sequence.run(action);
        await sequence.check();
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

for (const at of CRASHES) {
  test(`a replay that stops at its ${at} leaves both the new batch and the marks, or neither`, async () => {
    const sequence = new Sequence(`crash_${at}`);
    await sequence.run({ do: 'send', skus: ['a', 'B', 'b!', 'B'] });
    await sequence.run({ do: 'crash', at });
    await sequence.check();
    const { reads } = quarantineOf(node.deps, node.service);
    const { items } = await reads.batches({ product: `sales.crash_${at}` }, producer);
    assert.deepEqual(items[0]?.lineage.records.open, 3, 'nothing was decided');
    const left = await node.deps.files.names(`${node.root}/quarantine/sales`);
    const marks = await nodeDbOf(node.store)
      .selectFrom('quarantine_marks')
      .select('path')
      .execute();
    const known = new Set(marks.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)));
    assert.deepEqual(
      left.filter((name) => name.includes('.marks.') && !known.has(name)),
      [],
    );
    await sequence.run({ do: 'lower' });
    await sequence.check();
  });
}
