/**
 * Up to four products that are set side by side. They stand in the address, of whatever page: leaving the market keeps them.
 */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { COMPARED_MAX, readCompared } from './market-search.ts';

export function useCompare() {
  const { compare = '' } = useSearch({ strict: false });
  const navigate = useNavigate();
  const products = useMemo(() => readCompared(compare), [compare]);
  const [isRefused, setRefused] = useState(false);
  const set = useCallback(
    (next: readonly string[]) => {
      setRefused(false);
      void navigate({
        to: '.',
        search: (old) => ({ ...old, compare: next.length === 0 ? undefined : next.join(',') }),
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  const toggle = useCallback(
    (product: string) => {
      if (products.includes(product)) set(products.filter((one) => one !== product));
      else if (products.length === COMPARED_MAX) setRefused(true);
      else set([...products, product]);
    },
    [products, set],
  );
  const clear = useCallback(() => set([]), [set]);
  return { products, toggle, clear, isRefused };
}

export type Compare = ReturnType<typeof useCompare>;
