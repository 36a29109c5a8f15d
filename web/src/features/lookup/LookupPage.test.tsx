/**
 * An id that nobody answers for is not said to be unknown.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ANNA } from '../../testing/facts.ts';
import { answerFrame, problem, startMesh } from '../../testing/mesh.ts';
import { showApp } from '../../testing/render.tsx';

const html = { headers: { 'content-type': 'text/html' } };
const heading = () => screen.findByRole('heading', { level: 1 });

test.each([
  ['a page of a proxy', () => new Response('<h1>Sign in</h1>', html)],
  ['a page of a proxy that says 404', () => new Response('no', { ...html, status: 404 })],
  ['half an answer', () => new Response('{"kind":"ag')],
])('%s tells nothing of an id', async (_, answer) => {
  const mesh = startMesh();
  answerFrame(mesh, ANNA);
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/resolve/{id}', answer);
  await showApp('/i/agr_1');
  expect((await screen.findByRole('alert')).textContent).toContain('Something else answered');
  expect((await heading()).textContent).toBe('What this id names is not known now');
  expect(screen.queryByText(/mistyped/)).toBeNull();
});

test('what the mesh does not know is said to be unknown', async () => {
  const mesh = startMesh();
  answerFrame(mesh, ANNA);
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/resolve/{id}', problem(404, 'NOT_FOUND'));
  await showApp('/i/agr_1');
  expect((await heading()).textContent).toBe('Nothing known by this id that you may see');
});
