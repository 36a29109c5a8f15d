/** The columns of a draft in the form: what is lost under another type is told, and a key is unique by itself. */
import { screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { expectAccessible, show } from '../../../testing/render.tsx';
import { editDraft, parseDraft, readForm } from './contract-draft.ts';
import { DraftColumns } from './DraftColumns.tsx';
import type { FieldFaults } from './drafted-faults.ts';

const TEXT = `name: Stores
schema:
  - name: stores
    properties:
      - name: store_id
        logicalType: string
        primaryKey: true
      - name: price
        logicalType: string
        logicalTypeOptions: {pattern: "^[0-9.]+$"}
        examples: ["cheap"]
`;

let text = '';

function Page({ faults = new Map() }: { faults?: FieldFaults['columns'] }) {
  const [written, setText] = useState(TEXT);
  text = written;
  const document = parseDraft(written);
  if (document === null) return null;
  const evidence = [
    {
      column: 'price',
      seen: 3,
      nulls: 0,
      distinct: 3,
      min: '1.125',
      max: '9',
      examples: [],
      looksLike: 'decimalComma' as const,
    },
  ];
  return (
    <DraftColumns
      columns={readForm(document).columns}
      evidence={evidence}
      faults={faults}
      edit={(change) => setText((before) => editDraft(before, change))}
    />
  );
}

test('another type says what it leaves out, and has room for the digits of the sample', async () => {
  const { user } = await show(<Page />);
  await user.selectOptions(screen.getByLabelText('Type of price'), 'number');
  screen.getByText('Left out, since it was said of the type string: pattern, examples.');
  expect(text).toContain('physicalType: DECIMAL(38, 3)');
  expect(text).not.toMatch(/pattern|examples/);
  await expectAccessible();
});

test('a type that nothing of the sample has is told at its field at once', async () => {
  const { user } = await show(<Page />);
  const type = screen.getByRole('combobox', { name: 'Type of price' });
  expect(type.getAttribute('aria-invalid')).toBeNull();
  await user.selectOptions(type, 'date');
  screen.getByText(
    'None of the values that are shown of the sample is a date such as 2026-12-31 (1.125): such rows would be refused',
  );
  expect(type.getAttribute('aria-invalid')).toBe('true');
  await user.selectOptions(type, 'number');
  expect(type.getAttribute('aria-invalid')).toBeNull();
});

test('numbers and dates of a form that is text are told with what to do', async () => {
  await show(<Page />);
  screen.getByText(/^These look like numbers with a decimal comma\. They are read as text/);
});

test('a key is unique, and cannot be made another by the box', async () => {
  await show(<Page />);
  const box = screen.getByRole<HTMLInputElement>('checkbox', { name: 'store_id is unique' });
  expect([box.checked, box.disabled]).toEqual([true, true]);
  screen.getByText('the key, unique within each batch');
});

test('limits are changed in the form, and say what becomes of any other value', async () => {
  const { user } = await show(<Page />);
  await user.click(screen.getByRole('button', { name: 'Limits of price: change them' }));
  await user.type(screen.getByRole('textbox', { name: 'Most characters of price' }), '12');
  await user.type(
    screen.getByRole('textbox', { name: 'Permitted values of price' }),
    'cheap{Enter}dear',
  );
  await user.selectOptions(
    screen.getByLabelText('Any other value than pattern of price'),
    'is taken, with a warning',
  );
  expect(text).toContain('maxLength: 12');
  expect(text).toContain('validValues: [cheap, dear]');
  expect(text).toMatch(
    /pattern: \^\[0-9\.\]\+\$\n +customProperties:\n +- property: weftOnFailure\n +value: warn/,
  );
  screen.getByText('pattern ^[0-9.]+$ (others are warned of)');
  await expectAccessible();
});

test('a wrong limit is in sight, and told at its field', async () => {
  await show(<Page faults={new Map([[1, { pattern: 'it is no regular expression' }]])} />);
  const field = screen.getByRole('textbox', { name: 'Pattern of price' });
  expect(field.getAttribute('aria-invalid')).toBe('true');
  const told = document.getElementById(field.getAttribute('aria-describedby')?.trim() ?? '');
  expect(told?.textContent).toBe('it is no regular expression');
});

test('a bound that is no number is told at once, in plain words', async () => {
  const { user } = await show(<Page />);
  await user.click(screen.getByRole('button', { name: 'Limits of price: change them' }));
  const most = screen.getByRole('textbox', { name: 'Most characters of price' });
  await user.type(most, '12,5');
  screen.getByText(/^12,5 is no number: digits, with a point before decimals/);
  expect(most.getAttribute('aria-invalid')).toBe('true');
  await user.clear(most);
  await user.type(most, '12');
  expect(most.getAttribute('aria-invalid')).toBeNull();
});
