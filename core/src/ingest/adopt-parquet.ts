/**
 * Takes a clean Parquet file into the table as it is: its pages are copied byte for byte under a footer of our own.
 *
 * Not a shortcut past the contract: every value of every column is decoded and checked first. A file with one record that
 * the contract refuses, a repeated key, or a form that the table would not have written itself takes the way of all other
 * files (`run-batch.ts`), and nothing of it stays.
 * Invariants: field ids and statistics of the data file are ours, computed from the rows; rows, order and values are those
 * of the file; the file is durable when it is told of.
 */
import { duckdbType, isPrimitive, type PrimitiveType } from '../contract/data-type.ts';
import type { PlanColumn } from '../contract/plan.ts';
import { encodeBound, parseCell } from '../lakehouse/bounds.ts';
import { dataFileFromCopy } from '../lakehouse/copy-stats.ts';
import { pathOfUri } from '../lakehouse/paths.ts';
import { schemaText } from '../lakehouse/sql.ts';
import type { BoundColumn, DataFile } from '../lakehouse/types.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import type { CheckedPart, PartContext } from './check-part.ts';
import { hasRepeatedKeys } from './dedupe.ts';
import { wrongValueSql } from './flat-parquet.ts';
import {
  adoptedEnd,
  type ChunkStatistics,
  FOOTER_BYTES_MAX,
  FOOTER_END_BYTES,
  type FooterColumn,
  footerLength,
  isOfType,
  type ParquetFooter,
  plainBound,
  readFooter,
} from './parquet-footer.ts';
import type { StageSummary } from './ports.ts';
import { RECORDS_MAX } from './stage-layout.ts';

export interface AdoptedFile {
  part: CheckedPart;
  summary: StageSummary;
}

/** Row groups of other sizes would make queries slow, so such a file is written anew. */
const GROUP_ROWS = { least: 10_000, most: 4_000_000 };
/** Longest text that stands as a bound in the file. */
const TEXT_BOUND_MAX = 256;

/** The adopted file, or null when the batch has to go the way of other files. */
export async function adoptParquet(
  context: PartContext,
  signal: AbortSignal,
): Promise<AdoptedFile | null> {
  const { landing, layout } = context.request;
  const isOne = landing.files === undefined && landing.compression === 'none';
  if (landing.format !== 'parquet' || !isOne) return null;
  // Why: rows of one partition stand together, and sorted ones in order; a file comes as it comes.
  const isPlain = layout.specId === 0 && layout.partition.length === 0 && layout.sort.length === 0;
  if (!isPlain) return null;
  const file = await readAdoptable(context);
  if (file === null) return null;
  signal.throwIfAborted();
  const isClean = await checkRows(context, file);
  signal.throwIfAborted();
  if (!isClean) return null;
  const adopted = await takeFile(context, file);
  const isRepeated = await hasRepeatedKeys(context, [adopted.part], adopted.summary);
  if (!isRepeated) return adopted;
  for (const { path } of adopted.part.files) await context.ports.files.remove(pathOfUri(path));
  return null;
}

/** A column of the file, of the plan and of the table. */
interface AdoptedColumn {
  stored: FooterColumn;
  planned: PlanColumn;
  bound: BoundColumn;
  type: PrimitiveType;
}

/** A file whose form a table can have. */
interface Adoptable {
  footer: ParquetFooter;
  /** Length of the file and of everything before the footer. */
  bytes: number;
  pageBytes: number;
  rows: number;
  /** By column of the file. */
  columns: AdoptedColumn[];
  /** Columns of the plan that the file lacks. */
  lacking: string[];
}

async function readAdoptable({ ports, request }: PartContext): Promise<Adoptable | null> {
  const { path } = request.landing;
  const bytes = await ports.files.size(path);
  const length = footerLength(await ports.files.readEnd(path, FOOTER_END_BYTES));
  if (length === null || length > FOOTER_BYTES_MAX || length + 12 > bytes) return null;
  const end = await ports.files.readEnd(path, length + FOOTER_END_BYTES);
  const footer = readFooter(end.subarray(0, length));
  if (footer === null || !isWellCut(footer)) return null;
  const columns = bindColumns(request, footer);
  if (columns === null) return null;
  const rows = footer.groups.reduce((sum, group) => sum + group.rows, 0);
  const names = columns.map(({ planned }) => planned.name);
  const absent = request.plan.columns.filter((column) => !names.includes(column.name));
  if (rows > RECORDS_MAX || rows === 0 || absent.some((column) => column.required)) return null;
  const pageBytes = bytes - length - FOOTER_END_BYTES;
  return { footer, bytes, pageBytes, rows, columns, lacking: absent.map(({ name }) => name) };
}

