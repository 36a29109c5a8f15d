/**
 * A small governed query whose whole answer is one JSON document: profiles and samples, not results.
 */
import { sendJson } from './json.ts';

export interface QueryAnswer {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  rowCount: number;
  truncated: boolean;
  products: {
    product: string;
    contract: string;
    snapshot: string;
    agreement: string | null;
    policy: number | null;
  }[];
  seconds: number;
}

export function runQuery(
  sql: string,
  { purpose, signal }: { purpose: string; signal?: AbortSignal },
): Promise<QueryAnswer> {
  return sendJson('POST', '/api/v1/queries', {
    body: { sql, purpose, format: 'json' },
    ...(signal === undefined ? {} : { signal }),
  });
}
