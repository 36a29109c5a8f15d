/**
 * Statements of PGlite's session that are kept parsed, so that one that comes again is only bound and run.
 *
 * Not the session. Invariants: a statement is kept for the search path under which it was parsed; what changes tables or
 * settings makes all of them go; their number is bounded.
 */
import { protocol } from '@electric-sql/pglite';
import { encodeSqlParameter } from '../store/sql-values.ts';

/** Those of the code are some hundreds; those with lists in them have no end. */
const KEPT_MAX = 400;
/** Why: a plan that was made for a table of ten rows reads the whole table when it has ten thousand. */
const USES_MAX = 500;
/** Single commands without parameters that leave all statements as they were. */
const HARMLESS =
  /^\s*(?:begin|commit|rollback|savepoint|release|select|insert|update|delete)\b[^;]*;?\s*$/i;
const SEARCH_PATH = /^set search_path to /;

export class Statements {
  /** By search path and text; the one that was used longest ago is first. Null: seen once. */
  readonly #kept = new Map<string, { name: string; uses: number } | null>();
  readonly #closing: string[] = [];
  #searchPath = '';
  #names = 0;

  /** The messages that run one statement, or, without parameters, several. */
  encode(sql: string, parameters: readonly unknown[]): Uint8Array {
    const { serialize } = protocol;
    if (parameters.length === 0) return serialize.query(sql);
    const { name, isParsed } = this.#use(sql);
    return Buffer.concat([
      ...this.#closing.splice(0).map((old) => serialize.close({ type: 'S', name: old })),
      ...(isParsed ? [] : [serialize.parse({ text: sql, name })]),
      serialize.bind({ statement: name, values: parameters.map(encodeSqlParameter) }),
      serialize.describe({ type: 'P' }),
      serialize.execute({}),
      serialize.sync(),
    ]);
  }

  /** Hears that a statement was run, or refused. */
  ended(sql: string, parameters: readonly unknown[], isRefused: boolean): void {
    if (isRefused) this.#forget(this.#keyOf(sql));
    if (parameters.length > 0 || HARMLESS.test(sql)) return;
    if (SEARCH_PATH.test(sql) && !isRefused) this.#searchPath = sql;
    // Why also when it was refused: of several statements the first ones may have been run.
    else for (const key of [...this.#kept.keys()]) this.#forget(key);
  }

  /** Why not at the first time: many texts come once. The empty name is that of a statement which is not kept. */
  #use(sql: string): { name: string; isParsed: boolean } {
    const key = this.#keyOf(sql);
    const isNew = !this.#kept.has(key);
    let known = this.#kept.get(key) ?? null;
    if (known !== null && known.uses >= USES_MAX) {
      this.#closing.push(known.name);
      known = null;
    }
    const now = isNew ? null : (known ?? { name: `s${this.#names++}`, uses: 0 });
    if (now !== null) now.uses++;
    this.#kept.delete(key);
    this.#kept.set(key, now);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#forget(oldest);
    return { name: now?.name ?? '', isParsed: known !== null };
  }

  #forget(key: string): void {
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    if (known != null) this.#closing.push(known.name);
  }

  #keyOf(sql: string): string {
    return `${this.#searchPath}\0${sql}`;
  }
}
