/**
 * Sets in decisions: which a decision asks, and the binding of their lists on the node that has the keys.
 *
 * Not where lists come from and how long they hold (the node says) and not the declaration (`lib/set-declaration.ts`).
 * Invariants: a decision whose sets are not all bound denies; a key that the column cannot hold exactly is no key of it,
 * for no row has it; a bound list says what it was bound from by its version, and a decision that leaves the control plane
 * holds no key of a list that was read.
 */
import { resolveColumnPath } from '../contract/column-path.ts';
import type { DataType } from '../contract/data-type.ts';
import {
  type Constant,
  type KeyList,
  mapSets,
  type Predicate,
  predicateSets,
  splitPath,
} from '../lib/predicate.ts';
import type { SetDeclarations, SetKeyType } from '../lib/set-declaration.ts';
import { readConstant } from './constant.ts';

/** A set that a decision asks, with all that a node needs to bind it. */
export interface DecisionSet {
  name: string;
  declaration: SetDeclarations[string];
  /** With whose rights it is read: who put the policy in force. */
  owner: string;
  /** The columns that it is asked for. */
  asked: { column: string; type: DataType }[];
}

/** The keys of a set for one subject, as texts in the canonical form of their type. */
export interface SubjectKeys {
  version: string;
  keys: readonly string[];
}

/** The type of a set in Cedar, as its schema names it. */
export function cedarSetType(keys: SetKeyType): string {
  const types = {
    string: 'String',
    integer: 'Long',
    decimal: 'decimal',
    date: 'datetime',
    timestamp: 'datetime',
  } as const;
  return `Set<${types[keys]}>`;
}

/** The type of the keys that a column has; null for a column that conditions cannot ask for, or that has no order of keys. */
export function keyTypeOf(type: DataType): SetKeyType | null {
  switch (type.kind) {
    case 'string':
    case 'decimal':
    case 'date':
      return type.kind;
    case 'int':
    case 'long':
      return 'integer';
    case 'timestamp':
    case 'timestamptz':
      return 'timestamp';
    default:
      return null;
  }
}

/** A key in the one form that lists hold; null when it is none of the type. */
export function canonicalKey(text: string, keys: SetKeyType): string | null {
  const { value } = readConstant(TYPES[keys], { text, quoted: true, at: 0 });
  return value === null || value.type === 'null' ? null : String(value.value);
}

/** Widest types of each: what does not fit them fits no column. */
const TYPES: Readonly<Record<SetKeyType, DataType>> = {
  string: { kind: 'string' },
  integer: { kind: 'long' },
  decimal: { kind: 'decimal', precision: 38, scale: 4 },
  date: { kind: 'date' },
  timestamp: { kind: 'timestamptz' },
};

/** The sets that a predicate over these columns asks; null when one of them is not declared, or asked for no column. */
export function setsOf(
  predicate: Predicate,
  { declared, owner }: { declared: SetDeclarations; owner: string },
  columns: readonly { name: string; type: DataType }[],
): DecisionSet[] | null {
  const sets = new Map<string, DecisionSet>();
  for (const { set: name, column } of predicateSets(predicate)) {
    const declaration = Object.hasOwn(declared, name) ? declared[name] : undefined;
    const { type } = resolveColumnPath(columns, splitPath(column));
    if (declaration === undefined || type === null) return null;
    const found = sets.get(name) ?? { name, declaration, owner, asked: [] };
    if (!found.asked.some((one) => one.column === column)) found.asked.push({ column, type });
    sets.set(name, found);
  }
  return [...sets.values()];
}

/** The predicate with its sets bound; null when one is not among `lists`, by whatever was bound before. */
export function bindSets(
  predicate: Predicate,
  sets: readonly DecisionSet[],
  lists: ReadonlyMap<string, SubjectKeys>,
): Predicate | null {
  let isWhole = true;
  const bound = mapSets(predicate, (node) => {
    const asked = sets
      .find(({ name }) => name === node.set)
      ?.asked.find(({ column }) => column === node.column);
    const list = lists.get(node.set);
    if (asked === undefined || list === undefined) {
      isWhole = false;
      return { op: 'false' };
    }
    return { ...node, list: keysFor(list, asked.type) };
  });
  return isWhole ? bound : null;
}

function keysFor({ version, keys }: SubjectKeys, type: DataType): KeyList {
  return { version, keys: keys.flatMap((key) => constantOf(key, type) ?? []) };
}

function constantOf(key: string, type: DataType): Constant | null {
  // Why: a day is its first instant, so an instant inside of a day is none of a column of days.
  const text = type.kind === 'date' ? key.replace(/T00:00:00\.000000Z$/, '') : key;
  return readConstant(type, { text, quoted: true, at: 0 }).value;
}

/** The predicate as forms of projections name it: lists by their versions. */
export function withoutKeys(predicate: Predicate): Predicate {
  return mapSets(predicate, (node) => ({
    ...node,
    list: node.list === null ? null : { version: node.list.version, keys: [] },
  }));
}
