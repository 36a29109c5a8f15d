/**
 * What is shown of a table: its permitted columns under their masks, or its cells, and the SELECT that makes them of
 * stored rows.
 *
 * Not the files (`project.ts`), not the SQL of one mask or measure (`masks.ts`, `roll-up.ts`). Invariants: an obligation that
 * is missing from a decision, is not understood or does not fit the table denies; nothing is skipped. Masks come before
 * a roll-up, so that cells are made of masked values. Where something of a row is not shown, rows are put in an order that
 * follows from what is shown: the order in which they are stored may be one of hidden values.
 */
import { isPrimitive } from '../contract/data-type.ts';
import { fieldIds, fieldOf } from '../lakehouse/schema.ts';
import type { BoundColumn } from '../lakehouse/types.ts';
import { WeftError } from '../lib/error.ts';
import { quoteIdent } from '../lib/ident-sql.ts';
import { type Predicate, predicateColumns } from '../lib/predicate.ts';
import { filterProblem } from '../policy/filter-fit.ts';
import { type MaskProblem, maskProblems } from '../policy/mask-types.ts';
import { type Mask, type PlaceMask, plainMasks, type RollUp } from '../policy/obligations.ts';
import { and } from '../policy/residual.ts';
import { rollUpProblem } from '../policy/roll-up-types.ts';
import { maskColumns, maskedSelect, STORED } from './masks.ts';
import type { ProjectionOptions, ProjectTable } from './project.ts';
import { boundRollUpColumns, rollUpSources, rollUpSql, UNIT } from './roll-up.ts';

export interface Shown {
  /** What the subject sees, in order. */
  columns: BoundColumn[];
  /** Names of the stored columns that it is made of. */
  reads: string[];
  /** A SELECT of `columns`; `rows` is a relation with the stored columns. */
  select(rows: string): string;
  /** What makes the content another one than the columns say; stands in the form. */
  obligations: {
    masks?: PlaceMask[];
    rollUp?: RollUp;
    key?: { agreement: string; generation: string };
  };
  /** True when every value that a file may hold is shown as it is. */
  isWhole: boolean;
  /** True when it is made of all data files at once: cells, or rows whose files would tell what is not shown. */
  isMerged: boolean;
  keyOf: string | null;
}

/** Throws ACCESS_DENIED unless the decision permits something and all that it obliges to can be carried out. */
export function showTable(table: ProjectTable, options: ProjectionOptions): Shown {
  const { decision } = table;
  if (decision.decision !== 'permit') throw denied(table, decision.reason);
  checkObligations(table);
  const { rollUp } = decision;
  return rollUp === null ? showRows(table, options) : showCells(table, rollUp, options);
}

/** What was not said denies: showing more than was decided is the one thing that must not be. */
function checkObligations(table: ProjectTable): void {
  const { masks, rollUp, rowLimit, mayExport } = table.decision;
  const isSaid =
    Array.isArray(masks) &&
    typeof rollUp === 'object' &&
    (rowLimit === null || (Number.isSafeInteger(rowLimit) && rowLimit >= 0)) &&
    typeof mayExport === 'boolean';
  if (!isSaid) throw refused(table, 'it is not said in full');
  const problem = masksProblem(table) ?? conditionsProblem(table);
  if (problem !== null) throw refused(table, `the mask of "${problem.place}": ${problem.problem}`);
}

/** Conditions of masks are judged on stored values, and have to fit those as the filter of the rows has. */
function conditionsProblem({ columns, decision }: ProjectTable): MaskProblem | null {
  for (const { place, mask } of decision.masks) {
    const misfit = filterProblem(and(conditionsOf(mask)), columns);
    if (misfit !== null)
      return { place, problem: `its condition on "${misfit.path}": ${misfit.problem}` };
  }
  return null;
}

function conditionsOf(mask: Mask): Predicate[] {
  return mask.kind === 'cells' ? mask.cases.map(({ where }) => where) : [];
}

/** The columns that decide which cells are masked. */
function decidingColumns(masks: readonly PlaceMask[]): string[] {
  return masks.flatMap(({ mask }) => conditionsOf(mask).flatMap(predicateColumns));
}

/** Masks of columns that the contract has and the table not yet have nothing to hide. */
function masksProblem({ columns, decision }: ProjectTable): MaskProblem | null {
  // Why lower case: a name that the engine takes for a stored column is not one that is awaited.
  const stored = new Set(columns.map(({ name }) => name.toLowerCase()));
  const isAwaited = ({ place }: MaskProblem): boolean => {
    const name = place.split('.')[0] ?? place;
    return (
      !stored.has(name.toLowerCase()) &&
      (decision.rollUp !== null || decision.columns.includes(name))
    );
  };
  return maskProblems(columns, decision.masks).find((found) => !isAwaited(found)) ?? null;
}

