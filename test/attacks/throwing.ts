/**
 * Expressions that fail on hidden values and on no visible one, found by trying what the gate lets through.
 *
 * From the engine's own list of functions, with its types of arguments, and from all types that a cast may name: nobody
 * picked them. Each is tried on the open rows of `rows.ts`, and then on the hidden ones. Not what is done with them
 * (`query-forms.ts`). Invariant: whoever runs one of these over open rows alone gets no error.
 */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { CAST_TYPES, EXPRESSION_FUNCTIONS } from '@weft/core/query/functions';
import { COLUMNS, hiddenRows, openRows } from './rows.ts';

export interface Expression {
  /** The function or cast that it is of. */
  name: string;
  sql: string;
  /** The column that it looks at. */
  column: string;
}

export interface Throwing extends Expression {
  /** What the engine says of hidden values. */
  error: string;
}

export interface Overload {
  name: string;
  types: readonly string[];
}

/** An engine with the open rows as `open_rows` and hidden ones as `hidden_rows`. */
export async function openRowsEngine(): Promise<{ connection: DuckDBConnection; close(): void }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '300MB' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`CREATE TABLE open_rows AS ${openRows('clean', 0, 8)}`);
  await connection.run(`CREATE TABLE hidden_rows AS ${hiddenRows(0, 4)}`);
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Every overload that the engine has, macros with arguments of any type. */
export async function listOverloads(
  connection: DuckDBConnection,
  kinds: readonly string[],
): Promise<Overload[]> {
  const result = await connection.runAndReadAll(
    `SELECT DISTINCT lower(function_name), function_type,
       to_json(list_transform(parameters, (p, i) -> coalesce(parameter_types[i], 'ANY')))::VARCHAR
     FROM duckdb_functions() WHERE function_type IN (${kinds.map((kind) => `'${kind}'`).join()}) ORDER BY ALL`,
  );
  return result.getRows().map(([name, , types]) => ({
    name: String(name),
    types: JSON.parse(String(types)) as string[],
  }));
}

/**
 * Functions whose answer is another one at each call, by what the engine says of them; beside them the one that needs
 * statistics, which no projection gives it.
 */
export async function changingNames(connection: DuckDBConnection): Promise<ReadonlySet<string>> {
  const result = await connection.runAndReadAll(
    `SELECT DISTINCT function_name FROM duckdb_functions()
     WHERE stability <> 'CONSISTENT' OR function_name LIKE '%current%'
     UNION VALUES ('age'), ('ago'), ('reservoir_quantile'), ('bitstring_agg')`,
  );
  return new Set(result.getRows().map(([name]) => String(name)));
}

/** What an attacker may put in the place of an argument: columns first, then constants. */
const COLUMNS_OF: Readonly<Record<string, readonly string[]>> = {
  VARCHAR: ['sec', 'moment', 'doc', 'code', "'$[' || sec || ']'"],
  JSON: ['doc'],
  'ANY[]': ['labels', '[sec]'],
  'VARCHAR[]': ['labels'],
  BIGINT: ['num', 'CAST(num AS INTEGER)'],
  DOUBLE: ['real'],
  DECIMAL: ['price'],
  DATE: ['day'],
  TIMESTAMP: ['CAST(at AS TIMESTAMP)', 'day'],
  'TIMESTAMP WITH TIME ZONE': ['at'],
  BLOB: ['encode(sec)'],
  BOOLEAN: ['open'],
  ANY: ['sec', 'num'],
  STRUCT: ["{'a': sec}"],
};
const CONSTANTS_OF: Readonly<Record<string, readonly string[]>> = {
  VARCHAR: ["'a'", "'%Y-%m-%d %H:%M:%S'", "'sum'", "'$.a'"],
  JSON: [`'{"a": 1}'`],
  'ANY[]': ["['7']", '[1]'],
  'VARCHAR[]': ["['a']"],
  BIGINT: ['2', '62'],
  DOUBLE: ['2.0::DOUBLE', '300.0::DOUBLE'],
  DECIMAL: ['2.5'],
  DATE: ["DATE '2026-01-01'"],
  TIMESTAMP: ["TIMESTAMP '2026-01-01'"],
  'TIMESTAMP WITH TIME ZONE': ["TIMESTAMPTZ '2026-01-01 00:00:00+00'"],
  INTERVAL: ['INTERVAL 1 DAY', "INTERVAL '290000 years'"],
  TIME: ["TIME '10:00:00'"],
  BLOB: ["'a'::BLOB"],
  BOOLEAN: ['true'],
  BIT: ["'101'::BIT"],
  ANY: ["'a'", '1'],
  STRUCT: ["{'a': 1}"],
  MAP: ["MAP {'a': 1}"],
  LAMBDA: ['lambda x: CAST(x AS INTEGER)', 'lambda x, y: CAST(x AS INTEGER) + CAST(y AS INTEGER)'],
};

