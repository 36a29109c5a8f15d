/**
 * The products that are picked for comparing, at the foot of the market.
 */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ProductRef } from '../../components/ProductRef.tsx';
import classes from './CompareTray.module.css';
import { COMPARED_MAX } from './market-search.ts';
import type { Compare } from './use-compare.ts';
import { words } from './words.ts';

export function CompareTray({ compare }: { compare: Compare }) {
  const { products, clear, isRefused } = compare;
  if (products.length === 0) return null;
  return (
    <section className={classes['tray']} aria-label={words.tray}>
      <ul>
        {products.map((product) => (
          <li key={product}>
            <ProductRef product={product} />
          </li>
        ))}
      </ul>
      <p role="status">{isRefused ? words.full : ''}</p>
      <Button variant="subtle" onClick={clear}>
        {words.emptyTray}
      </Button>
      {products.length < 2 ? (
        <span className="caption">{words.pickMore(COMPARED_MAX - products.length)}</span>
      ) : (
        <Button
          renderRoot={(props) => (
            <Link to="/market/compare" search={{ p: products.join(',') }} {...props} />
          )}
        >
          {words.compareCount(products.length)}
        </Button>
      )}
    </section>
  );
}
