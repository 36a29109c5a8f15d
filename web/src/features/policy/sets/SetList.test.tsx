/**
 * The sets of a policy as forms: what a form writes is the set that the policy declares, half a set writes nothing, and the
 * others stay as they were.
 */
import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { HOSTILE } from '../../../testing/facts.ts';
import { expectAccessible, focused, show } from '../../../testing/render.tsx';
import type { Fault } from '../policy-queries.ts';
import type { Readers } from '../use-readers.ts';
import { words } from '../words-sets.ts';
import { SetList } from './SetList.tsx';
import type { Sets } from './set-form.ts';

const NOT_READ = { from: null, key: null, subject: null, where: null, purpose: null };

const STORED: Sets = {
  brands: {
    ...{ keys: 'string', from: 'master.managers', key: 'brand', subject: 'manager' },
    ...{ where: null, purpose: 'assortment', values: null, later: 'kept' },
  },
  pilots: { ...NOT_READ, keys: 'string', values: ['s1', HOSTILE] },
};

const READERS: Readers = { names: new Map([['u7', 'Vera Vendor']]), isWhole: true };

interface PolicyProps {
  stored?: Sets;
  faults?: Fault[];
  mayChange?: boolean;
  told?: Sets[];
}

/** The list as its page holds it. */
function Policy({ stored = STORED, faults = [], mayChange = true, told = [] }: PolicyProps) {
  const [sets, setSets] = useState(stored);
  return (
    <SetList
      product="sales.orders"
      sets={sets}
      faults={faults}
      purposes={['assortment']}
      readers={READERS}
      mayChange={mayChange}
      onChange={(next) => {
        told.push(next);
        setSets(next);
      }}
    />
  );
}

const card = (name: string) => screen.getByRole('article', { name: `Set ${name}` });
const press = (name: string | RegExp) => screen.getByRole('button', { name });
const readerField = () => screen.getByRole('combobox', { name: 'Reader, by id or name' });
const field = (name: string) => screen.getByRole('textbox', { name });

test('each set is told in words, with what is wrong with it', async () => {
  const faults: Fault[] = [
    { code: 'POLICY_SET', path: '$.sets.brands.key', message: 'no column "brand"' },
    { code: 'POLICY_SET', path: '$.sets.brands_2', message: 'of another set' },
  ];
  await show(<Policy faults={faults} />);
  expect(card('brands').textContent).toContain(
    'brand of each manager from master.managers, read for assortment',
  );
  expect(card('pilots').textContent).toContain('2 values, written down');
  expect(card('brands').textContent).toContain('no column "brand"');
  expect(document.body.textContent).not.toContain('of another set');
  await expectAccessible();
});

test('who may not change anything is offered no change, and of a policy without sets is told nothing', async () => {
  await show(<Policy mayChange={false} />);
  expect(screen.queryByRole('button')).toBeNull();
  const { container } = await show(<Policy stored={{}} mayChange={false} />);
  expect(container.textContent).toBe('');
});

test('a change of one set keeps its place, what the form does not know of it, and the other set', async () => {
  const told: Sets[] = [];
  const { user } = await show(<Policy told={told} />);
  await user.click(press('Change the set brands'));
  expect(focused()).toBe(field('Name'));
  await user.clear(field('Column of the values'));
  expect(press('Use this set')).toHaveProperty('disabled', true);
  await user.type(field('Column of the values'), 'label');
  await user.type(field('The only rows that count'), ' active = true ');
  expect(told).toEqual([]);
  await user.click(press('Use this set'));
  const brands = { ...STORED['brands'], key: 'label', where: 'active = true' };
  expect(told).toEqual([{ brands, pilots: STORED['pilots'] }]);
  expect(Object.keys(told[0] ?? {})).toEqual(['brands', 'pilots']);
  expect(focused()).toBe(press('Change the set brands'));
});

test('a list that is written down keeps each key to the letter, once', async () => {
  const told: Sets[] = [];
  const { user } = await show(<Policy told={told} />);
  await user.click(press('Change the set pilots'));
  const keys = field('Values, one a line');
  expect(keys).toHaveProperty('value', `s1\n${HOSTILE}`);
  await user.click(keys);
  await user.paste('\ns2, north\n\ns1\n');
  await user.click(press('Use this set'));
  const written = [...new Set(['s1', ...`${HOSTILE}\ns2, north`.split('\n')])];
  expect(told[0]?.['pilots']).toEqual({ ...NOT_READ, keys: 'string', values: written });
});

