/**
 * What can be queried for a purpose: products with an agreement, and those of domains that the subject looks after; with the
 * columns that are seen and what rules do to them, as the API explains it.
 */
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AccessExplanation } from '../../api/access.ts';
import { explainQuery } from '../../api/access.ts';
import { api, take } from '../../api/client.ts';
import { agreementsQuery } from '../../api/queries.ts';
import { useMe } from '../../app/session.tsx';
import type { EditorSchema } from '../../components/editor/Editor.tsx';

export interface CatalogColumn {
  name: string;
  /** What stands in place of its values; null where they stand themselves. */
  mask: string | null;
  isHidden: boolean;
}

export interface CatalogTable {
  /** domain.product */
  product: string;
  /** domain.table, as a query names it. */
  name: string;
  explanation: AccessExplanation | null;
  columns: readonly CatalogColumn[];
  /** Why its columns could not be had; null where they were, or are on their way. */
  failure: unknown;
}

export interface Catalog {
  isLoading: boolean;
  error: unknown;
  /** Asks for what could not be had. */
  refetch: () => void;
  tables: readonly CatalogTable[];
  /** Products of which it is not known yet what can be queried. */
  asking: readonly string[];
  /** Purposes that have an agreement, and those of own products; first those of the product that one comes from. */
  purposes: readonly string[];
  schema: EditorSchema;
}

/** Products whose columns are asked for; beyond that completion knows names alone. */
const EXPLAINED_MAX = 40;

export function useCatalog(purpose: string | undefined, from?: string): Catalog {
  const me = useMe();
  const agreements = useQuery(agreementsQuery({ subject: me.id, state: 'active' }));
  const { refetch: refetchAgreements } = agreements;
  const own = useOwnProducts(me.domains);
  const agreed = agreements.data?.items ?? [];
  const products = [
    ...new Set([
      ...own.products,
      ...agreed.filter((agreement) => agreement.purpose === purpose).map(({ product }) => product),
    ]),
  ].sort();
  const newest = useExplained(products.slice(0, EXPLAINED_MAX).map(ofNewest), purpose);
  const older = useExplained(newest.flatMap(otherMajors).slice(0, EXPLAINED_MAX), purpose);
  const key = products.join(' ');
  return useMemo(() => {
    const names = key === '' ? [] : key.split(' ');
    const tables = names.flatMap((name, at) => [
      tableOf(name, newest[at]),
      ...older.filter(({ product }) => product === name).map((one) => tableOf(name, one)),
    ]);
    const all = [...agreed.map((one) => one.purpose), ...own.purposes].sort();
    const purposes = [...new Set([...purposesOf(agreed, from), ...all])];
    return {
      isLoading: agreements.isPending || own.isLoading,
      error: agreements.error ?? own.error,
      refetch: () => {
        if (agreements.error !== null) void refetchAgreements();
        if (own.error !== null) void own.refetch();
      },
      tables: tables.filter(({ explanation }) => explanation?.decision !== 'deny'),
      asking: [...newest, ...older].filter(isAsking).map(({ product }) => product),
      purposes,
      // Why without quotes: the editor writes those itself.
      schema: Object.fromEntries(
        tables.map((table) => [table.name.replaceAll('"', ''), shownNames(table)]),
      ),
    };
  }, [
    key,
    from,
    newest,
    older,
    agreed,
    own.purposes,
    own.isLoading,
    own.error,
    own.refetch,
    refetchAgreements,
    agreements.isPending,
    agreements.error,
  ]);
}

interface Asked {
  product: string;
  major?: number;
}

interface Explained extends Asked {
  explanation: AccessExplanation | null;
  failure: unknown;
}

const isAsking = ({ explanation, failure }: Explained): boolean =>
  explanation === null && failure === null;

type Agreed = readonly { product: string; major: number; purpose: string }[];

/** For what the product, and the major if it is named, that somebody comes from may be queried. */
function purposesOf(agreed: Agreed, from: string | undefined): string[] {
  const [product, major] = (from ?? '').split('@');
  return agreed
    .filter((one) => one.product === product && (major ?? `${one.major}`) === `${one.major}`)
    .map((one) => one.purpose)
    .sort();
}

const ofNewest = (product: string): Asked => ({ product });

/** Besides the newest major, those that may be read as well. */
function otherMajors({ product, explanation }: Explained): Asked[] {
  const others = explanation?.majors.filter((major) => major !== explanation.major) ?? [];
  return others.map((major) => ({ product, major }));
}

