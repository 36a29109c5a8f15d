/**
 * The page of what an id names; null where there is none.
 */
import type { LinkProps } from '@tanstack/react-router';
import type { Answer } from '../../api/answers.ts';
import type { Resolved } from './resolved.ts';

type Saved = Answer<'/api/v1/saved/{saved}', 'get'>;

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
    // Why none: where a saved thing leads depends on what it is, see `placeOfSaved`.
    case 'saved':
    case 'event':
    case 'operation':
    case 'query':
    case 'subject':
      return null;
  }
}

/** A query opens in the workbench, a search in the market, a followed product on its page. */
export function placeOfSaved({
  kind,
  saved,
  body,
  product,
}: Pick<Saved, 'kind' | 'saved' | 'body' | 'product'>): Place {
  if (kind === 'query') return { to: '/workbench', search: { saved } };
  if (kind === 'search') {
    const given = (name: string) => typeof body[name] === 'string' && body[name] !== '';
    return {
      to: '/market',
      search: {
        ...(given('q') ? { q: String(body['q']) } : {}),
        ...(given('where') ? { where: String(body['where']) } : {}),
      },
    };
  }
  return product === null ? { to: '/saved' } : { to: '/p/$product', params: { product } };
}
