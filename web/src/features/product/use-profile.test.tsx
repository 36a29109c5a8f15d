/**
 * What a page asks of a table by itself: never over what was seen before, so that nothing is refused in the name of a reader who
 * asked for nothing.
 */
import { screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AccessExplanation } from '../../api/access.ts';
import { contract, HOUSEHOLDS, product } from '../../testing/facts.ts';
import { problem, startMesh } from '../../testing/mesh.ts';
import { show } from '../../testing/render.tsx';
import { type TableInSight, useProfile } from './use-profile.ts';

const SIGHT: TableInSight = {
  product: 'loyalty.households',
  domain: 'loyalty',
  table: 'households',
  major: 1,
  properties: [],
};

function seen(...columns: string[]): AccessExplanation {
  return {
    ...{ subject: 'anna@cpg', product: SIGHT.product, table: SIGHT.table, major: 1, majors: [1] },
    ...{ purpose: 'research', decision: 'permit', reason: '', agreement: 'agr_1' },
    ...{ policies: [], sets: [], change: null },
    seen: {
      columns: columns.map((name) => ({ name, mask: null })),
      ...{ hidden: [], rows: null, rowsAbout: null, granularity: null, rowLimit: null },
      mayExport: true,
    },
  } as unknown as AccessExplanation;
}

function Profile() {
  const { profile } = useProfile(SIGHT);
  return <p>{profile.data === undefined ? 'no figures' : `${profile.data.rows} rows`}</p>;
}

/** Somebody comes back to the window after a while. */
function comeBack() {
  vi.setSystemTime(Date.now() + 6 * 60_000);
  window.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

function start() {
  const mesh = startMesh();
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/products/{product}', product());
  mesh.on('get', '/api/v1/contracts/{ref}', contract(HOUSEHOLDS));
  mesh.onOpen('post', '/api/v1/queries', { columns: [], products: [], rows: [[7]] });
  const asked = () =>
    mesh.asked('post', '/api/v1/queries').map(({ body }) => (body as { sql: string }).sql);
  return { mesh, asked };
}

const EXPLAIN = '/api/v1/access/explain';

test('a column that is hidden by now is in no question, whatever was seen of it before', async () => {
  const { mesh, asked } = start();
  mesh.on('get', EXPLAIN, seen('region', 'income'));
  await show(<Profile />, { at: '/?purpose=research' });
  await screen.findByText('7 rows');
  const answer = Promise.withResolvers<AccessExplanation>();
  mesh.on('get', EXPLAIN, () => answer.promise);
  comeBack();
  await waitFor(() => expect(mesh.asked('get', EXPLAIN).length).toBe(2));
  expect(asked().length).toBe(1);
  answer.resolve(seen('region'));
  await waitFor(() => expect(asked().length).toBe(2));
  expect(asked()[1]).not.toContain('income');
});

test('who may not see it any more asks nothing', async () => {
  const { mesh, asked } = start();
  mesh.on('get', EXPLAIN, seen('region'));
  await show(<Profile />, { at: '/?purpose=research' });
  await screen.findByText('7 rows');
  mesh.on('get', EXPLAIN, problem(403, 'FORBIDDEN'));
  comeBack();
  await screen.findByText('no figures');
  expect(asked().length).toBe(1);
});
