/**
 * The limits that the form changes: each stays where the contract has it, and what the form could not give back as it is it leaves
 * to the text.
 */
import { expect, test } from 'vitest';
import {
  type ColumnForm,
  editDraft,
  parseDraft,
  putBadShare,
  putColumn,
  readForm,
} from './contract-draft.ts';
import type { BoundName, RuledName } from './drafted-checks.ts';

const TEXT = `schema:
  - name: stores
    properties:
      - name: price
        logicalType: number
        logicalTypeOptions:
          minimum: 0.50 # seen: 0.50 to 7
          maximum: 12345678901234567890
      - name: plz
        logicalType: string
        quality:
          - id: plz_shape
            metric: invalidValues # 40 of 40
            mustBe: 0
            arguments:
              pattern: "^[0-9]{5}$"
            customProperties:
              - property: weftOnFailure
                value: warn # one sample is no promise
      - name: kind
        logicalType: string
        quality:
          - metric: invalidValues
            mustBe: 0
            arguments:
              validValues: ["a", b] # 2 more
    quality:
      - id: plz_permitted_values
        metric: rowCount
        mustBeGreaterThan: 0
customProperties:
  - property: weftBadShareMax
    value: 0.05
`;

const [PRICE, PLZ, KIND] = [0, 1, 2];

const columnsOf = (text: string): ColumnForm[] => {
  const document = parseDraft(text);
  if (document === null) throw new Error('no document');
  return readForm(document).columns;
};
const checksAt = (text: string, at: number) => columnsOf(text)[at]?.checks;
const bounded = (at: number, name: BoundName, value: string, text = TEXT) =>
  editDraft(text, (document) => putColumn(document, at, { check: { bound: { name, value } } }));
const ruled = (
  at: number,
  name: RuledName,
  value: string,
  otherwise: 'quarantine' | 'warn' | 'hold' = 'quarantine',
  text = TEXT,
) =>
  editDraft(text, (document) =>
    putColumn(document, at, { check: { ruled: { name, value: { value, otherwise } } } }),
  );

test('the form has the limits with every digit, and a change of one leaves every other line', () => {
  expect(checksAt(TEXT, PRICE)).toMatchObject({ minimum: '0.50', maximum: '12345678901234567890' });
  expect(checksAt(TEXT, PLZ)?.pattern).toEqual({ value: '^[0-9]{5}$', otherwise: 'warn' });
  expect(checksAt(TEXT, KIND)?.values).toEqual({ value: 'a\nb', otherwise: 'quarantine' });
  const changed = bounded(PRICE, 'minimum', '1.0');
  expect(changed).toBe(TEXT.replace('minimum: 0.50', 'minimum: 1.0'));
  expect(checksAt(changed, PRICE)?.minimum).toBe('1.0');
  expect(bounded(PLZ, 'maxLength', '5')).toBe(
    TEXT.replace(
      '              - property: weftOnFailure\n                value: warn # one sample is no promise\n',
      (whole) => `${whole}        logicalTypeOptions:\n          maxLength: 5\n`,
    ),
  );
});

test('what is no number stands as it is typed, and taking the last limit away leaves nothing behind', () => {
  const typed = bounded(PRICE, 'minimum', '-');
  expect(checksAt(typed, PRICE)?.minimum).toBe('-');
  const none = bounded(PRICE, 'maximum', '', bounded(PRICE, 'minimum', ''));
  expect(none).not.toContain('logicalTypeOptions');
});

test('a pattern stays in its rule, with what becomes of others, and moves where only the other place can say it', () => {
  expect(ruled(PLZ, 'pattern', '^[0-9]{4}$', 'warn')).toBe(TEXT.replace('{5}', '{4}'));
  const refused = ruled(PLZ, 'pattern', '^[0-9]{5}$');
  expect(refused).not.toContain('weftOnFailure');
  expect(checksAt(refused, PLZ)?.pattern?.otherwise).toBe('quarantine');
  const fresh = ruled(KIND, 'pattern', '^[ab]$');
  expect(fresh).toMatch(/logicalTypeOptions:\n +pattern: \^\[ab\]\$/);
  const held = ruled(KIND, 'pattern', '^[ab]$', 'hold', fresh);
  expect(checksAt(held, KIND)?.pattern).toEqual({ value: '^[ab]$', otherwise: 'hold' });
  expect(held).toContain('id: kind_shape');
  expect(held).not.toContain('logicalTypeOptions:\n          pattern');
  expect(ruled(PLZ, 'pattern', '')).not.toMatch(/plz_shape|\[0-9\]/);
});

