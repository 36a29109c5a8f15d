/**
 * Form and text are one document: a change of a field changes its place, and everything else stays as it was written.
 */
import { expect, test } from 'vitest';
import {
  editDraft,
  hasAnchors,
  namesOf,
  parseDraft,
  put,
  putColumn,
  putCustom,
  putPeriod,
  putScope,
  readFacts,
  readForm,
} from './contract-draft.ts';
import { lostBy } from './drafted-limits.ts';
import { limitWords } from './words-draft.ts';

const TEXT = `# Inferred from 399 records.
apiVersion: v3.1.0
name: Returns
version: 0.1.0
# COMPLETE description: {purpose: what the data is for}
schema:
  - name: returns
    # COMPLETE description: what the table holds
    properties:
      - name: quantity
        logicalType: integer # 399 of 399 values
        physicalType: INTEGER
        required: true # 0 of 399 empty
        logicalTypeOptions:
          minimum: 0 # seen: 0 to 16228
        classification: internal # confirm it
        tags: [personal, key]
      - name: week
        logicalType: integer
slaProperties:
  - property: frequency
    value: 1 # confirm it
    unit: d
  # COMPLETE - {property: retention, value: 3, unit: y} how long
customProperties:
  - property: weftGranularity
    value: "basket × product" # from the key
`;

const formOf = (text: string) => {
  const document = parseDraft(text);
  if (document === null) throw new Error('no document');
  return readForm(document);
};

test('the form says what the text says', () => {
  const form = formOf(TEXT);
  expect(form).toMatchObject({
    title: 'Returns',
    granularity: 'basket × product',
    frequency: { value: '1', unit: 'd' },
    retention: { value: '', unit: '' },
  });
  expect(form.columns).toMatchObject([
    { name: 'quantity', type: 'integer', isRequired: true, classification: 'internal' },
    { name: 'week', isRequired: false },
  ]);
});

test('a change of one field leaves every other line as it was', () => {
  const changed = editDraft(TEXT, (document) => put(document, ['name'], 'Returned goods'));
  expect(changed.split('\n')).toEqual(
    TEXT.split('\n').map((line) => (line === 'name: Returns' ? 'name: Returned goods' : line)),
  );
});

test('a comment stays beside the value that was changed', () => {
  const changed = editDraft(TEXT, (document) =>
    putColumn(document, 0, { classification: 'restricted' }),
  );
  expect(changed).toContain('classification: restricted # confirm it');
});

test('what is filled in is asked for no more', () => {
  const purpose = editDraft(
    TEXT,
    (document) => put(document, ['description', 'purpose'], 'See returns'),
    ['description'],
  );
  expect(purpose).not.toContain('COMPLETE description: {purpose');
  expect(purpose).toContain('COMPLETE description: what the table holds');
  expect(formOf(purpose).purpose).toBe('See returns');
  const kept = editDraft(
    TEXT,
    (document) => putPeriod(document, 'retention', { value: '3', unit: 'y' }),
    [' retention'],
  );
  expect(kept).not.toContain('COMPLETE - {property: retention');
  expect(formOf(kept).retention).toEqual({ value: '3', unit: 'y' });
});

test('another type drops what was inferred for the old one', () => {
  const changed = editDraft(TEXT, (document) => putColumn(document, 0, { type: 'string' }));
  expect(changed).toContain('physicalType: VARCHAR');
  expect(changed).not.toContain('minimum');
});

test('a renamed column remembers how the file calls it', () => {
  const once = editDraft(TEXT, (document) => putColumn(document, 0, { name: 'units' }));
  const twice = editDraft(once, (document) => putColumn(document, 0, { name: 'pieces' }));
  expect(twice).toContain('name: pieces');
  expect(twice).toContain('physicalName: quantity');
});

test('lists come and go', () => {
  const some = editDraft(TEXT, (document) =>
    putCustom(document, 'weftPurposes', namesOf('research, , assortment ')),
  );
  expect(formOf(some).purposes).toBe('research, assortment');
  expect(
    formOf(editDraft(some, (document) => putCustom(document, 'weftPurposes', []))).purposes,
  ).toBe('');
});

test('a text that cannot be read stays as it is typed', () => {
  const broken = 'name: [';
  expect(parseDraft(broken)).toBeNull();
  expect(editDraft(broken, (document) => put(document, ['name'], 'x'))).toBe(broken);
});

