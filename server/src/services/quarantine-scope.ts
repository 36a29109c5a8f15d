/**
 * Which refused records a request means: a product, a batch, a cause, a time, a state, as scope of the store and filter of
 * the files.
 *
 * Not who may do what with them, except that whoever may not read values cannot ask by values either.
 */
import {
  type QuarantineFile,
  type QuarantineSource,
  type RecordLayout,
  ROW_STATES,
  type RowFilter,
} from '@weft/core/ingest/quarantine-files';
import { readInstant } from '@weft/core/lib/calendar';
import { WeftError } from '@weft/core/lib/error';
import { findBatch, type NodeDb } from '../store/node-batches.ts';
import {
  findChildren,
  marksOf,
  type QuarantinedBatch,
  type QuarantineScope,
} from '../store/node-quarantine.ts';
import { splitProduct } from './ingest-access.ts';

/** Which records; what is left out does not matter. */
export interface RowQuery {
  /** `domain.product`, `domain.table`, with `@MAJOR` or without. */
  product?: string | undefined;
  batch?: string | undefined;
  rule?: string | undefined;
  column?: string | undefined;
  /** Part of the refused value; empty for none at all. */
  value?: string | undefined;
  /** Part of the words of the reason. */
  reason?: string | undefined;
  state?: string | undefined;
  /** RFC 3339, of the batch's start. */
  since?: string | undefined;
  until?: string | undefined;
}

export interface Target {
  /** Null: all that the subject sees. */
  domain: string | null;
  scope: Omit<QuarantineScope, 'domains' | 'after' | 'order' | 'limit' | 'openOnly'>;
  filter: RowFilter;
}

/** Reads a query. Throws REQUEST_INVALID, or NOT_FOUND for a batch that is not there. */
export async function targetOf(db: NodeDb, query: RowQuery): Promise<Target> {
  const { product, batch } = query;
  const row = batch === undefined ? undefined : await findBatch(db, batch);
  if (batch !== undefined && row === undefined) {
    throw new WeftError('NOT_FOUND', `there is no batch ${batch}`);
  }
  const named = product === undefined ? null : splitProduct(product);
  const [name = '', major] = named?.name.split('@') ?? [];
  return {
    domain: row?.domain ?? named?.domain ?? null,
    scope: {
      product: named === null ? undefined : `${named.domain}.${name}`,
      major: major === undefined ? undefined : Number(major),
      batches: batch === undefined ? undefined : [batch],
      since: timeOf(query.since, 'since'),
      until: timeOf(query.until, 'until'),
    },
    filter: filterOf(query),
  };
}

function filterOf({ state, rule, column, value, reason }: RowQuery): RowFilter {
  const known = ROW_STATES.find((name) => name === state);
  if (state !== undefined && known === undefined) {
    throw new WeftError('REQUEST_INVALID', `${state} is no state of a record`, {
      remedy: `States: ${ROW_STATES.join(', ')}.`,
    });
  }
  return {
    state: known ?? null,
    rule: rule ?? null,
    column: column ?? null,
    value: value ?? null,
    reason: reason ?? null,
  };
}

function timeOf(text: string | undefined, name: string): string | undefined {
  if (text === undefined) return undefined;
  const time = readInstant(text);
  if (time === null) {
    throw new WeftError('REQUEST_INVALID', `\`${name}\` is no time: ${text}`, {
      remedy: 'Write it as 2026-11-22 or 2026-11-22T08:00:00Z.',
    });
  }
  return new Date(time).toISOString();
}

export interface Sources {
  source: QuarantineSource;
  layouts: Record<string, RecordLayout | null>;
}

/** The files of some quarantines with everything that was decided about their records. */
export async function sourcesOf(
  db: NodeDb,
  quarantines: readonly QuarantinedBatch[],
): Promise<Sources> {
  const marks = await marksOf(
    db,
    quarantines.map(({ batch }) => batch),
  );
  const ids = marks.flatMap(({ child }) => child ?? []);
  const children = await findChildren(db, [...new Set(ids)]);
  const files = children.flatMap(({ batch, path }): QuarantineFile[] =>
    path === null ? [] : [{ batch, path }],
  );
  const inState = (wanted: string): string[] =>
    quarantines.filter(({ state }) => state === wanted).map(({ batch }) => batch);
  return {
    source: {
      waiting: inState('held'),
      givenUp: inState('discarded'),
      files: quarantines.map(({ batch, path }) => ({ batch, path })),
      marks: [...new Set(marks.map(({ path }) => path))],
      children: files,
      held: children.filter(({ state }) => state === 'held').map(({ batch }) => batch),
    },
    layouts: Object.fromEntries(quarantines.map(({ batch, layout }) => [batch, layout])),
  };
}
