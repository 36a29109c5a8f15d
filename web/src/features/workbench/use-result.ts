/**
 * An answer as the page shows it: its rows, what is known of it, and what rules did to it.
 */
import { useQueries } from '@tanstack/react-query';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { AccessExplanation } from '../../api/access.ts';
import { explainQuery } from '../../api/access.ts';
import type { ProblemDocument } from '../../api/problem.ts';
import type { ResultStatus, ResultStore } from '../../api/result-store.ts';
import { useMe } from '../../app/session.tsx';
import type { GridColumn } from '../../components/grid/grid-cells.ts';
import type { ResultProduct } from '../../lib/result-splitter.ts';
import type { BenchState, Run } from './bench.ts';
import { useOwnBench } from './own-bench.ts';
import { exportRefusal, type Rule, rulesOf, veiledColumns } from './shaping.ts';
import type { CatalogTable } from './use-catalog.ts';

export function useBench(): BenchState {
  const bench = useOwnBench();
  return useSyncExternalStore(bench.subscribe, bench.state);
}

export function useStatus(store: ResultStore): ResultStatus {
  return useSyncExternalStore(store.subscribe, store.status);
}

/** What went wrong with a run, if there is one and something did. */
export function useProblem(run: Run | null): ProblemDocument | null {
  return useSyncExternalStore(
    run?.store.subscribe ?? never,
    () => run?.store.status().problem ?? null,
  );
}

const never = () => () => undefined;

export interface Shaping {
  columns: readonly GridColumn[];
  rules: readonly Rule[];
  exportRefusal: string | null;
}

/**
 * Why by the text while it runs: which products an answer is of is told at its end, and cells must be veiled from the first.
 */
export function useShaping(
  run: Run,
  status: ResultStatus,
  tables: readonly CatalogTable[],
): Shaping {
  const me = useMe();
  const named = useMemo(
    () =>
      tables
        .filter(({ name }) => run.sql.includes(name))
        .map(({ product, explanation }) => ({ product, major: explanation?.major })),
    [tables, run.sql],
  );
  const told = status.tail?.products.map(majorOf) ?? named;
  const products = new Map(told.map((one) => [`${one.product}@${one.major}`, one]));
  const explanations = useQueries({
    queries: [...products.keys()].sort().map((key) => {
      const { product = '', major } = products.get(key) ?? {};
      const asked = { subject: me.id, product, purpose: run.purpose };
      return explainQuery(major === undefined ? asked : { ...asked, major });
    }),
    combine: dataOf,
  });
  return useMemo(
    () => ({
      columns: veiledColumns(status.columns, run.sql, explanations),
      rules: rulesOf(explanations, status.columns, run.sql),
      exportRefusal: exportRefusal(explanations),
    }),
    [status.columns, run.sql, explanations],
  );
}

/** A contract is told as `id@1.2.3#hash`. */
const majorOf = ({ product, contract }: ResultProduct) => {
  const major = /@(\d+)\.[^@]*$/.exec(contract)?.[1];
  return { product, major: major === undefined ? undefined : Number(major) };
};

const dataOf = (answers: readonly { data: AccessExplanation | undefined }[]): AccessExplanation[] =>
  answers.flatMap(({ data }) => (data === undefined ? [] : [data]));

const TICK_MS = 100;

/** Milliseconds since the query was asked, moving while it runs. */
export function useElapsed({ state, startedAt, elapsedMs }: ResultStatus): number {
  const [now, setNow] = useState(() => performance.now());
  const isRunning = state === 'running';
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  return isRunning ? Math.max(0, now - startedAt) : elapsedMs;
}