/** Row groups that are neither crumbs nor one lump, most of them compressed. */
function isWellCut({ groups }: ParquetFooter): boolean {
  const rows = groups.map((group) => group.rows);
  const all = rows.reduce((sum, n) => sum + n, 0);
  const bytes = groups.flatMap((group) => group.sizes).reduce((sum, n) => sum + n, 0);
  const plain = groups.reduce((sum, group) => sum + group.plainBytes, 0);
  const isFine = groups.length === 1 || all / groups.length >= GROUP_ROWS.least;
  return isFine && Math.max(...rows) <= GROUP_ROWS.most && plain * 2 <= bytes;
}

/** For each column of the file the column of plan and table that it is, exactly; null when one fits none. */
function bindColumns(
  { plan, columns }: PartContext['request'],
  footer: ParquetFooter,
): AdoptedColumn[] | null {
  const names = new Set(footer.columns.map((column) => column.name));
  if (names.size !== footer.columns.length) return null;
  const bound: AdoptedColumn[] = [];
  for (const stored of footer.columns) {
    const planned = plan.columns.find((column) => column.sourceName === stored.name);
    const target = columns.find((column) => column.id === planned?.id);
    if (planned === undefined || target === undefined) return null;
    const { type } = planned;
    if (!isPrimitive(type) || duckdbType(type) !== duckdbType(target.type)) return null;
    if (!isOfType(stored, type)) return null;
    bound.push({ stored, planned, bound: target, type });
  }
  return bound;
}

/**
 * Reads every value and fills `_weft_groups` with what each row group holds of records that no rule refuses; true when these
 * are all.
 */
async function checkRows(context: PartContext, file: Adoptable): Promise<boolean> {
  const { ports, request, ready } = context;
  const present = file.columns.map(({ planned, stored }) => {
    return `${quoteIdent(stored.name)} AS ${quoteIdent(planned.name)}`;
  });
  const absent = request.plan.columns
    .filter(({ name }) => file.lacking.includes(name))
    .map(({ name, type }) => `CAST(NULL AS ${duckdbType(type)}) AS ${quoteIdent(name)}`);
  const wrong = file.columns.flatMap(({ planned, type }) => {
    const sql = wrongValueSql(type, quoteIdent(planned.name));
    return sql === null ? [] : [`(${sql}) IS NOT TRUE`];
  });
  const measured = file.columns.map(({ planned }, i) => {
    const name = quoteIdent(planned.name);
    return `min(${name}) AS lo${i}, max(${name}) AS hi${i}, count(${name}) AS n${i}`;
  });
  const isGood = [...wrong, ready.ok].join(' AND ');
  const read = `read_parquet(${quoteText(request.landing.path)}, file_row_number = true, hive_partitioning = false)`;
  const rows = `(SELECT ${groupSql(file.footer)} AS _group, ${[...present, ...absent].join(', ')} FROM ${read})`;
  try {
    await ports.engine.run(
      `CREATE OR REPLACE TEMP TABLE _weft_groups AS
        SELECT _group, count(*) AS n, ${measured.join(', ')} FROM ${rows}
        WHERE coalesce(${isGood}, FALSE) GROUP BY _group`,
    );
  } catch {
    // Why: whatever is wrong with the file, the other way finds it and says it well.
    return false;
  }
  const groups = await ports.engine.rows('SELECT n FROM _weft_groups ORDER BY _group');
  const expected = file.footer.groups.map((group) => group.rows).filter((count) => count > 0);
  return (
    groups.length === expected.length && groups.every((row, i) => Number(row['n']) === expected[i])
  );
}

/** The number of the row group of a row: a search in halves over their borders. */
function groupSql({ groups }: ParquetFooter): string {
  const ends: number[] = [];
  for (const group of groups) ends.push((ends.at(-1) ?? 0) + group.rows);
  const search = (from: number, to: number): string => {
    if (from === to) return String(from);
    const middle = Math.floor((from + to) / 2);
    const [left, right] = [search(from, middle), search(middle + 1, to)];
    return `CASE WHEN file_row_number < ${ends[middle]} THEN ${left} ELSE ${right} END`;
  };
  return search(0, groups.length - 1);
}

