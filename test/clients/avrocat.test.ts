/**
 * Our Avro files read by `avrocat` (Debian package avro-bin, the C implementation of Avro). Not part of the default suite.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { stageAppend, type TablePointer } from '@weft/core/lakehouse/commit';
import { readManifestList } from '@weft/core/lakehouse/manifest-store';
import { findSnapshot } from '@weft/core/lakehouse/scan';
import { createTable, currentColumns } from '@weft/core/lakehouse/table';
import { ALL_TYPES, localTable, writeFile } from '../lakehouse/support.ts';
import { openTestEngine } from '../support/engine.ts';

function avrocat(uri: string): Record<string, unknown>[] {
  const out = execFileSync('avrocat', [uri.replace('file://', '')], { encoding: 'utf8' });
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('avrocat reads manifest lists and manifests, merged ones too', async (t) => {
  const place = localTable(t);
  const engine = await openTestEngine();
  t.after(() => engine.close());
  const metadata = createTable({
    uuid: 'u',
    location: place.location,
    columns: ALL_TYPES,
    properties: {},
    now: 1,
  });
  const file = await writeFile(engine, {
    select:
      `SELECT ${ALL_TYPES.map((c) => `NULL AS "${c.name.replaceAll('"', '""')}"`).join(', ')}`.replace(
        'NULL AS "id"',
        '7 AS "id"',
      ),
    columns: currentColumns(metadata),
    file: `${place.root}/orders/data/a.parquet`,
  });
  let pointer: TablePointer = { metadata, location: null };
  for (let i = 0; i < 102; i++) {
    const staged = await stageAppend(place.ports, {
      base: pointer.metadata,
      files: [file],
      summary: {},
      baseLocation: pointer.location,
    });
    pointer = { metadata: staged.metadata, location: staged.metadataLocation };
  }
  const snapshot = findSnapshot(pointer.metadata);
  assert.ok(snapshot !== null);
  const lines = avrocat(snapshot['manifest-list']);
  const ours = await readManifestList(place.ports, snapshot);
  assert.deepEqual(
    lines.map((l) => l['manifest_path']),
    ours.map((m) => m.path),
  );
  assert.deepEqual(
    lines.map((l) => l['added_snapshot_id']),
    ours.map((m) => m.snapshotId),
  );
  const entries = ours.flatMap((manifest) => avrocat(manifest.path));
  assert.equal(entries.length, 102);
  const merged = entries.filter((entry) => entry['status'] === 0);
  assert.ok(merged.length >= 100);
  for (const entry of entries) {
    const dataFile = entry['data_file'] as Record<string, unknown>;
    assert.equal(dataFile['file_path'], file.path);
    assert.deepEqual(dataFile['record_count'], 1);
  }
});
