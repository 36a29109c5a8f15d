/**
 * The limits of a column that the form can change: bounds, lengths, a pattern, a list of values, and what becomes of a row that
 * goes beyond.
 *
 * Not a check: the mesh checks. A pattern stands in the options of the type, where it refuses rows, or in a rule that says what
 * becomes of them. What the form could not give back as it is has none here, and is never touched.
 */
import { type Document, isMap, isScalar, isSeq, Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { spelled } from './drafted-numbers.ts';

type Path = readonly (string | number)[];

export const BOUNDS = ['minimum', 'maximum', 'minLength', 'maxLength'] as const;
export type BoundName = (typeof BOUNDS)[number];
export const RULED = ['pattern', 'values'] as const;
export type RuledName = (typeof RULED)[number];
export type CheckName = BoundName | RuledName;

/** What becomes of a row, or of its batch (`weftOnFailure`). */
export const CONSEQUENCES = ['quarantine', 'warn', 'hold', 'reject'] as const;
export type Consequence = (typeof CONSEQUENCES)[number];

export interface Ruled {
  /** A pattern, or values one a line. */
  value: string;
  otherwise: Consequence;
}

/** Null where the text alone says it. */
export type Checks = Record<BoundName, string | null> & Record<RuledName, Ruled | null>;

/** A change of one of them. */
export interface CheckChange {
  bound?: { name: BoundName; value: string };
  ruled?: { name: RuledName; value: Ruled };
}

const OF_TEXT: readonly CheckName[] = ['minLength', 'maxLength', 'pattern', 'values'];
const OF_NUMBERS: readonly CheckName[] = ['minimum', 'maximum', 'values'];
const OF_TIMES: readonly CheckName[] = ['minimum', 'maximum'];
const OF_TYPES: Readonly<Record<string, readonly CheckName[]>> = {
  string: OF_TEXT,
  integer: OF_NUMBERS,
  number: OF_NUMBERS,
  date: OF_TIMES,
  timestamp: OF_TIMES,
  time: OF_TIMES,
};

/** Those that mean something for a type, in the order of the form. */
export const checksFor = (type: string): readonly CheckName[] => OF_TYPES[type] ?? [];

export function checksOf(document: Document, column: Path): Checks {
  const bound = (name: BoundName) => boundOf(document, [...column, 'logicalTypeOptions'], name);
  return {
    minimum: bound('minimum'),
    maximum: bound('maximum'),
    minLength: bound('minLength'),
    maxLength: bound('maxLength'),
    pattern: patternOf(document, column),
    values: valuesOf(document, column),
  };
}

/** An anchor is used elsewhere, too, and a change would go there with it. */
const isOwn = (node: { anchor?: string | undefined }): boolean => node.anchor === undefined;

function boundOf(document: Document, options: Path, name: string): string | null {
  if (!document.hasIn(options)) return '';
  const map = document.getIn(options, true);
  if (!isMap(map) || !isOwn(map)) return null;
  if (!map.has(name)) return '';
  return textOfScalar(map.get(name, true));
}

/** As it is written, so that no digit is lost; null for what is more than one plain value. */
function textOfScalar(node: unknown): string | null {
  return isScalar(node) && isOwn(node) ? spelled(node) : null;
}

function patternOf(document: Document, column: Path): Ruled | null {
  const option = boundOf(document, [...column, 'logicalTypeOptions'], 'pattern');
  const rules = rulesWith(document, column, 'pattern');
  if (option === null || rules === null) return null;
  const [rule] = rules;
  if (rule === undefined)
    return isOneLine(option) ? { value: option, otherwise: 'quarantine' } : null;
  if (option !== '' || rules.length > 1) return null;
  const value = textOfScalar(rule.getIn(['arguments', 'pattern'], true));
  const otherwise = consequenceOf(rule);
  return value === null || otherwise === null || !isOneLine(value) ? null : { value, otherwise };
}

const isOneLine = (text: string): boolean => !/[\r\n]/.test(text);

function valuesOf(document: Document, column: Path): Ruled | null {
  // Why not these: each may have a description of its own.
  if (document.hasIn([...column, 'enum'])) return null;
  const rules = rulesWith(document, column, 'validValues');
  if (rules === null || rules.length > 1) return null;
  const [rule] = rules;
  if (rule === undefined) return { value: '', otherwise: 'quarantine' };
  const list = rule.getIn(['arguments', 'validValues'], true);
  const otherwise = consequenceOf(rule);
  if (!isSeq(list) || !isOwn(list) || otherwise === null) return null;
  const texts = list.items.map(textOfScalar);
  if (
    texts.some((text) => text === null || text === '' || text !== text.trim() || !isOneLine(text))
  )
    return null;
  return new Set(texts).size === texts.length ? { value: texts.join('\n'), otherwise } : null;
}

/** The rules of a column with this argument; null where one of them says more than the form has room for. */
function rulesWith(document: Document, column: Path, argument: string): YAMLMap[] | null {
  const path = [...column, 'quality'];
  if (!document.hasIn(path)) return [];
  const list = document.getIn(path, true);
  if (!isSeq(list) || !isOwn(list)) return null;
  const rules = list.items.filter((rule) => isMap(rule));
  if (rules.length < list.items.length) return null;
  const found = rules.filter((rule) => rule.hasIn(['arguments', argument]) || rule.has(argument));
  return found.every((rule) => isPlainRule(rule, argument)) ? found : null;
}

const OPERATOR = /^must/;

/** Counts values beside the one argument, and takes none: whatever else it has says nothing of that. */
function isPlainRule(rule: YAMLMap, argument: string): boolean {
  const map = rule.get('arguments', true);
  const operators = rule.items.map(({ key }) => String(isScalar(key) ? key.value : key));
  return (
    isOwn(rule) &&
    isMap(map) &&
    isOwn(map) &&
    map.items.length === 1 &&
    map.has(argument) &&
    rule.get('metric') === 'invalidValues' &&
    ['library', undefined].includes(rule.get('type') as string | undefined) &&
    !rule.has('unit') &&
    operators.filter((name) => OPERATOR.test(name)).join() === 'mustBe' &&
    Number(rule.get('mustBe')) === 0
  );
}

function consequenceOf(rule: YAMLMap): Consequence | null {
  if (!rule.has('customProperties')) return 'quarantine';
  const at = placeOfConsequence(rule);
  if (at === null) return null;
  if (at === -1) return 'quarantine';
  const value = rule.getIn(['customProperties', at, 'value']);
  return CONSEQUENCES.find((one) => one === value) ?? null;
}

/** -1 where nothing is said; null where the list is none that can be changed. */
function placeOfConsequence(rule: YAMLMap): number | null {
  const list = rule.get('customProperties', true);
  if (!isSeq(list) || !isOwn(list)) return null;
  return list.items.findIndex((item) => isMap(item) && item.get('property') === 'weftOnFailure');
}

export function putBound(document: Document, column: Path, name: BoundName, text: string): void {
  putOption(
    document,
    column,
    name,
    text === '' ? null : numberOr(text, isNumeric(document, column, name)),
  );
}

function isNumeric(document: Document, column: Path, name: BoundName): boolean {
  const type = document.getIn([...column, 'logicalType']);
  return name.endsWith('Length') || type === 'integer' || type === 'number';
}

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.(\d+))?$/;

