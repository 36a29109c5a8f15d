/**
 * A field of several texts by keyboard and by ear: how they come, how they go, where the focus stays, what is said.
 */
import { fireEvent, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { expectAccessible, focused, show } from '../testing/render.tsx';
import { TokenInput, type TokenInputProps } from './TokenInput.tsx';

interface FieldProps extends Partial<TokenInputProps> {
  given?: string[];
  heard?: string[][];
}

/** The field as a form holds it. */
function Field({ given = [], heard = [], ...props }: FieldProps) {
  const [values, setValues] = useState<readonly string[]>(given);
  return (
    <TokenInput
      label="Purposes"
      values={values}
      onChange={(next) => {
        heard.push(next);
        setValues(next);
      }}
      {...props}
    />
  );
}

const tokens = () =>
  screen.queryAllByRole('button').map((button) => button.getAttribute('aria-label'));

test('a doubt stands at the field, and is said to who does not see it', async () => {
  await show(
    <TokenInput label="Purposes" values={['shelf']} onChange={() => {}} doubt="No such purpose" />,
  );
  expect(screen.getAllByText(/No such purpose/)).toHaveLength(2);
  await expectAccessible();
});

test('Enter and a comma each make a token of what is typed, without sending the form around', async () => {
  let sent = 0;
  const { user } = await show(
    <form
      onSubmit={(event) => {
        event.preventDefault();
        sent++;
      }}
    >
      <Field />
      <button type="submit">Send</button>
    </form>,
  );
  await user.type(screen.getByRole('combobox', { name: 'Purposes' }), ' fraud {Enter}research,');
  expect(tokens()).toEqual(['Take fraud away', 'Take research away', null]);
  expect(sent).toBe(0);
  expect(screen.getByRole('combobox')).toHaveProperty('value', '');
});

test('a text is there once, and an empty one never', async () => {
  const heard: string[][] = [];
  const { user } = await show(<Field given={['fraud']} heard={heard} />);
  await user.type(screen.getByRole('combobox'), 'fraud{Enter}  {Enter},');
  expect(heard).toEqual([]);
  expect(tokens()).toEqual(['Take fraud away']);
});

test('Enter while a word is composed is left to the keyboard of the reader', async () => {
  const heard: string[][] = [];
  await show(<Field heard={heard} />);
  const field = screen.getByRole('combobox');
  fireEvent.change(field, { target: { value: 'に' } });
  fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
  expect(heard).toEqual([]);
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(heard).toEqual([['に']]);
});

test('Backspace in the empty field takes the last one, in a filled one a letter, and none where none is', async () => {
  const heard: string[][] = [];
  const { user } = await show(<Field given={['fraud', 'research']} heard={heard} />);
  const field = screen.getByRole('combobox');
  await user.type(field, 'ab{Backspace}');
  expect(field).toHaveProperty('value', 'a');
  expect(heard).toEqual([]);
  await user.type(field, '{Backspace}{Backspace}{Backspace}{Backspace}');
  expect(heard).toEqual([['fraud'], []]);
});

test('what was typed and left is kept', async () => {
  const { user } = await show(<Field />);
  await user.type(screen.getByRole('combobox'), 'fraud');
  await user.tab();
  expect(tokens()).toEqual(['Take fraud away']);
});

test('a choice from the list is a token at once', async () => {
  await show(<Field suggestions={['fraud', 'research']} given={['fraud']} />);
  const field = screen.getByRole('combobox');
  const offered = [...(document.querySelectorAll('datalist option') ?? [])];
  expect(offered.map((option) => option.getAttribute('value'))).toEqual(['research']);
  fireEvent.change(field, { target: { value: 'research' } });
  expect(tokens()).toEqual(['Take fraud away', 'Take research away']);
});

test('a token that is taken away leaves the focus in the field and is told', async () => {
  const { user } = await show(<Field given={['fraud', 'research']} />);
  await user.click(screen.getByRole('button', { name: 'Take fraud away' }));
  expect(tokens()).toEqual(['Take research away']);
  expect(focused()).toBe(screen.getByRole('combobox'));
  expect(screen.getByRole('status').textContent).toBe('fraud taken away');
  await user.keyboard('audit{Enter}');
  expect(screen.getByRole('status').textContent).toBe('audit added');
});

test('tokens are named by their field, also where nothing can be changed', async () => {
  await show(
    <>
      <Field given={['fraud']} />
      <Field given={['pii']} label="Classes" readOnly />
      <Field given={[]} label="Attributes" readOnly isLabelHidden />
    </>,
  );
  const classes = screen.getByRole('group', { name: 'Classes' });
  expect(within(classes).queryByRole('button')).toBeNull();
  expect(within(classes).queryByRole('combobox')).toBeNull();
  expect(within(classes).getByText('pii')).toBeTruthy();
  expect(within(screen.getByRole('group', { name: 'Attributes' })).getByText('none')).toBeTruthy();
  expect(within(screen.getByRole('group', { name: 'Purposes' })).getByText('fraud')).toBeTruthy();
  await expectAccessible();
});
