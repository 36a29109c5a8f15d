/**
 * The questions to the log: its own words are understood, and what cannot be asked is told and not dropped.
 */
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Me } from '../../api/types.ts';
import { ANNA } from '../../testing/facts.ts';
import { answerFrame, startMesh } from '../../testing/mesh.ts';
import { expectAccessible, showApp } from '../../testing/render.tsx';
import { actionsMeant, actionWords } from './words.ts';

const ACTIONS = ['policy.change', 'query.finished', 'query.permitted', 'query.refused'];

const PAT: Me = { ...ANNA, id: 'pat', roles: ['platform'] };

function withLog() {
  const mesh = startMesh();
  answerFrame(mesh, PAT);
  mesh.on('get', '/api/v1/agreements', { items: [], next: null });
  mesh.on('get', '/api/v1/audit', { items: [], next: null });
  mesh.on('get', '/api/v1/audit/actions', { items: ACTIONS });
  return mesh;
}

test('each action is found by the words that the list has for it, and by its own name', () => {
  for (const action of ACTIONS) {
    expect(actionsMeant(actionWords(action), ACTIONS)).toEqual([action]);
    expect(actionsMeant(action, ACTIONS)).toEqual([action]);
  }
  expect(actionsMeant('query', ACTIONS)).toEqual(ACTIONS.slice(1));
  expect(actionsMeant('Begun', ACTIONS)).toEqual(['query.permitted']);
  expect(actionsMeant('nothing', ACTIONS)).toEqual([]);
});

test('a part of an action asks for all that have it, and one that the log does not have is told', async () => {
  const mesh = withLog();
  const { user } = await showApp('/audit', { me: PAT });
  const did = await screen.findByRole('combobox', { name: 'Did' });
  await waitFor(() => expect((did as HTMLInputElement).list?.options.length).toBe(4));
  const asked = () => mesh.asked('get', '/api/v1/audit').at(-1)?.query.get('action');
  await user.type(did, 'query{Enter}');
  await waitFor(() => expect(asked()).toBe('query.finished,query.permitted,query.refused'));
  await user.clear(did);
  await user.type(did, 'flight{Enter}');
  await screen.findByText(/^Nothing in the log is called flight/);
  expect(asked()).not.toContain('flight');
  await expectAccessible();
});

test('a query in the log says what it read, and leads to all that the log says of it', async () => {
  const mesh = withLog();
  const id = 'qry_01JCA2QMZ8T6A4N8B2X1V0C9D8';
  mesh.on('get', '/api/v1/audit', {
    items: [
      {
        ...{ chain: 'node', index: 3, at: '2026-11-20T08:00:00Z', actor: 'vera' },
        ...{ action: 'query.permitted', subject: id, previous: null, hash: 'a'.repeat(64) },
        details: {
          purpose: 'assortment',
          tables: [{ product: 'pos.lines', columns: ['household_id', 'week'] }],
        },
      },
    ],
    next: null,
  });
  await showApp('/audit?action=query', { me: PAT });
  await screen.findByText('read household_id and week of pos.lines · purpose assortment');
  expect(screen.getByRole('link', { name: id }).getAttribute('href')).toBe(`/audit?subject=${id}`);
});

test('the words of the list are asked for as the action that they mean', async () => {
  const mesh = withLog();
  const { user } = await showApp('/audit', { me: PAT });
  await user.type(await screen.findByRole('combobox', { name: 'Did' }), 'Policy change{Enter}');
  await waitFor(() =>
    expect(mesh.asked('get', '/api/v1/audit').at(-1)?.query.get('action')).toBe('policy.change'),
  );
});

test('a day that is none is said to be none, and stays to be mended', async () => {
  const mesh = withLog();
  const { user } = await showApp('/audit', { me: PAT });
  const from = await screen.findByRole('textbox', { name: 'From' });
  await user.type(from, 'yesterday{Enter}');
  await screen.findByText('yesterday is no day: write it as 2026-11-01.');
  expect(from).toHaveProperty('value', 'yesterday');
  expect(from.getAttribute('aria-invalid')).toBe('true');
  await expectAccessible();
  await user.clear(from);
  await user.type(from, '2026-11-01{Enter}');
  await waitFor(() =>
    expect(mesh.asked('get', '/api/v1/audit').at(-1)?.query.get('since')).toBe(
      '2026-11-01T00:00:00.000Z',
    ),
  );
  expect(screen.queryByText(/is no day/)).toBeNull();
});

test('somebody is found in the log by his name, and of several of a name the id is asked for', async () => {
  const mesh = withLog();
  const person = (id: string, name: string) => ({ id, name, kind: 'person', roles: [] });
  mesh.onOpen('get', '/api/v1/users', ({ query }) => ({
    items: [person('sofia', 'Sofia Ångström'), person('s.a', 'Sören Ångström')].filter(({ name }) =>
      name.toLowerCase().includes(query.get('q')?.toLowerCase() ?? ''),
    ),
    next: null,
  }));
  const { user } = await showApp('/audit', { me: PAT });
  const who = await screen.findByRole('textbox', { name: 'Who' });
  await user.type(who, 'Sofia{Enter}');
  const asked = () => mesh.asked('get', '/api/v1/audit').at(-1)?.query.get('actor');
  await waitFor(() => expect(asked()).toBe('sofia'));
  await user.clear(who);
  await user.type(who, 'ångström{Enter}');
  await screen.findByText('Several are called so: sofia, s.a. Write the id of one.');
  await user.clear(who);
  await user.type(who, 'node-7{Enter}');
  await waitFor(() => expect(asked()).toBe('node-7'));
});