async function takeFile(context: PartContext, file: Adoptable): Promise<AdoptedFile> {
  const { ports, request } = context;
  const path = `${request.dataDirectory}/${request.batch}-00000.parquet`;
  const tail = adoptedEnd(file.footer, {
    fieldIds: file.columns.map(({ bound }) => bound.fieldId),
    statistics: await groupStatistics(context, file),
    schema: schemaText(request.columns),
  });
  await ports.files.adopt({ from: request.landing.path, to: path, keep: file.pageBytes, tail });
  await ports.files.syncFile(path);
  const { rows, bytes, lacking } = file;
  const part: CheckedPart['part'] = {
    index: 0,
    path: null,
    staged: rows,
    framed: rows,
    lexical: 0,
    seen: 0,
    isMarked: false,
    lexPath: null,
    badPath: null,
    bad: 0,
    plainPath: request.landing.path,
    start: 0,
    end: 0,
  };
  const entry = await describe(context, file, { path, bytes: file.pageBytes + tail.length });
  return {
    part: { part, files: [entry], quarantinePath: null, quarantined: 0, aside: 0, isLetIn: false },
    summary: {
      framed: rows,
      bytes,
      keyAscending: false,
      keysMarked: false,
      lacking,
      files: [{ framed: rows, lacking }],
    },
  };
}

/** Statistics of each row group and column, as they stand in the footer. */
async function groupStatistics(
  { ports }: PartContext,
  { columns, footer }: Adoptable,
): Promise<ChunkStatistics[][]> {
  const cells = columns.map(({ planned }, i) => cellsSql(planned, i, ''));
  const rows = await ports.engine.rows(
    `SELECT _group, n, ${cells.join(', ')} FROM _weft_groups ORDER BY _group`,
  );
  const byGroup = new Map(rows.map((row) => [Number(row['_group']), row]));
  return footer.groups.map((_group, g) =>
    columns.map((column, i) => {
      const row = byGroup.get(g);
      if (row === undefined) return { nulls: 0, min: null, max: null };
      const nulls = Number(row['n']) - Number(row[`n${i}`]);
      const [min, max] = [row[`lo${i}`], row[`hi${i}`]].map((text) => plainOf(column, text));
      return { nulls, min: min ?? null, max: max ?? null };
    }),
  );
}

/** Smallest, greatest and number of values of a column as texts that `parseCell` reads; `of` gathers row groups. */
function cellsSql({ type }: PlanColumn, i: number, of: 'all' | ''): string {
  const [lo, hi, n] =
    of === 'all' ? [`min(lo${i})`, `max(hi${i})`, `sum(n${i})`] : [`lo${i}`, `hi${i}`, `n${i}`];
  const text = (value: string): string =>
    type.kind === 'boolean' ? `CAST(${value}::INTEGER AS VARCHAR)` : `CAST(${value} AS VARCHAR)`;
  return `${text(lo)} AS lo${i}, ${text(hi)} AS hi${i}, ${n} AS n${i}`;
}

function plainOf({ type, stored }: AdoptedColumn, text: unknown): Uint8Array | null {
  if (typeof text !== 'string' || text.length > TEXT_BOUND_MAX) return null;
  const cell = parseCell(type, text);
  // Why: zero has two forms in a double, and readers take the bound at its word.
  if (cell === null || (type.kind === 'double' && Number(cell) === 0)) return null;
  return plainBound(stored, type, encodeBound(type, cell));
}

/** The manifest entry, as if the engine had written the file. */
async function describe(
  { ports, request }: PartContext,
  { columns, footer, rows, lacking }: Adoptable,
  written: { path: string; bytes: number },
): Promise<DataFile> {
  const cells = columns.map(({ planned }, i) => cellsSql(planned, i, 'all'));
  const [all = {}] = await ports.engine.rows(`SELECT ${cells.join(', ')} FROM _weft_groups`);
  const statistics = columns.map(({ bound }, i): [string, unknown] => {
    const sizes = footer.groups.map((group) => group.sizes[i] ?? 0);
    const values = Number(all[`n${i}`]);
    const entries: [string, unknown][] = [
      ['min', all[`lo${i}`]],
      ['max', all[`hi${i}`]],
      ['null_count', rows - values],
      ['num_values', rows],
      ['has_nan', 'false'],
      ['column_size_bytes', sizes.reduce((sum, size) => sum + size, 0)],
    ];
    return [quoteIdent(bound.name), new Map(entries)];
  });
  const row = {
    filename: written.path,
    count: rows,
    file_size_bytes: written.bytes,
    column_statistics: new Map(statistics),
  };
  const file = dataFileFromCopy(row, request.columns);
  for (const { fieldId, id } of request.columns) {
    const column = request.plan.columns.find((planned) => planned.id === id);
    if (column !== undefined && !lacking.includes(column.name)) continue;
    file.valueCounts.set(fieldId, rows);
    file.nullCounts.set(fieldId, rows);
  }
  return file;
}
