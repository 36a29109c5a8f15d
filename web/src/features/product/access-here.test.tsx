/**
 * Who has an agreement on an older major is told so on the page of the newest, and is offered to ask for that one.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ANNA, agreement, contract, HOUSEHOLDS, product } from '../../testing/facts.ts';
import { answerFrame, startMesh } from '../../testing/mesh.ts';
import { showApp } from '../../testing/render.tsx';
import { accessHere, hasSeveralMajors } from './access-here.ts';

const version = (text: string, standing: 'newest' | 'serving') => ({
  ...{ contract: 'loyalty.households', product: 'loyalty.households', version: text, standing },
  ...{ major: Number(text[0]), hash: 'a'.repeat(64), media: 'application/yaml', predecessor: null },
  ...{ publishedAt: '2026-11-20T08:00:00Z', publishedBy: 'owen@cpg', tables: ['households'] },
  ...{ endOfSupport: null, endOfLife: null },
});
const TWO = [version('2.0.0', 'newest'), version('1.3.0', 'serving')];
const agreed = agreement({ state: 'active', major: 1, until: '2027-11-20T08:00:00Z' });

function start() {
  const mesh = startMesh();
  answerFrame(mesh, ANNA);
  const facts = { access: 'agreed', version: '2.0.0', contracts: TWO } as const;
  mesh.on('get', '/api/v1/products/{product}', product(facts));
  mesh.on('get', '/api/v1/contracts/{ref}', ({ params }) => {
    const isOld = params['ref']?.includes('@1') === true;
    return contract(HOUSEHOLDS, {
      ...(isOld ? { major: 1, version: '1.3.0' } : { major: 2, version: '2.0.0' }),
    });
  });
  mesh.on('get', '/api/v1/agreements', { items: [agreed], next: null });
  mesh.onOpen('get', '/api/v1/saved', { items: [], next: null });
  mesh.onOpen('get', '/api/v1/products/loyalty.households/promises', {
    ...{
      product: 'loyalty.households',
      version: '2.0.0',
      newest: '2.0.0',
      promises: [],
      days: [],
      budget: null,
    },
  });
  mesh.onOpen('get', '/api/v1/access/explain', {
    ...{ subject: ANNA.id, product: 'loyalty.households', table: 'households' },
    ...{ purpose: 'research', major: 1, majors: [1], decision: 'permit', reason: '' },
    ...{ agreement: null, policies: [], sets: [], change: null },
    seen: {
      ...{ columns: [{ name: 'region', mask: null }], hidden: [], rows: null, granularity: null },
      ...{ rowLimit: null, mayExport: true, rowsAbout: null },
    },
  });
  return mesh;
}

test('the newest major is not said to be his who reads an older one', async () => {
  start();
  await showApp('/p/loyalty.households/connect');
  const own = await screen.findByRole('link', { name: 'Yours is 1.x' });
  expect(decodeURIComponent(own.getAttribute('href') ?? '')).toBe('/p/loyalty.households@1.3.0');
  expect(screen.queryByRole('link', { name: 'Query' })).toBeNull();
  const ask = screen.getByRole('link', { name: 'Request access' });
  expect(ask.getAttribute('href')).toBe('/p/loyalty.households/request');
  const code = await screen.findByText(/npx weft query/);
  expect(code.textContent).toContain('households@2');
});

test('the page of his own major leads to a query of it', async () => {
  start();
  await showApp('/p/loyalty.households@1.3.0/connect');
  expect(await screen.findByText(/^Yours to .*2027/)).toBeTruthy();
  const query = screen.getByRole('link', { name: 'Query' });
  expect(decodeURIComponent(query.getAttribute('href') ?? '')).toContain(
    'from=loyalty.households@1',
  );
});

test('what a policy hides whole is said so, and no query is offered', async () => {
  const mesh = start();
  mesh.onOpen('get', '/api/v1/access/explain', {
    ...{ subject: ANNA.id, product: 'loyalty.households', table: 'households' },
    ...{ purpose: 'fraud_detection', major: 1, majors: [1], decision: 'deny' },
    ...{ reason: 'No policy permits it.', agreement: null, policies: [], sets: [] },
    ...{ seen: null, change: null },
  });
  await showApp('/p/loyalty.households@1.3.0/connect');
  expect(await screen.findByText('Yours, but a policy hides all of it')).toBeTruthy();
  expect(screen.queryByRole('link', { name: 'Query' })).toBeNull();
});

test('what the facts say holds where no agreement is known, and where nothing is agreed', () => {
  const facts = product({ access: 'agreed' });
  const other = { access: 'requestable', until: null, otherMajor: 2 };
  const has = (...majors: number[]) => majors.map((major) => agreement({ major }));
  expect(accessHere(facts, 3, has(1, 2))).toEqual(other);
  expect(accessHere(facts, 2, undefined)).toMatchObject({ access: 'agreed', otherMajor: null });
  expect(accessHere(product({ access: 'open' }), 2, has(1))).toMatchObject({ access: 'open' });
  expect(hasSeveralMajors(TWO)).toBe(true);
  expect(hasSeveralMajors(TWO.slice(0, 1))).toBe(false);
});
