/** The page of one's products, by its address: for who looks after none it says whose it is, and asks for nothing. */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ANNA } from '../../testing/facts.ts';
import { startMesh } from '../../testing/mesh.ts';
import { expectAccessible, show } from '../../testing/render.tsx';
import { MakePage } from './MakePage.tsx';

test('who produces for no domain is told whose page it is, without numbers', async () => {
  startMesh();
  const { container } = await show(<MakePage />, { me: ANNA });
  screen.getByRole('heading', { name: 'Products are made by who produces for a domain' });
  screen.getByText('You produce for no domain yet');
  expect(container.querySelector('a[href="/make/new"]')).toBeNull();
  await expectAccessible();
});
