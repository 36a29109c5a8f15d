/**
 * A store whose line breaks at a statement: before the statement reaches the database, or after it was done and before its
 * answer came back.
 *
 * Not another database: every statement runs in the store below. As with a real server, a session whose line broke is lost,
 * and what its transaction had not committed is rolled back. Invariant: without a fault that is armed it only passes through
 * and counts.
 */
import { WeftError } from '@weft/core/lib/error';
import { CompiledQuery, type Kysely } from 'kysely';
import {
  createKysely,
  type SessionPool,
  type SqlSession,
} from '../../server/src/store/sql-dialect.ts';
import type { SchemaName, Store } from '../../server/src/store/store.ts';

export interface StoreFault {
  /** Which statement since the fault was armed, from 1. */
  nth: number;
  /** Only those count whose text matches; all when left out. */
  of?: RegExp;
  /** Statements that are refused after it: a server that takes a while to come back. */
  away: number;
  when: 'before' | 'after';
}

export interface FaultStore extends Store {
  /** Arms a fault, or none, and counts from 0 again. */
  arm(fault: StoreFault | null): void;
  /** Statements since then. */
  statements(): string[];
}

/** Why no `begin`, `commit` and `set` alone: every statement is a moment at which a line may break. */
export function faultStore(below: Store): FaultStore {
  let fault: StoreFault | null = null;
  let seen: string[] = [];
  const next = (sql: string): 'pass' | 'before' | 'after' | 'away' => {
    if (fault?.of === undefined || fault.of.test(sql)) seen.push(sql);
    else return 'pass';
    if (fault === null || seen.length < fault.nth) return 'pass';
    if (seen.length === fault.nth) return fault.when;
    return seen.length <= fault.nth + fault.away ? 'away' : 'pass';
  };
  const handles = new Map<SchemaName, unknown>();
  return {
    engine: below.engine,
    schema<Tables>(name: SchemaName): Kysely<Tables> {
      const handle = handles.get(name) ?? createKysely<Tables>(poolOver(below.schema(name), next));
      handles.set(name, handle);
      return handle as Kysely<Tables>;
    },
    close: () => below.close(),
    arm(wanted) {
      fault = wanted;
      seen = [];
    },
    statements: () => seen,
  };
}

type Next = (sql: string) => 'pass' | 'before' | 'after' | 'away';

function poolOver(db: Kysely<unknown>, next: Next): SessionPool {
  return {
    acquire: () =>
      new Promise<SqlSession>((resolve, reject) => {
        db.connection()
          .execute(
            (connection) =>
              new Promise<void>((release) => resolve(sessionOver(connection, next, release))),
          )
          .catch(reject);
      }),
  };
}

function sessionOver(connection: Kysely<unknown>, next: Next, release: () => void): SqlSession {
  let isLost = false;
  let isOpen = false;
  const run = async (sql: string, parameters: readonly unknown[]) => {
    const result = await connection.executeQuery(CompiledQuery.raw(sql, [...parameters]));
    const command = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? '';
    if (command === 'BEGIN') isOpen = true;
    if (command === 'COMMIT' || command === 'ROLLBACK') isOpen = false;
    const count = result.numAffectedRows === undefined ? null : Number(result.numAffectedRows);
    return { rows: result.rows as Record<string, unknown>[], command, count };
  };
  const lose = async (): Promise<never> => {
    isLost = true;
    if (isOpen) await run('rollback', []);
    throw new WeftError('STORE_FAILED', 'the line to the database broke');
  };
  return {
    async query(sql, parameters) {
      if (isLost) throw new WeftError('STORE_FAILED', 'the line to the database is broken');
      const what = next(sql);
      if (what === 'before' || what === 'away') return await lose();
      const result = await run(sql, parameters);
      return what === 'after' ? await lose() : result;
    },
    release: () => void (isOpen ? run('rollback', []).finally(release) : release()),
  };
}
