/**
 * The palette by keyboard and by ear: the field keeps the focus and names the entry that Enter would run.
 */
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { HOSTILE, hit } from '../testing/facts.ts';
import { problem, startMesh } from '../testing/mesh.ts';
import { expectAccessible, focused, show } from '../testing/render.tsx';
import { type Action, useActions } from './actions.ts';
import { Palette } from './Palette.tsx';

const run = vi.fn();
const ACTIONS: Action[] = [
  { id: 'market', label: 'Market', group: 'go', shortcut: 'g m', run: () => run('market') },
  { id: 'map', label: 'Map', group: 'go', shortcut: 'g o', run: () => run('map') },
  { id: 'dark', label: 'Dark', group: 'looks', run: () => run('dark') },
];

/** A page from which the palette is opened. */
function Page({ mode = 'all' }: { mode?: 'all' | 'keys' }) {
  const [isOpen, setOpen] = useState(false);
  useActions(ACTIONS);
  return (
    <main>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      {isOpen ? <Palette mode={mode} onClose={() => setOpen(false)} /> : null}
    </main>
  );
}

async function open(mode?: 'all' | 'keys') {
  run.mockClear();
  const shown = await show(<Page {...(mode === undefined ? {} : { mode })} />);
  await shown.user.click(screen.getByRole('button', { name: 'Open' }));
  await screen.findByRole('dialog');
  return { ...shown, field: screen.getByRole('combobox') };
}

const options = () => screen.queryAllByRole('option').map(({ textContent }) => textContent ?? '');

/** What the field says is chosen, and what is marked as chosen: they must be one. */
function chosen(): string | null {
  const id = screen.getByRole('combobox').getAttribute('aria-activedescendant');
  const [marked, ...others] = screen.queryAllByRole('option', { selected: true });
  expect(others).toEqual([]);
  expect(marked?.id).toBe(id ?? undefined);
  return marked?.textContent ?? null;
}

test('it is a dialog with a name, and one types at once', async () => {
  const { field } = await open();
  expect(screen.getByRole('dialog').getAttribute('aria-label')).not.toBeNull();
  expect(screen.getByRole('dialog').getAttribute('aria-modal')).toBe('true');
  expect(focused()).toBe(field);
  expect(field.getAttribute('aria-controls')).toBe(screen.getByRole('listbox').id);
  await expectAccessible();
});

test('arrows go through the list and around, the focus stays, and what is chosen is scrolled to', async () => {
  const scrolled = vi.spyOn(Element.prototype, 'scrollIntoView');
  const { user, field } = await open();
  expect(chosen()).toMatch(/^Market/);
  await user.keyboard('{ArrowDown}');
  expect(chosen()).toMatch(/^Map/);
  expect(scrolled.mock.contexts.at(-1)).toBe(screen.getByRole('option', { selected: true }));
  await user.keyboard('{ArrowDown}{ArrowDown}');
  expect(chosen()).toMatch(/^Market/);
  await user.keyboard('{ArrowUp}');
  expect(chosen()).toMatch(/^Dark/);
  expect(focused()).toBe(field);
});

test('Enter runs what is chosen, once, and gives the focus back', async () => {
  const { user } = await open();
  await user.keyboard('{ArrowDown}{Enter}');
  expect(run.mock.calls).toEqual([['map']]);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(focused()).toBe(screen.getByRole('button', { name: 'Open' })));
});

test('Escape runs nothing and gives the focus back', async () => {
  const { user } = await open();
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(focused()).toBe(screen.getByRole('button', { name: 'Open' })));
  expect(run).not.toHaveBeenCalled();
});

test('Enter while a word is composed runs nothing', async () => {
  const { field } = await open();
  fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
  expect(run).not.toHaveBeenCalled();
  expect(screen.getByRole('dialog')).toBeTruthy();
});

test('products come from the mesh, before actions; their titles stay text and lead to their pages', async () => {
  const mesh = startMesh();
  mesh.on('get', '/api/v1/search', ({ query }) => ({
    capped: false,
    facets: {},
    items: query.get('q') === 'ma' ? [hit({ title: HOSTILE })] : [],
    next: null,
    total: 1,
  }));
  const { user, where } = await open();
  await user.keyboard('ma');
  await screen.findByRole('option', { name: /loyalty\.households/ });
  expect(options()[0]).toContain(HOSTILE);
  expect(
    options()
      .slice(1)
      .map((text) => text.slice(0, 3)),
  ).toEqual(['Mar', 'Map']);
  expect(document.querySelector('img')).toBeNull();
  await user.keyboard('{Enter}');
  expect(where()).toBe('/p/loyalty.households');
});

test('without an answer of the mesh the actions are still there', async () => {
  startMesh().on('get', '/api/v1/search', problem(503, 'OVERLOADED'));
  const { user } = await open();
  await user.keyboard('dark');
  expect(options()).toEqual(['DarkAppearance']);
});

test('what was pasted and is an id leads to it, and nothing is searched for', async () => {
  startMesh();
  const { user, where } = await open();
  await user.paste(' agr_01JCA2QMZ8T6A4N8B2X1V0C9D8 ');
  expect(options()).toEqual(['Open agr_01JCA2QMZ8T6A4N8B2X1V0C9D8']);
  await user.keyboard('{Enter}');
  expect(where()).toBe('/i/agr_01JCA2QMZ8T6A4N8B2X1V0C9D8');
});

test('that nothing was found is said, beside the list and not in it', async () => {
  startMesh().on('get', '/api/v1/search', {
    capped: false,
    facets: {},
    items: [],
    next: null,
    total: 0,
  });
  const { user } = await open();
  await user.keyboard('zzz{Enter}');
  expect(screen.getByRole('status').textContent).not.toBe('');
  expect(screen.getByRole('listbox').textContent).toBe('');
  expect(chosen()).toBeNull();
  expect(run).not.toHaveBeenCalled();
});

test('the list of keys has those alone that have a key, and asks nothing of the mesh', async () => {
  startMesh();
  const { user } = await open('keys');
  expect(options()).toEqual(['MarketGo toGM', 'MapGo toGO']);
  await user.keyboard('map');
  expect(options()).toEqual(['MapGo toGO']);
});