/** A number with the digits that were typed; a text where it is none, which the mesh then tells. */
function numberOr(text: string, isNumber: boolean): Scalar {
  const match = isNumber ? DECIMAL.exec(text) : null;
  if (match === null) return new Scalar(text);
  const places = match[1]?.length;
  if (places === undefined)
    return new Scalar(Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text));
  const scalar = new Scalar(Number(text));
  scalar.minFractionDigits = places;
  scalar.source = text;
  return scalar;
}

function putOption(document: Document, column: Path, name: string, value: Scalar | null): void {
  const options = [...column, 'logicalTypeOptions'];
  const map = document.getIn(options, true);
  if (value === null) {
    if (!isMap(map)) return;
    map.delete(name);
    if (map.items.length === 0) document.deleteIn(options);
    return;
  }
  if (!isMap(map)) {
    document.setIn(options, document.createNode({}));
    document.setIn([...options, name], value);
    return;
  }
  keepComment(map.get(name, true), value);
  map.set(name, value);
}

function keepComment(before: unknown, now: Scalar): void {
  if (!isScalar(before)) return;
  now.comment = before.comment ?? null;
  now.commentBefore = before.commentBefore ?? null;
}

/** Puts a pattern or a list of values where one stands, and says what becomes of a row beside it; nothing takes the rule away. */
export function putRuled(document: Document, column: Path, name: RuledName, next: Ruled): void {
  const argument = name === 'pattern' ? 'pattern' : 'validValues';
  const [rule] = rulesWith(document, column, argument) ?? [];
  const written = name === 'pattern' ? next.value : linesOf(next.value);
  if (written.length === 0) {
    if (name === 'pattern') putOption(document, column, 'pattern', null);
    if (rule !== undefined) dropRule(document, column, rule);
    return;
  }
  if (rule === undefined && name === 'pattern' && next.otherwise === 'quarantine') {
    putOption(document, column, 'pattern', new Scalar(next.value));
    return;
  }
  if (name === 'pattern') putOption(document, column, 'pattern', null);
  const own = rule ?? addRule(document, column, name, argument);
  if (name === 'pattern') setKept(own, ['arguments', argument], new Scalar(next.value));
  else putValues(document, column, own, linesOf(next.value));
  putConsequence(document, own, next.otherwise);
}

