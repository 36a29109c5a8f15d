/**
 * Values of a sample leave the contract with the column that is not for everybody, and what looks personal and stays open is found.
 */
import { expect, test } from 'vitest';
import { type ColumnChange, editDraft, parseDraft, putColumn, readForm } from './contract-draft.ts';
import { seenAsTheyAre } from './drafted-privacy.ts';
import { valuesOut } from './drafted-values.ts';

const TEXT = `schema:
  - name: people
    properties:
      - name: town # as in the file
        logicalType: string # 40 of 40 values, Ulm to Bonn
        classification: internal # confirm it
        examples: [Ulm, Bonn] # of the sample
        quality:
          - id: town_known_values
            metric: invalidValues # 2 different values
            mustBe: 0
            arguments:
              validValues: [Ulm, Bonn] # 1 more, such as "Köln"
          - id: town_own
            metric: invalidValues
            mustBe: 0
            arguments:
              pattern: "^[A-Z]"
      - name: e_mail
        logicalType: string
        classification: confidential
        tags: [pii, key]
`;

const after = (at: number, change: ColumnChange) =>
  editDraft(TEXT, (document) => putColumn(document, at, change));
const columnsOf = (text: string) => {
  const document = parseDraft(text);
  if (document === null) throw new Error('no document');
  return readForm(document).columns;
};

test.each<ColumnChange>([
  { classification: 'confidential' },
  { classification: 'restricted' },
  { classification: 'secret' },
  { isPersonal: true },
])('%j takes every value of the sample out', (change) => {
  const text = after(0, change);
  expect(text).not.toMatch(/Ulm|Bonn|Köln/);
  expect(text).toContain('id: town_own');
  expect(text).toContain('name: town # as in the file');
});

const DATED = `# joined goes on to 2023-03-28
# Inferred from 40 records.
schema:
  - name: people
    # COMPLETE description: what was joined
    properties:
      - name: joined_on
        physicalName: joined
        # from 2010-03-01 on
        logicalType: date
        # length seen: 2010-03-01
        classification: internal # confirm it
        # the last one is 2023-03-28
      - name: size # 12 kinds
        logicalType: string # not joined_once
      - name: basket
        logicalType: array
        # of 2010-03-01
        items:
          logicalType: object
          properties:
            - name: town
              logicalType: string # Ulm to Bonn
              examples: [Ulm]
              quality:
                - id: town_known_values
                  arguments: {validValues: [Ulm, Bonn]}
slaProperties:
  - property: frequency
    value: 1 # joined has 28 different days, 2010-03-01 to 2023-03-28; confirm it
  # joined_on was 2010-03-01 first
  # kept for long
  - {property: retention, value: 3, unit: y}
`;

test('remarks that name the column anywhere go, and those of others stay', () => {
  const text = editDraft(DATED, (document) => putColumn(document, 0, { isPersonal: true }));
  expect(text.replace(/- name: basket[\s\S]*slaProperties/, '')).not.toMatch(/2010|2023/);
  for (const kept of [
    '# Inferred from 40 records.',
    '# COMPLETE description: what was joined',
    'classification: internal # confirm it',
    'name: size # 12 kinds',
    'logicalType: string # not joined_once',
    '# kept for long',
    '# of 2010-03-01',
  ])
    expect(text).toContain(kept);
});

test('values of what is inside of a column go with it', () => {
  const basket = columnsOf(DATED)[2];
  expect(basket === undefined ? [] : valuesOut(basket)).toEqual(['examples', 'values']);
  const text = editDraft(DATED, (document) =>
    putColumn(document, 2, { classification: 'confidential' }),
  );
  expect(text).not.toMatch(/Ulm|Bonn|# of 2010/);
  expect(text).toContain('name: town');
});

test('a list that a version in force promises stays, and its examples go', () => {
  const text = after(0, { classification: 'confidential', keepsList: true });
  expect(text).toContain('validValues: [Ulm, Bonn]');
  expect(text).not.toContain('examples');
  const [town] = columnsOf(TEXT);
  expect(town === undefined ? [] : valuesOut(town, true)).toEqual(['examples']);
});

test('a column that stays open keeps them, and who reads the form is told what went', () => {
  expect(after(0, { classification: 'public' })).toContain('examples: [Ulm, Bonn]');
  const [town, mail] = columnsOf(TEXT);
  expect(town === undefined ? [] : valuesOut(town)).toEqual(['examples', 'values']);
  expect(mail === undefined ? null : valuesOut(mail)).toEqual([]);
});

test('the personal tag comes and goes, and leaves other tags', () => {
  const [town, mail] = columnsOf(TEXT);
  expect([town?.isPersonal, mail?.isPersonal]).toEqual([false, true]);
  expect(after(0, { isPersonal: true })).toContain('tags: [personal]');
  expect(after(1, { isPersonal: false })).toContain('tags: [key]');
  expect(
    columnsOf('schema:\n  - properties:\n      - {name: a, tags: &all [personal]}\n')[0],
  ).toMatchObject({
    isPersonal: null,
  });
});

const RESTRICTED = `// as in the example
@id("restricted")
@columns("classification restricted")
forbid (principal, action, resource) unless { context.purpose == "privacy_request" };`;

const open = (cedar: string, hidden: string[] = [], before = '') =>
  seenAsTheyAre(columnsOf(SHOWN), before === '' ? [] : columnsOf(before), {
    hidden,
    cedar: [cedar],
  });

const SHOWN = `schema:
  - properties:
      - {name: e_mail, classification: restricted}
      - {name: town, classification: internal, tags: [personal]}
      - {name: margin, classification: Confidential}
      - {name: size, classification: internal}
      - name: buyer
        logicalType: object
        classification: internal
        properties: [{name: phone, logicalType: string}]
`;

test('what looks personal by name, tag, class or what is inside is asked about in doubt', () => {
  const all = ['e_mail', 'town', 'margin', 'buyer'];
  expect(open('')).toEqual(all);
  expect(open(RESTRICTED)).toEqual(['town', 'margin', 'buyer']);
  expect(open('', ['confidential'])).toEqual(['e_mail', 'town', 'buyer']);
  expect(open(RESTRICTED.replace('classification restricted', 'town, buyer'))).toEqual([
    'e_mail',
    'margin',
  ]);
});

test.each([
  `// ${RESTRICTED.replaceAll('\n', ' ')}`,
  RESTRICTED.replace('unless', 'when'),
  RESTRICTED.replace('privacy_request', 'research'),
  RESTRICTED.replace('principal,', 'principal == Weft::User::"a",'),
  RESTRICTED.replace('classification restricted', 'not classification internal'),
  RESTRICTED.replace('forbid', 'permit'),
  '@mask("e_mail: hide") permit (principal, action, resource);',
  '@columns("size") permit (principal, action, resource);',
  '@granularity("town; count") permit (principal, action, resource);',
  '@description("@columns(\\"e_mail\\")") forbid (principal, action, resource);',
])('%s hides nothing for certain', (cedar) => {
  expect(open(cedar)).toEqual(['e_mail', 'town', 'margin', 'buyer']);
});

test('what the version before showed is asked about no more, and what it hid is', () => {
  expect(open('', [], SHOWN)).toEqual([]);
  expect(open('', ['secret'], SHOWN.replaceAll('internal', 'secret'))).toEqual(['town', 'buyer']);
});
