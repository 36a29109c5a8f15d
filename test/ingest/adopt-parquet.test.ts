/**
 * Parquet files that a table takes as they are: which ones, that rows and statistics are right, and that nothing in the
 * file itself is believed. Oracles: DuckDB's own reading of the file, and the statistics that it gives when it writes the
 * same rows.
 */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { duckdbType, type PrimitiveType } from '@weft/core/contract/data-type';
import type { IngestPlan } from '@weft/core/contract/plan';
import type { CheckedBatch, CheckFiles, CheckRequest } from '@weft/core/ingest/check-ports';
import { adoptedEnd, footerLength, readFooter } from '@weft/core/ingest/parquet-footer';
import type { SqlEngine, Stager } from '@weft/core/ingest/ports';
import { runBatch } from '@weft/core/ingest/run-batch';
import { dataFileFromCopy } from '@weft/core/lakehouse/copy-stats';
import { copyOptions, readParquetSql } from '@weft/core/lakehouse/sql';
import type { BoundColumn, DataFile } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import { quoteIdent, quoteText } from '@weft/core/lib/ident-sql';
import fc from 'fast-check';
import { createCheckFiles } from '../../server/src/adapters/check-files.ts';
import { createStager } from '../../server/src/adapters/stager.ts';
import { plan as BASE, columns as BASE_COLUMNS, rule } from '../support/batch-bench.ts';
import { openTestEngine, openTestRules } from '../support/engine.ts';

const TYPES: Record<string, PrimitiveType> = {
  id: { kind: 'long' },
  qty: { kind: 'int' },
  sku: { kind: 'string' },
  price: { kind: 'decimal', precision: 9, scale: 2 },
  big: { kind: 'decimal', precision: 30, scale: 4 },
  ratio: { kind: 'double' },
  ok: { kind: 'boolean' },
  day: { kind: 'date' },
  at: { kind: 'timestamp' },
  instant: { kind: 'timestamptz' },
};
const COLUMNS: BoundColumn[] = Object.entries(TYPES).map(([name, type], i) => ({
  ...must(BASE_COLUMNS[0], 'a column'),
  id: `p_${name}`,
  name,
  type,
  fieldId: 11 + i,
}));
const PLAN: IngestPlan = {
  ...BASE,
  columns: COLUMNS.map(({ id, name, type }) => ({
    ...must(BASE.columns[0], 'a column'),
    id,
    name,
    sourceName: name === 'sku' ? 'Article No' : name,
    type,
    required: name === 'id',
  })),
  rules: [
    ...Object.keys(TYPES).map((name) => rule(`${name}.type`, { kind: 'type', column: name })),
    rule('id.required', { kind: 'required', column: 'id' }),
    rule('qty.range', {
      kind: 'range',
      column: 'qty',
      min: { value: '0', inclusive: true },
      max: null,
    }),
    rule('primary_key', { kind: 'duplicates', columns: ['id'] }),
  ],
};

const ROWS = `SELECT (i * 7919 % 30011)::BIGINT AS id, (i % 50)::INTEGER AS qty, 'article ' || (i % 40) AS "Article No",
  (i % 999 - 300.25)::DECIMAL(9, 2) AS price, (i * 1000003 - 5)::DECIMAL(30, 4) AS big, i / 7 - 3 AS ratio, i % 3 = 0 AS ok,
  CASE WHEN i % 5 > 0 THEN DATE '2026-01-01' + (i % 100)::INTEGER END AS day,
  TIMESTAMP '2026-01-01 00:00:00.000001' + INTERVAL (i) SECOND AS at,
  TIMESTAMPTZ '2026-01-01 00:00:00+02' + INTERVAL (i) MINUTE AS instant
  FROM range(30000) r(i)`;

let engine: SqlEngine;
let stager: Stager & { close(): Promise<void> };
let directory: string;
let batches = 0;
/** What was done with files that were made of a sent one, in order. */
let done: string[] = [];
const real = createCheckFiles();
const files: CheckFiles = {
  ...real,
  async adopt(options) {
    await real.adopt(options);
    done.push(`adopt ${options.to}`);
  },
  async syncFile(file) {
    await real.syncFile(file);
    done.push(`sync ${file}`);
  },
};
/** Batches that the stager was asked for. */
let staged = 0;

