/**
 * The tree shows what one comes from.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { show } from '../../testing/render.tsx';
import { Tree } from './Tree.tsx';
import type { CatalogTable } from './use-catalog.ts';

const TABLES: CatalogTable[] = ['a.first', 'b.second'].map((product) => ({
  product,
  name: product,
  explanation: null,
  failure: null,
  columns: [{ name: `of_${product.slice(2)}`, mask: null, isHidden: false }],
}));

const tree = (from: string | undefined) => <Tree tables={TABLES} from={from} onInsert={() => {}} />;
const open = () =>
  screen.getAllByRole('button', { expanded: true }).map((one) => one.getAttribute('title'));

test.each([
  ['b.second', 'b.second'],
  [undefined, 'a.first'],
  ['not.here', 'a.first'],
])('coming from %s, %s is unfolded', async (from, unfolded) => {
  await show(tree(from));
  expect(open()).toEqual([unfolded]);
});
