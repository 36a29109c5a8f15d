/**
 * Queries of a contract behind a gate that let everything through: what the engine that runs them still refuses.
 *
 * The gate itself has its own tests (`test/quality`); here it is left out, as if it had a hole.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { PlanRule } from '@weft/core/contract/plan';
import { readyPlan } from '@weft/core/ingest/check-plan';
import type { RowsRequest } from '@weft/core/ingest/check-ports';
import { writtenFiles } from '@weft/core/ingest/key-sql';
import type { SqlEngine } from '@weft/core/ingest/ports';
import type { RuleResult } from '@weft/core/ingest/report';
import { filesRelation } from '@weft/core/ingest/rule-scope';
import { checkSets } from '@weft/core/ingest/set-rules';
import { copyOptions } from '@weft/core/lakehouse/sql';
import { must } from '@weft/core/lib/assert';
import { quoteText } from '@weft/core/lib/ident-sql';
import { prepareRuleEngine } from '../../server/src/workers/rule-engine.ts';
import { columns, plan, rule } from '../support/batch-bench.ts';
import { openTestEngine } from '../support/engine.ts';

let engine: SqlEngine;
let folder: string;
before(async () => {
  engine = await openTestEngine();
  folder = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'weft-queries-')));
});
after(async () => {
  engine.close();
  await fs.rm(folder, { recursive: true, force: true });
});

/** A data file of the table with `rows` records. */
async function dataFile(name: string, rows: number): Promise<string> {
  const file = path.join(folder, name);
  await engine.run(
    `COPY (SELECT i::BIGINT AS id, 'a' AS sku, 1::INTEGER AS qty, 1.5::DECIMAL(10, 2) AS price FROM range(${rows}) r(i))
      TO ${quoteText(file)} (${copyOptions(columns)})`,
  );
  return file;
}

const countRule = (id: string, more: Partial<PlanRule> = {}): PlanRule =>
  rule(id, { kind: 'sql', query: 'SELECT count(*) FROM batch' }, { consequence: 'warn', ...more });

/** Results of rules whose queries are put behind the gate, over a batch of 10 rows and a table of 5 more. */
async function results(
  queries: Record<string, string>,
  more: Partial<PlanRule> = {},
): Promise<RuleResult[]> {
  const [batch, table] = [await dataFile('batch.parquet', 10), await dataFile('table.parquet', 5)];
  const rules = Object.keys(queries).map((id) => countRule(id, more));
  const request: RowsRequest = {
    plan: { ...plan, rules, primaryKey: [] },
    columns,
    tableFiles: writtenFiles([table]),
    earlierRows: [],
    references: [],
    now: '2026-11-28T12:00:00.000Z',
  };
  const ready = await readyPlan(request, engine);
  for (const set of ready.sets) {
    set.check = { kind: 'sql', query: must(queries[set.rule.id], 'a query') };
  }
  const options = { memory: '256MB', threads: 1, contractSeconds: 60 };
  const tempDirectory = path.join(folder, 'spill');
  const engines = prepareRuleEngine(request.plan, { ...options, tempDirectory });
  const ports = { engine, contractEngine: engine, openRules: engines.open };
  const good = filesRelation(request, writtenFiles([batch]));
  const rows = { good, whole: good, files: writtenFiles([batch]), count: null };
  try {
    return await checkSets({ ports, request, ready }, rows);
  } finally {
    await engines.close();
  }
}

