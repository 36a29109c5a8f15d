/**
 * Where a condition is wrong: while it is typed by its form, and of what stands in the address by what the mesh answers.
 *
 * Not the language. Why not all of it here: which classes there are, and their order, is the mesh's own.
 */
import { parseExpression } from '@weft/core/lib/expression';
import { Problem } from '../../api/problem.ts';

export interface FilterFault {
  text: string;
  /** Index of the first character that is wrong; the length of the text where something is missing. */
  at: number;
  message: string;
}

const OPERATOR = /[<>=]|\s(?:is|in|has|like)\b/i;

/** Words alone parse as nothing; a condition has an operator. */
export function isCondition(text: string): boolean {
  return text.trim() !== '' && parseExpression(text).error === null;
}

/** What fields of two words begin with. Why not read from core's list of fields: it comes with half of what reads contracts. */
export const FIELD_GROUPS: readonly string[] = ['column', 'promise', 'measured'];

/** Whether a text is a condition, wrong or right, or begins like a field that words are not mistaken for: `measured.ro`. */
export function isConditionBegun(text: string): boolean {
  if (isCondition(text) || faultOfText(text) !== null) return true;
  const begun = text.trim().toLowerCase();
  return begun.includes('.') && FIELD_GROUPS.includes(begun.split(/[.(]/, 1)[0] ?? '');
}

/** What is wrong with a text that is meant as a condition; null for one that is right, and for words. */
export function faultOfText(text: string): FilterFault | null {
  if (!OPERATOR.test(text)) return null;
  const { error } = parseExpression(text);
  return error === null ? null : faultAt(text, error.column, error.message);
}

/** What the mesh found wrong with the filter that it was asked. */
export function faultOfAnswer(error: unknown, where: string): FilterFault | null {
  if (!(error instanceof Problem) || error.document.code !== 'EXPRESSION_INVALID') return null;
  const [first] = error.document.errors ?? [];
  return first === undefined ? null : faultAt(where, first.column ?? 1, first.message);
}

function faultAt(text: string, column: number | undefined, message: string): FilterFault {
  return { text, at: Math.max(0, Math.min(text.length, (column ?? 1) - 1)), message };
}

/** Which of the conditions of a filter a place of it lies in; -1 for none. */
export function conditionAt(where: string, conditions: readonly string[], at: number): number {
  let from = 0;
  return conditions.findIndex((condition) => {
    const start = where.indexOf(condition, from);
    from = start < 0 ? from : start + condition.length;
    return start >= 0 && at >= start && at <= from;
  });
}
