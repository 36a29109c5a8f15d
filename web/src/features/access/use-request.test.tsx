/**
 * A request is about one major: what it would show is asked of that one, and an agreement on another is none on it.
 */
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { agreement } from '../../testing/facts.ts';
import { problem, startMesh } from '../../testing/mesh.ts';
import { show } from '../../testing/render.tsx';
import { usePurposeOffers } from './use-request.ts';

const PRODUCT = 'loyalty.households';

function Offers({ major }: { major: number }) {
  const offers = usePurposeOffers({ product: PRODUCT, major, table: undefined }, ['research']);
  if (offers === null) return null;
  return <p>{offers[0]?.agreement ?? 'may be asked for'}</p>;
}

test('of the major in sight, and of no other', async () => {
  const mesh = startMesh();
  const own = agreement({ product: PRODUCT, major: 1, purpose: 'research', state: 'active' });
  mesh.on('get', '/api/v1/agreements', { items: [own], next: null });
  mesh.onOpen('get', '/api/v1/search', {
    ...{ items: [], total: 0, next: null, facets: {}, capped: false },
  });
  mesh.on('get', '/api/v1/access/explain', problem(404, 'NOT_FOUND'));
  await show(
    <>
      <Offers major={1} />
      <Offers major={2} />
    </>,
  );
  await screen.findByText(own.agreement);
  await screen.findByText('may be asked for');
  const asked = () =>
    mesh.asked('get', '/api/v1/access/explain').map(({ query }) => query.get('major'));
  await waitFor(() => expect(asked().sort()).toEqual(['1', '2']));
});
