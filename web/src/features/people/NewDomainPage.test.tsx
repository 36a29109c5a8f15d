/**
 * A new domain: its people are found by name, and one whom the mesh does not know is made without losing what was written.
 */
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Me } from '../../api/types.ts';
import { ANNA } from '../../testing/facts.ts';
import { answerFrame, type Mesh, problem, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, showApp } from '../../testing/render.tsx';
import type { User } from './people-queries.ts';

const PIA: Me = { ...ANNA, id: 'pia', name: 'Pia Platform', roles: ['platform'] };

const LENA: User = {
  id: 'u7',
  name: 'Lena Lager',
  kind: 'user',
  roles: ['producer'],
  domains: [],
  attributes: {},
  state: 'active',
  disabledAt: null,
  disabledBy: null,
  since: null,
  updatedAt: '2026-11-20T08:00:00Z',
};

function start(): Mesh {
  const mesh = startMesh();
  answerFrame(mesh, PIA);
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/domains', { items: [], next: null });
  mesh.on('get', '/api/v1/users', { items: [LENA], next: null });
  return mesh;
}

const field = (name: string) => screen.findByRole('combobox', { name });

test('people are offered by id and name, and meant by either', async () => {
  start();
  const { user } = await showApp('/domains/-/new', { me: PIA });
  const owners = await field('Owners');
  const offered = () => (owners as HTMLInputElement).list?.options[0];
  await waitFor(() => expect(offered()?.value).toBe('u7'));
  expect(offered()?.label).toBe('Lena Lager');
  await user.type(owners, 'lena lager{Enter}');
  expect(await screen.findByRole('button', { name: 'Take u7 away' })).toBeTruthy();
});

test('a name that is not offered is looked up: it becomes the person, or is said to be nobody', async () => {
  const mesh = start();
  const petra = { ...LENA, id: 'u900', name: 'Petra Pack' };
  mesh.onOpen('get', '/api/v1/users', ({ query }) => {
    const text = query.get('q')?.toLowerCase() ?? '';
    const found =
      text === '' ? [LENA] : [petra].filter(({ name }) => name.toLowerCase().includes(text));
    return { items: found, next: null };
  });
  const { user } = await showApp('/domains/-/new', { me: PIA });
  await user.type(await field('Owners'), 'petra pack{Enter}');
  await screen.findByRole('button', { name: 'Take u900 away' });
  expect(screen.queryByRole('button', { name: 'Take petra pack away' })).toBeNull();
  await user.type(await field('Stewards'), 'Nobody Known{Enter}');
  expect((await screen.findAllByText(/Nobody is called Nobody Known\./)).length).toBe(2);
  await expectAccessible();
});

test('an id that the mesh does not know leads to making it, and the domain is as it was', async () => {
  const mesh = start();
  mesh.on('post', '/api/v1/domains', () =>
    problem(400, 'REQUEST_INVALID', {
      errors: [
        { code: 'SUBJECT_UNKNOWN', path: '$.stewards[0]', message: 'there is no subject "petra"' },
      ],
    }),
  );
  const first = await showApp('/domains/-/new', { me: PIA });
  await first.user.type(await screen.findByLabelText('Name'), 'logistics');
  await first.user.type(await field('Stewards'), 'petra{Enter}');
  await first.user.click(screen.getByRole('button', { name: 'Make the domain' }));
  await first.user.click(await screen.findByRole('link', { name: 'New person or service' }));
  await waitFor(() => expect(first.where()).toBe('/people/-/new?id=petra'));
  expect(await screen.findByLabelText('Id')).toHaveProperty('value', 'petra');
  document.body.replaceChildren();
  await showApp('/domains/-/new', { me: PIA });
  expect(await screen.findByLabelText('Name')).toHaveProperty('value', 'logistics');
  expect(screen.getByRole('button', { name: 'Take petra away' })).toBeTruthy();
});
