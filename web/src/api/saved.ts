/**
 * Saved queries: read, kept, changed. Only the owner changes one; whoever it is shared with may read it.
 */
import { queryOptions } from '@tanstack/react-query';
import { api, take } from './client.ts';
import type { paths } from './generated/openapi.js';

type Saved = paths['/api/v1/saved/{saved}']['get']['responses'][200]['content']['application/json'];

export interface QueryBody {
  sql: string;
  purpose: string;
  chart?: Record<string, unknown>;
}

export interface SavedQuery extends Omit<Saved, 'body'> {
  body: QueryBody;
}

export const savedQuery = (saved: string) =>
  queryOptions({
    queryKey: ['saved', saved],
    queryFn: async () =>
      asQuery(await take(api.GET('/api/v1/saved/{saved}', { params: { path: { saved } } }))),
    staleTime: 30_000,
  });

export async function saveQuery(
  name: string,
  body: QueryBody,
  isShared: boolean,
): Promise<SavedQuery> {
  const sharedWith = isShared ? 'everybody' : 'nobody';
  return asQuery(
    await take(api.POST('/api/v1/saved', { body: { kind: 'query', name, body, sharedWith } })),
  );
}

/** Rejects with a conflict when it was changed since. */
export async function updateQuery(before: SavedQuery, body: QueryBody): Promise<SavedQuery> {
  const params = {
    path: { saved: before.saved },
    header: { 'if-match': `"v${before.version}"` },
  };
  return asQuery(await take(api.PATCH('/api/v1/saved/{saved}', { params, body: { body } })));
}

/** The body of a saved thing of another kind has no query: then it is an empty one. */
function asQuery({ body, ...saved }: Saved): SavedQuery {
  const { sql, purpose, chart } = body;
  return {
    ...saved,
    body: {
      sql: typeof sql === 'string' ? sql : '',
      purpose: typeof purpose === 'string' ? purpose : '',
      ...(typeof chart === 'object' && chart !== null
        ? { chart: chart as Record<string, unknown> }
        : {}),
    },
  };
}
