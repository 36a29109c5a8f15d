/**
 * What a contract says of the values of a column beside its type: in words, and what of it holds no more under another type.
 *
 * Not a check: the mesh checks. Of rules in SQL it says nothing.
 */
import { type Document, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';

type Path = readonly (string | number)[];

export interface Limit {
  kind: 'key' | 'format' | 'minimum' | 'maximum' | 'pattern' | 'values' | 'unique';
  /** As the contract writes it; of a key its place and how many columns it has. */
  said: string[];
  /** Whether a value beside it is warned of and taken. */
  isWarned: boolean;
}

/** In the order in which they are told. */
export function limitsOf(document: Document, column: Path, keyColumns: number): Limit[] {
  const get = (...path: Path): unknown => document.getIn([...column, ...path]);
  const limits: Limit[] = [];
  const add = (kind: Limit['kind'], value: unknown) => {
    if (typeof value === 'string' || typeof value === 'number') {
      limits.push({ kind, said: [String(value)], isWarned: false });
    }
  };
  if (get('primaryKey') === true) {
    const place = String(get('primaryKeyPosition') ?? 1);
    limits.push({ kind: 'key', said: [place, String(keyColumns)], isWarned: false });
  }
  for (const kind of ['format', 'minimum', 'maximum', 'pattern'] as const) {
    add(kind, get('logicalTypeOptions', kind));
  }
  return [...limits, ...rulesOf(document, column).flatMap(limitOfRule)];
}

function rulesOf(document: Document, column: Path): YAMLMap[] {
  const rules = document.getIn([...column, 'quality'], true);
  return isSeq(rules) ? rules.items.filter((rule) => isMap(rule)) : [];
}

function limitOfRule(rule: YAMLMap): Limit[] {
  const isWarned = warns(rule);
  const pattern = rule.getIn(['arguments', 'pattern']);
  if (typeof pattern === 'string') return [{ kind: 'pattern', said: [pattern], isWarned }];
  const values = rule.getIn(['arguments', 'validValues']);
  if (isSeq(values)) return [{ kind: 'values', said: plain(values.items), isWarned }];
  const isUnique = rule.get('metric') === 'duplicateValues';
  return isUnique ? [{ kind: 'unique', said: [], isWarned }] : [];
}

function warns(rule: YAMLMap): boolean {
  const more = rule.get('customProperties', true);
  if (!isSeq(more)) return false;
  return more.items.some(
    (item) =>
      isMap(item) && item.get('property') === 'weftOnFailure' && item.get('value') === 'warn',
  );
}

const plain = (items: readonly unknown[]): string[] =>
  items.map((item) => String(isScalar(item) ? item.value : item));

export type Lost = Exclude<Limit['kind'], 'key' | 'unique'> | 'examples';

/** What `dropOldLimits` takes away. */
export function lostBy(
  { limits, examples }: { limits: readonly Limit[]; examples: readonly string[] },
  type: string,
): Lost[] {
  const lost = limits.flatMap(({ kind }) => (kind === 'key' || kind === 'unique' ? [] : [kind]));
  return [...new Set<Lost>([...lost, ...(areOf(type, examples) ? [] : ['examples' as const])])];
}

export function examplesOf(document: Document, column: Path): string[] {
  const examples = document.getIn([...column, 'examples'], true);
  return isSeq(examples) ? plain(examples.items) : [];
}

/** Takes away what was said of values of the old type, and writes its examples as values of the new one. */
export function dropOldLimits(document: Document, column: Path, type: string): void {
  document.deleteIn([...column, 'logicalTypeOptions']);
  const rules = document.getIn([...column, 'quality'], true);
  if (isSeq(rules)) {
    const kept = rules.items.filter((rule) => {
      const [limit] = isMap(rule) ? limitOfRule(rule) : [];
      return limit?.kind !== 'pattern' && limit?.kind !== 'values';
    });
    if (kept.length === 0) document.deleteIn([...column, 'quality']);
    else rules.items = kept;
  }
  const examples = examplesOf(document, column);
  if (examples.length === 0) return;
  if (!areOf(type, examples)) document.deleteIn([...column, 'examples']);
  else {
    const values = type === 'string' ? examples : examples.map(Number);
    document.setIn([...column, 'examples'], document.createNode(values, { flow: true }));
  }
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Why so few digits: a number of JavaScript has to write it as it is. */
const WHOLE = /^-?(?:0|[1-9]\d{0,14})$/;

function areOf(type: string, texts: readonly string[]): boolean {
  if (type === 'string') return true;
  if (type === 'integer') return texts.every((text) => WHOLE.test(text));
  if (type === 'number') return texts.every((text) => String(Number(text)) === text);
  return texts.length === 0;
}

const DIGITS_MAX = 38;
/** Places of money, where no sample shows more. */
const SCALE_USUAL = 2;

/** The physical type of exact numbers that has room for those which a sample shows; null where it shows none. */
export function decimalFor(shown: readonly (string | null)[]): string | null {
  const numbers = shown.flatMap((text) => (text !== null && NUMBER.test(text) ? [text] : []));
  if (numbers.length === 0) return null;
  const scale = Math.max(SCALE_USUAL, ...numbers.map((text) => text.split('.')[1]?.length ?? 0));
  return `DECIMAL(${DIGITS_MAX}, ${Math.min(scale, DIGITS_MAX)})`;
}
