/**
 * Tables that were partitioned, sorted, evolved, merged and deleted from, read back by PyIceberg, by Spark and by the
 * Iceberg extension of DuckDB. The oracle of the rows is a plain table of an engine that had the same done to it; each
 * reader prunes by itself, so a wrong partition value would hide rows. Not part of the default suite.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { duckdbType } from '@weft/core/contract/data-type';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { stageAppend, stageMetadata, type TablePointer } from '@weft/core/lakehouse/commit';
import { evolveLayout, fileLayout } from '@weft/core/lakehouse/layout';
import type { LakehousePorts } from '@weft/core/lakehouse/ports';
import { stageRewrite } from '@weft/core/lakehouse/rewrite';
import { type RowChange, rewriteFiles } from '@weft/core/lakehouse/rewrite-files';
import { planRead, planScan } from '@weft/core/lakehouse/scan';
import { createTable, currentColumns, evolveColumns } from '@weft/core/lakehouse/table';
import type {
  ReadFile,
  StagedCommit,
  TableColumn,
  TableMetadata,
} from '@weft/core/lakehouse/types';
import { writeFiles } from '@weft/core/lakehouse/write-files';
import type { Predicate } from '@weft/core/lib/predicate';
import { createCheckFiles } from '../../server/src/adapters/check-files.ts';
import { column, localTable } from '../lakehouse/support.ts';
import { openTestEngine } from '../support/engine.ts';
import { duckdbIceberg, type Engine, pyiceberg, spark, tellAbsent } from './engines.ts';

const SCRIPTS = join(import.meta.dirname, 'scripts');

let engine: SqlEngine;
before(async () => {
  engine = await openTestEngine();
});
after(() => engine.close());

const COLUMNS: TableColumn[] = [
  column('id', { kind: 'long' }),
  column('town', { kind: 'string' }),
  column('at', { kind: 'timestamptz' }),
  column('price', { kind: 'decimal', precision: 9, scale: 2 }),
  column('tags', { kind: 'list', element: { kind: 'string' } }),
  column('place', {
    kind: 'struct',
    fields: [{ id: 'zip', name: 'zip', type: { kind: 'string' }, required: false }],
  }),
];

/** Rows from NULL to before 1970, with text beyond the basic plane, over 40 days. */
function rowsSql(from: number, count: number): string {
  return `SELECT i AS id, CASE WHEN i % 13 = 0 THEN NULL ELSE ['Ulm', 'Köln', 'O''Hara', '😀 Bonn', ''][1 + i % 5] END AS town,
    CASE WHEN i % 17 = 0 THEN NULL ELSE TIMESTAMPTZ '1969-12-20 00:00:00+00' + to_minutes(i * 97) + to_microseconds(i) END AS at,
    CAST(i * 7 % 50 - 20 AS DECIMAL(9, 2)) / 4 AS price, ['a', 'b' || i] AS tags, {'zip': CAST(i AS VARCHAR)} AS place
    FROM (SELECT CAST(unnest(range(${from}, ${from + count})) AS BIGINT) AS i)`;
}

/** A table in its story: what happens to it happens to `mirror`, a plain table of the engine, as well. */
class Story {
  readonly #ports: LakehousePorts;
  readonly #files = createCheckFiles();
  #pointer: TablePointer;
  #number = 0;

  constructor(ports: LakehousePorts, metadata: TableMetadata) {
    this.#ports = ports;
    this.#pointer = { metadata, location: null };
  }

  get pointer(): TablePointer {
    return this.#pointer;
  }