const ANCHORED = `name: Stores
schema:
  - properties:
      - {name: a, classification: &c confidential, examples: [x]}
      - {name: b, classification: *c}
`;

test('a text with anchors has no form, and is changed by none', () => {
  const document = parseDraft(ANCHORED);
  if (document === null) throw new Error('no document');
  expect(hasAnchors(document)).toBe(true);
  expect(readFacts(document)?.columns).toMatchObject([
    { name: 'a', classification: 'confidential' },
    { name: 'b', classification: 'confidential' },
  ]);
  for (const text of [ANCHORED, 'name: &only Stores\n', 'name: *nowhere\n']) {
    expect(editDraft(text, (it) => put(it, ['name'], 'x'))).toBe(text);
  }
  expect(editDraft('name: a & *b\n', (it) => put(it, ['name'], 'x'))).toBe('name: x\n');
});

const DRAFTED = `name: Stores
schema:
  - name: stores
    properties:
      - name: store_id
        logicalType: string
        primaryKey: true
        primaryKeyPosition: 1
      - name: plz
        logicalType: string # 5 digits each, and named like a code
        physicalType: VARCHAR
        logicalTypeOptions:
          format: gln
        examples: ["12345", "20001"]
        quality:
          - id: plz_shape
            metric: invalidValues
            mustBe: 0
            arguments:
              pattern: "^[0-9]{5}$"
            customProperties:
              - property: weftOnFailure
                value: warn
          - id: plz_known_values
            metric: invalidValues
            mustBe: 0
            arguments:
              validValues: ["12345", "20001"]
          - id: plz_unique
            metric: duplicateValues
            mustBe: 0
`;

test('what else is said of a column stands in the form', () => {
  const [key, plz] = formOf(DRAFTED).columns;
  expect(key?.limits.map(limitWords)).toEqual(['the key, unique within each batch']);
  expect(plz?.limits.map(limitWords)).toEqual([
    'format gln',
    'pattern ^[0-9]{5}$ (others are warned of)',
    'one of 12345, 20001',
    'each value once',
  ]);
});

test('where a key holds is said beside it, and what is usual is not written', () => {
  const whole = editDraft(DRAFTED, (document) => putScope(document, 'table'));
  expect(whole).toMatch(/- property: weftDuplicateScope\n +value: table\n$/);
  expect(formOf(whole).duplicateScope).toBe('table');
  expect(formOf(whole).columns[0]?.limits.map(limitWords)).toEqual([
    'the key, unique in the whole table',
  ]);
  expect(editDraft(whole, (document) => putScope(document, 'batch'))).toBe(DRAFTED);
  expect(formOf(DRAFTED).duplicateScope).toBe('batch');
  const two = `${DRAFTED}      - {name: line, primaryKey: true, primaryKeyPosition: 2}\n`;
  expect(formOf(two).columns[2]?.limits.map(limitWords)).toEqual([
    'column 2 of 2 of the key, unique within each batch',
  ]);
});

test('under another type what was said of the old one is gone, and examples are of the new one', () => {
  const [, plz] = formOf(DRAFTED).columns;
  if (plz === undefined) throw new Error('no column');
  expect(lostBy(plz, 'integer')).toEqual(['format', 'pattern', 'values']);
  expect(lostBy(plz, 'date')).toEqual(['format', 'pattern', 'values', 'examples']);
  const whole = editDraft(DRAFTED, (document) => putColumn(document, 1, { type: 'integer' }));
  expect(whole).toContain('examples: [12345, 20001]');
  expect(whole).not.toMatch(/gln|pattern|validValues|named like a code/);
  expect(whole).toContain('id: plz_unique');
  const day = editDraft(DRAFTED, (document) => putColumn(document, 1, { type: 'date' }));
  expect(day).not.toContain('examples');
});

test('exact numbers have room for what the sample shows', () => {
  const typed = (shown: readonly (string | null)[]) =>
    editDraft(DRAFTED, (document) => putColumn(document, 1, { type: 'number', shown }));
  expect(typed(['1', null, '12.3456'])).toContain('physicalType: DECIMAL(38, 4)');
  expect(typed(['7', '3'])).toContain('physicalType: DECIMAL(38, 2)');
  expect(typed(['a', null])).toContain('physicalType: DECIMAL(38, 10)');
});