function setKept(rule: YAMLMap, path: Path, value: Scalar): void {
  keepComment(rule.getIn(path, true), value);
  const before = rule.getIn(path, true);
  if (isScalar(before) && before.type !== undefined) value.type = before.type;
  rule.setIn(path, value);
}

/** Each line that says something, once. */
export const linesOf = (lines: string): string[] => [
  ...new Set(lines.split('\n').flatMap((line) => line.trim() || [])),
];

/** Values that stand there keep their spelling. */
function putValues(
  document: Document,
  column: Path,
  rule: YAMLMap,
  texts: readonly string[],
): void {
  const path = ['arguments', 'validValues'];
  if (!isSeq(rule.getIn(path, true))) rule.setIn(path, document.createNode([], { flow: true }));
  const list = rule.getIn(path, true) as YAMLSeq;
  const isNumber = isNumeric(document, column, 'minimum');
  const before = new Map(list.items.map((item) => [textOfScalar(item), item]));
  list.items = texts.map((text) => before.get(text) ?? numberOr(text, isNumber));
}

function dropRule(document: Document, column: Path, rule: YAMLMap): void {
  const path = [...column, 'quality'];
  const list = document.getIn(path, true);
  if (!isSeq(list)) return;
  list.items = list.items.filter((item) => item !== rule);
  if (list.items.length === 0) document.deleteIn(path);
}

/** Why not `known_values`: so a draft calls the values of a sample, and those go where others stay (`drafted-values.ts`). */
const ID_ENDS: Readonly<Record<RuledName, string>> = {
  pattern: 'shape',
  values: 'permitted_values',
};

function addRule(document: Document, column: Path, name: RuledName, argument: string): YAMLMap {
  const path = [...column, 'quality'];
  const base = `${String(document.getIn([...column, 'name']) ?? 'column')}_${ID_ENDS[name]}`;
  const rule = document.createNode({
    id: freeId(document, column, base),
    metric: 'invalidValues',
    mustBe: 0,
    dimension: 'conformity',
    arguments: { [argument]: '' },
  }) as unknown as YAMLMap;
  if (document.hasIn(path)) document.addIn(path, rule);
  else document.setIn(path, document.createNode([rule]));
  return rule;
}

/** Ids are told apart within the whole table. */
function freeId(document: Document, column: Path, base: string): string {
  const table = document.getIn(column.slice(0, -2), true);
  const taken = new Set<unknown>();
  const visit = (list: unknown) => {
    if (!isSeq(list)) return;
    for (const item of list.items) if (isMap(item)) taken.add(item.get('id'));
  };
  if (isMap(table)) {
    visit(table.get('quality', true));
    const columns = table.get('properties', true);
    if (isSeq(columns))
      for (const one of columns.items) if (isMap(one)) visit(one.get('quality', true));
  }
  let id = base;
  for (let more = 2; taken.has(id); more++) id = `${base}_${more}`;
  return id;
}

function putConsequence(document: Document, rule: YAMLMap, otherwise: Consequence): void {
  if (consequenceOf(rule) === otherwise) return;
  const at = rule.has('customProperties') ? (placeOfConsequence(rule) ?? -1) : -1;
  if (otherwise === 'quarantine') {
    rule.deleteIn(['customProperties', at]);
    const list = rule.get('customProperties', true);
    if (isSeq(list) && list.items.length === 0) rule.delete('customProperties');
    return;
  }
  // Why a new value: its comment tells why it was what it was.
  if (at !== -1) rule.setIn(['customProperties', at, 'value'], document.createNode(otherwise));
  else {
    const entry = document.createNode({ property: 'weftOnFailure', value: otherwise });
    if (rule.has('customProperties')) rule.addIn(['customProperties'], entry);
    else rule.set('customProperties', document.createNode([entry]));
  }
}