  async append(rows: string): Promise<void> {
    const { metadata, location } = this.#pointer;
    const columns = currentColumns(metadata);
    const casts = columns.map((c) => `CAST("${c.name}" AS ${duckdbType(c.type)}) AS "${c.name}"`);
    const files = await writeFiles(
      { engine, files: this.#files },
      {
        select: `SELECT ${casts.join(', ')} FROM (${rows})`,
        columns,
        layout: fileLayout(metadata),
        ...this.#target(),
      },
    );
    this.#move(
      await stageAppend(this.#ports, {
        base: metadata,
        files,
        summary: {},
        baseLocation: location,
      }),
    );
    await engine.run(`INSERT INTO mirror BY NAME SELECT * FROM (${rows})`);
  }

  async evolve(change: (metadata: TableMetadata) => TableMetadata): Promise<void> {
    const { metadata, location } = this.#pointer;
    const staged = await stageMetadata(this.#ports, {
      base: change(metadata),
      baseLocation: location,
    });
    this.#pointer = { metadata: staged.metadata, location: staged.metadataLocation };
  }

  async rewrite(filter: Predicate | undefined, change?: RowChange): Promise<void> {
    const { metadata, location } = this.#pointer;
    const sources = await planRead(this.#ports, metadata, filter === undefined ? {} : { filter });
    const groups = change === undefined ? [sources] : sources.map((source) => [source]);
    const done: { source: ReadFile[]; files: StagedFiles }[] = [];
    for (const source of groups) {
      const { files, rowsHit } = await rewriteFiles(
        { engine, files: this.#files },
        {
          sources: source,
          columns: currentColumns(metadata),
          layout: fileLayout(metadata),
          ...(change === undefined ? {} : { change }),
          ...this.#target(),
        },
      );
      if (change === undefined || rowsHit > 0) done.push({ source, files });
    }
    this.#move(
      await stageRewrite(this.#ports, {
        base: metadata,
        baseLocation: location,
        operation: change === undefined ? 'replace' : 'overwrite',
        remove: done.flatMap(({ source }) => source.map((file) => file.path)),
        add: done.flatMap(({ files }) => files),
        startSequence: metadata['last-sequence-number'],
        summary: {},
      }),
    );
  }

  #target(): { directory: string; name: string } {
    const directory = `${this.#pointer.metadata.location.replace('file://', '')}/data`;
    return { directory, name: `part-${this.#number++}` };
  }

  #move(staged: StagedCommit): void {
    this.#pointer = { metadata: staged.metadata, location: staged.metadataLocation };
  }
}

type StagedFiles = Awaited<ReturnType<typeof rewriteFiles>>['files'];

const layout = (partition: [string, string][], sort: [string, 'asc' | 'desc'][]) => ({
  partition: partition.map(([columnId, transform]) => ({ columnId, transform })),
  sort: sort.map(([columnId, direction]) => ({ columnId, direction })),
});

/** Partitioned and sorted; then evolved in columns and layout; then merged; then rows deleted and changed. */
async function tell(place: { ports: LakehousePorts; location: string }): Promise<Story> {
  const empty = createTable({
    uuid: '6f9b5a3e-0000-4000-8000-000000000002',
    location: place.location,
    columns: COLUMNS,
    properties: {},
    now: 1,
  });
  const story = new Story(
    place.ports,
    evolveLayout(empty, layout([['town', 'identity']], [['id', 'asc']]), 2),
  );
  await engine.run(`CREATE OR REPLACE TEMP TABLE mirror AS ${rowsSql(0, 0)}`);
  await story.append(rowsSql(0, 50));
  await story.evolve((metadata) =>
    evolveLayout(
      metadata,
      layout(
        [
          ['at', 'day'],
          ['id', 'bucket[4]'],
        ],
        [['price', 'desc']],
      ),
      3,
    ),
  );
  await story.append(rowsSql(50, 150));
  await story.append(rowsSql(200, 100));
  const renamed = COLUMNS.map((c) => (c.name === 'town' ? { ...c, name: 'city' } : c));
  const columns = [...renamed, column('note', { kind: 'string' })];
  await story.evolve((metadata) =>
    evolveLayout(
      evolveColumns(metadata, columns, 3),
      layout(
        [
          ['at', 'month'],
          ['town', 'truncate[1]'],
          ['price', 'truncate[500]'],
        ],
        [['id', 'asc']],
      ),
      4,
    ),
  );
  await engine.run('ALTER TABLE mirror RENAME town TO city');
  await engine.run('ALTER TABLE mirror ADD COLUMN note VARCHAR');
  const later = (from: number, count: number): string =>
    `SELECT * RENAME (town AS city), 'n' || id AS note FROM (${rowsSql(from, count)})`;
  await story.append(later(300, 150));
  const below = (n: number): Predicate => ({
    op: 'lt',
    column: 'id',
    value: { type: 'long', value: String(n) },
  });
  await story.rewrite(below(120));
  const koeln: Predicate = { op: 'eq', column: 'city', value: { type: 'string', value: 'Köln' } };
  await story.rewrite(koeln, { where: koeln, set: null });
  await engine.run(`DELETE FROM mirror WHERE city = 'Köln'`);
  const some: Predicate = { op: 'prefix', column: 'city', value: 'O' };
  await story.rewrite(some, {
    where: some,
    set: { city: { sql: "'Ulm'" }, note: { sql: "'moved'" } },
  });
  await engine.run(`UPDATE mirror SET city = 'Ulm', note = 'moved' WHERE city LIKE 'O%'`);
  await story.append(later(450, 30));
  return story;
}

