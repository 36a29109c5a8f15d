/**
 * The projection: what a query may see of each table, as files that lack everything else.
 *
 * A data file of which every column and row is permitted is read as it is. Of any other the permitted columns and rows
 * are copied once, masked, by our own SQL, into a file of their own: the *form* of that data file for everybody who may
 * see the same. A roll-up is one file of cells, made of all data files, and so are rows of a table that is partitioned by
 * what is not shown. Views over these files, one schema per domain and one view per name that the text writes, are all
 * that the process of the query knows. Hidden columns and rows are in none of its files, so there is nothing that a clever
 * statement could push a predicate below, read statistics of, or find in an error.
 * Not here: the decision (`policy/decide.ts`), masks and cells (`shown.ts`), which files to read (`lakehouse/scan.ts`),
 * making and keeping the files.
 *
 * Invariants: columns of a form = columns of the decision, or those of them that the text may use; every row of it satisfies the decision's filter; a data file
 * is read as it is only where every field that any version of the table had is permitted and none of its rows was deleted;
 * equal sources and `form`, equal content; where anything of a row is not shown, the order of the rows is one of what is
 * shown; a part without rows has no file, for the engine plans by the number of files, and orders rows by its plan; a decision that does not fit the table (a filter on a missing column, a mask on another type) ends in an error,
 * never in more rows.
 */
import { copyOptions, readParquetSql, readTableSql } from '../lakehouse/sql.ts';
import type { BoundColumn, ReadFile } from '../lakehouse/types.ts';
import { assert } from '../lib/assert.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { WeftError } from '../lib/error.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { type Predicate, predicateColumns } from '../lib/predicate.ts';
import { predicateToDuckdb } from '../lib/predicate-sql.ts';
import type { AccessDecision } from '../policy/decide.ts';
import { filterProblem } from '../policy/filter-fit.ts';
import { withoutKeys } from '../policy/key-sets.ts';
import type { GateTable } from './gate.ts';
import type { SandboxTables } from './ports.ts';
import { type Shown, showTable, usedColumns } from './shown.ts';

export interface ProjectTable {
  gate: GateTable;
  decision: AccessDecision;
  /** Columns of the table as it is stored now. */
  columns: readonly BoundColumn[];
  /** Ids of all fields, nested ones too, that any file of the table may hold (`everyFieldId` of its metadata). */
  storedFieldIds: readonly number[];
  /** Ids of the fields by which rows are put into data files (`groupingFieldIds` of its metadata); none when absent. */
  groupedBy?: readonly number[];
  /** The data files that may hold permitted rows, with the rows that other engines deleted of them. */
  files: readonly ReadFile[];
}

/** The permitted part of one data file, or the cells of all of them. */
export interface ProjectionPart {
  /** URIs of the data files that it is made of: one, or all of the table's version. */
  sources: readonly string[];
  /** What is permitted of it, as a text to tell forms apart; null when all of it is. Holds no key. */
  form: string | null;
  /** True for what is made of all data files: the next version of the table has another one. */
  isOfVersion: boolean;
  /** The form of a copy of all of it, for whoever must not have the data file itself; that of the part where it has one. */
  formOfCopy: string;
  /** The agreement under whose key the statement hashes; null when it needs none. */
  keyOf: string | null;
  /** The statement that writes the permitted part to an absolute path, in an engine with `TimeZone = 'UTC'`. */
  copyTo(target: string): string;
}

export interface Projection {
  /** The permitted parts of all tables, in order. */
  parts: ProjectionPart[];
  /** Makes one view for each table over files that hold the parts, one path for each part, null for one without rows. */
  viewsOver(paths: readonly (string | null)[]): string[];
  /** For each table, in the order of the input, the columns that the text may have used: what the audit log says. */
  used: string[][];
  /** For each table, the columns of its parts as they are shown, with the field ids that they have in the files. */
  columns: BoundColumn[][];
}

interface ProjectedTable {
  parts: ProjectionPart[];
  columns: BoundColumn[];
  viewOver(paths: string[]): string;
  used: string[];
}

export interface ProjectionOptions {
  /** Names the secret from which keys of hashes come, so that another one makes other forms; null where there is none. */
  keyGeneration: string | null;
  /** True: rows have only the permitted columns that the text may use. A roll-up, and what is of a version, is whole all the same. */
  isNarrow?: boolean;
}

/** Builds the projection. Throws ACCESS_DENIED unless every decision permits, fits its table and can be carried out. */
export function buildProjection(
  tables: readonly ProjectTable[],
  options: ProjectionOptions = { keyGeneration: null },
): Projection {
  const domains = [...new Set(tables.map((table) => table.gate.domain))];
  const projected = tables.map((table) => projectTable(table, options));
  return {
    parts: projected.flatMap((table) => table.parts),
    viewsOver(paths) {
      const schemas = domains.map((domain) => `CREATE SCHEMA ${quoteIdent(domain)}`);
      let at = 0;
      const views = projected.map(({ parts, viewOver }) => {
        const own = paths.slice(at, at + parts.length);
        at += parts.length;
        return viewOver(own.filter((path) => path !== null));
      });
      assert(at === paths.length, 'one path for each part');
      return [...schemas, ...views];
    },
    used: projected.map((table) => table.used),
    columns: projected.map((table) => table.columns),
  };
}

