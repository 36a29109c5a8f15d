/**
 * The projection: what a query may see of each table, as files that lack everything else.
 *
 * A data file of which every column and row is permitted is read as it is. Of any other the permitted columns and rows
 * are copied once, by our own SQL, into a file of their own: the *form* of that data file for everybody who may see the
 * same. Views over these files, one schema per domain and one view per name that the text writes, are all that the
 * process of the query knows. Hidden columns and rows are in none of its files, so there is nothing that a clever
 * statement could push a predicate below, read statistics of, or find in an error.
 * Not here: the decision (`policy/decide.ts`), which files to read (`lakehouse/scan.ts`), making and keeping the files.
 *
 * Invariants: columns of a form = columns of the decision; every row of it satisfies the decision's filter; a data file
 * is read as it is only where every field that any version of the table had is permitted and none of its rows was deleted; equal `form`, equal content;
 * a decision that does not fit the table (a filter on a missing column or another type) ends in an error, never in more
 * rows.
 */
import { isPrimitive } from '../contract/data-type.ts';
import { fieldIds, fieldOf } from '../lakehouse/schema.ts';
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
import type { GateTable } from './gate.ts';

export interface ProjectTable {
  gate: GateTable;
  decision: AccessDecision;
  /** Columns of the table as it is stored now. */
  columns: readonly BoundColumn[];
  /** Ids of all fields, nested ones too, that any file of the table may hold (`everyFieldId` of its metadata). */
  storedFieldIds: readonly number[];
  /** The data files that may hold permitted rows, with the rows that other engines deleted of them. */
  files: readonly ReadFile[];
}

/** The permitted part of one data file. */
export interface ProjectionPart {
  /** URI of the data file. */
  source: string;
  /** What is permitted of it, as a text to tell forms apart; null when all of it is. */
  form: string | null;
  /** The statement that writes the permitted part to an absolute path, in an engine with `TimeZone = 'UTC'`. */
  copyTo(target: string): string;
}

export interface Projection {
  /** The permitted parts of all tables, in order. */
  parts: ProjectionPart[];
  /** Makes one view for each table over files that hold the parts, one path for each part. */
  viewsOver(paths: readonly string[]): string[];
  /** For each table, in the order of the input, the columns that the text may have used: what the audit log says. */
  used: string[][];
}

interface ProjectedTable {
  parts: ProjectionPart[];
  viewOver(paths: string[]): string;
  used: string[];
}

/** Builds the projection. Throws ACCESS_DENIED unless every decision permits and fits its table. */
export function buildProjection(tables: readonly ProjectTable[]): Projection {
  const domains = [...new Set(tables.map((table) => table.gate.domain))];
  const projected = tables.map(projectTable);
  return {
    parts: projected.flatMap((table) => table.parts),
    viewsOver(paths) {
      const schemas = domains.map((domain) => `CREATE SCHEMA ${quoteIdent(domain)}`);
      let at = 0;
      const views = projected.map(({ parts, viewOver }) => {
        const own = paths.slice(at, at + parts.length);
        at += parts.length;
        return viewOver(own);
      });
      assert(at === paths.length, 'one path for each part');
      return [...schemas, ...views];
    },
    used: projected.map((table) => table.used),
  };
}

function projectTable(table: ProjectTable): ProjectedTable {
  const { gate, decision } = table;
  const visible = visibleColumns(table);
  refuseObligations(table);
  checkFilter(decision.rowFilter, table);
  const name = `${quoteIdent(gate.domain)}.${quoteIdent(gate.name)}`;
  const list = visible.map((column) => quoteIdent(column.name)).join(', ');
  return {
    parts: table.files.map((file) => ({
      source: file.path,
      form: formOf(table, visible, file),
      copyTo: (target) => copyStatement(table, visible, { file, target }),
    })),
    // Why the list of columns: without it the engine's own columns (file name, row number) would be there, too.
    viewOver: (paths) =>
      `CREATE VIEW ${name} AS SELECT ${list} FROM ${readParquetSql(paths, [...visible])}`,
    used: usedColumns(table, visible),
  };
}

function visibleColumns(table: ProjectTable): BoundColumn[] {
  const { decision, gate } = table;
  const permitted = new Set(decision.decision === 'permit' ? decision.columns : []);
  const visible = table.columns.filter((column) => permitted.has(column.name));
  if (visible.length > 0) return visible;
  throw new WeftError('ACCESS_DENIED', `${gate.domain}.${gate.name}: ${decision.reason}`);
}

/** What cannot be carried out, or was not said, denies: showing more than was decided is the one thing that must not be. */
function refuseObligations({ decision, gate }: ProjectTable): void {
  const { masks, rollUp, rowLimit, mayExport } = decision;
  if (
    Array.isArray(masks) &&
    masks.length === 0 &&
    rollUp === null &&
    rowLimit === null &&
    mayExport
  )
    return;
  throw new WeftError(
    'ACCESS_DENIED',
    `${gate.domain}.${gate.table}: this node cannot carry out what the decision obliges to.`,
  );
}

/** The columns that the text mentions; the cheapest when it needs none, as in `count(*)`. */
function usedColumns(table: ProjectTable, visible: readonly BoundColumn[]): string[] {
  const used = visible.filter((column) => table.gate.mentioned?.has(column.name) ?? true);
  const cheapest = visible.find((column) => isPrimitive(column.type)) ?? visible[0];
  const columns = used.length === 0 && cheapest !== undefined ? [cheapest] : used;
  return columns.map((column) => column.name);
}

/** Null when the file holds nothing that is not permitted and no row that was deleted. */
function formOf(
  table: ProjectTable,
  visible: readonly BoundColumn[],
  { deletes }: ReadFile,
): string | null {
  const shown = new Set(visible.flatMap((column) => fieldIds(fieldOf(column))));
  const { rowFilter } = table.decision;
  const isWhole = rowFilter.op === 'true' && deletes.length === 0;
  if (isWhole && table.storedFieldIds.every((id) => shown.has(id))) return null;
  const columns = visible.map(({ fieldId, name, type }) => ({ fieldId, name, type }));
  return canonicalJson({ columns, rowFilter, deletes: [...deletes].sort() });
}

function copyStatement(
  table: ProjectTable,
  visible: readonly BoundColumn[],
  { file, target }: { file: ReadFile; target: string },
): string {
  const { rowFilter } = table.decision;
  const filtered = new Set(predicateColumns(rowFilter));
  const read = table.columns.filter(
    (column) => visible.includes(column) || filtered.has(column.name),
  );
  const list = visible.map((column) => quoteIdent(column.name)).join(', ');
  const rows = `SELECT ${list} FROM ${readTableSql([file], read)} WHERE ${predicateToDuckdb(rowFilter)}`;
  return `COPY (${rows}) TO ${quoteText(target)} (${copyOptions([...visible])}, USE_TMP_FILE false)`;
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