function showRows(table: ProjectTable, options: ProjectionOptions): Shown {
  const { decision } = table;
  const permitted = new Set(decision.columns);
  const stored = table.columns.filter((column) => permitted.has(column.name));
  const all = maskColumns(stored, decision.masks);
  if (all.length === 0) throw denied(table, decision.reason);
  const visible = all.map(({ column }) => column);
  const ids = idsOf(visible);
  const isComplete = table.storedFieldIds.every((id) => ids.has(id));
  const isWhole = isComplete && masksOf(decision.masks, permitted).length === 0;
  const plain = idsOf(all.flatMap(({ column, sql }) => (sql === null ? [column] : [])));
  const isMerged = !(table.groupedBy ?? []).every((id) => plain.has(id));
  // Why not of a version: each text would go through all of its files for itself.
  const isNarrow = options.isNarrow === true && !isMerged;
  const used = isNarrow ? usedColumns(table, visible) : null;
  const masked = used === null ? all : all.filter(({ column }) => used.includes(column.name));
  const columns = masked.map(({ column }) => column);
  const names = new Set(columns.map(({ name }) => name));
  const masks = masksOf(decision.masks, names);
  return {
    columns,
    reads: [...new Set([...names, ...decidingColumns(masks)])],
    select: (rows) => {
      const select = maskedSelect(masked, rows);
      return isWhole ? select : `SELECT * FROM (${select}) ORDER BY ${orderOf(columns)}`;
    },
    obligations: { masks, ...keyOfMasks(table, masks, options) },
    isWhole,
    isMerged,
    keyOf: hashes(masks) ? decision.agreement : null,
  };
}

function idsOf(columns: readonly BoundColumn[]): Set<number> {
  return new Set(columns.flatMap((column) => fieldIds(fieldOf(column))));
}

/** The columns that the text mentions; the cheapest when it needs none, as in `count(*)`. */
export function usedColumns({ gate }: ProjectTable, visible: readonly BoundColumn[]): string[] {
  const used = visible.filter((column) => gate.mentioned?.has(column.name) ?? true);
  const cheapest = visible.find((column) => isPrimitive(column.type)) ?? visible[0];
  const columns = used.length === 0 && cheapest !== undefined ? [cheapest] : used;
  return columns.map((column) => column.name);
}

function showCells(table: ProjectTable, rollUp: RollUp, options: ProjectionOptions): Shown {
  const { decision } = table;
  const masked = maskColumns(table.columns, decision.masks);
  const shown = masked.map(({ column }) => column);
  const problem = rollUpProblem(rollUp, shown, table.columns);
  if (problem !== null) throw refused(table, `the roll-up: ${problem}`);
  const permitted = new Set(decision.columns);
  const columns = boundRollUpColumns(rollUp, shown).filter(({ name }) => permitted.has(name));
  if (columns.length === 0) throw denied(table, decision.reason);
  const sources = new Set(rollUpSources(rollUp));
  const used = masked.filter(({ column }) => sources.has(column.name));
  const masks = masksOf(decision.masks, sources);
  const list = columns.map((column) => quoteIdent(column.name)).join(', ');
  return {
    columns,
    reads: [...new Set([...sources, rollUp.minimum.of, ...decidingColumns(masks)])],
    select(rows) {
      const unit = `${STORED}.${quoteIdent(rollUp.minimum.of)} AS ${quoteIdent(UNIT)}`;
      const cells = rollUpSql(rollUp, shown, `(${maskedSelect(used, rows, [unit])})`);
      return `SELECT ${list} FROM (${cells}) ORDER BY ${list}`;
    },
    obligations: { masks, rollUp, ...keyOfMasks(table, masks, options) },
    isWhole: false,
    isMerged: true,
    keyOf: hashes(masks) ? decision.agreement : null,
  };
}

/** By the first time that is shown, so that files keep ranges of it apart, then by all that is shown. */
function orderOf(columns: readonly BoundColumn[]): string {
  const names = columns.map((column) => quoteIdent(column.name));
  const time = columns.find(({ type }) => TIMES.includes(type.kind));
  const all = `hash(${names.join(', ')})`;
  return time === undefined ? all : `${quoteIdent(time.name)}, ${all}`;
}

const TIMES: readonly string[] = ['date', 'timestamp', 'timestamptz'];

/** The masks on these columns, in one order. */
function masksOf(masks: readonly PlaceMask[], columns: ReadonlySet<string>): PlaceMask[] {
  return masks
    .filter(({ place }) =>
      [...columns].some((name) => place === name || place.startsWith(`${name}.`)),
    )
    .sort((a, b) => (a.place < b.place ? -1 : 1));
}

function hashes(masks: readonly PlaceMask[]): boolean {
  return masks.some(({ mask }) => plainMasks(mask).some(({ kind }) => kind === 'hash'));
}

function keyOfMasks(
  table: ProjectTable,
  masks: readonly PlaceMask[],
  { keyGeneration }: ProjectionOptions,
): Pick<Shown['obligations'], 'key'> {
  if (!hashes(masks)) return {};
  const { agreement } = table.decision;
  if (agreement === null) throw refused(table, 'a hash needs an agreement');
  if (keyGeneration === null) throw refused(table, 'there is no secret for hashes');
  return { key: { agreement, generation: keyGeneration } };
}

function denied({ gate }: ProjectTable, reason: string): WeftError {
  return new WeftError('ACCESS_DENIED', `${gate.domain}.${gate.name}: ${reason}`);
}

function refused({ gate }: ProjectTable, problem: string): WeftError {
  return new WeftError(
    'ACCESS_DENIED',
    `${gate.domain}.${gate.table}: this node cannot carry out what the decision obliges to (${problem}).`,
    { remedy: 'Tell the owner of the product: the policy has to be corrected.' },
  );
}
