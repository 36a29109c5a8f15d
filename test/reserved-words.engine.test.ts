/**
 * Reserved words of names, against the engine's own list: a name that core accepts needs no quotes in DuckDB.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { RESERVED_WORDS, suggestName } from '@weft/core/contract/names';

test('every word that DuckDB reserves is reserved, and each suggestion for one works unquoted', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const list = await connection.runAndReadAll(
      "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category IN ('reserved', 'type_function')",
    );
    const words = list.getRows().map(([word]) => String(word));
    assert.ok(words.length > 70);
    assert.deepEqual(
      words.filter((word) => !RESERVED_WORDS.has(word)),
      [],
    );
    for (const word of words) {
      const name = suggestName(word);
      await connection.run(`CREATE OR REPLACE TEMP TABLE ${name} (${name} INTEGER)`);
      await connection.run(`SELECT ${name} FROM ${name} WHERE ${name} > 0 ORDER BY ${name}`);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});
