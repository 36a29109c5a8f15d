/**
 * Paths into columns: `address.zip` is the field `zip` of the struct `address`, at any depth.
 *
 * Only structs are gone into: a list or a map holds any number of values per row, of which a comparison cannot say which
 * one it means. Invariant: names hold no dots, so a path has one reading.
 */
import type { DataType } from './data-type.ts';
import { typeName } from './data-type.ts';

/** What a path begins in. */
export interface PathColumn {
  name: string;
  type: DataType;
}

export type PathResult =
  | { type: DataType; problem: null; remedy: null }
  | { type: null; problem: string; remedy: string };

/** The type at a path of names, or why there is none; texts are parts of a sentence. */
export function resolveColumnPath(
  columns: readonly PathColumn[],
  path: readonly string[],
): PathResult {
  const [first = '', ...rest] = path;
  const column = columns.find((candidate) => candidate.name === first);
  if (column === undefined) {
    return bad(`the table has no column "${first}"`, `Use one of: ${names(columns)}.`);
  }
  let { type } = column;
  let walked = first;
  for (const name of rest) {
    if (type.kind !== 'struct') return notStruct(walked, type);
    const field = type.fields.find((candidate) => candidate.name === name);
    if (field === undefined) {
      return bad(`${walked} has no field "${name}"`, `Use one of: ${names(type.fields)}.`);
    }
    type = field.type;
    walked += `.${name}`;
  }
  return { type, problem: null, remedy: null };
}

function notStruct(walked: string, type: DataType): PathResult {
  const what = `${walked} is ${typeName(type)}`;
  if (type.kind === 'list' || type.kind === 'map') {
    return bad(
      `${what}, which holds several values in one row`,
      'Use a column, or a field of structs; of a list or a map only "is null" can be asked.',
    );
  }
  return bad(`${what} and has no fields`, `Write ${walked} alone.`);
}

function bad(problem: string, remedy: string): PathResult {
  return { type: null, problem, remedy };
}

function names(members: readonly { name: string }[]): string {
  return members.map((member) => member.name).join(', ');
}