/** The key of a type in these lists. */
export function typeKey(type: string): string {
  if (/^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/.test(type)) return 'BIGINT';
  if (type === 'FLOAT') return 'DOUBLE';
  if (type.startsWith('DECIMAL')) return 'DECIMAL';
  if (/^(?:T|K|V|ANY|ANYELEMENT|TYPE|UNKNOWN|"?NULL"?)$/.test(type)) return 'ANY';
  if (type === 'VARCHAR[]') return type;
  if (/\[\d*\]$/.test(type)) return 'ANY[]';
  if (type.startsWith('MAP')) return 'MAP';
  if (type.startsWith('STRUCT') || type.startsWith('ROW')) return 'STRUCT';
  if (/^TIMESTAMP_/.test(type)) return 'TIMESTAMP';
  return type;
}

export function callOf(name: string, args: readonly string[]): string {
  return `"${name.replaceAll('"', '""')}"(${args.join(', ')})`;
}

/** Constants for the arguments of an overload, `choice` of each. */
export function constantsFor(types: readonly string[], choice: number): string[] {
  return types.map((type) => {
    const pool = CONSTANTS_OF[typeKey(type)] ?? ['NULL'];
    return pool[choice % pool.length] ?? 'NULL';
  });
}

/** Calls of an overload in which one argument looks at the row. */
export function* callsOf({ name, types }: Overload): Generator<Expression> {
  for (const choice of [0, 1, 2, 3]) {
    const constants = constantsFor(types, choice);
    for (const [at, type] of types.entries()) {
      for (const subject of COLUMNS_OF[typeKey(type)] ?? []) {
        yield { name, sql: callOf(name, constants.with(at, subject)), column: columnOf(subject) };
      }
    }
    if (types.length === 0 || constantsFor(types, choice + 1).join() === constants.join()) return;
  }
}

/** Casts of every column to every type that a cast may name. */
function* castsOf(type: string): Generator<Expression> {
  const named = type === 'decimal' ? 'decimal(4, 1)' : type;
  for (const subject of new Set(Object.values(COLUMNS_OF).flat())) {
    yield { name: `cast ${type}`, sql: `CAST(${subject} AS ${named})`, column: columnOf(subject) };
    if (subject.startsWith('[')) {
      const sql = `CAST(${subject} AS ${named}[])`;
      yield { name: `cast ${type}`, sql, column: columnOf(subject) };
    }
  }
}

const NAMES = COLUMNS.map(({ name }) => name);
function columnOf(subject: string): string {
  return NAMES.find((name) => new RegExp(`\\b${name}\\b`).test(subject)) ?? '';
}

export interface ThrowingOptions {
  /** One of so many names is tried. */
  every: number;
  /** Which of them. */
  seed: number;
  /** Expressions of one name. */
  perName: number;
}

/** Finds them. */
export async function findThrowing(options: ThrowingOptions): Promise<Throwing[]> {
  const { connection, close } = await openRowsEngine();
  try {
    const overloads = await listOverloads(connection, ['scalar', 'macro']);
    const changing = await changingNames(connection);
    const permitted = overloads.filter(
      ({ name }) => EXPRESSION_FUNCTIONS.has(name) && !changing.has(name),
    );
    const byName = Map.groupBy(permitted, ({ name }) => name);
    const sources = [
      ...[...byName.values()].map((own) => () => own.flatMap((one) => [...callsOf(one)])),
      ...[...CAST_TYPES].map((type) => () => [...castsOf(type)]),
    ];
    const found: Throwing[] = [];
    for (const [i, calls] of sources.entries()) {
      if ((i + options.seed) % options.every !== 0) continue;
      const own: Throwing[] = [];
      for (const expression of calls()) {
        if (own.some(({ column }) => column === expression.column)) continue;
        const error = await errorOnHidden(connection, expression.sql);
        if (error !== null) own.push({ ...expression, error });
        if (own.length === options.perName) break;
      }
      found.push(...own);
    }
    return found;
  } finally {
    close();
  }
}

async function errorOnHidden(connection: DuckDBConnection, sql: string): Promise<string | null> {
  if ((await errorOf(connection, `SELECT ${sql} FROM open_rows`)) !== null) return null;
  const error = await errorOf(connection, `SELECT ${sql} FROM hidden_rows`);
  return error?.startsWith('Out of Memory') === true ? null : error;
}

/** What the engine says; null when it can do it. */
export async function errorOf(connection: DuckDBConnection, sql: string): Promise<string | null> {
  try {
    await connection.run(sql);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
