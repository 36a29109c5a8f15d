/**
 * Row checks as CHECK conditions of DuckDB and PostgreSQL.
 *
 * Not the checks of ingest (`quality/`): a condition here is unknown, hence satisfied, for NULL. Null means that the
 * dialect cannot say it (a look-ahead in RE2, a bound in another time zone), `true` that nothing needs to be said.
 */
import { plainDecimal } from '../../lib/decimal-text.ts';
import { CHECK_DIGIT_LENGTHS, FORMAT_LENGTH_MAX, FORMAT_PATTERNS } from '../../lib/formats.ts';
import { quoteIdent, quoteText } from '../../lib/ident-sql.ts';
import { COUNTRY_CODES, CURRENCY_CODES } from '../../lib/iso-codes.ts';
import { translatePattern } from '../../lib/pattern-re2.ts';
import type { DataType } from '../data-type.ts';
import type { Bound, RowCheck, TextFormat } from '../plan.ts';

type CheckDialect = 'duckdb' | 'postgres';

/** The condition of a check on a column of `type`; see the module head for null and `true`. */
export function checkSql(
  check: RowCheck,
  type: DataType,
  dialect: CheckDialect,
): string | null | true {
  switch (check.kind) {
    case 'type':
    case 'required':
      return true;
    case 'range':
      return rangeSql(check, type);
    case 'length':
      return lengthSql(check);
    case 'pattern':
      return matchSql(quoteIdent(check.column), check.pattern, dialect);
    case 'values':
      return valuesSql(check.column, check.values, type);
    case 'format':
      return formatSql(quoteIdent(check.column), check.format, dialect);
    case 'multipleOf':
      return type.kind === 'double' ? null : `${quoteIdent(check.column)} % ${check.divisor} = 0`;
    default:
      return null;
  }
}

function rangeSql(check: Extract<RowCheck, { kind: 'range' }>, type: DataType): string | null {
  const column = quoteIdent(check.column);
  const side = (bound: Bound | null, op: '>' | '<'): string | null | undefined => {
    if (bound === null) return undefined;
    const literal = constantSql(bound.value, type);
    return literal === null ? null : `${column} ${op}${bound.inclusive ? '=' : ''} ${literal}`;
  };
  const sides = [side(check.min, '>'), side(check.max, '<')].filter((text) => text !== undefined);
  return sides.includes(null) ? null : sides.join(' AND ');
}

function lengthSql({ column, min, max }: Extract<RowCheck, { kind: 'length' }>): string {
  const length = `length(${quoteIdent(column)})`;
  const sides = [
    ...(min === null ? [] : [`${length} >= ${min}`]),
    ...(max === null ? [] : [`${length} <= ${max}`]),
  ];
  return sides.join(' AND ');
}

/** Syntax that PostgreSQL reads in another way: look-around, back references, named groups, Unicode classes. */
const NOT_POSTGRES = /\(\?(?!:)|\\[1-9kpPuxcB]|\[\[|\\[bsSwWdD](?=[^[]*\])/;

function matchSql(column: string, pattern: string, dialect: CheckDialect): string | null {
  if (pattern.includes('\0')) return null;
  if (dialect === 'postgres') {
    return NOT_POSTGRES.test(pattern) ? null : `${column} ~ ${quoteText(pattern)}`;
  }
  const { re2 } = translatePattern(pattern);
  return re2 === null ? null : `regexp_matches(${column}, ${quoteText(re2)})`;
}

function valuesSql(column: string, values: readonly string[], type: DataType): string | null {
  const literals = values.map((value) => constantSql(value, type));
  if (literals.length === 0 || literals.includes(null)) return null;
  return `${quoteIdent(column)} IN (${literals.join(', ')})`;
}

function formatSql(column: string, format: TextFormat, dialect: CheckDialect): string | null {
  if (format === 'country' || format === 'currency') {
    const codes = format === 'country' ? COUNTRY_CODES : CURRENCY_CODES;
    return `${column} IN (${codes.map(quoteText).join(', ')})`;
  }
  const shape = matchSql(column, `^(?:${FORMAT_PATTERNS[format]})$`, dialect);
  if (shape === null) return null;
  const most = FORMAT_LENGTH_MAX[format];
  if (most !== undefined) return `${shape} AND length(${column}) <= ${most}`;
  if (CHECK_DIGIT_LENGTHS[format] !== undefined) return `${shape} AND ${checkDigitSql(column)}`;
  return format === 'date' ? `${shape} AND ${calendarSql(column)}` : shape;
}

/** The day exists: the dialects share no cast that refuses without an error, so the months are told apart by text. */
function calendarSql(column: string): string {
  const part = (at: number, length: number): string =>
    `CAST(substr(${column}, ${at}, ${length}) AS INTEGER)`;
  const [year, month, day] = [part(1, 4), part(6, 2), part(9, 2)];
  const leap = `(${year} % 4 = 0 AND ${year} % 100 <> 0) OR ${year} % 400 = 0`;
  const most = `CASE WHEN ${month} IN (4, 6, 9, 11) THEN 30 WHEN ${month} <> 2 THEN 31 WHEN ${leap} THEN 29 ELSE 28 END`;
  return `CASE WHEN ${column} NOT SIMILAR TO '[0-9]{4}-[0-9]{2}-[0-9]{2}' THEN false ELSE ${year} > 0 AND ${day} <= ${most} END`;
}

/** GS1 check digit over at most 18 digits, padded on the left with zeros, which weigh nothing. */
function checkDigitSql(column: string): string {
  const padded = `lpad(${column}, 18, '0')`;
  const digits = Array.from(
    { length: 18 },
    (_, i) => `${i % 2 === 0 ? '3 * ' : ''}CAST(substr(${padded}, ${i + 1}, 1) AS INTEGER)`,
  );
  // Why the CASE: digits are read only where there are digits, so that a letter is refused and raises no error; NULL
  // goes to the second branch, where it stays unknown.
  return `CASE WHEN ${column} NOT SIMILAR TO '[0-9]+' THEN false ELSE (${digits.join(' + ')}) % 10 = 0 END`;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const CLOCK = '(?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,6})?)?';
const TIME = new RegExp(`^${CLOCK}$`);
const TIMESTAMP = new RegExp(`^\\d{4}-\\d{2}-\\d{2}[T ]${CLOCK}$`);
const ZONE = /(?:[zZ]|[+-]\d{2}:?\d{2})$/;

/** A constant of the column's type, or null when `text` is none. */
function constantSql(text: string, type: DataType): string | null {
  switch (type.kind) {
    case 'int':
    case 'long':
    case 'decimal':
    case 'double':
      return plainDecimal(text);
    case 'string':
      return text.includes('\0') ? null : quoteText(text);
    case 'boolean':
      return text === 'true' || text === 'false' ? text : null;
    case 'date':
      return DATE.test(text) && isDay(text) ? `DATE ${quoteText(text)}` : null;
    case 'time':
      return TIME.test(text) ? `TIME ${quoteText(text)}` : null;
    case 'timestamp':
      return TIMESTAMP.test(text) && isDay(text) ? `TIMESTAMP ${quoteText(text)}` : null;
    case 'timestamptz': {
      const isValid = ZONE.test(text) && TIMESTAMP.test(text.replace(ZONE, '')) && isDay(text);
      return isValid ? `TIMESTAMPTZ ${quoteText(text)}` : null;
    }
    default:
      return null;
  }
}

function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
