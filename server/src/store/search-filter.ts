/**
 * A typed search expression as a test of one place of the index.
 *
 * Not the meaning of a test, which is the reference evaluator's (`core/src/registry/search-eval.ts`): it is asked once for
 * each value that a column has, and each place then looks its value up. Invariant: three-valued logic as there, false
 * below unknown below true, so that "and" is the least, "or" the greatest and "not" the mirror image.
 */
import { must, unreachable } from '@weft/core/lib/assert';
import type { SearchExpression } from '@weft/core/registry/search-compile';
import { type Truth, testTruth } from '@weft/core/registry/search-eval';
import type { MeshOrders, SearchField, SearchValue } from '@weft/core/registry/search-fields';
import type { FieldColumn, SearchDocuments } from './search-documents.ts';

export interface FilterContext {
  orders: MeshOrders;
  /** Milliseconds since the epoch. */
  now: number;
}

type Rank = 0 | 1 | 2;
const [FALSE, UNKNOWN, TRUE] = [0, 1, 2] as const;

/** What fits the expression; without one, and unless it speaks of the status, only active products do. */
export function compileFilter(
  where: SearchExpression | null,
  documents: SearchDocuments,
  context: FilterContext,
): (place: number) => boolean {
  if (where === null) return isActive(documents, context);
  const rank = rankOf(where, documents, context);
  if (fieldsOf(where).some((field) => field.key === 'status'))
    return (place) => rank(place) === TRUE;
  const active = isActive(documents, context);
  return (place) => active(place) && rank(place) === TRUE;
}

/** Whether the index has what the expression asks for; else only the store has it. */
export function isAnswerable(where: SearchExpression | null, documents: SearchDocuments): boolean {
  return where === null || fieldsOf(where).every((field) => documents.columnOf(field.key) !== null);
}

const STATUS: SearchField = { key: 'status', kind: 'text', argument: null };

function isActive(documents: SearchDocuments, context: FilterContext): (place: number) => boolean {
  const rank = rankOf(
    { kind: 'compare', field: STATUS, op: '=', value: 'active' },
    documents,
    context,
  );
  return (place) => rank(place) === TRUE;
}

function fieldsOf(expression: SearchExpression): SearchField[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.args.flatMap(fieldsOf);
    case 'not':
      return fieldsOf(expression.arg);
    default:
      return [expression.field];
  }
}

function rankOf(
  expression: SearchExpression,
  documents: SearchDocuments,
  context: FilterContext,
): (place: number) => Rank {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const parts = expression.args.map((arg) => rankOf(arg, documents, context));
      return expression.kind === 'and' ? least(parts) : greatest(parts);
    }
    case 'not': {
      const inner = rankOf(expression.arg, documents, context);
      return (place) => (TRUE - inner(place)) as Rank;
    }
    default: {
      const column = must(documents.columnOf(expression.field.key), 'the index has the field');
      const truth = (value: SearchValue | string[] | null): Truth =>
        expression.kind === 'unknown'
          ? (value === null) !== expression.negated
          : testTruth(expression, value, context.orders);
      return testOf(column, { truth, name: expression.field.argument ?? '', now: context.now });
    }
  }
}

interface ValueTest {
  truth(value: SearchValue | string[] | null): Truth;
  name: string;
  now: number;
}

function testOf(source: FieldColumn, { truth, name, now }: ValueTest): (place: number) => Rank {
  switch (source.kind) {
    case 'values': {
      const { codes, values } = source.column;
      const ranks = values.map((value) => ranked(truth(value)));
      return (place) => ranks[codes[place] ?? 0] ?? UNKNOWN;
    }
    case 'members': {
      const { codes, values } = source.column;
      const ranks = values.map((value) => ranked(truth(value?.includes(name) ?? false)));
      return (place) => ranks[codes[place] ?? 0] ?? UNKNOWN;
    }
    case 'numbers':
      return (place) => ranked(truth(source.column.get(place)));
    case 'age':
      return (place) => {
        const microseconds = source.column.get(place);
        return ranked(truth(microseconds === null ? null : (now * 1_000 - microseconds) / 1e6));
      };
    default:
      return unreachable(source);
  }
}

function ranked(truth: Truth): Rank {
  if (truth === null) return UNKNOWN;
  return truth ? TRUE : FALSE;
}

function least(parts: readonly ((place: number) => Rank)[]): (place: number) => Rank {
  return (place) => {
    let found: Rank = TRUE;
    for (const part of parts) {
      const rank = part(place);
      if (rank === FALSE) return FALSE;
      if (rank < found) found = rank;
    }
    return found;
  };
}

function greatest(parts: readonly ((place: number) => Rank)[]): (place: number) => Rank {
  return (place) => {
    let found: Rank = FALSE;
    for (const part of parts) {
      const rank = part(place);
      if (rank === TRUE) return TRUE;
      if (rank > found) found = rank;
    }
    return found;
  };
}