before(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-adopt-'));
  engine = await openTestEngine();
  const reader = createStager({
    threads: 1,
    openEngine: async () => ({ ...engine, close: () => undefined }),
  });
  stager = {
    stage(request, onPart) {
      staged++;
      return reader.stage(request, onPart);
    },
    close: () => reader.close(),
  };
});
after(async () => {
  await stager.close();
  engine.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

async function write(select: string, options = 'ROW_GROUP_SIZE 10240'): Promise<string> {
  const file = path.join(directory, `sent-${++batches}.parquet`);
  const more = options === '' ? '' : `, ${options}`;
  await engine.run(`COPY (${select}) TO ${quoteText(file)} (FORMAT parquet${more})`);
  return file;
}

const PLAIN: CheckRequest['layout'] = { specId: 0, partition: [], sortOrderId: 0, sort: [] };

interface Sent {
  checked: CheckedBatch;
  isAdopted: boolean;
  data: string;
}

async function send(file: string, more: Partial<CheckRequest> = {}): Promise<Sent> {
  const batch = `bat_${++batches}`;
  const data = path.join(directory, batch);
  fs.mkdirSync(path.join(data, 'scratch'), { recursive: true });
  const before = staged;
  const checked = await runBatch(
    { stager, engine, contractEngine: engine, openRules: openTestRules, files },
    {
      batch,
      landing: {
        path: file,
        name: null,
        bytes: 0,
        sha256: '',
        format: 'parquet',
        compression: 'none',
      },
      plan: PLAN,
      columns: COLUMNS,
      layout: PLAIN,
      scratch: path.join(data, 'scratch'),
      dataDirectory: data,
      quarantinePath: path.join(data, 'quarantine.parquet'),
      tableFiles: [],
      earlierRows: [],
      now: '2026-01-01T00:00:00.000Z',
      references: [],
      ...more,
    },
    { signal: new AbortController().signal },
  );
  return { checked, isAdopted: staged === before, data };
}

const pathsOf = (checked: CheckedBatch): string[] => checked.files.map((file) => file.path);
const onlyFile = (checked: CheckedBatch): DataFile => must(checked.files[0], 'a data file');

/** Rows of the sent file that the table lacks, and the other way round. */
async function differences(sent: string, checked: CheckedBatch): Promise<number> {
  const ours = `SELECT * FROM ${readParquetSql(pathsOf(checked), COLUMNS)}`;
  const theirs = `SELECT * RENAME ("Article No" AS sku) FROM read_parquet(${quoteText(sent)})`;
  const [row] = await engine.rows(
    `SELECT (SELECT count(*) FROM (${ours} EXCEPT ALL ${theirs})) + (SELECT count(*) FROM (${theirs} EXCEPT ALL ${ours})) AS n`,
  );
  return Number(row?.['n']);
}

test('a clean file is taken as it is: same pages, same rows, other footer', async () => {
  for (const codec of ['snappy', 'zstd', 'gzip', 'lz4_raw']) {
    const sent = await write(ROWS, `ROW_GROUP_SIZE 10240, COMPRESSION ${codec}`);
    const { checked, isAdopted } = await send(sent);
    assert.ok(isAdopted, codec);
    assert.deepEqual(checked.records, { in: 30_000, good: 30_000, quarantined: 0, duplicates: 0 });
    assert.equal(await differences(sent, checked), 0);
    const [ours, theirs] = [onlyFile(checked).path.replace('file://', ''), sent].map((file) => {
      const bytes = fs.readFileSync(file);
      return bytes.subarray(
        0,
        bytes.length - 8 - must(footerLength(bytes.subarray(-8)), 'a footer'),
      );
    });
    assert.deepEqual(ours, theirs);
  }
});

test('a column with a name as our own statements have it is refused before anything is read', async () => {
  const [column, ...others] = PLAN.columns;
  const plan = { ...PLAN, columns: [{ ...must(column, 'column'), name: '_group' }, ...others] };
  await assert.rejects(send(await write(ROWS), { plan }), /`_group` is reserved/);
});

test('an adopted file is on disk, whole, before anybody is told of it', async () => {
  const sent = await write(ROWS);
  done = [];
  const { checked } = await send(sent);
  const file = onlyFile(checked).path.replace('file://', '');
  assert.deepEqual(done, [`adopt ${file}`, `sync ${file}`]);
});

test('the manifest entry is the one of a file that the engine wrote itself', async () => {
  const sent = await write(ROWS);
  const { checked } = await send(sent);
  const file = onlyFile(checked);
  const names = COLUMNS.map(({ name, type }) => {
    const source = name === 'sku' ? 'Article No' : name;
    return `CAST(${quoteIdent(source)} AS ${duckdbType(type)}) AS ${quoteIdent(name)}`;
  });
  const copy = path.join(directory, 'copied.parquet');
  const [row] = await engine.rows(
    `COPY (SELECT ${names.join(', ')} FROM read_parquet(${quoteText(sent)})) TO ${quoteText(copy)} (${copyOptions(COLUMNS)})`,
  );
  const oracle = dataFileFromCopy(must(row, 'statistics'), COLUMNS);
  for (const key of ['valueCounts', 'nullCounts', 'lowerBounds', 'upperBounds'] as const) {
    assert.deepEqual(file[key], oracle[key], key);
  }
  assert.equal(file.records, oracle.records);
  assert.equal(file.bytes, fs.statSync(file.path.replace('file://', '')).size);
});

test('statistics of each row group are those of its rows', async () => {
  const { checked } = await send(await write(ROWS));
  const groups = await engine.rows(
    `SELECT row_group_id AS g, path_in_schema AS col, stats_min_value AS lo, stats_max_value AS hi, stats_null_count AS nulls
      FROM parquet_metadata(${quoteText(onlyFile(checked).path.replace('file://', ''))}) WHERE stats_min_value IS NOT NULL`,
  );
  const columns = new Set(groups.map((row) => row['col']));
  assert.deepEqual(
    [...columns].sort(),
    ['Article No', ...Object.keys(TYPES).filter((n) => n !== 'sku')].sort(),
  );
  for (const { g, col, lo, hi, nulls } of groups) {
    const name = quoteIdent(String(col));
    const [row] = await engine.rows(
      `SELECT min(${name})::VARCHAR AS lo, max(${name})::VARCHAR AS hi, count(*) - count(${name}) AS nulls FROM
        (SELECT * FROM read_parquet(${quoteText(onlyFile(checked).path.replace('file://', ''))}, file_row_number = true))
        WHERE file_row_number // 10240 = ${g}`,
    );
    const plain = (text: unknown): string => String(text).replace(/\+00$/, '').replace(/\.0+$/, '');
    const own = [lo, hi].map(plain).map((text) => (text === '0' && col === 'ok' ? 'false' : text));
    const shown = own.map((text) => (text === '1' && col === 'ok' ? 'true' : text));
    assert.deepEqual(
      [...shown, nulls],
      [plain(row?.['lo']), plain(row?.['hi']), row?.['nulls']],
      `${g} ${col}`,
    );
  }
});

test('files of another form take the way of all files, with the same rows', async () => {
  const others: [string, string, string?][] = [
    ['a wider whole number', ROWS.replace('(i % 50)::INTEGER AS qty', '(i % 50)::BIGINT AS qty')],
    ['another scale', ROWS.replace('::DECIMAL(9, 2)', '::DECIMAL(8, 2)')],
    [
      'milliseconds',
      ROWS.replace('SECOND AS at', 'SECOND AS at0')
        .replace(/^SELECT/, 'SELECT * EXCLUDE (at0), at0::TIMESTAMP_MS AS at FROM (SELECT')
        .concat(')'),
    ],
    ['crumbs', ROWS, 'ROW_GROUP_SIZE 2048'],
    ['not compressed', ROWS, 'COMPRESSION uncompressed'],
  ];
  for (const [what, select, options] of others) {
    const sent = await write(select, options);
    const { checked, isAdopted } = await send(sent);
    assert.equal(isAdopted, false, what);
    assert.equal(checked.records.good, 30_000, what);
  }
});

test('a table whose files are sorted or partitioned takes no file as it is', async () => {
  const sort = [{ column: 'id', direction: 'asc' as const, nullsFirst: true }];
  const { checked, isAdopted } = await send(await write(ROWS), {
    layout: { ...PLAIN, sortOrderId: 1, sort },
  });
  assert.equal(isAdopted, false);
  assert.equal(checked.records.good, 30_000);
});

test('one bad record, one wrong value or one repeated key is enough, and nothing stays of the try', async () => {
  const bad: [string, string, Partial<CheckedBatch['records']>][] = [
    ['rule', 'if(i = 17, -1, i % 50)::INTEGER AS qty', { good: 29_999, quarantined: 1 }],
    [
      'required',
      'if(i = 17, NULL, i * 7919 % 30011)::BIGINT AS id',
      { good: 29_999, quarantined: 1 },
    ],
    ['infinite', "if(i = 17, 'inf'::DOUBLE, i / 7) AS ratio", { good: 29_999, quarantined: 1 }],
    ['key', 'if(i = 17, 0, i * 7919 % 30011)::BIGINT AS id', { good: 29_999, quarantined: 1 }],
  ];
  for (const [what, expression, records] of bad) {
    const name = must(/AS (\w+)$/.exec(expression)?.[1], 'a name');
    const sent = await write(
      `SELECT * REPLACE (${expression.replace(/ AS \w+$/, '')} AS ${name}) FROM (SELECT *, row_number() OVER () - 1 AS i FROM (${ROWS}))`.replace(
        'SELECT * REPLACE',
        'SELECT * EXCLUDE (i) REPLACE',
      ),
    );
    const { checked, isAdopted, data } = await send(sent);
    assert.equal(isAdopted, false, what);
    assert.deepEqual(checked.records, { in: 30_000, duplicates: 0, ...records }, what);
    const left = fs.readdirSync(data).filter((file) => /^bat_.*\.parquet$/.test(file));
    assert.deepEqual(
      left.sort(),
      pathsOf(checked)
        .map((file) => path.basename(file))
        .sort(),
      what,
    );
  }
});

test('a column that may be missing is missing, and is NULL in each record', async () => {
  const { checked, isAdopted } = await send(await write(`SELECT * EXCLUDE (ratio) FROM (${ROWS})`));
  assert.ok(isAdopted);
  assert.deepEqual(checked.lacking, ['ratio']);
  const field = must(
    COLUMNS.find((column) => column.name === 'ratio'),
    'the column',
  ).fieldId;
  assert.equal(onlyFile(checked).nullCounts.get(field), 30_000);
});

/** The file with statistics that say what they like: every value present and between the bounds. */
function lie(file: string, column: string, bounds: { min: Uint8Array; max: Uint8Array }): string {
  const bytes = fs.readFileSync(file);
  const length = must(footerLength(bytes.subarray(-8)), 'a footer');
  const footer = must(
    readFooter(bytes.subarray(bytes.length - 8 - length, bytes.length - 8)),
    'a known footer',
  );
  const statistics = footer.groups.map(() =>
    footer.columns.map(({ name }) =>
      name === column ? { nulls: 0, ...bounds } : { nulls: 0, min: null, max: null },
    ),
  );
  const end = adoptedEnd(footer, {
    fieldIds: footer.columns.map((_, i) => i + 1),
    statistics,
    schema: '{}',
  });
  const lying = `${file}.lying.parquet`;
  fs.writeFileSync(lying, Buffer.concat([bytes.subarray(0, bytes.length - 8 - length), end]));
  return lying;
}

const int32 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return bytes;
};

test('what a file says of its own values is not believed: neither to let records in nor to hide them', async () => {
  const broken = ROWS.replace('(i % 50)::INTEGER AS qty', '(i % 50 - 1)::INTEGER AS qty');
  const letIn = await send(lie(await write(broken), 'qty', { min: int32(0), max: int32(9) }));
  assert.deepEqual(letIn.checked.records, {
    in: 30_000,
    good: 29_400,
    quarantined: 600,
    duplicates: 0,
  });
  const believed = lie(await write(broken), 'qty', { min: int32(0), max: int32(9) });
  const [least] = await engine.rows(
    `SELECT min(qty) AS n FROM read_parquet(${quoteText(believed)})`,
  );
  assert.equal(least?.['n'], -1);
  const missing = await send(
    lie(await write(`SELECT * REPLACE (nullif(id, 5) AS id) FROM (${ROWS})`), 'qty', {
      min: int32(0),
      max: int32(9),
    }),
  );
  assert.equal(missing.checked.records.quarantined, 1);
  const hidden = await send(
    lie(await write(ROWS), 'qty', { min: int32(1_000), max: int32(2_000) }),
  );
  assert.ok(hidden.isAdopted);
  const [row] = await engine.rows(
    `SELECT count(*) AS n FROM ${readParquetSql(pathsOf(hidden.checked), COLUMNS)} WHERE qty = 7`,
  );
  assert.equal(row?.['n'], 600);
});

test('a footer that was tampered with never ends in anything but a way to check the file', async () => {
  const bytes = fs.readFileSync(await write(ROWS));
  const length = must(footerLength(bytes.subarray(-8)), 'a footer');
  const footer = Uint8Array.from(bytes.subarray(bytes.length - 8 - length, bytes.length - 8));
  assert.notEqual(readFooter(footer), null);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(footer.length - 1), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.nat(footer.length),
      (changes, cut) => {
        const changed = Uint8Array.from(footer);
        for (const [at, byte] of changes) changed[at] = byte;
        readFooter(changed);
        readFooter(changed.subarray(0, cut));
      },
    ),
    { numRuns: 2_000 },
  );
  for (const huge of [
    [0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f],
    [0x18, 0xff, 0xff, 0xff, 0xff, 0x0f],
  ]) {
    assert.equal(readFooter(Uint8Array.from(huge)), null);
  }
  assert.equal(readFooter(new Uint8Array(10_000).fill(0x1c)), null);
});
