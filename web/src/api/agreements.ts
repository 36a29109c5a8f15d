/**
 * Agreements: asking for one, deciding on one, talking about one. A step is taken only from the version that was seen.
 */
import { queryOptions } from '@tanstack/react-query';
import { getJson, pathOf, sendJson } from './json.ts';
import { Problem } from './problem.ts';
import type { Agreement } from './types.ts';

export type AgreementStep = 'approve' | 'deny' | 'revoke' | 'counter';

export interface AgreementTerms {
  because?: string | null;
  until?: string | null;
  columns?: string[] | null;
}

export interface AccessRequest {
  product: string;
  purpose: string;
  columns?: string[];
  until?: string;
  why?: string;
}

export const agreementQuery = (id: string) =>
  queryOptions({
    queryKey: ['agreement', id],
    queryFn: ({ signal }) => getJson<Agreement>(pathOf(['agreements', id]), signal),
    staleTime: 10_000,
  });

export function requestAccess(request: AccessRequest): Promise<Agreement> {
  return sendJson('POST', pathOf(['agreements']), { body: request });
}

/** Rejects with PRECONDITION_FAILED when the agreement is no longer as it was seen. */
export function takeStep(
  { agreement, version }: Pick<Agreement, 'agreement' | 'version'>,
  step: AgreementStep,
  terms: AgreementTerms,
): Promise<Agreement> {
  return sendJson('POST', pathOf(['agreements', agreement, step]), {
    body: terms,
    ifMatch: `"v${version}"`,
  });
}

export interface Comment {
  comment?: string;
  by: string;
  at: string;
  text: string;
}

/** Null where the mesh keeps no comments. */
export const commentsQuery = (id: string) =>
  queryOptions({
    queryKey: ['agreement-comments', id],
    queryFn: ({ signal }) =>
      getJson<{ items: Comment[] }>(pathOf(['agreements', id, 'comments']), signal).catch(
        (error: unknown) => {
          if (error instanceof Problem && error.status === 404) return null;
          throw error;
        },
      ),
    staleTime: 10_000,
  });

export function addComment(id: string, text: string): Promise<Comment> {
  return sendJson('POST', pathOf(['agreements', id, 'comments']), { body: { text } });
}
