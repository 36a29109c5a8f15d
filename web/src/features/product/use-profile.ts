/**
 * What the columns of a table hold, under the reader's own rights and for his purpose.
 */

import { useQuery } from '@tanstack/react-query';
import type { ContractModel, ContractProperty } from '@weft/core/contract/model';
import { type AccessExplanation, explainQuery, type SeenView } from '../../api/access.ts';
import { runQuery } from '../../api/run-query.ts';
import { useMe } from '../../app/session.tsx';
import {
  isCounted,
  type ProfiledColumn,
  profileSql,
  readProfile,
  shownKind,
} from '../../lib/profile.ts';
import { useOwnAgreements, usePurposeHere } from './use-product.ts';

export interface TableInSight {
  product: string;
  domain: string;
  table: string;
  major: number;
  properties: readonly ContractProperty[];
}

/** The tables of a product with the columns of each, in the order of the contract. */
export function tablesOf(
  model: ContractModel,
  {
    product,
    domain,
    tables,
    major,
  }: { product: string; domain: string; tables: readonly string[]; major: number },
): TableInSight[] {
  return model.objects.map(({ name, properties }, at) => ({
    product,
    domain,
    table: tables[at] ?? name,
    major,
    properties,
  }));
}

const ASKED_AGAIN_MS = 30_000;

export function useView({ product, table, major }: TableInSight) {
  const me = useMe();
  const { purpose, isKnown } = usePurposeHere(product);
  const explained = useQuery({
    ...explainQuery({ subject: me.id, product, purpose: purpose ?? '', table, major }),
    enabled: purpose !== null,
    // Why: rights that went must not stay in sight on a page that is left open.
    refetchInterval: ASKED_AGAIN_MS,
  });
  const own = useOwnAgreements(product) ?? [];
  const isAgreed = own.some((one) => one.major === major && one.purpose === purpose);
  const closed = closedBy({ purpose, isKnown, explained, isAgreed });
  return { purpose, isKnown, explained, closed };
}

/** The columns that a view shows, with the kinds in which they are shown. */
export function shownColumns(
  view: SeenView,
  properties: readonly ContractProperty[],
): ProfiledColumn[] {
  const byName = new Map(properties.map((property) => [property.name, property]));
  return view.columns.map(({ name, mask }) => {
    const kind = byName.get(name)?.type.kind;
    // Why a number: what a rolled-up table has beside the contract's columns are measures.
    return { name, kind: kind === undefined ? 'double' : shownKind(kind, mask) };
  });
}

export function useProfile(sight: TableInSight) {
  const { purpose, isKnown, explained, closed } = useView(sight);
  const view = explained.error === null ? (explained.data?.seen ?? null) : null;
  const columns = view === null ? [] : shownColumns(view, sight.properties);
  const profile = useQuery({
    queryKey: ['profile', sight.product, sight.table, sight.major, purpose, columns],
    queryFn: async ({ signal }) => {
      const counted = isCounted(view?.rowsAbout ?? null);
      const sql = profileSql(sight, columns, counted);
      const answer = await runQuery(sql, { purpose: purpose ?? '', signal });
      const [row = []] = answer.rows;
      return { ...readProfile(columns, row, counted), products: answer.products };
    },
    enabled: columns.length > 0 && purpose !== null && isSure(explained),
    ...ASKED_WITH_ITS_VIEW,
  });
  return { purpose, isKnown, explained, closed, view, profile };
}

/**
 * Whether what is seen was just answered. Why waited for: over what was seen before, a query may name what is hidden by now, and
 * would stand in the log as refused, in the name of a reader who asked for nothing.
 */
export const isSure = ({ isFetching, error }: { isFetching: boolean; error: unknown }): boolean =>
  !isFetching && error === null;

/** Why not by itself when the window comes back: the view that it is asked over is asked for at the same moment. */
export const ASKED_WITH_ITS_VIEW = {
  staleTime: 5 * 60_000,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
} as const;

/** Why nothing of a table is shown: no agreement covers it, or one does and a policy still hides it. */
export type Closed = 'agreement' | 'policy';

/** As the decision says it (`core/src/policy/decide.ts`). */
const LACKS = /^No (?:active )?agreement /;

/** Null where something is shown, and while that is not known. */
export function closedBy({
  purpose,
  isKnown,
  explained,
  isAgreed,
}: {
  purpose: string | null;
  isKnown: boolean;
  explained: { data?: AccessExplanation | undefined };
  isAgreed: boolean;
}): Closed | null {
  if (!isKnown) return null;
  if (purpose === null) return 'agreement';
  const { decision, reason = '', seen = null } = explained.data ?? {};
  // Why by the reason as well: it is asked again and again, and the agreements that were known may be gone since.
  if (decision === 'deny') return isAgreed && !LACKS.test(reason) ? 'policy' : 'agreement';
  return seen?.columns.length === 0 ? 'policy' : null;
}

/** How a column is treated for the reader: as it is, changed, or hidden; null while that is not known. */
export function treatmentOf(
  explained: AccessExplanation | undefined,
  column: string,
): { kind: 'plain' } | { kind: 'mask'; mask: string } | { kind: 'hidden'; why: string } | null {
  const view = explained?.seen ?? null;
  if (view === null) return null;
  const seen = view.columns.find(({ name }) => name === column);
  if (seen !== undefined)
    return seen.mask === null ? { kind: 'plain' } : { kind: 'mask', mask: seen.mask };
  const hidden = view.hidden.find((item) => item.column === column);
  return {
    kind: 'hidden',
    why: hidden?.why ?? (view.granularity === null ? 'policy' : 'granularity'),
  };
}
