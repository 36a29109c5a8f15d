/**
 * Up to four products that are set side by side. Kept while the market is open.
 */
import { useCallback, useState } from 'react';

export const COMPARED_MAX = 4;

export function useCompare() {
  const [products, setProducts] = useState<readonly string[]>([]);
  const toggle = useCallback(
    (product: string) =>
      setProducts((old) =>
        old.includes(product)
          ? old.filter((one) => one !== product)
          : [...old, product].slice(-COMPARED_MAX),
      ),
    [],
  );
  const clear = useCallback(() => setProducts([]), []);
  return { products, toggle, clear };
}

export type Compare = ReturnType<typeof useCompare>;
