/**
 * Expressions of repairs: what passes the gate, what does not, and what an expression that is let through still cannot reach.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openSealedDuckdb } from '../../../server/src/adapters/duckdb-engine.ts';
import { openTestEngine } from '../../../test/support/engine.ts';
import { quoteText } from '../lib/ident-sql.ts';
import type { SqlEngine } from './ports.ts';
import { evaluateRule, gateRule } from './repair-rule.ts';

let engine: SqlEngine;
let folder: string;
before(async () => {
  engine = await openTestEngine();
  folder = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'weft-rule-')));
});
after(async () => {
  engine.close();
  await fs.rm(folder, { recursive: true, force: true });
});

const gate = (sql: string) => gateRule(engine, { columns: { a: { sql } }, raw: null }, ['a', 'b']);

describe('the gate of repairs', () => {
  it('takes scalar expressions over the columns of the record', async () => {
    for (const sql of [
      'lower(trim(a))',
      "trim(both '-' from a)",
      'extract(year from cast(a as date))',
      "regexp_replace(a, '[^0-9]', '', 'g')",
      "lpad(a, 14, '0')",
      "case when a = 'x' then b else a end",
      'try_cast(a as integer) + 1',
      "strftime(try_strptime(a, '%d.%m.%Y'), '%Y-%m-%d')",
      "coalesce(nullif(a, '-'), b)",
      'batch.a',
    ]) {
      await gate(sql);
    }
  });

  it('refuses everything else, with the place and the reason', async () => {
    for (const [sql, reason] of [
      ['(select 1)', /subquery is not allowed/],
      ["read_text('/etc/passwd')", /function read_text is not allowed/],
      ['a) from batch; drop table x; --', /./],
      ["a) FROM read_csv('/etc/passwd') --", /./],
      ['count(*)', /not allowed/],
      ['row_number() over ()', /not allowed/],
      ['secret', /there is no column secret/],
      ['upper((a)', /it ends where it cannot/],
      ['a +', /it ends where it cannot/],
      ["upper('ä", /a text in quotes has no end/],
      ["'ä' b c", /near "b"/],
      ["getenv('HOME')", /not allowed/],
      ["lpad(a, 1000000000, '0')", /the length of lpad/],
      ["lpad(a, cast(b as integer), '0')", /the length of lpad/],
      ['repeat(a, 1000)', /not allowed/],
      ['list_transform([a], x -> x)', /not allowed/],
      ['*', /./],
      ['now()', /not allowed/],
      ['evil.trim(a)', /not allowed/],
      ['random()', /not allowed/],
      ['a + 1', /./],
      ['$1', /./],
      ['a\0', /./],
    ] as const) {
      const gated = gate(sql).then((rule) =>
        assert.fail(`${sql} passes as ${rule.columns[0]?.sql}`),
      );
      await assert.rejects(
        gated,
        (error: { code?: string; errors?: { path?: string; message: string }[] }) => {
          assert.equal(error.code, 'REPAIR_INVALID', sql);
          assert.equal(error.errors?.[0]?.path, '$.columns.a');
          assert.match(error.errors?.[0]?.message ?? '', reason, sql);
          return true;
        },
      );
    }
    await assert.rejects(gateRule(engine, { columns: { z: { map: {} } }, raw: null }, ['a']), {
      code: 'REPAIR_INVALID',
      message: '$.columns.z: the contract has no column z',
    });
    await assert.rejects(
      gateRule(engine, { columns: { a: { map: {} } }, raw: 'lower(raw)' }, ['a']),
      { message: '$: a repair is of the raw text or of columns, not of both' },
    );
  });
});

describe('an expression at work', () => {
  it('tells no value from an error, record by record', async () => {
    const fieldsPath = path.join(folder, 'fields.ndjson');
    const valuesPath = path.join(folder, 'values.ndjson');
    await fs.writeFile(
      fieldsPath,
      '{"n":0,"c0":"1"}\n{"n":1,"c0":"x"}\n{"n":3,"c0":null}\n{"n":4,"c0":"12345678901234567890.10"}\n',
    );
    const sealed = await openSealedDuckdb({ memory: '128MB', threads: 1, directory: folder });
    try {
      await evaluateRule(sealed, {
        fieldsPath,
        valuesPath,
        names: ['a'],
        expressions: ['CAST(a AS DECIMAL(38,2)) + 1', 'a'],
      });
    } finally {
      sealed.close();
    }
    const lines = (await fs.readFile(valuesPath, 'utf8')).trim().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)).map(({ n, o0, v0, v1 }) => [n, o0, v0, v1]),
      [
        [0, true, '2.00', '1'],
        [1, false, null, 'x'],
        [3, true, null, null],
        [4, true, '12345678901234567891.10', '12345678901234567890.10'],
      ],
    );
  });

  it('reaches nothing outside of its directory, even if the gate let it', async () => {
    const secret = path.join(os.tmpdir(), `weft-secret-${process.pid}.csv`);
    await fs.writeFile(secret, 'a\n1\n');
    const sealed = await openSealedDuckdb({ memory: '128MB', threads: 1, directory: folder });
    try {
      for (const sql of [
        `SELECT * FROM read_csv(${quoteText(secret)})`,
        `SELECT * FROM read_text(${quoteText(secret)})`,
        `SELECT * FROM read_text(${quoteText(`${folder}/../${path.basename(secret)}`)})`,
        `COPY (SELECT 1) TO ${quoteText(`${secret}.out`)}`,
        `ATTACH ${quoteText(`${secret}.db`)}`,
        'SET enable_external_access = true',
        "SET allowed_directories = ['/']",
        'INSTALL httpfs',
        'LOAD httpfs',
      ]) {
        await assert.rejects(sealed.run(sql), sql);
      }
    } finally {
      sealed.close();
      await fs.rm(secret);
    }
  });
});
