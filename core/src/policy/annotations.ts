/**
 * Annotations of a policy to obligations: what a permit shows instead of values, in which granularity, how much, how long.
 *
 * `@columns("a, b")` · `@mask("email: hash; phone: last 4; classification restricted: hide; tag pii: null")` ·
 * `@mask("income: hide unless region = 'DE'; note: first 2 where day < 2026-01-01")` ·
 * `@granularity("store, sold_at by week; count; sum units; at least 10 household")` · `@limit("1000")` ·
 * `@until("2027-01-01")` · `@export("forbidden")`, beside `@id` and `@description`. A forbid may have `@columns` alone: it then
 * hides these columns where it would forbid the table.
 * Not whether a mask fits (`mask-types.ts` says). Invariant: what cannot be read is a problem, never nothing.
 */
import { type DataType, isPrimitive } from '../contract/data-type.ts';
import { nestedNodes, pathLabel } from '../contract/nested-path.ts';
import { must } from '../lib/assert.ts';
import { readInstant } from '../lib/calendar.ts';
import {
  type ColumnSelector,
  parseSelector,
  type SelectableColumn,
  selectorParts,
  selectTouched,
  selectWhole,
} from './column-selectors.ts';
import { readConstant } from './constant.ts';
import { maskedType, maskFits, maskProblems } from './mask-types.ts';
import {
  type CellMask,
  DATE_UNITS,
  type DateUnit,
  type Mask,
  NO_OBLIGATIONS,
  type Obligations,
  type PlaceMask,
  type PlainMask,
  type RollUp,
  stricterMask,
} from './obligations.ts';
import type { CedarPolicy } from './ports.ts';
import { not } from './residual.ts';
import { type RollUpColumn, rollUpProblem } from './roll-up-types.ts';
import { compileRowFilter } from './row-filter.ts';

/** A column as annotations may name it; who selects columns to hide or mask means what is inside of them, too. */
export interface AnnotatedColumn extends SelectableColumn {
  type: DataType;
}

export interface AnnotationProblem {
  message: string;
  remedy: string;
}

interface Reading {
  effect: CedarPolicy['effect'];
  columns: readonly AnnotatedColumn[];
  /** Policies of the mesh may name columns that not every table has. */
  isLenient: boolean;
  problems: AnnotationProblem[];
}

const KNOWN: Readonly<Record<CedarPolicy['effect'], readonly string[]>> = {
  permit: ['id', 'description', 'columns', 'mask', 'granularity', 'limit', 'until', 'export'],
  forbid: ['id', 'description', 'columns'],
};
const MASKS =
  'hide, null, fixed VALUE, hash, truncate STEP or UNIT, bucket BOUND …, first COUNT, last COUNT';

/** The obligations of a policy for one table, and what is wrong with them. */
export function readAnnotations(
  policy: Pick<CedarPolicy, 'effect' | 'annotations'>,
  columns: readonly AnnotatedColumn[],
  { isLenient = false } = {},
): { obligations: Obligations; problems: AnnotationProblem[] } {
  const { annotations, effect } = policy;
  const reading: Reading = { effect, columns, isLenient, problems: [] };
  for (const name of Object.keys(annotations)) {
    if (KNOWN[effect].includes(name)) continue;
    problem(
      reading,
      `a ${effect} has no annotation "@${name}"`,
      `There are: @${KNOWN[effect].join(', @')}.`,
    );
  }
  const masks = text(annotations, 'mask', (value) => readMasks(value, reading)) ?? [];
  const obligations: Obligations = {
    ...NO_OBLIGATIONS,
    columns: text(annotations, 'columns', (value) => readColumns(value, reading)),
    masks,
    rollUp: text(annotations, 'granularity', (value) => readRollUp(value, masks, reading)),
    rowLimit: text(annotations, 'limit', (value) => readLimit(value, reading)),
    until: text(annotations, 'until', (value) => readUntil(value, reading)),
    mayExport: text(annotations, 'export', (value) => readExport(value, reading)) ?? true,
  };
  return { obligations, problems: reading.problems };
}

function text<T>(
  annotations: Readonly<Record<string, string>>,
  name: string,
  read: (value: string) => T,
): T | null {
  const value = annotations[name];
  return value === undefined ? null : read(value);
}

function problem(reading: Reading, message: string, remedy: string): null {
  reading.problems.push({ message, remedy });
  return null;
}

function readColumns(value: string, reading: Reading): string[] {
  const texts = listOf(value, ',');
  const selectors = texts.map((text) => parseSelector(text, namesOf(reading)));
  const classes = selectors.flatMap((selector) =>
    selector?.kind === 'classification' ? selector.classification : [],
  );
  return selectors.flatMap((selector, i) => {
    const missing = missingName(selector, texts[i] ?? '', reading);
    if (selector === null || missing !== null) {
      unknown(reading, 'columns', missing ?? texts[i] ?? '');
      return [];
    }
    // Why: a column is shown with all that is inside of it.
    const columns =
      reading.effect === 'permit'
        ? selectWhole(selector, reading.columns, classes)
        : selectTouched(selector, reading.columns);
    return columns.map(({ name }) => name);
  });
}

