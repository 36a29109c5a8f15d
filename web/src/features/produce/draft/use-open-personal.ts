/**
 * Which personal-looking columns of a draft everybody with an agreement would see as they are, by the policies in force.
 */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, take } from '../../../api/client.ts';
import { type ContractForm, parseDraft, readForm } from './contract-draft.ts';
import { personalColumns, seenAsTheyAre } from './drafted-privacy.ts';
import type { Base } from './next-version.ts';

/** Null while the policies are asked for. */
export function useOpenPersonal(
  product: string,
  form: ContractForm | null,
  base: Base | null,
): string[] | null {
  const before = useMemo(() => columnsOf(base), [base]);
  const columns = useMemo(() => personalColumns(form?.columns ?? [], before), [form, before]);
  const isAsked = columns.length > 0;
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
  if (!isAsked) return [];
  if (mesh.isLoading || own.isLoading) return null;
  return seenAsTheyAre(columns, {
    hidden: own.data?.hiddenClassifications ?? [],
    cedar: `${mesh.data?.cedar ?? ''}\n${own.data?.cedar ?? ''}`,
  });
}

function columnsOf(base: Base | null): ContractForm['columns'] {
  const document = base === null ? null : parseDraft(base.source);
  return document === null ? [] : readForm(document).columns;
}
