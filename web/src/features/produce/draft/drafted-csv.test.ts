/** How CSV files look: what is usual is not written, and what else the contract says of them stays. */
import { expect, test } from 'vitest';
import { editDraft, parseDraft, readForm } from './contract-draft.ts';
import { type CsvForm, putCsv } from './drafted-csv.ts';

const START = 'name: Stores\n';
const GERMAN = `name: Stores
customProperties:
  - property: weftCsv
    value:
      delimiter: ";"
      nullText: n/a
`;

const csv = (text: string): CsvForm | null | undefined => {
  const document = parseDraft(text);
  return document === null ? undefined : readForm(document).csv;
};
const after = (text: string, key: keyof CsvForm, value: string) =>
  editDraft(text, (document) => putCsv(document, key, value));

test('nothing said is a comma in UTF-8, and choosing it writes nothing', () => {
  expect(csv(START)).toEqual({ delimiter: ',', encoding: 'utf-8' });
  expect(after(START, 'delimiter', ',')).toBe(START);
});

test.each([
  ['delimiter', ';'],
  ['delimiter', '\t'],
  ['encoding', 'windows-1252'],
] as const)('%s %j is written, and goes when the usual one is chosen again', (key, value) => {
  const text = after(START, key, value);
  expect(csv(text)).toMatchObject({ [key]: value });
  expect(csv(after(text, key, key === 'delimiter' ? ',' : 'utf-8'))).toEqual(csv(START));
  expect(after(text, key, key === 'delimiter' ? ',' : 'utf-8')).not.toContain('weftCsv');
});

test('what else is said of the files stays', () => {
  const text = after(GERMAN, 'delimiter', ',');
  expect(text).toContain('nullText: n/a');
  expect(text).not.toContain('delimiter');
  expect(after(GERMAN, 'delimiter', '|')).toBe(GERMAN.replace('";"', '"|"'));
});

test('what is said behind an anchor is left to the text', () => {
  const text = GERMAN.replace('    value:', '    value: &files');
  expect(csv(text)).toBeNull();
  expect(after(text, 'delimiter', ',')).toContain('delimiter: ";"');
});
