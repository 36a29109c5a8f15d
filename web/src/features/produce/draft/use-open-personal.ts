/**
 * Which personal-looking columns of a draft no policy in force hides for certain.
 */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, take } from '../../../api/client.ts';
import { type ContractForm, parseDraft, readFacts } from './contract-draft.ts';
import { looksPersonal, seenAsTheyAre } from './drafted-privacy.ts';
import type { Base } from './next-version.ts';

export interface OpenColumns {
  columns: readonly string[];
  /** The product has rules of its own, which may hide or change them for some. */
  isRuled: boolean;
}

/** Null while the policies are asked for. */
export function useOpenPersonal(
  product: string,
  form: ContractForm | null,
  base: Base | null,
): OpenColumns | null {
  const before = useMemo(() => columnsOf(base), [base]);
  const columns = form?.columns ?? [];
  const isAsked = columns.some(looksPersonal);
  const mesh = useQuery({
    queryKey: ['policy-facts', 'mesh'],
    queryFn: () => take(api.GET('/api/v1/policies/mesh')),
    enabled: isAsked,
  });
  // Why not of a first version: a product has no policy before it is there.
  const own = useQuery({
    queryKey: ['policy-facts', product],
    queryFn: () => take(api.GET('/api/v1/policies/{product}', { params: { path: { product } } })),
    enabled: isAsked && base !== null,
  });
  if (!isAsked) return { columns: [], isRuled: false };
  if (mesh.isLoading || own.isLoading) return null;
  const open = seenAsTheyAre(columns, before, {
    hidden: own.data?.hiddenClassifications ?? [],
    cedar: [mesh.data?.cedar ?? null, own.data?.cedar ?? null],
  });
  return { columns: open, isRuled: (own.data?.cedar ?? '').trim() !== '' };
}

function columnsOf(base: Base | null): ContractForm['columns'] {
  const document = base === null ? null : parseDraft(base.source);
  return document === null ? [] : (readFacts(document)?.columns ?? []);
}
