/**
 * SQL of a contract at the gate: what passes, and everything that must not.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gateQuery, gateRepair } from '@weft/core/ingest/contract-sql';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { openTestEngine } from '../support/engine.ts';

let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
  await engine.run('CREATE TABLE batch AS SELECT * FROM (VALUES (1, 2), (3, 4)) AS t(a, b)');
});
after(() => engine.close());

const columns = ['a', 'b', 'name'];

describe('expressions of a repair', () => {
  it('pass when they are scalar', async () => {
    for (const text of [
      'a <= b',
      "a + 1 > b * 2 AND name NOT LIKE 'x%' -- why not",
      'CASE WHEN a IS NULL THEN TRUE ELSE length(name) BETWEEN 1 AND 9 END',
      "regexp_matches(name, '^a') OR a IN (1, 2, 3)",
      "date_diff('day', DATE '2026-01-01', CAST(name AS DATE)) >= 0",
      'batch.a = 1',
      'a NOT NULL',
    ]) {
      const gated = await gateRepair(engine, text, columns);
      assert.ok('sql' in gated, `${text}: ${JSON.stringify(gated)}`);
    }
  });

  it('are refused when they reach beyond the row', async () => {
    for (const text of [
      '(SELECT count(*) FROM batch) > 1',
      'EXISTS (SELECT 1)',
      'count(*) > 1',
      'sum(a) OVER () > 1',
      "a IN (SELECT 1 FROM read_csv('/etc/passwd'))",
      "getenv('HOME') IS NULL",
      'random() < 1',
      "nextval('s') > 1",
      "current_setting('threads') = 1",
      'a > 1) FROM batch; DROP TABLE batch; SELECT (1',
      'a > 1), (b > 1',
      'a > 1) AS x',
      'a > 1) FROM batch WHERE (TRUE',
      'secret > 1',
      'system.a > 1',
      'other.batch.a > 1',
      'list_transform([a], x -> x)[1] > 1',
      'COLUMNS(*) > 1',
      '? > 1',
      'repeat(name, 1000000000) IS NULL',
      'a >',
      '',
    ]) {
      const gated = await gateRepair(engine, text, columns);
      assert.ok('problem' in gated, `${text} passed as ${JSON.stringify(gated)}`);
    }
  });
});

describe('queries of a contract', () => {
  it('pass when they read the batch', async () => {
    for (const text of [
      'SELECT count(*) FROM batch',
      'SELECT sum(a) FROM orders;',
      'WITH t AS (SELECT a, count(*) n FROM batch GROUP BY a) SELECT max(n) FROM t WHERE a > 0',
      'SELECT count(*) FROM (SELECT DISTINCT a FROM batch) x JOIN batch y ON x.a = y.a',
      'SELECT (SELECT count(*) FROM batch) - (SELECT count(*) FROM orders WHERE EXISTS (SELECT 1))',
      'SELECT max(c) FROM (SELECT row_number() OVER (ORDER BY a) AS c FROM batch)',
    ]) {
      const gated = await gateQuery(engine, text, ['orders']);
      assert.ok('sql' in gated, `${text}: ${JSON.stringify(gated)}`);
    }
  });

  it('are refused when they are no SELECT or read elsewhere', async () => {
    for (const text of [
      'DROP TABLE batch',
      'SELECT 1; SELECT 2',
      "COPY batch TO '/tmp/x'",
      "SELECT count(*) FROM '/etc/passwd'",
      "SELECT * FROM read_text('/etc/passwd')",
      'SELECT count(*) FROM other.batch',
      'SELECT count(*) FROM duckdb_settings()',
      'SELECT count(*) FROM range(1000000000)',
      "SELECT getenv('HOME') FROM batch",
      "WITH t AS (SELECT * FROM read_text('/etc/passwd')) SELECT count(*) FROM t",
      'WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t',
      'FROM pragma_version()',
      'PIVOT batch ON a USING sum(b)',
      'SHOW TABLES',
      'DESCRIBE batch',
      'SELECT count(*) FROM batch AT (VERSION => 1)',
      "ATTACH 'x.db'",
      'SELECT x FROM unnest([1,2]) AS t(x)',
      'SELEC',
    ]) {
      const gated = await gateQuery(engine, text, ['orders']);
      assert.ok('problem' in gated, `${text} passed as ${JSON.stringify(gated)}`);
    }
    assert.equal((await engine.rows('SELECT count(*) AS n FROM batch'))[0]?.['n'], 2);
  });
});
