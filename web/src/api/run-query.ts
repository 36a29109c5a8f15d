/**
 * A small governed query whose whole answer is one JSON document: profiles and samples, not results.
 */
import type { Answer } from './answers.ts';
import { api, take } from './client.ts';

export type QueryAnswer = Answer<'/api/v1/queries', 'post'>;

export function runQuery(
  sql: string,
  { purpose, signal }: { purpose: string; signal?: AbortSignal },
): Promise<QueryAnswer> {
  return take(
    api.POST('/api/v1/queries', {
      body: { sql, purpose, format: 'json' },
      ...(signal === undefined ? {} : { signal }),
    }),
  );
}
