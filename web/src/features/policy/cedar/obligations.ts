/**
 * What a policy obliges to, as a person chooses it, and as annotations: columns, masks, granularity, limits.
 *
 * Not whether a mask fits a column: the API says. Invariant: what is read prints to the same annotation again, or is null.
 */

/** Columns by name, by class or by tag. */
export type Selector =
  | { kind: 'place'; name: string }
  | { kind: 'class'; name: string }
  | { kind: 'tag'; key: string; value: string | null };

export const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Unit = (typeof UNITS)[number];

export type MaskForm =
  | { kind: 'hide' | 'null' | 'hash' }
  /** As it is written: quoted for texts. */
  | { kind: 'fixed'; value: string }
  | { kind: 'first' | 'last'; count: string }
  | { kind: 'truncate'; to: string }
  | { kind: 'bucket'; bounds: string[] };

/** The rows that a mask holds in: those where an expression holds, or all but those. */
export interface MaskRows {
  word: 'where' | 'unless';
  condition: string;
}

export interface MaskOf {
  of: Selector;
  mask: MaskForm;
  /** Null for every row. */
  rows: MaskRows | null;
}

export const MEASURES = ['count', 'sum', 'average', 'count_distinct'] as const;

export interface Granularity {
  by: { column: string; unit: Unit | null }[];
  measures: { function: (typeof MEASURES)[number]; column: string | null }[];
  atLeast: { units: string; of: string };
}

export interface ObligationsForm {
  columns: Selector[] | null;
  masks: MaskOf[];
  granularity: Granularity | null;
  limit: string | null;
  until: string | null;
  export: 'allowed' | 'forbidden' | null;
}

export const NO_OBLIGATIONS: ObligationsForm = {
  columns: null,
  masks: [],
  granularity: null,
  limit: null,
  until: null,
  export: null,
};

/** The annotations, in the order in which they are written. */
export function printObligations(form: ObligationsForm): [string, string][] {
  const { columns, masks, granularity, limit, until } = form;
  const all: [string, string | null][] = [
    ['columns', columns === null ? null : columns.map(printSelector).join(', ')],
    ['mask', masks.length === 0 ? null : masks.map(printMaskOf).join('; ')],
    ['granularity', granularity === null ? null : printGranularity(granularity)],
    ['limit', limit],
    ['until', until],
    ['export', form.export],
  ];
  return all.flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as [string, string]],
  );
}

/** Null when an annotation is not one of these, or says what the forms cannot. */
export function readObligations(annotations: ReadonlyMap<string, string>): ObligationsForm | null {
  const form: ObligationsForm = { ...NO_OBLIGATIONS };
  for (const [name, value] of annotations) if (!take(form, name, value)) return null;
  return form;
}

function take(form: ObligationsForm, name: string, value: string): boolean {
  switch (name) {
    case 'columns': {
      const columns = listOf(value, ',').map(readSelector);
      form.columns = columns.filter((one) => one !== null);
      return columns.length > 0 && form.columns.length === columns.length;
    }
    case 'mask': {
      const masks = listOf(value, ';').map(readMaskOf);
      form.masks = masks.filter((one) => one !== null);
      return masks.length > 0 && form.masks.length === masks.length;
    }
    case 'granularity':
      form.granularity = readGranularity(value);
      return form.granularity !== null;
    case 'limit':
      form.limit = value.trim();
      return /^[1-9]\d{0,9}$/.test(form.limit);
    case 'until':
      form.until = value;
      return true;
    case 'export':
      form.export = value === 'forbidden' || value === 'allowed' ? value : null;
      return form.export !== null;
    default:
      return false;
  }
}

function listOf(value: string, separator: string): string[] {
  return value
    .split(separator)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
}

export function printSelector(selector: Selector): string {
  if (selector.kind === 'place') return selector.name;
  if (selector.kind === 'class') return `classification ${selector.name}`;
  return selector.value === null
    ? `tag ${selector.key}`
    : `tag ${selector.key} = ${selector.value}`;
}