test('a list of values keeps the spelling of what stays, and a new one has an id of its own', () => {
  expect(ruled(KIND, 'values', 'b\n\na\n c ')).toContain('validValues: [b, "a", c] # 2 more');
  const fresh = ruled(PLZ, 'values', '01234\n99999', 'warn');
  expect(fresh).toContain('id: plz_permitted_values_2');
  expect(checksAt(fresh, PLZ)?.values).toEqual({ value: '01234\n99999', otherwise: 'warn' });
  expect(ruled(KIND, 'values', '')).not.toContain('validValues:');
});

test('numbers that nobody changes keep every character, and typed ones every digit', () => {
  const text = `schema:
  - properties:
      - name: price
        logicalType: number
        logicalTypeOptions: {minimum: 0.1000000000000000055, maximum: 12345678901234567.89}
        examples: [1e400, 1.50E+3, +5, 0x1F, 0o17, -0, .5, 1., .inf, 007, 1.10]
      - {name: other, logicalType: string}
customProperties:
  - {property: weftBadShareMax, value: 0.1000000000000000055}
`;
  const named = editDraft(text, (document) => putColumn(document, 1, { name: 'x' }));
  expect(named).toBe(
    text.replace('name: other', 'name: x').replace('string}', 'string, physicalName: other}'),
  );
  expect(columnsOf(text)[0]?.limits.map(({ said }) => said[0])).toEqual([
    '0.1000000000000000055',
    '12345678901234567.89',
  ]);
  const typed = bounded(0, 'maximum', '98765432109876543.21', text);
  expect(typed).toContain('maximum: 98765432109876543.21');
  expect(bounded(0, 'minimum', '0.10', typed)).toContain('minimum: 0.10,');
  expect(editDraft(text, (document) => putBadShare(document, '10'))).toContain('value: 0.1}');
});

test('a list that somebody wrote in the form stays when its column becomes confidential', () => {
  const written = ruled(PLZ, 'values', '01234');
  const closed = editDraft(written, (document) =>
    putColumn(document, PLZ, { classification: 'confidential' }),
  );
  expect(checksAt(closed, PLZ)?.values?.value).toBe('01234');
  expect(columnsOf(written)[PLZ]?.isListSampled).toBe(false);
});

test.each([
  ['an anchor', '&options {minimum: 1}', 'minimum'],
  ['an alias', '*options', 'minimum'],
])('bounds behind %s are left to the text', (_, options, name) => {
  const text = `defaults: &options {minimum: 1}
schema:
  - properties:
      - {name: price, logicalType: integer, logicalTypeOptions: ${options}}
`;
  expect(checksAt(text, 0)?.[name as BoundName]).toBeNull();
});

test.each([
  ['a tolerance', 'mustBeLessThan: 5, unit: percent, arguments: {validValues: [a]}'],
  ['two arguments', 'mustBe: 0, arguments: {validValues: [a], pattern: "^a$"}'],
  ['a space at an end', 'mustBe: 0, arguments: {validValues: ["a "]}'],
  ['an anchor', 'mustBe: 0, arguments: {validValues: &all [a]}'],
  ['another operator', 'mustNotBe: 0, arguments: {validValues: [a]}'],
])('a rule with %s is left to the text', (_, rule) => {
  const text = `schema:
  - properties:
      - name: kind
        logicalType: string
        quality: [{metric: invalidValues, ${rule}}]
`;
  expect(checksAt(text, 0)?.values).toBeNull();
});

test('values that have descriptions of their own are left to the text', () => {
  const text =
    'schema:\n  - properties:\n      - {name: a, logicalType: string, enum: [{value: x}]}\n';
  expect(checksAt(text, 0)?.values).toBeNull();
});
