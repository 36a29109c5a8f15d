/**
 * Each kind of id has its page, or honestly none.
 */
import { expect, test } from 'vitest';
import { placeOf, placeOfSaved } from './place-of.ts';

const of = (
  kind: Parameters<typeof placeOf>[0]['kind'],
  id: string,
  product: string | null = null,
) => placeOf({ kind, id, product, domain: product?.split('.')[0] ?? null });

test('ids lead to their pages', () => {
  expect(of('product', 'sales.orders')).toEqual({
    to: '/p/$product',
    params: { product: 'sales.orders' },
  });
  expect(of('batch', 'bat_1', 'sales.orders')).toEqual({
    to: '/make/$product/batches/$batch',
    params: { product: 'sales.orders', batch: 'bat_1' },
  });
  expect(of('agreement', 'agr_1')).toEqual({
    to: '/agreements/$agreement',
    params: { agreement: 'agr_1' },
  });
  expect(of('contract', 'sha256:ab', 'sales.orders')?.params).toEqual({ product: 'sales.orders' });
  expect(of('domain', 'sales')).toEqual({ to: '/d/$domain', params: { domain: 'sales' } });
});

test('a saved thing leads to itself', () => {
  const saved = { saved: 'sav_1', body: {}, product: null };
  expect(placeOfSaved({ ...saved, kind: 'query' })).toEqual({
    to: '/workbench',
    search: { saved: 'sav_1' },
  });
  expect(
    placeOfSaved({ ...saved, kind: 'search', body: { q: 'coupon', where: '', sort: '' } }),
  ).toEqual({ to: '/market', search: { q: 'coupon' } });
  expect(placeOfSaved({ ...saved, kind: 'follow', product: 'sales.orders' })).toEqual({
    to: '/p/$product',
    params: { product: 'sales.orders' },
  });
});

test('what has no page says so', () => {
  for (const kind of ['event', 'operation', 'query', 'subject'] as const)
    expect(of(kind, 'x')).toBeNull();
  expect(of('batch', 'bat_1')).toBeNull();
});