function namesOf({ columns }: Reading): string[] {
  return columns.map(({ name }) => name);
}

/** What a selector names as a column and is none; null when there is nothing of the kind. */
function missingName(
  selector: ColumnSelector | null,
  text: string,
  reading: Reading,
): string | null {
  if (selector === null) return text;
  const names = namesOf(reading);
  for (const part of selectorParts(selector)) {
    if (part.kind === 'name' && !names.includes(part.name)) return part.name;
  }
  return null;
}

function unknown(reading: Reading, annotation: string, name: string): void {
  if (reading.isLenient) return;
  problem(reading, `@${annotation}: there is no column "${name}"`, known(reading));
}

function known({ columns }: Reading): string {
  return `There are: ${columns.map(({ name }) => name).join(', ')}.`;
}

/** Names of columns of which anything is what the selector says. Null when it names one that is not there. */
function selectColumns(text: string, reading: Reading): string[] | null {
  const selector = parseSelector(text, namesOf(reading));
  if (selector === null || missingName(selector, text, reading) !== null) return null;
  return selectTouched(selector, reading.columns).map(({ name }) => name);
}

function readMasks(value: string, reading: Reading): PlaceMask[] {
  const before = reading.problems.length;
  const masks = new Map<string, Mask>();
  for (const entry of listOf(value, ';')) {
    const [selector = '', ...rest] = entry.split(':');
    const form = rest.join(':').trim();
    const places = selectPlaces(selector.trim(), reading);
    if (places === null) unknown(reading, 'mask', selector.trim());
    for (const { place, type } of places ?? []) {
      const mask = readMask(form, type, reading);
      if (mask === null) continue;
      const other = masks.get(place);
      const stricter = other === undefined ? mask : stricterMask(other, mask);
      if (stricter === null)
        problem(reading, `@mask: "${place}" has two different masks`, 'Leave one.');
      else masks.set(place, stricter);
    }
  }
  const list = [...masks].map(([place, mask]) => ({ place, mask }));
  if (reading.problems.length > before) return list;
  for (const { place, problem: fault } of maskProblems(reading.columns, list)) {
    problem(
      reading,
      `@mask: "${place}": ${fault}`,
      'Choose another mask, or mask the whole column.',
    );
  }
  return list;
}

interface Place {
  place: string;
  type: DataType;
}

function selectPlaces(selector: string, reading: Reading): Place[] | null {
  const columns = selectColumns(selector, reading);
  if (columns !== null) {
    return columns.map((place) => {
      const column = reading.columns.find(({ name }) => name === place);
      return { place, type: must(column, 'a selected column').type };
    });
  }
  const inside = reading.columns.flatMap(({ name, type }) =>
    nestedNodes(type).map((node) => ({ place: pathLabel(name, node.path), type: node.type })),
  );
  const found = inside.filter(({ place }) => place === selector);
  return found.length === 0 ? null : found;
}

/** A mask of all rows, or one of those for which a condition holds (`where`) or does not hold (`unless`). */
function readMask(written: string, type: DataType, reading: Reading): Mask | null {
  const [, form = written, word, condition] = CONDITIONAL.exec(written) ?? [];
  const mask = readPlainMask(form.trim(), type, reading);
  if (mask === null || word === undefined) return mask;
  const { value, diagnostics } = compileRowFilter(condition ?? '', reading.columns);
  if (value === null || condition?.trim() === '') {
    const [first] = diagnostics;
    const why = first?.message ?? 'it says no condition';
    return problem(reading, `@mask: "${condition}": ${why}`, first?.remedy ?? CONDITIONAL_EXAMPLE);
  }
  // Why NULL: a column cannot be absent from some rows.
  const cell: PlainMask = mask.kind === 'hide' ? { kind: 'null' } : mask;
  const cells: CellMask = {
    kind: 'cells',
    cases: [{ where: word === 'where' ? value : not(value), mask: cell }],
    otherwise: null,
  };
  const misfit = maskFits(cells, type);
  if (misfit === null) return cells;
  return problem(reading, `@mask: "${written}": ${misfit}`, CONDITIONAL_EXAMPLE);
}