/** What the policy shows of each, in their order. */
function useExplained(asked: readonly Asked[], purpose: string | undefined): Explained[] {
  const me = useMe();
  const answers = useQueries({
    queries: asked.map((one) => ({
      ...explainQuery({ subject: me.id, purpose: purpose ?? '', ...one }),
      enabled: purpose !== undefined,
    })),
    combine: outcomesOf,
  });
  const key = JSON.stringify(asked);
  return useMemo(
    () => (JSON.parse(key) as Asked[]).map((one, at) => ({ ...one, ...(answers[at] ?? UNKNOWN) })),
    [key, answers],
  );
}

const UNKNOWN = { explanation: null, failure: null };

const outcomesOf = (answers: readonly { data: AccessExplanation | undefined; error: unknown }[]) =>
  answers.map(({ data, error }) => ({
    explanation: data ?? null,
    failure: data === undefined ? error : null,
  }));

const NO_DOMAINS: readonly string[] = [];
const OWN_MAX = 100;

/** Products of the domains that somebody looks after: these are open to him without an agreement. */
function useOwnProducts(domains: readonly string[] = NO_DOMAINS) {
  const where = `domain in (${domains.map((domain) => `'${domain}'`).join(', ')})`;
  const found = useQuery({
    queryKey: ['search', 'own', where],
    queryFn: () =>
      take(api.GET('/api/v1/search', { params: { query: { where, limit: OWN_MAX } } })),
    enabled: domains.length > 0,
    staleTime: 30_000,
  });
  return useMemo(() => {
    const hits = found.data?.items.filter(({ access }) => access === 'open') ?? [];
    return {
      isLoading: domains.length > 0 && found.isPending,
      error: found.error,
      refetch: found.refetch,
      products: hits.map(({ product }) => product),
      purposes: [...new Set(hits.flatMap(({ purposes }) => purposes ?? []))],
    };
  }, [found.data, found.isPending, found.error, found.refetch, domains.length]);
}

/** A table as the policy shows it; before that is known, by its name alone. */
function tableOf(product: string, explained: Explained | undefined): CatalogTable {
  const { explanation, failure } = explained ?? UNKNOWN;
  const domain = product.split('.')[0] ?? product;
  const name = explanation === null ? product : `${domain}.${inQuery(explanation)}`;
  const seen = explanation?.seen ?? null;
  const shown = (seen?.columns ?? []).map(({ name: column, mask }) => ({
    name: column,
    mask,
    isHidden: false,
  }));
  const hidden = (seen?.hidden ?? []).map(({ column }) => ({
    name: column,
    mask: null,
    isHidden: true,
  }));
  return { product, name, explanation, failure, columns: [...shown, ...hidden] };
}

/** Of several majors a query names one. */
const inQuery = ({ table, major, majors }: AccessExplanation): string =>
  majors.length > 1 ? `"${table}@${major}"` : table;

const shownNames = ({ columns }: CatalogTable): string[] =>
  columns.filter(({ isHidden }) => !isHidden).map(({ name }) => name);

/** The table of the product, and of the major if it names one (`product@2`), that somebody comes from. */
export function tableFrom(
  tables: readonly CatalogTable[],
  from: string | undefined,
): CatalogTable | undefined {
  const [product, major] = (from ?? '').split('@');
  const own = tables.filter((table) => table.product === product);
  return major === undefined
    ? own[0]
    : own.find(({ explanation }) => explanation?.major === Number(major));
}

/** What a bench begins with: a table, nothing of the product that somebody comes from, or what is not known yet. */
export type Start = { kind: 'table'; name: string } | { kind: 'nothing' } | { kind: 'unknown' };

/** Why never another product than the one that somebody comes from: he would run a query that he did not ask for. */
export function startOf(
  { tables, asking, error }: Pick<Catalog, 'tables' | 'asking' | 'error'>,
  { from, purpose }: { from: string | undefined; purpose: string | undefined },
): Start {
  if (from === undefined) {
    const [first] = tables;
    return first === undefined ? { kind: 'unknown' } : { kind: 'table', name: first.name };
  }
  const [product = from] = from.split('@');
  if (purpose === undefined || asking.includes(product)) return { kind: 'unknown' };
  const table = tableFrom(tables, from);
  const isFailed = tables.some((one) => one.product === product && one.failure !== null);
  if (error !== null || isFailed) return { kind: 'unknown' };
  return table?.columns.some(({ isHidden }) => !isHidden) === true
    ? { kind: 'table', name: table.name }
    : { kind: 'nothing' };
}

/** A first query on a table: what is there. */
export const firstQuery = (table: string): string => `SELECT *\nFROM ${table}\nLIMIT 100`;