describe('the engine of queries', () => {
  it('gives the answers of rules over a batch, and over the table with it', async () => {
    const queries = { a: 'SELECT count(*) FROM batch', b: 'SELECT sum(qty) FROM orders' };
    const values = async (more: Partial<PlanRule>) =>
      (await results(queries, more)).map(({ value, checked }) => [value, checked]);
    assert.deepEqual(await values({}), [
      ['10', 10],
      ['10', 10],
    ]);
    assert.deepEqual(await values({ scope: { kind: 'table' } }), [
      ['15', 15],
      ['15', 15],
    ]);
  });

  it('reaches no other file, no network and no setting, whatever the gate let through', async () => {
    await dataFile('table.parquet', 5);
    const [other, out] = [path.join(folder, 'table.parquet'), path.join(folder, 'out.csv')];
    const batch = path.join(folder, 'batch.parquet');
    const hostile = [
      "SELECT count(*) FROM read_text('/etc/passwd')",
      "SELECT count(*) FROM read_csv('/etc/passwd', sep = '\n')",
      "SELECT count(*) FROM glob('/etc/*')",
      `SELECT count(*) FROM read_parquet(${quoteText(other)})`,
      `SELECT count(*) FROM read_parquet(${quoteText(`${folder}/./table.parquet`)})`,
      `SELECT count(*) FROM read_blob(${quoteText(`${batch}/../table.parquet`)})`,
      `SELECT count(*) FROM read_parquet('http://127.0.0.1:1/x.parquet')`,
      `ATTACH ${quoteText(path.join(folder, 'x.db'))}`,
      `COPY (SELECT 1) TO ${quoteText(out)}`,
      `COPY (SELECT 1) TO ${quoteText(batch)}`,
      'SET enable_external_access = true',
      "SET allowed_directories = ['/']",
      'SET threads = 64',
      'INSTALL httpfs',
      'LOAD parquet',
      'LOAD httpfs',
      'CREATE TABLE t (a INTEGER)',
      'DROP VIEW batch',
    ];
    const size = async () => (await fs.stat(batch)).size;
    // As a query of a rule, and as text that gets out of the statement in which that is put.
    const inside = hostile.map((sql) => [sql, sql] as const);
    const outside = hostile.map((sql) => [`1 + ${sql}`, `SELECT 1) AS q(v)); ${sql}; --`] as const);
    const found = await results(Object.fromEntries([...inside, ...outside]));
    for (const { id, evaluation, message } of found) {
      assert.equal(evaluation, 'error', `${id}: ${message}`);
    }
    assert.equal(found.length, 2 * hostile.length);
    const sealed = prepareRuleEngine(
      { ...plan, rules: [countRule('a')] },
      { memory: '128MB', threads: 1, contractSeconds: 60, tempDirectory: path.join(folder, 'own') },
    );
    const bare = await sealed.open([batch]);
    const before = await size();
    try {
      for (const sql of hostile) await assert.rejects(bare.rows(sql), sql);
      assert.deepEqual(
        await bare.rows(`SELECT count(*)::INTEGER AS n FROM read_parquet(${quoteText(batch)})`),
        [{ n: 10 }],
      );
      // Without the guard of `rows`: what the settings alone refuse.
      const byKind = /^(SELECT 1\b|LOAD parquet|CREATE TABLE|DROP VIEW|COPY .*batch\.parquet)/;
      for (const sql of hostile.filter((text) => !byKind.test(text))) {
        await assert.rejects(bare.run(sql), sql);
      }
    } finally {
      bare.close();
      await sealed.close();
    }
    assert.equal(await size(), before);
    await assert.rejects(fs.stat(out), { code: 'ENOENT' });
    assert.deepEqual(await fs.readdir(path.join(folder, 'own')), []);
  });

  it('stops a query when it is told to', async () => {
    const batch = await dataFile('batch.parquet', 10);
    const sealed = prepareRuleEngine(
      { ...plan, rules: [countRule('a')] },
      { memory: '128MB', threads: 1, contractSeconds: 1, tempDirectory: path.join(folder, 'slow') },
    );
    const endless =
      'SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range = b.range + 1 OR a.range % 7 = b.range % 5';
    const slow = await sealed.open([batch]);
    try {
      await assert.rejects(slow.rows(endless), { code: 'TIMED_OUT' });
    } finally {
      slow.close();
      await sealed.close();
    }
  });
});