test('a new list for each reader is written when it is whole: its name is free and every reader has one', async () => {
  const told: Sets[] = [];
  const { user } = await show(<Policy told={told} />);
  await user.click(press('Add a set'));
  const form = within(screen.getByRole('form', { name: 'New set' }));
  await user.type(field('Name'), 'pilots');
  expect(form.getByText('There is a set pilots already.')).toBeTruthy();
  await user.type(field('Name'), '_2');
  await user.selectOptions(form.getByRole('combobox', { name: 'Its values are' }), 'whole numbers');
  await user.selectOptions(
    form.getByRole('combobox', { name: 'Where the list is' }),
    'written down for each reader',
  );
  expect(form.getByText('Say whose values they are.')).toBeTruthy();
  await user.type(readerField(), 'ana');
  await user.type(field('Values of ana, one a line'), '1{Enter}2');
  await user.click(press('Add a reader'));
  expect(press('Use this set')).toHaveProperty('disabled', true);
  await user.click(press('Take the reader away'));
  expect(focused()).toBe(press('Add a reader'));
  await expectAccessible();
  await user.click(press('Use this set'));
  expect(told[0]?.['pilots_2']).toEqual({
    ...NOT_READ,
    keys: 'integer',
    values: { ana: ['1', '2'] },
  });
  expect(Object.keys(told[0] ?? {})).toEqual(['brands', 'pilots', 'pilots_2']);
});

test('a reader is named by id or name, and one whom nobody is called is told', async () => {
  const told: Sets[] = [];
  const { user } = await show(<Policy stored={{}} told={told} />);
  await user.click(press('Add a set'));
  await user.type(field('Name'), 'pilots');
  await user.selectOptions(
    screen.getByRole('combobox', { name: 'Where the list is' }),
    'written down for each reader',
  );
  await user.type(readerField(), 'Vera');
  expect(screen.queryByText(/^Nobody who has access/)).toBeNull();
  await user.tab();
  await screen.findByText('Nobody who has access or asked for it is called Vera, by id or name.');
  await user.type(readerField(), ' vendor');
  await user.tab();
  expect(readerField()).toHaveProperty('value', 'u7');
  await user.type(field('Values of u7, one a line'), 's1');
  await expectAccessible();
  await user.click(press('Use this set'));
  expect(told[0]?.['pilots']?.['values']).toEqual({ u7: ['s1'] });
});

test('of hundreds of readers only the one that is written for is drawn anew', async () => {
  const values = Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`r${at}`, ['a']]));
  const told: Sets[] = [];
  await show(<Policy stored={{ each: { ...NOT_READ, keys: 'string', values } }} told={told} />);
  fireEvent.click(press('Change the set each'));
  const drawn = vi.spyOn(words, 'keysOf');
  const keys = field('Values of r7, one a line');
  fireEvent.change(keys, { target: { value: 'a\nb' } });
  fireEvent.change(keys, { target: { value: 'a\nbc' } });
  expect(drawn.mock.calls.every(([reader]) => reader === 'r7')).toBe(true);
  fireEvent.change(field('Values of r8, one a line'), { target: { value: 'd' } });
  fireEvent.click(press('Use this set'));
  expect(told[0]?.['each']?.['values']).toEqual({ ...values, r7: ['a', 'bc'], r8: ['d'] });
});

test('a set that a form could not give back as it is has none', async () => {
  const odd = (values: unknown): Sets => ({ odd: { ...NOT_READ, keys: 'string', values } });
  for (const values of [[' lead'], ['x\ny'], ['a', 'a'], { 'ana ': ['a'] }, { ana: [''] }]) {
    const { container } = await show(<Policy stored={odd(values)} />);
    expect(within(container).queryByRole('button', { name: 'Change the set odd' })).toBeNull();
    expect(container.textContent).toContain('A policy file changes it.');
    cleanup();
  }
  const { container } = await show(<Policy stored={odd({ ana: ['a, b'] })} />);
  within(container).getByRole('button', { name: 'Change the set odd' });
});

test('a set is taken out, and leaving its form changes nothing', async () => {
  const told: Sets[] = [];
  const { user } = await show(<Policy told={told} />);
  await user.click(press('Change the set pilots'));
  await user.type(field('Name'), '_old');
  await user.click(press('Leave it as it was'));
  expect(told).toEqual([]);
  expect(focused()).toBe(press('Change the set pilots'));
  await user.click(press('Change the set pilots'));
  await user.click(press('Take the set out'));
  expect(told).toEqual([{ brands: STORED['brands'] }]);
});
