/**
 * What the row filter of a preview says of single columns, so that invented rows are rows that it lets through.
 *
 * Not an evaluator: of the text that people read, comparisons with `=`, `!=`, `in` and `is not null` that hold for every row.
 * Anything else (`or`, `not`, less than) bounds nothing here.
 */
export interface ColumnLimits {
  /** The only values, where the filter names them. */
  among: readonly string[] | null;
  without: ReadonlySet<string>;
  /** No row lacks a value. */
  isFilled: boolean;
}

const UNBOUND: ColumnLimits = { among: null, without: new Set(), isFilled: false };

/** By column; `filter` is null where all rows are seen. */
export function limitsOf(filter: string | null): (column: string) => ColumnLimits {
  const limits = new Map<string, ColumnLimits>();
  for (const part of conjuncts(filter ?? '')) {
    const [, column = '', verb, rest = ''] = PART.exec(part) ?? [];
    if (verb === undefined) continue;
    const before = limits.get(column) ?? UNBOUND;
    limits.set(column, narrowed(before, { verb, values: literals(rest) }));
  }
  return (column) => limits.get(column) ?? UNBOUND;
}

const PART = /^([a-z][\w.]*) (=|!=|in|is not null)(?: (.*))?$/s;
const LITERAL = /'((?:[^']|'')*)'|[^\s,()']+/g;

function narrowed(
  before: ColumnLimits,
  { verb, values }: { verb: string; values: readonly string[] },
): ColumnLimits {
  switch (verb) {
    case '!=':
      return { ...before, without: new Set([...before.without, ...values]) };
    case 'is not null':
      return { ...before, isFilled: true };
    default:
      return values.length === 0 ? before : { ...before, among: values, isFilled: true };
  }
}

function literals(text: string): string[] {
  return [...text.matchAll(LITERAL)].map(([whole, quoted]) =>
    quoted === undefined ? whole : quoted.replaceAll("''", "'"),
  );
}

/** The parts that all hold; none where one part may hold in place of another. */
function conjuncts(filter: string): string[] {
  const parts: string[] = [];
  let [from, depth] = [0, 0];
  for (let at = 0; at < filter.length; at++) {
    const character = filter[at];
    if (character === "'") at = filter.indexOf("'", at + 1);
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (depth === 0 && filter.startsWith(' or ', at)) return [];
    else if (depth === 0 && filter.startsWith(' and ', at)) {
      parts.push(filter.slice(from, at));
      from = at + ' and '.length;
    }
    if (at < 0) return [];
  }
  return [...parts, filter.slice(from)].map((part) => part.trim());
}
