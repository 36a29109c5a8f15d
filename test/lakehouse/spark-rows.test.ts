/** Rows of the table that Spark wrote, read by our plan and our SQL, against the rows that Spark itself printed. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadTable } from '@weft/core/lakehouse/commit';
import type { ObjectStore } from '@weft/core/lakehouse/ports';
import { planScan } from '@weft/core/lakehouse/scan';
import { parsePrimitive } from '@weft/core/lakehouse/schema';
import { readParquetSql } from '@weft/core/lakehouse/sql';
import type { BoundColumn, TableMetadata } from '@weft/core/lakehouse/types';
import { quoteIdent } from '@weft/core/lib/ident-sql';
import { openTestEngine } from '../support/engine.ts';
import { expected, FOLDER, same } from './spark-golden.ts';
import { portsOn } from './support.ts';

const local = (uri: string): string =>
  uri.replace(/^file:(\/\/)?\/tmp\/weft-golden\/gold\/orders/, FOLDER);

const refuse = async (): Promise<never> => assert.fail('read only');
const objects: ObjectStore = {
  get: async (uri) => new Uint8Array(readFileSync(local(uri))),
  put: refuse,
  delete: refuse,
  list: refuse,
};

/** The columns of a schema that are of simple types which Weft has. */
function simpleColumns(metadata: TableMetadata, schemaId: number): BoundColumn[] {
  const schema = metadata.schemas.find((candidate) => candidate['schema-id'] === schemaId);
  return (schema?.fields ?? []).flatMap((field) => {
    const type = typeof field.type === 'string' ? parsePrimitive(field.type) : null;
    return type === null
      ? []
      : [
          {
            id: field.name,
            name: field.name,
            type,
            required: false,
            doc: null,
            fieldId: field.id,
            field,
          },
        ];
  });
}

test('an old snapshot by its own schema, and by the newest one', async (t) => {
  const ports = portsOn(objects);
  const engine = await openTestEngine();
  t.after(() => engine.close());
  const newest = readdirSync(join(FOLDER, 'metadata')).find((name) =>
    name.endsWith('.metadata.json'),
  );
  const metadata = await loadTable(ports, `file:///tmp/weft-golden/gold/orders/metadata/${newest}`);
  const snapshotId = metadata.refs['before_second']?.['snapshot-id'];
  assert.ok(snapshotId !== undefined);
  const files = (await planScan(ports, metadata, { snapshotId })).map((file) => local(file.path));
  const rowsBy = async (columns: BoundColumn[]): Promise<Record<string, unknown>[]> =>
    engine.rows(
      `SELECT ${columns.map((c) => quoteIdent(c.name)).join(', ')} FROM ${readParquetSql(files, columns)} ORDER BY id`,
    );

  const oldColumns = simpleColumns(metadata, 0);
  assert.ok(oldColumns.length >= 12);
  const oldRows = expected('rows-tag-before_second.ndjson');
  const rows = await rowsBy(oldColumns);
  assert.equal(rows.length, oldRows.size);
  for (const row of rows) {
    const theirs = oldRows.get(String(row['id']));
    for (const column of oldColumns) {
      const ours = row[column.name];
      assert.ok(
        same(column.type.kind, ours, theirs?.[column.name]),
        `${row['id']} ${column.name}: ${ours} ${theirs?.[column.name]}`,
      );
    }
  }

  const newColumns = simpleColumns(metadata, metadata['current-schema-id']);
  const newRows = expected('rows-current.ndjson');
  let compared = 0;
  for (const row of await rowsBy(newColumns)) {
    const theirs = newRows.get(String(row['id']));
    if (theirs === undefined) continue;
    compared++;
    for (const column of newColumns) {
      const ours = row[column.name];
      assert.ok(
        same(column.type.kind, ours, theirs[column.name]),
        `${row['id']} ${column.name}: ${ours} ${theirs[column.name]}`,
      );
    }
  }
  assert.equal(compared, 4);
});
