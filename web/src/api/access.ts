/**
 * Why a subject may or may not see a product, and what is seen: `access/explain` as the API answers it.
 */
import { queryOptions } from '@tanstack/react-query';
import { getJson, pathOf } from './json.ts';

export type MaskKind = 'hide' | 'null' | 'fixed' | 'hash' | 'truncate' | 'bucket' | 'part';

export interface SeenView {
  columns: { name: string; mask: MaskKind | null }[];
  hidden: { column: string; why: 'classification' | 'policy' | 'agreement' | 'mask' }[];
  /** Condition on rows; null for all. */
  rows: string | null;
  granularity: RollUp | null;
  rowLimit: number | null;
  mayExport: boolean;
  rowsAbout: number | null;
}

export interface RollUp {
  by: { column: string; unit: string | null }[];
  measures: { function: string; column: string | null; as: string }[];
  minimum: { units: number; of: string };
}

export interface AccessExplanation {
  subject: string;
  product: string;
  table: string;
  purpose: string;
  decision: 'permit' | 'deny';
  reason: string;
  agreement: string | null;
  policies: {
    id: string;
    effect: 'permit' | 'forbid';
    applies: 'all rows' | 'some rows' | 'no row';
    rows: string | null;
    columns: string[] | null;
    problem: string | null;
  }[];
  seen: SeenView | null;
  change: {
    edits: { kind: string; text: string }[];
    decision: 'permit' | 'deny';
    /** What would be seen after the change, where it is the reader's to know. */
    seen?: SeenView | null;
  } | null;
}

export interface ExplainInput {
  subject: string;
  product: string;
  purpose: string;
  table?: string;
}

export const explainQuery = (input: ExplainInput) =>
  queryOptions({
    queryKey: ['explain', input],
    queryFn: ({ signal }) =>
      getJson<AccessExplanation>(pathOf(['access', 'explain'], { ...input }), signal),
    staleTime: 30_000,
  });
