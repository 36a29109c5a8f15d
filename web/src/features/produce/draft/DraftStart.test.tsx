/**
 * The beginning of a new product: its name follows the sample, until somebody writes one.
 */
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { OWEN } from '../../../testing/facts.ts';
import { problem, startMesh } from '../../../testing/mesh.ts';
import { show } from '../../../testing/render.tsx';
import { words as make } from '../words-make.ts';
import { DraftStart } from './DraftStart.tsx';
import { words } from './words-draft.ts';

const file = (name: string) => new File(['id\n1\n'], name, { type: 'text/csv' });

function input(container: HTMLElement): HTMLInputElement {
  const found = container.querySelector<HTMLInputElement>('input[type=file]');
  if (found === null) throw new Error('there is a field for files');
  return found;
}

const name = () => screen.getByRole('textbox', { name: words.name });

test('another sample brings another name; a name that was written stays', async () => {
  const { user, container } = await show(<DraftStart onDraft={() => undefined} />, { me: OWEN });
  await user.upload(input(container), file('empty.csv'));
  expect(name()).toHaveProperty('value', 'empty');
  await user.upload(input(container), file('returns_2026-11.csv'));
  expect(name()).toHaveProperty('value', 'returns');
  await user.clear(name());
  await user.type(name(), 'refunds');
  await user.upload(input(container), file('other.csv'));
  expect(name()).toHaveProperty('value', 'refunds');
});

test('an empty sample and a header that names a column twice are told in plain words', async () => {
  const mesh = startMesh();
  const detail = 'stores.csv: the header names the column "id" twice';
  const remedy = 'Give a CSV file; where the name misleads, name the format with --format.';
  mesh.on(
    'post',
    '/api/v1/contracts/inferences',
    problem(422, 'BATCH_UNREADABLE', { detail, remedy, title: 'As what the contract says' }),
  );
  const { user, container } = await show(<DraftStart onDraft={() => undefined} />, { me: OWEN });
  await user.upload(input(container), new File([], 'stores.csv'));
  screen.getByText('stores.csv has nothing in it.');
  const draft = screen.getByRole('button', { name: words.draft });
  expect(draft).toHaveProperty('disabled', true);
  await user.upload(input(container), file('stores.csv'));
  await user.click(draft);
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('The sample cannot be read');
  expect(alert.textContent).toContain('the header names the column "id" twice');
  expect(alert.textContent).toContain('Give each column a name of its own');
  expect(alert.textContent).not.toMatch(/--format|contract says/);
});

test('what was sent is said to be sent, and how much of it is not in the table', () => {
  expect(make.sent(4, 0)).toBe('4 were sent');
  expect(make.sent(4, 1)).toBe('4 were sent, 1 is not in the table');
  expect(make.sent(1, 1)).toBe('1 was sent, 1 is not in the table');
});