/** The word is the first one that no quotes are around, for a fixed value may hold it. */
const CONDITIONAL = /^((?:[^']|'[^']*')*?)\s(unless|where)\s(.*)$/s;
const CONDITIONAL_EXAMPLE =
  "Such as hide unless region = 'DE': in some rows alone a mask may be one that keeps the type, as hide, null, fixed, truncate and first do.";

function readPlainMask(form: string, type: DataType, reading: Reading): PlainMask | null {
  const mask = parseMask(form, type);
  if (mask === null)
    return problem(reading, `@mask: "${form}" is no mask for this column`, `There are: ${MASKS}.`);
  const misfit = maskFits(mask, type);
  return misfit === null
    ? mask
    : problem(reading, `@mask: "${form}": ${misfit}`, 'Choose another mask, such as null or hide.');
}

/** A mask as text, for a value of the type; null when the text is none. */
export function parseMask(form: string, type: DataType): PlainMask | null {
  const [word = '', ...rest] = form.split(/\s+/).filter((piece) => piece !== '');
  const argument = rest.join(' ');
  switch (word) {
    case 'hide':
    case 'null':
    case 'hash':
      return argument === '' ? { kind: word } : null;
    case 'fixed':
      return isPrimitive(type) ? fixedMask(argument, type) : null;
    case 'truncate':
      return truncateMask(argument);
    case 'bucket':
      return rest.length === 0 ? null : { kind: 'bucket', bounds: rest };
    case 'first':
    case 'last':
      return /^[1-9]\d{0,3}$/.test(argument)
        ? { kind: 'part', show: word, characters: Number(argument) }
        : null;
    default:
      return null;
  }
}

function fixedMask(argument: string, type: DataType): PlainMask | null {
  const quoted = /^'(.*)'$/s.exec(argument);
  const { value } = readConstant(type, {
    text: quoted?.[1] ?? argument,
    quoted: quoted !== null,
    at: 0,
  });
  return value === null ? null : { kind: 'fixed', value };
}

function truncateMask(argument: string): PlainMask | null {
  const unit = DATE_UNITS.find((name) => name === argument);
  if (unit !== undefined) return { kind: 'truncate', unit };
  return /^(?=.*[1-9])\d{1,15}(?:\.\d{1,10})?$/.test(argument)
    ? { kind: 'truncate', step: argument }
    : null;
}

const FUNCTIONS = ['count', 'sum', 'average', 'count_distinct'] as const;

function readRollUp(value: string, masks: readonly PlaceMask[], reading: Reading): RollUp | null {
  const [dimensions = '', ...parts] = listOf(value, ';');
  const by = listOf(dimensions, ',').map((entry) => {
    const [column = '', unit = null] = entry.split(/\s+by\s+/);
    return { column: column.trim(), unit: unit === null ? null : (unit.trim() as DateUnit) };
  });
  const least = /^at least (\d{1,6}) (\S+)$/.exec(parts.at(-1) ?? '');
  const measures = parts.slice(0, -1).map((entry) => {
    const [name = '', column = null] = entry.split(/\s+/);
    return {
      function: name as (typeof FUNCTIONS)[number],
      column,
      as: column === null ? name : `${name}_${column}`,
    };
  });
  if (least === null || Number(least[1]) < 2) {
    return problem(
      reading,
      '@granularity: it has to end in "at least K COLUMN", K from 2',
      `Such as ${ROLL_UP}.`,
    );
  }
  const rollUp: RollUp = { by, measures, minimum: { units: Number(least[1]), of: least[2] ?? '' } };
  const fault = rollUpProblem(rollUp, masked(reading, masks), reading.columns);
  return fault === null
    ? rollUp
    : problem(reading, `@granularity: ${fault}`, `Such as ${ROLL_UP}.`);
}

const ROLL_UP = '"store, sold_at by week; count; sum units; at least 10 household"';

/** The columns with the types that the masks of the same policy leave: cells are made of what is shown. */
function masked({ columns }: Reading, masks: readonly PlaceMask[]): RollUpColumn[] {
  return columns.flatMap(({ name, type }) => {
    const own = masks.find(({ place }) => place === name);
    const shown = own === undefined ? type : maskedType(own.mask, type);
    return shown === null ? [] : [{ name, type: shown }];
  });
}

function readLimit(value: string, reading: Reading): number | null {
  if (/^[1-9]\d{0,9}$/.test(value.trim())) return Number(value);
  return problem(
    reading,
    `@limit: "${value}" is no number of rows`,
    'Write a whole number such as "1000".',
  );
}

function readUntil(value: string, reading: Reading): string | null {
  const time = readInstant(value);
  if (time !== null) return new Date(time).toISOString();
  return problem(
    reading,
    `@until: "${value}" is no time`,
    'Write it as "2027-01-31" or "2027-01-31T12:00:00Z".',
  );
}

function readExport(value: string, reading: Reading): boolean | null {
  if (value === 'forbidden') return false;
  if (value === 'allowed') return true;
  return problem(reading, `@export: "${value}"`, 'Write "forbidden" or "allowed".');
}

function listOf(value: string, separator: string): string[] {
  return value
    .split(separator)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
}
