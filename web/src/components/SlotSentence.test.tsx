/**
 * A question whose words are chosen: each slot is named, stands in its order, and tells what was chosen.
 */
import { screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { expectAccessible, focused, show } from '../testing/render.tsx';
import { type SlotPart, SlotSentence, slotText } from './SlotSentence.tsx';

const options = (...values: string[]) => values.map((value) => ({ value, label: value }));
const PARTS: SlotPart[] = [
  'How many ',
  { name: 'what', label: 'What is counted', options: options('households', 'coupons') },
  ' by ',
  { name: 'by', label: 'Grouped by', options: options('age', '<b>income</b>') },
  '?',
];

function Asked({ onChange }: { onChange: (name: string, value: string) => void }) {
  const [values, setValues] = useState<Record<string, string>>({ by: '<b>income</b>' });
  return (
    <SlotSentence
      label="The question"
      parts={PARTS}
      values={values}
      onChange={(name, value) => {
        onChange(name, value);
        setValues({ ...values, [name]: value });
      }}
    />
  );
}

test('slots are named, in the order of the sentence, with what is chosen', async () => {
  await show(<Asked onChange={() => {}} />);
  expect(screen.getByRole('group', { name: 'The question' })).toBeTruthy();
  const slots = screen.getAllByRole<HTMLSelectElement>('combobox');
  expect(slots.map((slot) => slot.getAttribute('aria-label'))).toEqual([
    'What is counted',
    'Grouped by',
  ]);
  expect(slots.map(({ value }) => value)).toEqual(['households', '<b>income</b>']);
  expect(document.querySelector('option b')).toBeNull();
  await expectAccessible();
});

test('a choice is told by the name of its slot, and the focus stays', async () => {
  const onChange = vi.fn();
  const { user } = await show(<Asked onChange={onChange} />);
  await user.tab();
  await user.selectOptions(screen.getByRole('combobox', { name: 'What is counted' }), 'coupons');
  expect(onChange.mock.calls).toEqual([['what', 'coupons']]);
  expect((focused() as HTMLSelectElement).value).toBe('coupons');
});

test('the sentence is a text, and what cannot be chosen is the first', () => {
  expect(slotText(PARTS, { what: 'coupons', by: 'gone' })).toBe('How many coupons by age?');
  expect(slotText(PARTS, {})).toBe('How many households by age?');
});
