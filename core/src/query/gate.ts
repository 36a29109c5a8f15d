/**
 * The gate: may this text run at all, and which tables and columns does it use.
 *
 * It judges the syntax tree that the engine's own parser made (`json_serialize_sql`, engine version pinned, shape held
 * by a golden test) against allow-lists of everything: statements, clauses, expression classes, functions, types, keys.
 * It is the first of two walls; the second is that the process that runs the text holds no row that is hidden.
 * Not here: who may read which table (`policy/decide.ts`), and whether names of columns exist (the engine's binder).
 *
 * Invariant: what the gate does not know, it refuses.
 */
import { WeftError } from '../lib/error.ts';
import { walkStatement } from './gate-relation.ts';
import { asObject, keySet, onlyKeys, placeOf, startWalk, type Walk } from './gate-walk.ts';

export interface GateTable {
  domain: string;
  table: string;
  /** As written after `@`, or null: then the major agreed to. */
  major: number | null;
  /** Name inside the domain's schema as the text writes it, folded: `orders` or `orders@1`. */
  name: string;
  /** Names that the text may mean as columns of this table, or null when it may need every visible column. */
  mentioned: ReadonlySet<string> | null;
}

export interface GateResult {
  tables: GateTable[];
}

/** Characters of one query text. */
export const SQL_LENGTH_MAX = 100_000;
/** Tables that one query may name. */
const TABLES_MAX = 32;

/** Refuses a text that must not even be parsed: too long, or read differently by different layers. */
export function checkQueryText(sql: string): void {
  if (sql.length > SQL_LENGTH_MAX) {
    throw new WeftError('QUERY_REFUSED', `The query is longer than ${SQL_LENGTH_MAX} characters.`);
  }
  if (sql.includes('\0') || !sql.isWellFormed()) {
    throw new WeftError('QUERY_REFUSED', 'The query holds a NUL character or a lone surrogate.');
  }
}

/** Judges the parsed answer of `json_serialize_sql(sql)`. Throws QUERY_REFUSED, or QUERY_FAILED for a syntax error. */
export function gateQuery(sql: string, tree: unknown): GateResult {
  checkQueryText(sql);
  const walk = startWalk(sql);
  const answer = asObject(tree, walk);
  if (answer['error'] !== false) throw parserError(sql, answer);
  const statements = answer['statements'];
  if (!Array.isArray(statements) || statements.length !== 1) {
    throw new WeftError('QUERY_REFUSED', 'The text has to hold exactly one SELECT.');
  }
  onlyKeys(answer, ANSWER_KEYS, walk);
  walkStatement(statements[0], walk);
  if (walk.tables.size > TABLES_MAX) {
    throw new WeftError('QUERY_REFUSED', `The query names more than ${TABLES_MAX} tables.`);
  }
  return { tables: collectTables(walk) };
}

const ANSWER_KEYS = keySet('error statements');

function collectTables(walk: Walk): GateTable[] {
  return [...walk.tables.values()].map((table) => {
    // Why: a table's name where a value stands means the whole row.
    const asRow = [...table.aliases].some((alias) => walk.values.has(alias));
    const { domain, table: name, major } = table;
    const mentioned = table.whole || asRow ? null : walk.mentioned;
    return { domain, table: name, major, name: table.name, mentioned };
  });
}

function parserError(sql: string, answer: Record<string, unknown>): WeftError {
  if (answer['error_type'] !== 'parser' && answer['error_type'] !== 'syntax') {
    return new WeftError('QUERY_REFUSED', 'Only a SELECT is allowed.');
  }
  const message = String(answer['error_message'] ?? 'syntax error').slice(0, 300);
  const place = placeOf(sql, Number(answer['position'] ?? 0) || 0);
  return new WeftError('QUERY_FAILED', `${message} (line ${place.line}, column ${place.column})`, {
    errors: [{ code: 'SYNTAX', message, ...place }],
  });
}
