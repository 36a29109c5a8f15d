/**
 * What the rules of a batch say: what must be, what was measured, what follows.
 */

import { formatName, formatNumber, plural } from '../../../lib/format.ts';
import type { RuleResult } from '../types.ts';

/** What a rule says of its column, by its kind. */
const KINDS: Readonly<Record<string, (column: string) => string>> = {
  type: (column) => `${column} is of its type`,
  required: (column) => `${column} is never empty`,
  range: (column) => `${column} is within its range`,
  length: (column) => `${column} has an allowed length`,
  pattern: (column) => `${column} fits its pattern`,
  values: (column) => `${column} is one of the allowed values`,
  reference: (column) => `${column} exists where it refers to`,
  unique: (column) => `${column} is unique`,
};

/** "quantity is within its range"; a rule of its own name says that name. */
export function ruleSays({ id, column }: Pick<RuleResult, 'id' | 'column'>): string {
  const dot = id.lastIndexOf('.');
  const says = KINDS[id.slice(dot + 1)];
  if (says !== undefined && dot !== -1) return says(column ?? id.slice(0, dot));
  return id === 'primary_key' ? 'Its key is unique' : formatName(id.replaceAll('.', '_'));
}

/** What follows when a rule is missed. */
export const CONSEQUENCES: Record<RuleResult['consequence'], string> = {
  quarantine: 'the row is refused',
  warn: 'warned only',
  hold: 'the batch is held',
  reject: 'the batch is not taken',
};

/** The checks that a batch crosses, by what they look at. */
export const CHECKS = {
  framed: 'framed',
  conformity: 'typed',
  completeness: 'complete',
  uniqueness: 'unique',
  accuracy: 'plausible',
  timeliness: 'in time',
  consistency: 'known',
};

/** "97 of 19,147 fail", or what was measured where no row can fail by itself. */
export function measuredWords(rule: RuleResult): string {
  const { evaluation, checked, failed, value, must } = rule;
  if (evaluation === 'skip') return 'not measured';
  if (evaluation === 'error') return 'could not be run';
  if (must.endsWith('rows') || value === null) {
    return plural(checked, {
      one: `${formatNumber(failed)} of # row fails`,
      other: `${formatNumber(failed)} of # rows fail`,
    });
  }
  return must.endsWith('%') ? `${formatNumber(value)}\u202f%` : formatNumber(value);
}

/** "allowed none", "must be between 1,000 and 100,000". */
export function mustWords(must: string): string {
  if (must === '= 0 rows') return 'allowed none';
  return `must be ${must.replaceAll(/-?\d+(?:\.\d+)?/g, (number) => formatNumber(number))}`;
}
