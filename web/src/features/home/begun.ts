/**
 * What the reader began in this tab and did not finish, and where he goes on with it.
 *
 * Known from the places of the tab's memory alone: what stands in them is for the pages that keep it. Drafts of one page are one.
 */
import type { LinkProps } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useMe } from '../../app/session.tsx';
import { placesKept, whenKeptChanges } from '../../lib/tab-memory.ts';
import { words } from './words.ts';

export interface Begun {
  what: string;
  link: LinkProps;
}

export function useBegun(): Begun[] {
  const { id } = useMe();
  const places = useSyncExternalStore(whenKeptChanges, () => placesKept(id));
  return places === '' ? [] : begunIn(places.split('\n'));
}

export function begunIn(places: readonly string[]): Begun[] {
  const all = places.flatMap((place) => begunAt(place) ?? []);
  return [...new Map(all.map((one) => [JSON.stringify(one.link), one])).values()];
}

/** Null for a place that leads to no page. */
function begunAt(place: string): Begun | null {
  const [kind = '', ...rest] = place.split(':');
  const of = rest.join(':');
  switch (kind) {
    case 'workbench':
      return { what: words.begunQuery, link: { to: '/workbench' } };
    case 'new-product':
      return { what: words.begunProduct, link: { to: '/make/new' } };
    case 'new-domain':
      return { what: words.begunDomain, link: { to: '/domains/-/new' } };
    case 'domain':
      return {
        what: words.begunDomainChange(of),
        link: { to: '/domains/$domain', params: { domain: of } },
      };
    case 'new-person':
      return begunPerson(of);
    case 'rights':
      return {
        what: words.begunRights(of),
        link: { to: '/people/$person', params: { person: of } },
      };
    case 'policy':
    case 'rule':
    case 'set':
      return {
        what: words.begunPolicy(of),
        link: { to: '/policies/$product', params: { product: of } },
      };
    case 'version':
      return {
        what: words.begunVersion(of),
        link: { to: '/make/$product/version', params: { product: of } },
      };
    case 'request':
      return {
        what: words.begunRequest(of),
        link: { to: '/p/$product/request', params: { product: of } },
      };
    case 'comment':
    case 'decision':
    case 'renewal':
      return {
        what: words.begunAgreement,
        link: { to: '/agreements/$agreement', params: { agreement: of } },
      };
    case 'repair':
      return begunRepair(of);
    default:
      return null;
  }
}

/** Of somebody whom a link named, or for a domain; both stand in the address again. */
function begunPerson(of: string): Begun {
  const [domain = '', id = ''] = of.split(' ');
  const search = { ...(domain === '' ? {} : { domain }), ...(id === '' ? {} : { id }) };
  return { what: words.begunPerson, link: { to: '/people/-/new', search } };
}

/** Of the rows of one batch, or of all of a product. */
function begunRepair(of: string): Begun {
  const [product = '', batch = ''] = of.split(' ');
  const what = words.begunRepair(product);
  return batch === ''
    ? { what, link: { to: '/make/$product/quarantine', params: { product } } }
    : { what, link: { to: '/make/$product/batches/$batch', params: { product, batch } } };
}
