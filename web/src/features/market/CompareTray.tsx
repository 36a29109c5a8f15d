/**
 * The products that are picked for comparing, at the foot of the market.
 */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ProductRef } from '../../components/ProductRef.tsx';
import { plural } from '../../lib/format.ts';
import classes from './CompareTray.module.css';
import { COMPARED_MAX, type Compare } from './use-compare.ts';

export function CompareTray({ compare }: { compare: Compare }) {
  const { products, clear } = compare;
  if (products.length === 0) return null;
  return (
    <section className={classes['tray']} aria-label="Products to compare">
      <ul>
        {products.map((product) => (
          <li key={product}>
            <ProductRef product={product} />
          </li>
        ))}
      </ul>
      <Button variant="subtle" onClick={clear}>
        Empty the list
      </Button>
      {products.length < 2 ? (
        <span className="caption">Pick up to {COMPARED_MAX - products.length} more</span>
      ) : (
        <Button
          renderRoot={(props) => (
            <Link to="/market/compare" search={{ p: products.join(',') }} {...props} />
          )}
        >
          {`Compare ${plural(products.length, { one: '# product', other: '# products' })}`}
        </Button>
      )}
    </section>
  );
}
