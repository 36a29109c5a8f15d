/**
 * The page of what an id names; null where there is none.
 */
import type { LinkProps } from '@tanstack/react-router';
import type { Resolved } from './resolved.ts';

export type Place = Pick<LinkProps, 'to' | 'params' | 'search'>;

export function placeOf({ kind, id, product, domain }: Resolved): Place | null {
  switch (kind) {
    case 'product':
      return { to: '/p/$product', params: { product: product ?? id } };
    case 'contract':
      return product === null ? null : { to: '/p/$product/versions', params: { product } };
    case 'domain':
      return { to: '/d/$domain', params: { domain: domain ?? id } };
    case 'agreement':
      return { to: '/agreements/$agreement', params: { agreement: id } };
    case 'batch':
      return product === null
        ? null
        : { to: '/make/$product/batches/$batch', params: { product, batch: id } };
    case 'saved':
      return { to: '/saved' };
    case 'event':
    case 'operation':
    case 'query':
    case 'subject':
      return null;
  }
}
