/**
 * What can be queried: every major that may be read, what is not shown, and nothing concluded from an answer that is none.
 */
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { AccessExplanation } from '../../api/access.ts';
import { ANNA, agreement } from '../../testing/facts.ts';
import { answerFrame, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, show, showApp } from '../../testing/render.tsx';
import { Tree } from './Tree.tsx';
import { type CatalogTable, startOf, tableFrom, useCatalog } from './use-catalog.ts';

const seen = (columns: string[], hidden: string[] = []): AccessExplanation['seen'] => ({
  columns: columns.map((name) => ({ name, mask: null })),
  hidden: hidden.map((column) => ({ column, why: 'policy' as const })),
  rows: null,
  granularity: null,
  rowLimit: null,
  mayExport: true,
  rowsAbout: null,
});

const explained = (facts: Partial<AccessExplanation>): AccessExplanation => ({
  ...{ subject: ANNA.id, product: 'loyalty.households', table: 'households', purpose: 'research' },
  ...{ major: 1, majors: [1], decision: 'permit', reason: '', agreement: null },
  ...{ policies: [], sets: [], seen: seen(['household_id']), change: null },
  ...facts,
});

function Catalog() {
  const { tables } = useCatalog('research');
  return <Tree tables={tables} from={undefined} onInsert={() => {}} />;
}

const agreed = { state: 'active' as const, purpose: 'research' };
const branches = () => screen.getAllByTitle(/^loyalty/).map((one) => one.textContent);

test('each major that may be read is a table of its own', async () => {
  const mesh = startMesh();
  mesh.on('get', '/api/v1/agreements', { items: [agreement(agreed)], next: null });
  mesh.on('get', '/api/v1/access/explain', ({ query }) => {
    const major = Number(query.get('major') ?? 2);
    return explained({ major, majors: [2, 1], seen: seen([`of_${major}`]) });
  });
  await show(<Catalog />);
  await screen.findByTitle('loyalty."households@1"');
  const titles = screen.getAllByTitle(/^loyalty/).map((one) => one.getAttribute('title'));
  expect(titles).toEqual(['loyalty."households@2"', 'loyalty."households@1"']);
  expect(branches()).toEqual(['loyalty.households@2', 'loyalty.households@1']);
});

test('a product of which nothing is shown says so, and where to ask', async () => {
  const mesh = startMesh();
  mesh.on('get', '/api/v1/agreements', { items: [agreement(agreed)], next: null });
  mesh.on('get', '/api/v1/access/explain', explained({ seen: seen([], ['income']) }));
  await show(<Catalog />);
  const told = await screen.findByText(/Nothing of it is shown to you/);
  const link = within(told).getByRole('link', { name: 'Ask for more' });
  expect(link.getAttribute('href')).toBe('/p/loyalty.households/request');
  await expectAccessible();
});

test('columns that a proxy answered for are not said to be none', async () => {
  const mesh = startMesh();
  mesh.on('get', '/api/v1/agreements', { items: [agreement(agreed)], next: null });
  const headers = { 'content-type': 'text/html' };
  mesh.on('get', '/api/v1/access/explain', () => new Response('<h1>Sign in</h1>', { headers }));
  await show(<Catalog />);
  await screen.findByText('Its columns could not be had now.');
  expect(screen.queryByText(/Nothing of it is shown/)).toBeNull();
});

test('where nobody says what there is to query, it is not said to be nothing', async () => {
  const mesh = startMesh();
  answerFrame(mesh, ANNA);
  mesh.on('get', '/api/v1/agreements', () => new Response('{"items":[{"agr'));
  await showApp('/workbench');
  expect((await screen.findByRole('alert')).textContent).toContain('Something else answered');
  expect(screen.queryByText('Nothing to query yet')).toBeNull();
  expect(screen.queryByText(/Nothing of yours is for this purpose/)).toBeNull();
});

test('a major that one comes from is the one that is meant', () => {
  const table = (product: string, major: number): CatalogTable => ({
    ...{ product, name: `${product}@${major}`, columns: [], failure: null },
    explanation: explained({ product, major, majors: [2, 1] }),
  });
  const tables = [
    table('loyalty.cards', 1),
    table('loyalty.households', 2),
    table('loyalty.households', 1),
  ];
  const from = (text?: string) => tableFrom(tables, text)?.name;
  expect(from('loyalty.households')).toBe('loyalty.households@2');
  expect(from('loyalty.households@1')).toBe('loyalty.households@1');
  expect(from('loyalty.households@3')).toBeUndefined();
  expect(from()).toBeUndefined();
});

test('nothing of the product that one comes from is no other product', async () => {
  const table = (product: string, columns: string[]): CatalogTable => ({
    ...{ product, name: product, explanation: explained({ product }), failure: null },
    columns: columns.map((name) => ({ name, mask: null, isHidden: false })),
  });
  const cards = table('loyalty.cards', ['card']);
  const start = (tables: CatalogTable[], facts: Partial<Parameters<typeof startOf>[0]> = {}) =>
    startOf(
      { tables, asking: [], error: null, ...facts },
      { from: 'loyalty.households', purpose: 'research' },
    ).kind;
  expect(start([cards])).toBe('nothing');
  expect(start([cards, table('loyalty.households', [])])).toBe('nothing');
  expect(start([cards, table('loyalty.households', ['id'])])).toBe('table');
  expect(start([cards], { asking: ['loyalty.households'] })).toBe('unknown');
  expect(start([cards], { error: new Error('away') })).toBe('unknown');
  const away = { ...table('loyalty.households', []), failure: new Error('away') };
  expect(start([cards, away])).toBe('unknown');
});

test('who comes from a product that a policy closed finds no text, and the way to ask', async () => {
  const mesh = startMesh();
  answerFrame(mesh, ANNA);
  const cards = agreement({ ...agreed, agreement: 'agr_cards', product: 'loyalty.cards' });
  mesh.on('get', '/api/v1/agreements', { items: [agreement(agreed), cards], next: null });
  mesh.on('get', '/api/v1/access/explain', ({ query }) => {
    const product = query.get('product') ?? '';
    const isClosed = product === 'loyalty.households';
    return explained({
      product,
      ...(isClosed ? { decision: 'deny', majors: [], seen: null } : {}),
    });
  });
  await showApp('/workbench?from=loyalty.households&purpose=research');
  const told = await screen.findByText(/Nothing of loyalty.households can be queried/);
  const link = within(told).getByRole('link');
  expect(link.getAttribute('href')).toMatch(/^\/p\/loyalty\.households\/request/);
  expect(document.body.textContent).not.toContain('FROM loyalty');
});
