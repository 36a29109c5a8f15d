/**
 * A predicate as a text for people, in the language of `--where` as far as that can say it.
 *
 * Not for machines: nothing reads it back.
 */
import { quoteText } from './ident-sql.ts';
import type { Constant, Predicate } from './predicate.ts';
import { plainPredicate } from './predicate-plain.ts';

const SYMBOLS = { eq: '=', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;
/** So many values of a list are shown. */
const VALUES_MAX = 20;

/** `region = 'DE' and not units < 3`, in no more words than it needs; `true` and `false` for all rows and none. */
export function predicateText(predicate: Predicate): string {
  return text(plainPredicate(predicate));
}

function text(predicate: Predicate): string {
  switch (predicate.op) {
    case 'true':
    case 'false':
      return predicate.op;
    case 'and':
    case 'or':
      return predicate.args.map((arg) => inner(arg)).join(` ${predicate.op} `);
    case 'not':
      return `not ${inner(predicate.arg)}`;
    case 'in':
      return `${predicate.column} in (${listText(predicate.values)})`;
    case 'inSet':
      // Why by its name alone: the text is shown to people, and whose keys these are is not theirs to know.
      return `${predicate.column} in set ${predicate.set}`;
    case 'prefix':
      return `${predicate.column} like ${quoteText(`${predicate.value}%`)}`;
    default:
      return comparisonText(predicate);
  }
}

function comparisonText({ op, column, value }: Extract<Predicate, { value: Constant }>): string {
  if (value.type !== 'null') return `${column} ${SYMBOLS[op]} ${constantText(value)}`;
  if (op === 'eq') return `${column} is null`;
  return op === 'ne' ? `${column} is not null` : 'false';
}

function inner(predicate: Predicate): string {
  const words = text(predicate);
  return predicate.op === 'and' || predicate.op === 'or' ? `(${words})` : words;
}

function listText(values: readonly Constant[]): string {
  const shown = values.slice(0, VALUES_MAX).map(constantText);
  const more = values.length - shown.length;
  return [...shown, ...(more > 0 ? [`… ${more} more`] : [])].join(', ');
}

/** As a condition has it: a text in quotes. */
export function constantText(constant: Constant): string {
  if (constant.type === 'null') return 'null';
  return constant.type === 'string' ? quoteText(constant.value) : String(constant.value);
}