/** A condition in the SQL of all three readers, and in ours. */
const FILTERS: { name: string; sql: string; predicate: Predicate }[] = [
  {
    name: 'bucket',
    sql: 'id = 34',
    predicate: { op: 'eq', column: 'id', value: { type: 'long', value: '34' } },
  },
  {
    name: 'text',
    sql: "city = 'Ulm'",
    predicate: { op: 'eq', column: 'city', value: { type: 'string', value: 'Ulm' } },
  },
  {
    name: 'nothing',
    sql: 'city IS NULL',
    predicate: { op: 'eq', column: 'city', value: { type: 'null' } },
  },
  {
    name: 'price',
    sql: 'price >= 5.25',
    predicate: { op: 'ge', column: 'price', value: { type: 'decimal', value: '5.25' } },
  },
  {
    name: 'added',
    sql: "note = 'moved'",
    predicate: { op: 'eq', column: 'note', value: { type: 'string', value: 'moved' } },
  },
];
const TIME = { iso: '1969-12-25T00:00:00+00:00', sql: "TIMESTAMPTZ '1969-12-25 00:00:00+00'" };

async function expectedRows(where: string): Promise<Record<string, unknown>[]> {
  return await engine.rows(
    `SELECT id, city, epoch_us("at") AS "at", CAST(price AS VARCHAR) AS price, tags, place.zip AS zip, note
      FROM (SELECT * REPLACE (CAST(price AS DECIMAL(9, 2)) AS price) FROM mirror) WHERE ${where} ORDER BY id`,
  );
}

interface Answer {
  filters: Record<string, { files: number | null; rows: Record<string, unknown>[] }>;
  snapshots: number[] | null;
  records?: number;
  files?: number;
  sorted?: number;
}

interface Reader {
  name: string;
  script: string;
  engine: () => Engine;
  /** The instant as the reader writes it. */
  before: string;
}

const READERS: Reader[] = [
  {
    name: 'PyIceberg',
    script: 'read_pyiceberg.py',
    engine: pyiceberg,
    before: `at < '${TIME.iso}'`,
  },
  {
    name: 'DuckDB and its Iceberg extension',
    script: 'read_duckdb.py',
    engine: duckdbIceberg,
    before: `"at" < ${TIME.sql}`,
  },
  {
    name: 'Spark',
    script: 'read_spark.py',
    engine: spark,
    before: `at < TIMESTAMP '1969-12-25 00:00:00'`,
  },
];

for (const reader of READERS) {
  test(`${reader.name} reads a table that was partitioned, sorted, evolved, merged and deleted from`, async (t) => {
    const found = reader.engine();
    if ('absent' in found) return tellAbsent(t, found.absent);
    const place = localTable(t);
    const story = await tell(place);
    const { metadata, location } = story.pointer;
    const filters = {
      all: null,
      before: reader.before,
      ...Object.fromEntries(FILTERS.map(({ name, sql }) => [name, sql])),
    };
    const out = found.run(join(SCRIPTS, reader.script), [location ?? '', JSON.stringify(filters)]);
    const answer = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Answer;
    const conditions = { all: 'TRUE', before: `"at" < ${TIME.sql}` };
    const wanted = [
      ...Object.entries(conditions),
      ...FILTERS.map(({ name, sql }) => [name, sql] as const),
    ];
    for (const [name, where] of wanted) {
      const rows = await expectedRows(where);
      assert.ok(rows.length > 0, name);
      assert.deepEqual(answer.filters[name]?.rows, rows, name);
    }
    for (const { name, predicate } of FILTERS) {
      const ours = await planScan(place.ports, metadata, { filter: predicate });
      const theirs = answer.filters[name]?.files ?? null;
      // Both prune by what stands in the manifests; ours must not be the worse.
      if (theirs !== null)
        assert.ok(ours.length <= theirs, `${name}: ${ours.length} of ${theirs} files`);
    }
    const counts = metadata.snapshots.map((s) => Number(s.summary['total-records']));
    if (answer.snapshots !== null) assert.deepEqual(answer.snapshots, counts);
    if (answer.records !== undefined) {
      assert.equal(answer.records, counts.at(-1));
      assert.equal(answer.files, (await planScan(place.ports, metadata)).length);
      assert.equal(answer.sorted, answer.files);
    }
  });
}
