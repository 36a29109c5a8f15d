/**
 * Looking for things inside expressions of Cedar, in their JSON form: which nodes there are, which texts stand beside an attribute.
 *
 * Not their meaning (`residual.ts`).
 */
import type { CedarExpression } from './ports.ts';

/** An expression and all that is inside of it. */
export function nodesOf(expression: unknown): CedarExpression[] {
  if (typeof expression !== 'object' || expression === null) return [];
  const own = Array.isArray(expression) ? [] : [expression as CedarExpression];
  return [...own, ...Object.values(expression).flatMap(nodesOf)];
}

/** True for `variable.name`. */
export function isAttribute(
  expression: CedarExpression | undefined,
  variable: string,
  name: string,
): boolean {
  const access = expression?.['.'] as { left?: CedarExpression; attr?: string } | undefined;
  return access?.attr === name && access.left?.['Var'] === variable;
}

/** Texts that an expression is or, of a set, has. */
export function literalsOf(expression: CedarExpression | undefined): string[] {
  const value = expression?.['Value'];
  if (typeof value === 'string') return [value];
  const items = expression?.['Set'];
  return Array.isArray(items) ? items.flatMap((item) => literalsOf(item as CedarExpression)) : [];
}

/** Texts that `variable.name` is compared with, by `==`, `!=` or as an element of a set. */
export function comparedWith(expression: unknown, variable: string, name: string): string[] {
  return nodesOf(expression).flatMap((node) => {
    const equal = sidesOf(node, '==') ?? sidesOf(node, '!=');
    if (equal !== null) {
      if (isAttribute(equal.left, variable, name)) return literalsOf(equal.right);
      return isAttribute(equal.right, variable, name) ? literalsOf(equal.left) : [];
    }
    const list = sidesOf(node, 'contains');
    return list !== null && isAttribute(list.right, variable, name) ? literalsOf(list.left) : [];
  });
}

interface Sides {
  left?: CedarExpression;
  right?: CedarExpression;
}

export function sidesOf(node: CedarExpression, operator: string): Sides | null {
  const sides = node[operator];
  return typeof sides === 'object' && sides !== null ? (sides as Sides) : null;
}

/** An attribute of the subject that an expression asks for, as `principal.NAME` or `principal.numbers.NAME`. */
export interface AskedAttribute {
  name: string;
  of: 'text' | 'number';
  /** Values that it is to have; none where the expression names none. */
  values: string[];
}

/** What every subject has, so that nobody can give it to him. */
const OF_EVERYBODY = ['id', 'roles', 'domains', 'numbers'];

/** Attributes that one node asks for, without those further inside. */
export function attributesAsked(node: CedarExpression): AskedAttribute[] {
  const has = sidesOf(node, 'has') as { left?: CedarExpression; attr?: string } | null;
  if (has !== null) return named(has.left, has.attr, []);
  for (const operator of ['contains', 'containsAny', 'containsAll']) {
    const call = sidesOf(node, operator);
    const access = call?.left?.['.'] as { left?: CedarExpression; attr?: string } | undefined;
    if (access !== undefined) return named(access.left, access.attr, wordsOf(call?.right));
  }
  return [];
}

function named(
  of: CedarExpression | undefined,
  name: string | undefined,
  values: string[],
): AskedAttribute[] {
  if (name === undefined) return [];
  if (isAttribute(of, 'principal', 'numbers')) return [{ name, of: 'number', values }];
  return of?.['Var'] === 'principal' && !OF_EVERYBODY.includes(name)
    ? [{ name, of: 'text', values }]
    : [];
}

/** Texts and whole numbers that an expression is or, of a set, has. */
function wordsOf(expression: CedarExpression | undefined): string[] {
  const value = expression?.['Value'];
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  const items = expression?.['Set'];
  return Array.isArray(items) ? items.flatMap((item) => wordsOf(item as CedarExpression)) : [];
}
