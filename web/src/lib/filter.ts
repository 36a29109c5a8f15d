/**
 * A search filter as people handle it: a list of conditions that all hold, each with words of its own.
 *
 * Not the language: that is core's (`lib/expression`), and the API reads the same text. Invariant: joining what was split
 * gives a filter of the same meaning; what cannot be read as conditions stays one piece.
 */
import { type Expression, parseExpression } from '@weft/core/lib/expression';
import { durationMs, formatDuration, formatName, formatNumber } from './format.ts';
import { words } from './words.ts';

/** The conditions of a filter that is their conjunction. */
export function splitFilter(where: string): string[] {
  const text = where.trim();
  if (text === '') return [];
  const parts = topLevelParts(text);
  // Why parsed again: `a or b and c` falls apart at its "and", but means something else then.
  const isConjunction = parseExpression(text).value?.kind === 'and';
  return isConjunction && parts.every((part) => parseExpression(part).error === null)
    ? parts
    : [text];
}

export function joinFilter(conditions: readonly string[]): string {
  const [first, ...more] = conditions;
  if (more.length === 0) return first ?? '';
  const isLoose = (text: string): boolean => parseExpression(text).value?.kind === 'or';
  return conditions.map((text) => (isLoose(text) ? `(${text})` : text)).join(' and ');
}

function topLevelParts(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "'" || character === '"') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (depth > 0 || !/^\sand\s/i.test(text.slice(at, at + 5))) continue;
    parts.push(text.slice(from, at).trim());
    from = at + 4;
  }
  return [...parts, text.slice(from).trim()];
}

const SAFE_WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A value as the language writes it. */
export function quoteValue(value: string): string {
  return SAFE_WORD.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
}

/** The values that a filter asks one field for; empty when it does not ask. */
export function chosenValues(conditions: readonly string[], field: string): string[] {
  const found = conditions.find((text) => fieldOf(text) === field);
  return found === undefined ? [] : valuesOf(parseExpression(found).value);
}

/** The conditions after `value` of `field` was chosen, or given up if it was. */
export function toggleValue(conditions: readonly string[], field: string, value: string): string[] {
  const chosen = chosenValues(conditions, field);
  const next = chosen.includes(value)
    ? chosen.filter((one) => one !== value)
    : [...chosen, value].sort();
  const others = conditions.filter(
    (text) => fieldOf(text) !== field || valuesOf(parseExpression(text).value).length === 0,
  );
  return next.length === 0 ? others : [...others, conditionOf(field, next)];
}

/** The length of time that a filter grants a field at most; null when it grants none. */
export function chosenLimit(conditions: readonly string[], field: string): string | null {
  return conditions.map((text) => limitOf(text, field)).find((limit) => limit !== null) ?? null;
}

/** The conditions after a limit of `field` was chosen instead of another one, or given up if it was. */
export function toggleLimit(conditions: readonly string[], field: string, value: string): string[] {
  const others = conditions.filter((text) => limitOf(text, field) === null);
  return chosenLimit(conditions, field) === value ? others : [...others, `${field} <= ${value}`];
}

function limitOf(text: string, field: string): string | null {
  const parsed = parseExpression(text).value;
  const isLimit = parsed?.kind === 'compare' && parsed.op === '<=' && parsed.field.source === field;
  return isLimit ? parsed.value.text : null;
}

/** Fields that hold several values are asked by `has`, each other one by `in`. */
const LISTS = new Set(['tag', 'purpose', 'owner', 'term']);

function conditionOf(field: string, values: readonly string[]): string {
  if (!LISTS.has(field)) return `${field} in (${values.map(quoteValue).join(', ')})`;
  return values.map((value) => `${field} has ${quoteValue(value)}`).join(' or ');
}

function fieldOf(text: string): string | null {
  const parsed = parseExpression(text).value;
  return parsed === null ? null : sourceOf(parsed);
}

function sourceOf(parsed: Expression): string | null {
  if ('field' in parsed) return parsed.field.source;
  if (parsed.kind !== 'or') return null;
  const [first, ...others] = parsed.args.map(sourceOf);
  return first !== undefined && others.every((other) => other === first) ? first : null;
}

function valuesOf(parsed: Expression | null): string[] {
  if (parsed === null) return [];
  if (parsed.kind === 'in') return parsed.values.map(({ text }) => text);
  if (parsed.kind === 'has') return [parsed.value.text];
  if (parsed.kind === 'compare') return parsed.op === '=' ? [parsed.value.text] : [];
  return parsed.kind === 'or' ? parsed.args.flatMap(valuesOf) : [];
}

export interface FilterWords {
  subject: string;
  /** Whether the subject is a name out of a contract. */
  isName: boolean;
  said: string;
}

/** What a condition says, for a chip. */
export function describeCondition(text: string): FilterWords {
  const parsed = parseExpression(text).value;
  if (parsed === null) return { subject: '', isName: false, said: text };
  const values = valuesOf(parsed);
  const field = sourceOf(parsed);
  if (parsed.kind === 'compare' && parsed.op !== '=') {
    const { subject, isName } = subjectOf(parsed.field.source, parsed.field.argument);
    return { subject, isName, said: `${SIGNS[parsed.op]} ${readable(parsed.value.text)}` };
  }
  if (field === null || values.length === 0) return { subject: '', isName: false, said: text };
  return { subject: formatName(field), isName: false, said: words.either(values.map(formatName)) };
}

const SIGNS = { '=': '=', '!=': '≠', '<': '<', '<=': '≤', '>': '>', '>=': '≥' } as const;

const SUBJECTS: Readonly<Record<string, string>> = words.subjects;

function subjectOf(source: string, argument: string | null): Omit<FilterWords, 'said'> {
  const name = SUBJECTS[source.replace(/\(.*$/, '')] ?? source;
  return argument === null
    ? { subject: name, isName: false }
    : { subject: `${argument} ${name}`, isName: true };
}

function readable(value: string): string {
  const ms = durationMs(value);
  if (ms !== null) return formatDuration(ms);
  if (/^\d+(?:\.\d+)?%$/.test(value)) return `${value.slice(0, -1)}\u00a0%`;
  return /^\d+$/.test(value) ? formatNumber(value) : value;
}