/** The part as a file of its own, also where all of the data file is permitted. */
export function copyOfPart(part: ProjectionPart): ProjectionPart {
  return { ...part, form: part.formOfCopy };
}

/** What a process is given of a projection: the files of the parts that have rows (`ProjectionFiles.open`). */
export function openedTables(
  { viewsOver }: Pick<Projection, 'viewsOver'>,
  opened: readonly (string | null)[],
): SandboxTables {
  return {
    files: opened.filter((file) => file !== null),
    statements(paths) {
      let at = 0;
      return viewsOver(opened.map((file) => (file === null ? null : (paths[at++] ?? null))));
    },
  };
}

function projectTable(table: ProjectTable, options: ProjectionOptions): ProjectedTable {
  const { gate, decision } = table;
  const shown = showTable(table, options);
  checkFilter(decision.rowFilter, table);
  const name = `${quoteIdent(gate.domain)}.${quoteIdent(gate.name)}`;
  const list = shown.columns.map((column) => quoteIdent(column.name)).join(', ');
  return {
    parts: partsOf(table, shown),
    // Why the list of columns: without it the engine's own columns (file name, row number) would be there, too.
    viewOver: (paths) =>
      `CREATE VIEW ${name} AS SELECT ${list} FROM ${readParquetSql(paths, shown.columns)}`,
    used: usedColumns(table, shown.columns),
    columns: shown.columns,
  };
}

/** One part for each data file; one for all of them where rows are rolled up, or the files tell what is not shown. */
function partsOf(table: ProjectTable, shown: Shown): ProjectionPart[] {
  const groups = shown.isMerged ? [table.files] : table.files.map((file) => [file]);
  return groups
    .filter((files) => files.length > 0)
    .map((files) => {
      const formOfCopy = formOf(table, shown, files);
      return {
        sources: files.map((file) => file.path),
        form: isAsStored(table, shown, files) ? null : formOfCopy,
        isOfVersion: shown.isMerged,
        formOfCopy,
        keyOf: shown.keyOf,
        copyTo: (target) => copyStatement(table, shown, { files, target }),
      };
    });
}

/** Names how the content is made, beside what is permitted: raised when equal decisions come to give other files. */
const FORM_VERSION = 4;

/** True when the files hold nothing that is not permitted and no row that was deleted. */
function isAsStored(table: ProjectTable, shown: Shown, files: readonly ReadFile[]): boolean {
  const isUndeleted = files.every((file) => file.deletes.length === 0);
  return table.decision.rowFilter.op === 'true' && isUndeleted && shown.isWhole;
}

function formOf(table: ProjectTable, shown: Shown, files: readonly ReadFile[]): string {
  const { rowFilter } = table.decision;
  const deletes = [...new Set(files.flatMap((file) => file.deletes))].sort();
  const columns = shown.columns.map(({ fieldId, name, type }) => ({ fieldId, name, type }));
  const { obligations } = shown;
  return canonicalJson({
    version: FORM_VERSION,
    columns,
    // Why by versions: a form is kept and logged, and keys of a list belong into neither.
    rowFilter: withoutKeys(rowFilter),
    deletes,
    // Why told apart: else a copy of all that there is would stand for one whose rows must be in another order.
    ...(isAsStored(table, shown, files) ? { order: 'stored' } : {}),
    ...obligations,
  });
}

function copyStatement(
  table: ProjectTable,
  shown: Shown,
  { files, target }: { files: readonly ReadFile[]; target: string },
): string {
  const { rowFilter } = table.decision;
  const needed = new Set([...shown.reads, ...predicateColumns(rowFilter)]);
  const read = table.columns.filter((column) => needed.has(column.name));
  const list = shown.reads.map(quoteIdent).join(', ');
  // Why a relation of its own: a name in the filter is always the stored column, never the masked one.
  const rows = `(SELECT ${list} FROM ${readTableSql(files, read)} WHERE ${predicateToDuckdb(rowFilter)})`;
  return `COPY (${shown.select(rows)}) TO ${quoteText(target)} (${copyOptions(shown.columns)}, USE_TMP_FILE false)`;
}

/** Every path of the filter exists and every constant is of exactly its type, so that no comparison casts. */
function checkFilter(filter: Predicate, table: ProjectTable): void {
  const misfit = filterProblem(filter, table.columns);
  if (misfit === null) return;
  throw new WeftError(
    'ACCESS_DENIED',
    `${table.gate.domain}.${table.gate.name}: the row filter does not fit "${misfit.path}" of the table.`,
    { remedy: 'Tell the owner of the product: the policy or the agreement has to be renewed.' },
  );
}
