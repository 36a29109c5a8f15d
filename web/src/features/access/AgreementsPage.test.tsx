/**
 * Agreements on two majors of one product are told apart.
 */
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ANNA, agreement } from '../../testing/facts.ts';
import { answerFrame, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, showApp } from '../../testing/render.tsx';

test('each names its major', async () => {
  const mesh = startMesh();
  answerFrame(mesh, ANNA);
  const agreements = [2, 1].map((major) =>
    agreement({ agreement: `agr_${major}`, major, state: 'active' }),
  );
  mesh.on('get', '/api/v1/agreements', { items: agreements, next: null });
  await showApp('/agreements');
  const table = await screen.findByRole('table');
  const rows = within(table).getAllByRole('rowheader');
  expect(rows.map(({ textContent }) => textContent)).toEqual([
    'loyalty.households major 2',
    'loyalty.households major 1',
  ]);
  await expectAccessible();
});
