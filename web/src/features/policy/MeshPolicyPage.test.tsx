/**
 * A change of the policies of the mesh, while it is checked: the page says what is so, and offers to ask again.
 */
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Me } from '../../api/types.ts';
import { keep } from '../../lib/tab-memory.ts';
import { ANNA } from '../../testing/facts.ts';
import { answerFrame, problem, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, showApp } from '../../testing/render.tsx';
import type { Fault, MeshPolicy } from './policy-queries.ts';

const PIA: Me = { ...ANNA, id: 'pia', name: 'Pia Platform', roles: ['platform'] };
const CONTENT = { cedar: '', subjectAttributes: [], domainTags: {}, productionDomains: [] };
const STORED: MeshPolicy = {
  ...CONTENT,
  version: 3,
  updatedBy: 'pia',
  updatedAt: '2026-11-20T08:00:00Z',
} as MeshPolicy;

function start() {
  const mesh = startMesh();
  answerFrame(mesh, PIA);
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/policies/mesh', () =>
    Response.json(STORED, { headers: { etag: '"3"' } }),
  );
  keep('pia', 'policy:mesh', {
    content: { ...CONTENT, cedar: 'forbid (principal, action, resource);' },
    etag: '"3"',
  });
  return mesh;
}

const says = (name: string) => screen.findByRole('heading', { level: 2, name });
const fault = (message: string): Fault => ({ code: 'POLICY_INVALID', message });

test('a change that could not be checked is said to be that, and is checked again when asked', async () => {
  const mesh = start();
  let answer: object = problem(503, 'UNAVAILABLE');
  mesh.onOpen('post', '/api/v1/policies/mesh/lint', () => answer);
  const { user } = await showApp('/policies/mesh', { me: PIA });
  await says('Your change could not be checked');
  await expectAccessible(screen.getByRole('complementary', { name: /could not be checked/ }));
  answer = { faults: [fault('nobody is called so')], warnings: [] };
  await user.click(screen.getByRole('button', { name: 'Ask again' }));
  await says('This would be refused');
  await says('What would be refused');
  expect(screen.getByRole('button', { name: 'See what changes for whom' })).toHaveProperty(
    'disabled',
    true,
  );
});

test('what may not be meant is told as that, under its own heading', async () => {
  const mesh = start();
  mesh.onOpen('post', '/api/v1/policies/mesh/lint', { faults: [], warnings: [fault('odd')] });
  await showApp('/policies/mesh', { me: PIA });
  await says('Your change may not say what you mean, in 1 place');
  await says('What may not be meant');
});

test('a change fits once the mesh said so, and not before', async () => {
  const mesh = start();
  const { promise, resolve } = Promise.withResolvers<object>();
  mesh.onOpen('post', '/api/v1/policies/mesh/lint', () => promise);
  await showApp('/policies/mesh', { me: PIA });
  await says('Checking your change');
  expect(screen.queryByRole('heading', { name: /fits/ })).toBeNull();
  resolve({ faults: [], warnings: [] });
  await waitFor(() => says('Your change fits. Whom does it touch?'));
});
