/**
 * Whom one sees as: meant by id, or by the name that is shown.
 */
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { agreement, OWEN, product } from '../../testing/facts.ts';
import { answerFrame, startMesh } from '../../testing/mesh.ts';
import { showApp } from '../../testing/render.tsx';

test('a reader is asked about by his name', async () => {
  const mesh = startMesh();
  answerFrame(mesh, OWEN);
  mesh.on('get', '/api/v1/products/{product}', product());
  mesh.on('get', '/api/v1/agreements', { items: [agreement({ subject: 'u7' })], next: null });
  mesh.on('get', '/api/v1/names', { items: [{ id: 'u7', name: 'Vera Vendor' }] });
  const at = '/policies/see-as?product=loyalty.households';
  const { user, where } = await showApp(at, { me: OWEN });
  const reader = await screen.findByRole('combobox', { name: 'Reader' });
  await waitFor(() =>
    expect((reader as HTMLInputElement).list?.options[0]?.text).toBe('Vera Vendor'),
  );
  await user.type(reader, 'vera vendor{Enter}');
  await waitFor(() => expect(where()).toContain('subject=u7'));
  await screen.findByText('Vera Vendor', { selector: 'p' });
});
