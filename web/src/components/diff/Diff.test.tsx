/**
 * Two versions side by side, by the editor's own view and as a table: both texts are there, named, and not to be changed.
 */
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { expectAccessible, show } from '../../testing/render.tsx';
import { TextPair } from '../TextPair.tsx';
import { Diff } from './Diff.tsx';

const HOSTILE = '<img src=x onerror="globalThis.pwned=1">';
const BEFORE = `id: orders\ndescription: ${HOSTILE}\nversion: 1.0.0\n`;
const AFTER = `id: orders\ndescription: ${HOSTILE}\nversion: 1.1.0\nstatus: active\n`;

function panes(container: HTMLElement): HTMLElement[] {
  const root = [...container.querySelectorAll('*')].find(({ shadowRoot }) => shadowRoot !== null);
  return [...(root?.shadowRoot?.querySelectorAll<HTMLElement>('[role=textbox]') ?? [])];
}

test('both sides are named, reached by keyboard and read-only', async () => {
  const { container } = await show(
    <Diff before={BEFORE} after={AFTER} beforeLabel="Version 1.0.0" afterLabel="Version 1.1.0" />,
  );
  const sides = panes(container);
  expect(sides.map((side) => side.getAttribute('aria-label'))).toEqual([
    'Version 1.0.0',
    'Version 1.1.0',
  ]);
  for (const side of sides) {
    expect(side.getAttribute('aria-readonly')).toBe('true');
    expect(side.getAttribute('contenteditable')).toBe('false');
    expect(side.tabIndex).toBe(0);
  }
  const [left, right] = sides.map(({ textContent }) => textContent);
  expect(left).toContain('version: 1.0.0');
  expect(right).toContain('version: 1.1.0');
  expect(right).toContain('status: active');
  expect(left).not.toContain('status');
  await expectAccessible();
});

test('what differs is marked on both sides, and markup of a contract stays text', async () => {
  const { container } = await show(
    <Diff before={BEFORE} after={AFTER} beforeLabel="Before" afterLabel="After" />,
  );
  for (const side of panes(container)) {
    expect(side.querySelector('img')).toBeNull();
    expect(side.textContent).toContain(HOSTILE);
    const marked = [...side.querySelectorAll('.cm-changedLine')].map((line) => line.textContent);
    expect(marked.some((line) => line?.startsWith('version: '))).toBe(true);
    expect(marked.some((line) => line?.startsWith('id: '))).toBe(false);
  }
});

test('another pair takes the place of the first', async () => {
  const pair = (after: string) => (
    <Diff before={BEFORE} after={after} beforeLabel="Before" afterLabel="After" />
  );
  const { container } = await show(
    <>
      {pair(AFTER)}
      {pair('id: other\n')}
    </>,
  );
  const hosts = [...container.querySelectorAll('*')].filter(
    ({ shadowRoot }) => shadowRoot !== null,
  );
  expect(hosts.map((host) => host.shadowRoot?.querySelectorAll('[role=textbox]').length)).toEqual([
    2, 2,
  ]);
});

test('as a table, each line that came or went has a sign and not colour alone', async () => {
  const { container } = await show(
    <TextPair
      label="Contract, 1.0.0 beside 1.1.0"
      left={{ title: '1.0.0', text: BEFORE }}
      right={{ title: '1.1.0', text: AFTER }}
    />,
  );
  const table = screen.getByRole('table', { name: 'Contract, 1.0.0 beside 1.1.0' });
  const lines = within(table)
    .getAllByRole('row')
    .slice(1)
    .map((row) =>
      within(row)
        .getAllByRole('cell')
        .map(({ textContent }) => textContent?.trim()),
    );
  expect(lines).toContainEqual(['−version: 1.0.0', '+version: 1.1.0']);
  expect(lines).toContainEqual(['id: orders', 'id: orders']);
  expect(lines.some(([left, right]) => left === '' && right === '+status: active')).toBe(true);
  expect(container.querySelector('img')).toBeNull();
  expect(screen.getByRole('region', { name: 'Contract, 1.0.0 beside 1.1.0' }).tabIndex).toBe(0);
  await expectAccessible();
});
