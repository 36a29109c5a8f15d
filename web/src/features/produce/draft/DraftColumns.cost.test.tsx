/** What is typed in one of many columns draws that one alone. */
import { screen } from '@testing-library/react';
import { useCallback, useState } from 'react';
import { expect, test } from 'vitest';
import { show } from '../../../testing/render.tsx';
import { editDraft, parseDraft, readForm } from './contract-draft.ts';
import { DraftColumns } from './DraftColumns.tsx';
import type { Edit } from './DraftWork.tsx';
import type { Evidence } from './new-product.ts';

const COLUMNS = 40;

const LONG = `a_name_that_is_longer_than_its_field_${'x'.repeat(20)}`;
const TEXT = `schema:
  - properties:
      - {name: ${LONG}, logicalType: string}
${Array.from({ length: COLUMNS - 1 }, (_, at) => `      - {name: c${at}, logicalType: string}`).join('\n')}
`;

/** The columns that were drawn, told by who asks what was seen of them. */
const drawn: string[] = [];

function evidenceOf(column: string): Evidence {
  const shown = { nulls: 0, distinct: 1, min: null, max: null, examples: [], looksLike: null };
  return {
    ...shown,
    column,
    get seen() {
      drawn.push(column);
      return 1;
    },
  };
}

const EVIDENCE = [LONG, ...Array.from({ length: COLUMNS - 1 }, (_, at) => `c${at}`)].map(
  evidenceOf,
);

function Page() {
  const [text, setText] = useState(TEXT);
  const edit: Edit = useCallback((change) => setText((before) => editDraft(before, change)), []);
  const document = parseDraft(text);
  if (document === null) return null;
  const { columns } = readForm(document);
  return <DraftColumns columns={columns} evidence={EVIDENCE} faults={new Map()} edit={edit} />;
}

test('a key draws one row, and a name that is cut is whole when it is pointed at', async () => {
  const { user } = await show(<Page />);
  expect(new Set(drawn).size).toBe(COLUMNS);
  const field = screen.getByRole('textbox', { name: 'What c7 says' });
  await user.click(field);
  drawn.length = 0;
  await user.type(field, 'x');
  expect(field).toHaveProperty('value', 'x');
  expect([...new Set(drawn)]).toEqual(['c7']);
  expect(screen.getByRole('textbox', { name: `Name of ${LONG}` })).toHaveProperty('title', LONG);
});
