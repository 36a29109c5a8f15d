/**
 * What the market says.
 */
import { plural } from '../../lib/format.ts';

export const FACET_TITLES: Readonly<Record<string, string>> = {
  domain: 'Domain',
  granularity: 'One row is',
  classification: 'Sensitivity',
  purpose: 'Purpose allowed',
  tag: 'Tag',
};

export const found = (total: number, isCapped: boolean): string =>
  `${isCapped ? 'More than ' : ''}${plural(total, { one: '# product', other: '# products' })}`;

export const words = {
  title: 'Market',
  ask: 'Words, a column, or a condition such as measured.rows > 1000',
  fits: 'fit',
  none: 'Nothing fits all of this',
  noneHelp: 'Each condition is one less to fit: take one away, or say it in other words.',
  empty: 'No product is published yet',
  emptyHelp: 'Products appear here as soon as a team publishes the first contract.',
  clear: 'Take all conditions away',
  measured: 'Measured',
  promised: 'Promised',
  access: 'Access',
  product: 'Product',
  key: 'past the mark = kept',
  fresh: 'Fresh',
  good: 'Good',
  served: 'Served',
  notPromised: 'not promised',
  notMeasured: 'not measured yet',
  more: 'Show more',
  query: 'Query',
  request: 'Request',
  look: 'Look',
  compare: 'Compare',
  filter: 'Filter',
  addFilter: 'Add a condition',
};
