/**
 * The terms of a draft: a purpose is looked at while it is written, and a wrong one is told in words.
 */
import { screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { show } from '../../../testing/render.tsx';
import { editDraft, parseDraft, readForm } from './contract-draft.ts';
import { DraftTerms } from './DraftTerms.tsx';

const START = 'apiVersion: v3.2.0\nkind: DataContract\nversion: 1.0.0\nstatus: draft\n';

function Terms() {
  const [text, setText] = useState(START);
  const document = parseDraft(text);
  if (document === null) throw new Error('the draft is YAML');
  return (
    <>
      <DraftTerms
        form={readForm(document)}
        faults={{}}
        edit={(change, filled) => setText((before) => editDraft(before, change, filled))}
      />
      <pre data-testid="text">{text}</pre>
    </>
  );
}

const field = () => screen.getByRole('textbox', { name: 'May be used for' });
const text = () => screen.getByTestId('text').textContent ?? '';

test('a purpose that is none is told in words as one writes, and no longer once it is mended', async () => {
  const { user } = await show(<Terms />);
  await user.type(field(), 'research, Market');
  expect(field()).toHaveProperty('value', 'research, Market');
  expect(screen.getByText(/Market is no purpose: small letters/)).toBeTruthy();
  await user.type(field(), '{Backspace>6/}market_research');
  expect(screen.queryByText(/is no purpose/)).toBeNull();
  // The contract has it before the field is left.
  expect(document.activeElement).toBe(field());
  expect(text()).toContain('market_research');
  expect(text()).not.toContain('Market');
});

test('what a batch may have of bad rows is said in percent, and kept as it is typed', async () => {
  const { user } = await show(<Terms />);
  const share = screen.getByRole('textbox', { name: 'Hold the batch above' });
  await user.type(share, '0.50');
  expect(share).toHaveProperty('value', '0.50');
  expect(text()).toMatch(/property: weftBadShareMax\n +value: 0\.005\n/);
  await user.clear(share);
  expect(text()).not.toContain('weftBadShareMax');
  await user.selectOptions(screen.getByLabelText('CSV: delimiter'), 'semicolon ;');
  expect(text()).toMatch(/delimiter: ;|delimiter: ";"/);
});

test('where a key holds is chosen, and written', async () => {
  const { user } = await show(<Terms />);
  const scope = screen.getByRole('combobox', { name: 'A key is unique' });
  expect(scope).toHaveProperty('value', 'batch');
  await user.selectOptions(scope, 'in the whole table');
  expect(scope).toHaveProperty('value', 'table');
});
