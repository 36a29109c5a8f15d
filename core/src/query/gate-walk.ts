/**
 * What the gate carries while it walks a syntax tree: scopes of WITH, tables found, columns mentioned, the place.
 *
 * Not the rules (`gate.ts`, `gate-expression.ts`, `gate-relation.ts`). Invariants: a name of a WITH clause is in scope
 * only below its clause and after its own entry, as the engine resolves it; nothing is ever removed from what was found.
 */
import { WeftError } from '../lib/error.ts';

/** A syntax node of the engine; its keys are checked one by one. */
export type Json = Record<string, unknown>;

/** Names of one WITH clause; lower case. */
export interface Scope {
  names: Set<string>;
  outer: Scope | null;
}

/** The FROM clause of one SELECT, for deciding what a star means. */
export interface Frame {
  tables: FoundTable[];
  aliases: Set<string>;
  outer: Frame | null;
}

export interface FoundTable {
  domain: string;
  table: string;
  major: number | null;
  /** Lower-case name in SQL, `orders` or `orders@1`. */
  name: string;
  /** True when a star, a whole-row reference or a positional name needs every visible column. */
  whole: boolean;
  aliases: Set<string>;
}

export interface Walk {
  sql: string;
  /** Byte offset of the node that is looked at, or the nearest one above it. */
  at: number;
  nodes: number;
  scope: Scope | null;
  frame: Frame;
  tables: Map<string, FoundTable>;
  /** Lower-case names that may be columns. */
  mentioned: Set<string>;
  /** Those of them that stand last in a reference, so that they may be the name of a whole row. */
  values: Set<string>;
}

/** Nodes of one tree; a text of the largest size that is accepted has far fewer. */
const NODES_MAX = 200_000;

export function startWalk(sql: string): Walk {
  return {
    sql,
    at: 0,
    nodes: 0,
    scope: null,
    frame: newFrame(null),
    tables: new Map(),
    mentioned: new Set(),
    values: new Set(),
  };
}

export function newFrame(outer: Frame | null): Frame {
  return { tables: [], aliases: new Set(), outer };
}

/** Lower case as the engine folds identifiers: ASCII only, so that no other letter becomes an ASCII one. */
export function fold(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export function isInScope(scope: Scope | null, name: string): boolean {
  for (let s = scope; s !== null; s = s.outer) if (s.names.has(name)) return true;
  return false;
}

/** The node as an object with a known place; refuses anything else. */
export function asObject(value: unknown, walk: Walk): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse(walk, 'a part that Weft does not know');
  }
  if (++walk.nodes > NODES_MAX) refuse(walk, 'more parts than a query may have');
  const node = value as Json;
  const location = node['query_location'];
  if (typeof location === 'number' && location < walk.sql.length * 4) walk.at = location;
  return node;
}

export function asList(value: unknown, walk: Walk): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) refuse(walk, 'a part that Weft does not know');
  return value;
}

export function asText(value: unknown, walk: Walk): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') refuse(walk, 'a part that Weft does not know');
  return value;
}

export function asTexts(value: unknown, walk: Walk): string[] {
  return asList(value, walk).map((item) => asText(item, walk));
}

/** Refuses a node with a key beside these: a part that is not looked at is a part that is not checked. */
export function onlyKeys(node: Json, keys: ReadonlySet<string>, walk: Walk): void {
  for (const key of Object.keys(node)) {
    if (!keys.has(key)) refuse(walk, `"${key}", which Weft does not know`);
  }
}

export function keySet(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/** Ends the gate: `what` completes the sentence "The query uses …". */
export function refuse(walk: Walk, what: string, remedy?: string): never {
  const place = placeOf(walk.sql, walk.at);
  throw new WeftError(
    'QUERY_REFUSED',
    `The query uses ${what} (line ${place.line}, column ${place.column}).`,
    {
      ...(remedy === undefined ? {} : { remedy }),
      errors: [{ code: 'QUERY_REFUSED', message: `not allowed: ${what}`, ...place }],
    },
  );
}

/** Line and column from 1, of a byte offset into the UTF-8 form of the text. */
export function placeOf(sql: string, offset: number): { line: number; column: number } {
  const before = new TextDecoder().decode(new TextEncoder().encode(sql).subarray(0, offset));
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
