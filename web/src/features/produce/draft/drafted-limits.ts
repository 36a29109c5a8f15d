/**
 * What a contract says of the values of a column beside its type: in words, and what of it holds no more under another type.
 *
 * Not a check: the mesh checks. Of rules in SQL it says nothing.
 */
import { type Document, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { CONSEQUENCES, type Consequence } from './drafted-checks.ts';
import { spelled } from './drafted-numbers.ts';

type Path = readonly (string | number)[];

const OPTIONS = [
  'format',
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
] as const;

export interface Limit {
  kind: 'key' | (typeof OPTIONS)[number] | 'values' | 'unique';
  /** As the contract writes it; of a key its place, how many columns it has, and where it holds. */
  said: string[];
  /** What becomes of a row with another value, or of its batch. */
  otherwise: Consequence;
}

/** Of the key of a table. */
export interface KeyFacts {
  columns: number;
  scope: string;
}

/** In the order in which they are told. */
export function limitsOf(document: Document, column: Path, key: KeyFacts): Limit[] {
  const get = (...path: Path): unknown => document.getIn([...column, ...path]);
  const limits: Limit[] = [];
  if (get('primaryKey') === true) {
    const place = String(get('primaryKeyPosition') ?? 1);
    limits.push({
      kind: 'key',
      said: [place, String(key.columns), key.scope],
      otherwise: 'quarantine',
    });
  }
  for (const kind of OPTIONS) {
    const said = spelled(document.getIn([...column, 'logicalTypeOptions', kind], true));
    if (said !== null) limits.push({ kind, said: [said], otherwise: 'quarantine' });
  }
  return [...limits, ...rulesOf(document, column).flatMap(limitOfRule)];
}

function rulesOf(document: Document, column: Path): YAMLMap[] {
  const rules = document.getIn([...column, 'quality'], true);
  return isSeq(rules) ? rules.items.filter((rule) => isMap(rule)) : [];
}

function limitOfRule(rule: YAMLMap): Limit[] {
  const otherwise = consequenceOf(rule);
  const pattern = rule.getIn(['arguments', 'pattern']);
  if (typeof pattern === 'string') return [{ kind: 'pattern', said: [pattern], otherwise }];
  const values = rule.getIn(['arguments', 'validValues']);
  if (isSeq(values)) {
    const said = values.items.map((item) => spelled(item) ?? plain([item]).join());
    return [{ kind: 'values', said, otherwise }];
  }
  const isUnique = rule.get('metric') === 'duplicateValues';
  return isUnique ? [{ kind: 'unique', said: [], otherwise }] : [];
}

function consequenceOf(rule: YAMLMap): Consequence {
  const more = rule.get('customProperties', true);
  const said = isSeq(more)
    ? more.items.find((item) => isMap(item) && item.get('property') === 'weftOnFailure')
    : undefined;
  const value = isMap(said) ? said.get('value') : undefined;
  return CONSEQUENCES.find((one) => one === value) ?? 'quarantine';
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
