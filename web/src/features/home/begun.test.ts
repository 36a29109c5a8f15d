/**
 * What was begun leads to the page that keeps it, once for each page.
 */
import { expect, test } from 'vitest';
import { begunIn } from './begun.ts';

test('each place leads to its page, several drafts of a page once, and unknown ones nowhere', () => {
  const policy = { to: '/policies/$product', params: { product: 'sales.orders' } };
  expect(
    begunIn([
      'domain:sales',
      'new-person:sales ',
      'new-person: petra',
      'rights:corp:ada',
      'comment:agr_1',
      'decision:agr_1',
      'policy:sales.orders',
      'repair:sales.orders bat_1 rule column reason',
      'repair:sales.orders  rule column reason',
      'rule:sales.orders',
      'set:sales.orders',
      'something:else',
      'workbench',
    ]).map(({ link }) => link),
  ).toEqual([
    { to: '/domains/$domain', params: { domain: 'sales' } },
    { to: '/people/-/new', search: { domain: 'sales' } },
    { to: '/people/-/new', search: { id: 'petra' } },
    { to: '/people/$person', params: { person: 'corp:ada' } },
    { to: '/agreements/$agreement', params: { agreement: 'agr_1' } },
    policy,
    {
      to: '/make/$product/batches/$batch',
      params: { product: 'sales.orders', batch: 'bat_1' },
    },
    { to: '/make/$product/quarantine', params: { product: 'sales.orders' } },
    { to: '/workbench' },
  ]);
});
