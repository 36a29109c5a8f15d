/**
 * What the page of a next version asks of the mesh: the version in force, who reads it, and which products refer to it.
 */

import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import type { ContractModel } from '@weft/core/contract/model';
import { bumpVersion, formatVersion, parseVersion } from '@weft/core/contract/version';
import { type ContractDiff, contractDiffQuery } from '../../../api/contract-diff.ts';
import { meshGraphQuery } from '../../../api/graph.ts';
import { agreementsQuery, contractQuery } from '../../../api/queries.ts';
import { type Reader, type Referrer, referredColumns } from './next-impact.ts';

/** The version that a draft is to follow. */
export interface Base {
  version: string;
  hash: string;
  source: string;
}

/** The lowest number that would do for what changed since `from`; null where nothing has. */
export function nextNumber(from: string, bump: ContractDiff['bump']): string | null {
  const version = parseVersion(from);
  if (version === null) return null;
  if (bump !== 'major' && bump !== 'minor' && bump !== 'patch') return null;
  return formatVersion(bumpVersion(version, bump));
}

/** What a text changes since the version in force; the last answer stays while the next one comes. */
export const useNextDiff = (product: string, base: Base | null, text: string) =>
  useQuery({
    ...contractDiffQuery(`${product}@${base?.version ?? ''}`, text),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    enabled: base !== null,
  });

/**
 * The number that a draft can bear: as high as its changes ask for, or, where they cannot be told, the next above `version`, which
 * is taken.
 */
export function useFreeNumber(
  product: string,
  { base, version, text }: { base: Base | null; version: string; text: string },
): string | null {
  const diff = useNextDiff(product, base, text);
  if (base !== null) return nextNumber(base.version, diff.data?.bump ?? 'patch');
  return nextNumber(version, 'patch');
}

/** Agreements in force and contracts that refer to the product; null while they load. */
export function useConcerned(
  product: string,
): { readers: Reader[]; referrers: Referrer[]; error: Error | null } | null {
  const agreements = useQuery(agreementsQuery({ product, state: 'active' }));
  const graph = useQuery(meshGraphQuery(product, 1));
  const referring = [
    ...new Set(
      (graph.data?.edges ?? [])
        .filter(({ from, kind }) => from === product && kind !== 'agreement')
        .map(({ to }) => to),
    ),
  ];
  const contracts = useQueries({ queries: referring.map((one) => contractQuery(one)) });
  if (agreements.isPending || graph.isPending || contracts.some(({ isPending }) => isPending)) {
    return null;
  }
  const readers = (agreements.data?.items ?? []).map(
    ({ agreement, subject, purpose, columns }): Reader => ({
      id: agreement,
      who: subject,
      purpose,
      columns,
    }),
  );
  const referrers = referring.map((one, at): Referrer => {
    const model = contracts[at]?.data?.model as unknown as ContractModel | undefined;
    return { product: one, columns: model === undefined ? [] : referredColumns(product, model) };
  });
  const error = agreements.error ?? graph.error ?? null;
  return { readers, referrers, error };
}
