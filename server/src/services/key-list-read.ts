/**
 * Reads the list of one set: a governed query with the rights of whoever put the policy in force, made of what the policy
 * declares and of nothing that a consumer says.
 *
 * Not when (`key-lists.ts`). Invariants: a list is whole or there is none: what was cut, rolled up or masked is refused, and so
 * is what is beyond the bounds; it is of exactly the rights and the version of the table that its basis names.
 */
import { currentColumns } from '@weft/core/lakehouse/table';
import type { TableMetadata } from '@weft/core/lakehouse/types';
import { canonicalJson, type Json } from '@weft/core/lib/canonical-json';
import { WeftError } from '@weft/core/lib/error';
import { quoteIdent } from '@weft/core/lib/ident-sql';
import type { Crypto } from '@weft/core/lib/ports';
import { predicateToDuckdb } from '@weft/core/lib/predicate-sql';
import { readSetSource, SET_LIMITS, type SetDeclaration } from '@weft/core/lib/set-declaration';
import type { AccessDecision } from '@weft/core/policy/decide';
import { canonicalKey, type DecisionSet, keyTypeOf, withoutKeys } from '@weft/core/policy/key-sets';
import { compileRowFilter } from '@weft/core/policy/row-filter';
import { canonicalTextSql } from '@weft/core/query/masks';
import type { AccessDecider, TableSource } from '@weft/core/query/ports';
import type { ListContent } from '../store/node-key-lists.ts';

export interface ListReadDeps {
  /** Decides for a subject by its id, with sets bound. */
  decide: AccessDecider['decide'];
  tables: Pick<TableSource, 'load'>;
  crypto: Pick<Crypto, 'sha256'>;
  /** Rows of a governed query, and whether they are all that there are. */
  query(request: {
    subject: string;
    purpose: string;
    sql: string;
  }): Promise<{ rows: unknown[][]; truncated: boolean }>;
}

/** What a list is read from, as it is now. */
export interface ListSource {
  /** Equal as long as the list would be. */
  basis: string;
  sql: string;
}

/** Throws ACCESS_DENIED, NOT_FOUND: nobody could read the list now. */
export async function sourceOf(deps: ListReadDeps, set: DecisionSet): Promise<ListSource> {
  const { declaration, owner } = set;
  const table = readSetSource(declaration.from ?? '');
  if (table === null) throw unreadable('its source is no table');
  const purpose = declaration.purpose ?? '';
  const [decision] = await deps.decide({ subject: owner, purpose, tables: [table] });
  if (decision?.decision !== 'permit') throw unreadable('its owner may not read it');
  const metadata = await deps.tables.load(decision.table);
  if (metadata === null) {
    throw new WeftError('NOT_FOUND', 'the table of the set holds no data on this node');
  }
  const rights = { ...rightsOf(decision), rowFilter: withoutKeys(decision.rowFilter) };
  const snapshot = String(metadata['current-snapshot-id'] ?? '');
  const basis = { declaration, owner, rights, table: decision.table, snapshot };
  return {
    basis: deps.crypto.sha256(canonicalJson(basis as unknown as Json)),
    sql: sqlFor(declaration, decision, metadata),
  };
}

function rightsOf({ columns, masks, rollUp, rowLimit, rowFilter, agreement }: AccessDecision) {
  return { columns, masks, rollUp, rowLimit, rowFilter, agreement };
}

function unreadable(problem: string): WeftError {
  return new WeftError('ACCESS_DENIED', `the list of a set cannot be read: ${problem}`);
}

/** Throws ACCESS_DENIED where a column of it is not seen as it is stored. */
function sqlFor(set: SetDeclaration, decision: AccessDecision, metadata: TableMetadata): string {
  const columns = currentColumns(metadata);
  const masked = new Set(decision.masks.map(({ place }) => place.split('.')[0]));
  const isSeen = (name: string): boolean =>
    decision.rollUp === null && decision.columns.includes(name) && !masked.has(name);
  const key = columns.find(({ name }) => name === set.key);
  if (key === undefined || !isSeen(key.name) || keyTypeOf(key.type) !== set.keys)
    throw unreadable('its keys are not shown');
  if (set.subject !== null && !isSeen(set.subject)) throw unreadable('its subjects are not shown');
  const where = compileRowFilter(set.where, columns).value;
  if (where === null) throw unreadable('its condition does not fit the table');
  const { domain, table, major } = decision.table;
  const from = `${quoteIdent(domain)}.${quoteIdent(`${table}@${major}`)}`;
  const subject = set.subject === null ? "''" : quoteIdent(set.subject);
  const cell = quoteIdent(key.name);
  const there = [cell, ...(set.subject === null ? [] : [subject])].map(
    (one) => `${one} IS NOT NULL`,
  );
  const conditions = [...there, predicateToDuckdb(where)].join(' AND ');
  return `SELECT DISTINCT ${subject} AS subject, ${canonicalTextSql(key.type, cell)} AS key FROM ${from} WHERE ${conditions}`;
}

/** The whole list. Throws QUERY_LIMIT when it is beyond its bounds, and whatever the query does. */
export async function readList(
  deps: ListReadDeps,
  set: DecisionSet,
  { sql }: ListSource,
): Promise<ListContent> {
  const { declaration, owner } = set;
  const request = { subject: owner, purpose: declaration.purpose ?? '', sql };
  const { rows, truncated } = await deps.query(request);
  if (truncated || rows.length > SET_LIMITS.rows) throw tooLong(SET_LIMITS.rows, 'rows');
  const bySubject = new Map<string, Set<string>>();
  for (const [subject, key] of rows) {
    const text = canonicalKey(String(key), declaration.keys);
    // Why left out: no column that conditions can ask holds a value that they cannot compare.
    if (text === null || text.length > SET_LIMITS.characters) continue;
    const own = bySubject.get(String(subject)) ?? new Set();
    bySubject.set(String(subject), own.add(text));
  }
  if ([...bySubject.values()].some((keys) => keys.size > SET_LIMITS.keys))
    throw tooLong(SET_LIMITS.keys, 'keys of one subject');
  const lists = [...bySubject].map(([subject, keys]) => [subject, [...keys].sort()] as const);
  if (declaration.subject === null) return { keys: [...(lists[0]?.[1] ?? [])] };
  return { subjects: Object.fromEntries(lists.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function tooLong(limit: number, what: string): WeftError {
  return new WeftError('QUERY_LIMIT', `the list of a set has more than ${limit} ${what}`);
}

/** The keys of a subject in a list; none for one that it does not name. */
export function keysOfSubject(content: ListContent, subject: string): readonly string[] {
  if ('keys' in content) return content.keys;
  return Object.hasOwn(content.subjects, subject) ? (content.subjects[subject] ?? []) : [];
}

/** Keys and subjects of a list, counted. */
export function sizeOf(content: ListContent): { keys: number; subjects: number | null } {
  if ('keys' in content) return { keys: content.keys.length, subjects: null };
  const lists = Object.values(content.subjects);
  return { keys: lists.reduce((sum, list) => sum + list.length, 0), subjects: lists.length };
}

/** A list that the policy writes down. */
export function writtenList({ values, keys }: SetDeclaration): ListContent {
  const list = (texts: readonly string[]): string[] =>
    [...new Set(texts.flatMap((text) => canonicalKey(text, keys) ?? []))].sort();
  if (values === null || Array.isArray(values)) return { keys: list(values ?? []) };
  return {
    subjects: Object.fromEntries(Object.entries(values).map(([name, own]) => [name, list(own)])),
  };
}
