/**
 * A proof that is read as terms, and copied as lines.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { expectAccessible, show } from '../testing/render.tsx';
import { Certificate } from './Certificate.tsx';

const ROWS = [
  { term: 'Release', value: 'rel_01JCA2QMZ8T6A4N8B2X1V0C9D8', isCode: true },
  { term: 'Signed', value: 'both sides,\n14:20' },
];

test('terms have their values, whole', async () => {
  await show(<Certificate rows={ROWS} />);
  expect(screen.getByRole('region', { name: 'Certificate' })).toBeTruthy();
  expect(screen.getAllByRole('term').map(({ textContent }) => textContent)).toEqual([
    'Release',
    'Signed',
  ]);
  expect(screen.getAllByRole('definition')[0]?.textContent).toBe(ROWS[0]?.value);
  await expectAccessible();
});

test('it is copied with a line for each term', async () => {
  const { user } = await show(<Certificate rows={ROWS} />);
  await user.click(screen.getByRole('button', { name: 'Copy the certificate' }));
  expect(await navigator.clipboard.readText()).toBe(
    'Release: rel_01JCA2QMZ8T6A4N8B2X1V0C9D8\nSigned: both sides, 14:20',
  );
});
