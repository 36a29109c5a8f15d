/**
 * A document as indented `name  value` lines: for people, when a noun has fields without a view of their own.
 *
 * Not for scripts: they ask for --json. Invariant: what is empty or unknown is left out, so every line says something.
 */
import { formatCount } from './output.ts';
import { withoutControls } from './table.ts';

const WIDTH = 16;

export function renderFields(document: Record<string, unknown>, indent = ''): string {
  return Object.entries(document)
    .filter(([, value]) => !isEmpty(value))
    .map(([key, value]) => renderField({ key, value, indent }))
    .join('\n');
}

/** Lines of `[name, value]`; those without a value are left out. */
export function renderFacts(facts: readonly (readonly [string, string | null])[]): string {
  const shown = facts.filter(([, value]) => value !== null && value !== '');
  const width = Math.max(...shown.map(([name]) => name.length)) + 2;
  return shown
    .map(
      ([name, value]) =>
        `${name.padEnd(width)}${withoutControls((value ?? '').trim().replace(/\s+/g, ' '))}`,
    )
    .join('\n');
}

interface Field {
  key: string;
  value: unknown;
  indent: string;
}

function renderField({ key, value, indent }: Field): string {
  const name = key.padEnd(WIDTH);
  if (Array.isArray(value)) return `${indent}${name} ${renderItems(value, indent)}`.trimEnd();
  if (typeof value === 'object' && value !== null) {
    return `${indent}${key}\n${renderFields(value as Record<string, unknown>, `${indent}  `)}`;
  }
  const text = Number.isInteger(value) ? formatCount(Number(value)) : String(value);
  const [first = '', ...rest] = text.trimEnd().split('\n').map(withoutControls);
  const more = rest.map((line) => `\n${indent}  ${line}`).join('');
  return `${indent}${name} ${first}${more}`;
}

function renderItems(items: readonly unknown[], indent: string): string {
  if (items.every((item) => typeof item !== 'object' || item === null))
    return items.map((item) => withoutControls(String(item))).join(', ');
  return items
    .map((item) => {
      const text = renderFields(item as Record<string, unknown>, `${indent}    `);
      return `\n${indent}  - ${text.trimStart()}`;
    })
    .join('');
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}
