/**
 * The policies of a text as forms, and forms as text: the one place where the two meet.
 *
 * A text holds what it holds: a policy that the forms cannot say whole stays text, and a change of one policy leaves the
 * bytes of all others, and what lies between them, as they are.
 */
import {
  quote,
  readStatements,
  type Statement,
  type Token,
  unquote,
} from '../../../lib/cedar-text.ts';
import { type Condition, printConditions, readConditions } from './conditions.ts';
import { type Expression, readExpression } from './expression.ts';
import { type ObligationsForm, printObligations, readObligations } from './obligations.ts';
import { type PolicyScope, placesFor } from './places.ts';

export interface Clause {
  kind: 'when' | 'unless';
  join: 'all' | 'any';
  conditions: Condition[];
}

export interface RuleForm extends ObligationsForm {
  id: string | null;
  description: string | null;
  effect: 'permit' | 'forbid';
  /** Null: for every table of the product. */
  table: string | null;
  clauses: Clause[];
}

/** One policy as it stands in the text. */
export interface Rule {
  /** Its id, or "policy" and its number from 0, as the API names it. */
  name: string;
  start: number;
  end: number;
  line: number;
  text: string;
  /** Null when the forms cannot say it. */
  form: RuleForm | null;
}

const WIDTH = 100;

/** The policies of a text; null when it cannot be taken apart. */
export function readRules(source: string, scope: PolicyScope): Rule[] | null {
  const statements = readStatements(source);
  return statements === null
    ? null
    : statements.map((statement, at) => {
        const { start, end, line } = statement;
        const head = readHead(statement.tokens);
        return {
          name: head?.annotations.get('id') || `policy${at}`,
          start,
          end,
          line,
          text: source.slice(start, end),
          form: readForm(statement, head, scope),
        };
      });
}

/** The text with one of its policies said anew. */
export function replaceRule(
  source: string,
  { start, end }: Pick<Rule, 'start' | 'end'>,
  text: string,
): string {
  return source.slice(0, start) + text + source.slice(end);
}

/** The text with a policy at its end. */
export function addRule(source: string, text: string): string {
  const before = source.trimEnd();
  return before === '' ? `${text}\n` : `${before}\n\n${text}\n`;
}

/** The text without a policy and without the comment that stands right above it. */
export function removeRule(source: string, { start, end }: Pick<Rule, 'start' | 'end'>): string {
  const above = /(?:^[ \t]*\/\/[^\n]*\n)*[ \t]*$/m;
  const before = source.slice(0, start);
  const comment = above.exec(before.slice(lastBlank(before)))?.[0].length ?? 0;
  const after = source.slice(end).replace(/^[ \t]*\n?\n?/, '');
  return before.slice(0, before.length - comment) + after;
}

/** Where the lines right above the end begin: behind the last line that is no comment. */
function lastBlank(text: string): number {
  const lines = text.split('\n');
  let at = text.length - (lines.at(-1)?.length ?? 0);
  for (const line of lines.slice(0, -1).toReversed()) {
    if (!line.trimStart().startsWith('//')) break;
    at -= line.length + 1;
  }
  return at;
}

export function printRule(form: RuleForm, scope: PolicyScope): string {
  const annotations: [string, string][] = [
    ...(form.id === null ? [] : [['id', form.id] as [string, string]]),
    ...(form.description === null ? [] : [['description', form.description] as [string, string]]),
    ...printObligations(form),
  ];
  const entity = scope.tables.find(({ table }) => table === form.table)?.entity;
  const resource = entity === undefined ? 'resource' : `resource is ${entity}`;
  const lines = [
    ...annotations.map(([name, value]) => `@${name}(${quote(value)})`),
    `${form.effect} (principal, action, ${resource})`,
    ...form.clauses
      .filter(({ conditions }) => conditions.length > 0)
      .map((clause) => printClause(clause, form, scope)),
  ];
  return `${lines.join('\n')};`;
}

function printClause(
  { kind, join, conditions }: Clause,
  form: RuleForm,
  scope: PolicyScope,
): string {
  const parts = printConditions(conditions, { join, places: placesFor(scope, form.table) });
  const sign = join === 'any' && conditions.length > 1 ? '||' : '&&';
  const line = `${kind} { ${parts.join(` ${sign} `)} }`;
  return line.length <= WIDTH ? line : `${kind} {\n  ${parts.join(` ${sign}\n  `)}\n}`;
}

interface Head {
  annotations: Map<string, string>;
  effect: string;
  /** Between the parentheses. */
  scope: string;
  /** Behind them. */
  rest: readonly Token[];
}

/** Annotations, effect and scope; null when the statement has another form. */
function readHead(tokens: readonly Token[]): Head | null {
  const annotations = new Map<string, string>();
  let at = 0;
  while (tokens[at]?.raw === '@') {
    const [name, open, value, close] = tokens.slice(at + 1, at + 5);
    const text = value?.kind === 'text' ? unquote(value.raw) : null;
    if (name?.kind !== 'word' || open?.raw !== '(' || close?.raw !== ')' || text === null)
      return null;
    if (annotations.has(name.raw)) return null;
    annotations.set(name.raw, text);
    at += 5;
  }
  const effect = tokens[at]?.raw ?? '';
  const end = tokens.findIndex(({ raw }, index) => index > at && raw === ')');
  if (tokens[at + 1]?.raw !== '(' || end === -1) return null;
  const scope = tokens
    .slice(at + 2, end)
    .map(({ raw }) => raw)
    .join(' ');
  return { annotations, effect, scope, rest: tokens.slice(end + 1) };
}

function readForm(
  { hasComment }: Statement,
  head: Head | null,
  scope: PolicyScope,
): RuleForm | null {
  // Why not with a comment inside: a form has no place for it, and a change would lose it.
  if (head === null || hasComment) return null;
  const { effect } = head;
  if (effect !== 'permit' && effect !== 'forbid') return null;
  const table = readTable(head.scope, scope);
  if (table === undefined) return null;
  const annotations = new Map(head.annotations);
  const id = annotations.get('id') ?? null;
  const description = annotations.get('description') ?? null;
  annotations.delete('id');
  annotations.delete('description');
  const obligations = readObligations(annotations);
  const clauses = readClauses(head.rest, table, scope);
  if (obligations === null || clauses === null) return null;
  return { id, description, effect, table, clauses, ...obligations };
}

/** Undefined for a scope that names something else. */
function readTable(text: string, scope: PolicyScope): string | null | undefined {
  if (text === 'principal , action , resource') return null;
  const entity = /^principal , action , resource is (.+)$/.exec(text)?.[1]?.replaceAll(' ', '');
  return scope.tables.find((table) => table.entity === entity)?.table;
}

function readClauses(
  rest: readonly Token[],
  table: string | null,
  scope: PolicyScope,
): Clause[] | null {
  const places = placesFor(scope, table);
  const clauses: Clause[] = [];
  let at = 0;
  while (rest[at]?.raw !== ';') {
    const kind = rest[at]?.raw;
    const end = rest.findIndex(({ raw }, index) => index > at && raw === '}');
    if ((kind !== 'when' && kind !== 'unless') || rest[at + 1]?.raw !== '{' || end === -1)
      return null;
    const expression: Expression | null = readExpression(rest.slice(at + 2, end));
    const read = expression === null ? null : readConditions(expression, places);
    if (read === null) return null;
    clauses.push({ kind, ...read });
    at = end + 1;
  }
  return at === rest.length - 1 ? clauses : null;
}
