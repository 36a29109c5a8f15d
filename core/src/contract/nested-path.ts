/**
 * Places inside nested columns: the steps from a column to what is inside it, and how they are written.
 *
 * Two texts: the label of a place of the contract (`lines.items.qty`, as the ODCS document nests it: ids of rules), and the
 * place of one value of a record (`lines[2].qty`, `attributes["color"]`: reasons).
 * Invariant: a path leads to one place of a type; labels of different places of one column differ.
 */
import type { DataType } from './data-type.ts';

/** Into the member of a struct, the items of a list, the keys or the values of a map. */
export type NestedStep = { field: string } | 'items' | 'key' | 'value';
export type NestedPath = readonly NestedStep[];

/** A place inside a type. */
export interface NestedNode {
  path: NestedPath;
  type: DataType;
}

/** The path of a place in a contract as text, such as `lines.items.qty`. */
export function pathLabel(column: string, path: NestedPath): string {
  return [column, ...path.map((step) => (typeof step === 'string' ? step : step.field))].join('.');
}

/** The type at a path; null when the path leads nowhere. */
export function typeAt(type: DataType, path: NestedPath): DataType | null {
  let at: DataType | null = type;
  for (const step of path) {
    if (at === null) return null;
    at = typeOfStep(at, step);
  }
  return at;
}

function typeOfStep(type: DataType, step: NestedStep): DataType | null {
  switch (type.kind) {
    case 'struct':
      return typeof step === 'string'
        ? null
        : (type.fields.find(({ name }) => name === step.field)?.type ?? null);
    case 'list':
      return step === 'items' ? type.element : null;
    case 'map':
      return step === 'key' ? type.key : step === 'value' ? type.value : null;
    default:
      return null;
  }
}

/** The type itself and everything inside it, outer places first. */
export function nestedNodes(type: DataType, path: NestedPath = []): NestedNode[] {
  const inside = (step: NestedStep, inner: DataType): NestedNode[] =>
    nestedNodes(inner, [...path, step]);
  const own = { path, type };
  switch (type.kind) {
    case 'struct':
      return [own, ...type.fields.flatMap(({ name, type: t }) => inside({ field: name }, t))];
    case 'list':
      return [own, ...inside('items', type.element)];
    case 'map':
      return [own, ...inside('key', type.key), ...inside('value', type.value)];
    default:
      return [own];
  }
}

/** How deep a type is: 0 for one without inner fields. */
export function nestingDepth(type: DataType): number {
  return Math.max(...nestedNodes(type).map(({ path }) => path.length));
}

/** The place of a member inside the value at `place`; a name that is no plain word stands in quotes, as in `a."b c"`. */
export function memberPlace(place: string, name: string): string {
  return `${place}${memberSuffix(name)}`;
}

export function memberSuffix(name: string): string {
  return `.${/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)}`;
}

export function itemPlace(place: string, index: number): string {
  return `${place}[${index}]`;
}

/** The place of the value under a key of a map. */
export function entryPlace(place: string, key: string): string {
  return `${place}[${JSON.stringify(key)}]`;
}

/** The place of a key itself. */
export function keyPlace(place: string, key: string): string {
  return `key of ${entryPlace(place, key)}`;
}