/** Null for one with `and`, `or` or `not`, which the form has no fields for. */
export function readSelector(text: string): Selector | null {
  if (/(?:^|[\s(])(?:and|or|not)[\s(]|[()]/.test(text)) return null;
  const ofClass = /^classification\s+(\S+)$/.exec(text);
  if (ofClass !== null) return { kind: 'class', name: ofClass[1] ?? '' };
  const ofTag = /^tag\s+([^=\s]+)(?:\s*=\s*(.+))?$/.exec(text);
  if (ofTag !== null) return { kind: 'tag', key: ofTag[1] ?? '', value: ofTag[2] ?? null };
  return /^\S+$/.test(text) ? { kind: 'place', name: text } : null;
}

function printMaskOf({ of, mask, rows }: MaskOf): string {
  const where = rows === null ? '' : ` ${rows.word} ${rows.condition}`;
  return `${printSelector(of)}: ${printMask(mask)}${where}`;
}

/** As the mesh reads it: the first such word that no quotes are around. */
const IN_SOME_ROWS = /^((?:[^']|'[^']*')*?)\s(unless|where)\s(.*)$/s;

function readMaskOf(entry: string): MaskOf | null {
  const [selector = '', ...rest] = entry.split(':');
  const of = readSelector(selector.trim());
  const written = rest.join(':').trim();
  const [, form = written, word, condition = ''] = IN_SOME_ROWS.exec(written) ?? [];
  const mask = readMask(form.trim());
  if (of === null || mask === null) return null;
  const rows: MaskRows | null =
    word === 'where' || word === 'unless' ? { word, condition: condition.trim() } : null;
  return rows?.condition === '' ? null : { of, mask, rows };
}

export function printMask(mask: MaskForm): string {
  switch (mask.kind) {
    case 'fixed':
      return `fixed ${mask.value}`;
    case 'first':
    case 'last':
      return `${mask.kind} ${mask.count}`;
    case 'truncate':
      return `truncate ${mask.to}`;
    case 'bucket':
      return `bucket ${mask.bounds.join(' ')}`;
    default:
      return mask.kind;
  }
}

export function readMask(form: string): MaskForm | null {
  const [word = '', ...rest] = form.split(/\s+/).filter((piece) => piece !== '');
  const argument = rest.join(' ');
  switch (word) {
    case 'hide':
    case 'null':
    case 'hash':
      return argument === '' ? { kind: word } : null;
    case 'fixed':
      return argument === '' ? null : { kind: 'fixed', value: argument };
    case 'truncate':
      return rest.length === 1 ? { kind: 'truncate', to: argument } : null;
    case 'bucket':
      return rest.length === 0 ? null : { kind: 'bucket', bounds: rest };
    case 'first':
    case 'last':
      return /^[1-9]\d{0,3}$/.test(argument) ? { kind: word, count: argument } : null;
    default:
      return null;
  }
}

function printGranularity({ by, measures, atLeast }: Granularity): string {
  const dimensions = by.map(({ column, unit }) =>
    unit === null ? column : `${column} by ${unit}`,
  );
  const told = measures.map(({ function: name, column }) =>
    column === null ? name : `${name} ${column}`,
  );
  return [dimensions.join(', '), ...told, `at least ${atLeast.units} ${atLeast.of}`].join('; ');
}

function readGranularity(value: string): Granularity | null {
  const [dimensions = '', ...parts] = listOf(value, ';');
  const least = /^at least (\d{1,6}) (\S+)$/.exec(parts.at(-1) ?? '');
  if (least === null) return null;
  const by = listOf(dimensions, ',').map(readDimension);
  const measures = parts.slice(0, -1).map(readMeasure);
  const isWhole = !by.includes(null) && !measures.includes(null);
  if (!isWhole) return null;
  return {
    by: by.filter((one) => one !== null),
    measures: measures.filter((one) => one !== null),
    atLeast: { units: least[1] ?? '', of: least[2] ?? '' },
  };
}

function readDimension(entry: string): Granularity['by'][number] | null {
  const [column = '', unit = null, ...more] = entry.split(/\s+by\s+/).map((piece) => piece.trim());
  const known = UNITS.find((name) => name === unit) ?? null;
  if (more.length > 0 || !/^\S+$/.test(column) || (unit !== null && known === null)) return null;
  return { column, unit: known };
}

function readMeasure(entry: string): Granularity['measures'][number] | null {
  const [name, column = null, ...more] = entry.split(/\s+/);
  const known = MEASURES.find((measure) => measure === name);
  return known === undefined || more.length > 0 ? null : { function: known, column };
}
