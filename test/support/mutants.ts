/**
 * Mutants: the same program with one operator changed, made from source text and from generated SQL.
 *
 * Not a mutation testing tool: operators only, no constants, no statements. A test that passes on a mutant has not seen
 * what the operator does. Texts in quotes, comments and regular expressions are left as they are.
 */

export interface Mutant {
  /** Position of the operator in the text, and what stood and stands there. */
  at: number;
  from: string;
  to: string;
  text: string;
}

type Swap = readonly [pattern: RegExp, replace: (found: string) => string];

const swapped =
  (pairs: Readonly<Record<string, string>>) =>
  (found: string): string =>
    pairs[found] ?? '';

const SOURCE_SWAPS: readonly Swap[] = [
  [/===|!==/g, swapped({ '===': '!==', '!==': '===' })],
  [/(?<=\s)(?:>=|<=|>|<)(?=\s)/g, swapped({ '>=': '>', '>': '>=', '<=': '<', '<': '<=' })],
  [/&&|\|\|/g, swapped({ '&&': '||', '||': '&&' })],
  [/(?<=\S )[+\-*/%](?= \S)/g, swapped({ '+': '-', '-': '+', '*': '+', '/': '*', '%': '*' })],
  [/\*\*/g, () => '*'],
  [/(?<=[\s(])!(?=[a-zA-Z(])/g, () => ''],
  [/(?<=[\s(])-(?=[a-zA-Z(])/g, () => ''],
  [/\b(?:true|false)\b(?=[;,)]| :)/g, swapped({ true: 'false', false: 'true' })],
  [/\.every\(|\.some\(/g, swapped({ '.every(': '.some(', '.some(': '.every(' })],
  [/Math\.(?:max|min)\(/g, swapped({ 'Math.max(': 'Math.min(', 'Math.min(': 'Math.max(' })],
  [/Math\.abs\(/g, () => '('],
  [/Math\.trunc\(/g, () => 'Math.ceil('],
];

const SQL_SWAPS: readonly Swap[] = [
  [
    /(?<=\s)(?:>=|<=|<>|>|<|=)(?=\s)/g,
    swapped({ '>=': '>', '>': '>=', '<=': '<', '<': '<=', '=': '<>', '<>': '=' }),
  ],
  [/\b(?:AND|OR)\b/g, swapped({ AND: 'OR', OR: 'AND' })],
  [
    /(?<=\s)(?:\/\/|[+\-*/%])(?=\s)/g,
    swapped({ '+': '-', '-': '+', '*': '+', '//': '*', '/': '*', '%': '*' }),
  ],
  [/\bNOT(?= [(a-zS])/g, () => ''],
  [/\bIS NOT NULL\b/g, () => 'IS NULL'],
  [/\bIS NULL\b/g, () => 'IS NOT NULL'],
  [/(?<=\()- (?=\S)/g, () => ''],
  [/\bIN \(SELECT/g, () => 'NOT IN (SELECT'],
  [/\babs\(/g, () => '('],
  [/\bgreatest\(/g, () => 'least('],
  [/\bround\(/g, () => 'ceil('],
];

/** Every mutant of TypeScript source. Imports, types and interfaces have no operators that run. */
export function sourceMutants(source: string): Mutant[] {
  return mutantsOf(source, masked(source, SOURCE_MASK), SOURCE_SWAPS);
}

/** Every mutant of one SQL expression. */
export function sqlMutants(sql: string): Mutant[] {
  return mutantsOf(sql, masked(sql, SQL_MASK), SQL_SWAPS);
}

const SOURCE_MASK =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|(?<=[(=,] |[(,])\/(?:[^/\\\n]|\\.)+\/[a-z]*|^import [\s\S]*?;$|^(?:export )?(?:type|interface) [\s\S]*?(?:^\}$|;$)/gm;
const SQL_MASK = /'(?:[^']|'')*'|"(?:[^"]|"")*"/g;

/** The text with what cannot be mutated blanked out, character for character. */
function masked(text: string, mask: RegExp): string {
  return text.replace(mask, (found) => '_'.repeat(found.length));
}

function mutantsOf(text: string, shape: string, swaps: readonly Swap[]): Mutant[] {
  return swaps.flatMap(([pattern, replace]) =>
    [...shape.matchAll(pattern)].map(({ index: at, 0: from }) => {
      const to = replace(from);
      return { at, from, to, text: text.slice(0, at) + to + text.slice(at + from.length) };
    }),
  );
}

/** What two generated texts have in common when they come from one place of the generator. */
export function skeleton(sql: string): string {
  return sql
    .replace(/'(?:[^']|'')*'/g, "'")
    .replace(/"(?:[^"]|"")*"/g, '"')
    .replace(/\d+/g, '0')
    .replace(/(?:', )+'/g, "'");
}
