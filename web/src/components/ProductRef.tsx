/**
 * A product by its cloth and name, as a link to its page.
 */
import { Link } from '@tanstack/react-router';
import { Cloth } from './Cloth.tsx';
import classes from './ProductRef.module.css';

export interface ProductRefProps {
  /** domain.product, with or without a version. */
  product: string;
  isLink?: boolean;
}

export function ProductRef({ product, isLink = true }: ProductRefProps) {
  const domain = product.split('.')[0] ?? product;
  const inside = (
    <>
      <Cloth domain={domain} size={14} />
      <span className="mono">{product}</span>
    </>
  );
  if (!isLink) return <span className={classes['ref']}>{inside}</span>;
  return (
    <Link className={classes['ref']} to="/p/$product" params={{ product }}>
      {inside}
    </Link>
  );
}
