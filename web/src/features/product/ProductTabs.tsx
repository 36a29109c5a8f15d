/**
 * The tabs of a product are pages of their own, so they are links.
 */
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { useLayoutEffect, useRef } from 'react';
import { promisesQuery } from '../../api/promises.ts';
import type { Product } from '../../api/types.ts';
import { formatNumber } from '../../lib/format.ts';
import classes from './ProductTabs.module.css';
import { useOpenProduct } from './use-product.ts';
import { words } from './words.ts';

export function ProductTabs() {
  const { ref, product, model } = useOpenProduct();
  const promises = useQuery(promisesQuery(product.product));
  const columns = model.objects.reduce((sum, { properties }) => sum + properties.length, 0);
  const promised = promises.data?.promises.length ?? null;
  const { consumers } = measuredOf(product.facts);
  const tabs = [
    { to: '/p/$product', label: words.overview, count: null },
    { to: '/p/$product/columns', label: words.columns, count: columns },
    { to: '/p/$product/quality', label: words.quality, count: promised },
    // Why no count: what is measured counts batches that were let in, and the list has all that came.
    { to: '/p/$product/batches', label: words.batches, count: null },
    { to: '/p/$product/lineage', label: words.lineage, count: null },
    { to: '/p/$product/versions', label: words.versions, count: product.contracts.length },
    { to: '/p/$product/consumers', label: words.consumers, count: consumers },
    { to: '/p/$product/connect', label: words.connect, count: null },
  ] as const;
  const nav = useOpenTabInSight(`${columns} ${promised} ${consumers}`);
  return (
    <nav ref={nav} className={classes['tabs']} aria-label={words.about}>
      {tabs.map(({ to, label, count }) => (
        <Link
          key={to}
          to={to}
          params={{ product: ref }}
          className={classes['tab']}
          activeOptions={{ exact: to === '/p/$product', includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {label}
          {count === null ? null : <span className={classes['count']}>{formatNumber(count)}</span>}
        </Link>
      ))}
    </nav>
  );
}

/** Where the tabs are wider than the screen, the open one stands in its middle. `widths`: what the places of the tabs depend on. */
function useOpenTabInSight(widths: string) {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const nav = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the drawn tabs that are measured, anew for each of both.
  useLayoutEffect(() => {
    const open = nav.current?.querySelector('[aria-current="page"]');
    if (nav.current === null || open === null || open === undefined) return;
    const around = nav.current.getBoundingClientRect();
    const tab = open.getBoundingClientRect();
    // Why not scrollIntoView: it would scroll the page, too.
    nav.current.scrollLeft += tab.left + tab.width / 2 - (around.left + around.width / 2);
  }, [path, widths]);
  return nav;
}

/** What was counted of a product, as far as it is told. */
export function measuredOf(facts: Product['facts']) {
  const { consumers = null, rows = null } = facts?.measured ?? {};
  return { consumers, rows };
}
