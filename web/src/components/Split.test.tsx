/**
 * The border between two panes as somebody without a pointer moves it, and as somebody who does not see it is told where it is.
 */
import { fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { expectAccessible, focused, show } from '../testing/render.tsx';
import { Split } from './Split.tsx';

const split = (direction: 'row' | 'column') => (
  <Split
    direction={direction}
    label="Tree and editor"
    initial={30}
    first={<p>Tree</p>}
    second={<p>Editor</p>}
  />
);

const border = () => screen.getByRole('separator', { name: 'Tree and editor' });
const share = () => border().getAttribute('aria-valuenow');

test('the border is reached by Tab and moved by arrows, and says where it stands', async () => {
  const { user } = await show(split('row'));
  await user.tab();
  expect(focused()).toBe(border());
  expect(border().getAttribute('aria-orientation')).toBe('vertical');
  expect(share()).toBe('30');
  await user.keyboard('{ArrowRight}{ArrowDown}');
  expect(share()).toBe('38');
  await user.keyboard('{ArrowLeft}{ArrowUp}{ArrowLeft}');
  expect(share()).toBe('26');
  expect(border().parentElement?.style.gridTemplateColumns).toContain('26fr');
  await expectAccessible();
});

test('neither pane can be lost: Home and End stop at the least, and so do the arrows', async () => {
  const { user } = await show(split('column'));
  await user.tab();
  expect(border().getAttribute('aria-orientation')).toBe('horizontal');
  await user.keyboard('{Home}');
  expect(share()).toBe(border().getAttribute('aria-valuemin'));
  await user.keyboard('{ArrowUp}');
  expect(share()).toBe('12');
  await user.keyboard('{End}{ArrowDown}');
  expect(share()).toBe('88');
  expect(share()).toBe(border().getAttribute('aria-valuemax'));
});

test('other keys are left to the page', async () => {
  await show(split('row'));
  expect(fireEvent.keyDown(border(), { key: 'a' })).toBe(true);
  expect(fireEvent.keyDown(border(), { key: 'ArrowRight' })).toBe(false);
  expect(share()).toBe('34');
});

test('a double click puts it back', async () => {
  const { user } = await show(split('row'));
  await user.tab();
  await user.keyboard('{End}');
  await user.dblClick(border());
  expect(share()).toBe('30');
});
