/**
 * Invented rows have the shape of the contract and of the masks, and never change between two looks.
 */
import type { ContractProperty } from '@weft/core/contract/model';
import { expect, test } from 'vitest';
import { inventRows } from './invented.ts';

const property = (more: Partial<ContractProperty>): ContractProperty =>
  ({
    name: 'week',
    type: { kind: 'int' },
    required: true,
    enumValues: null,
    examples: [],
    quality: [],
    options: {
      minimum: '1',
      maximum: '53',
      maxLength: null,
      exclusiveMinimum: null,
      exclusiveMaximum: null,
    },
    ...more,
  }) as ContractProperty;

test('values keep the range, the list and the emptiness of the contract', () => {
  const city = property({ name: 'city', type: { kind: 'string' }, enumValues: ['Ulm', 'Bonn'] });
  const optional = property({ name: 'note', required: false });
  const rows = inventRows(
    [
      { property: property({}), mask: null },
      { property: city, mask: null },
      { property: optional, mask: null },
    ],
    200,
  );
  for (const [week, where] of rows) {
    expect(Number(week)).toBeGreaterThanOrEqual(1);
    expect(Number(week)).toBeLessThanOrEqual(53);
    expect(['Ulm', 'Bonn']).toContain(where);
  }
  expect(rows.every(([week]) => week !== null)).toBe(true);
  expect(rows.some(([, , note]) => note === null)).toBe(true);
});

test('a mask leaves its own shape, and the same rows come each time', () => {
  const columns = (['hash', 'null', 'bucket', 'truncate', 'fixed'] as const).map((mask) => ({
    property: property({}),
    mask,
  }));
  const rows = inventRows(columns, 20);
  for (const [hash, none, bucket, rounded, fixed] of rows) {
    expect(hash).toMatch(/^[0-9a-f]{6}…$/);
    expect(none).toBeNull();
    expect(bucket).toMatch(/^\[\d+, \d+\)$/);
    expect(Number(rounded) % 10).toBe(0);
    expect(fixed).toBe('…');
  }
  expect(inventRows(columns, 20)).toEqual(rows);
});

test('a mask of some rows is in sight in some rows alone', () => {
  const mask = 'null, hash in some rows, else fixed';
  const [[none], [hash], [fixed]] = inventRows([{ property: property({}), mask }], 3) as [
    [null],
    [string],
    [string],
  ];
  expect(none).toBeNull();
  expect(hash).toMatch(/^[0-9a-f]{6}…$/);
  expect(fixed).toBe('…');
});

test('keys differ, and examples, which may be real, do not come', () => {
  const id = property({ name: 'id', primaryKeyPosition: 1 });
  const name = property({ name: 'name', type: { kind: 'string' }, examples: ['Anna'] });
  const rows = inventRows(
    [
      { property: id, mask: null },
      { property: name, mask: null },
    ],
    40,
  );
  expect(new Set(rows.map(([key]) => key)).size).toBe(40);
  expect(rows.some(([, who]) => who === 'Anna')).toBe(false);
});

const NO_SHAPE = { minLength: null, maxLength: null, pattern: null, format: null };

function textsOf(options: Partial<ContractProperty['options']>): string[] {
  const text = property({
    name: 'plz',
    type: { kind: 'string' },
    options: { ...NO_SHAPE, ...options } as ContractProperty['options'],
  });
  return inventRows([{ property: text, mask: null }], 60).map(([value]) => value ?? 'empty');
}

test.each([
  '^[0-9]{5}$',
  '^\\d{13}$',
  '^[A-Z]{2}-(?:OLD|NEW)\\.[a-f\\d]{3,5}x?$',
  '^(DE|FR)[0-9]+$',
  '^\\w+@[a-z]*\\.de$',
  'abc',
])('text fits the pattern %s', (pattern) => {
  const texts = textsOf({ pattern });
  expect(texts.filter((text) => !new RegExp(pattern).test(text))).toEqual([]);
});

test.each([
  '^[^a]$',
  '^(?=a)a$',
  '^a|b$',
  '^\\p{L}$',
  '^(a)\\1$',
  '^[0-9]{5',
  '^a{5000}$',
  '\\bxy',
])('text of the pattern %s, which is not understood, is a dash', (pattern) =>
  expect(new Set(textsOf({ pattern }))).toEqual(new Set(['–'])),
);

test('text has the length and the format that the contract asks for, or is a dash', () => {
  for (const text of textsOf({ minLength: 9, maxLength: 10 })) {
    expect(text.length).toBeGreaterThanOrEqual(9);
    expect(text.length).toBeLessThanOrEqual(10);
  }
  expect(textsOf({ maxLength: 3 }).every((text) => text.length === 3)).toBe(true);
  expect(textsOf({ format: 'email' }).every((text) => /^[a-z]+@example\.org$/.test(text))).toBe(
    true,
  );
  expect(new Set(textsOf({ format: 'hostname' }))).toEqual(new Set(['–']));
  expect(new Set(textsOf({ pattern: '^[0-9]{5}$', maxLength: 4 }))).toEqual(new Set(['–']));
});

test('no row has what the filter plainly shuts out, and quotes, lists and alternatives are read for what they are', () => {
  const age = property({
    name: 'age',
    type: { kind: 'string' },
    required: false,
    enumValues: ['19-24', '25-34', "o'clock"],
  });
  const seen = (filter: string): Set<string | null | undefined> =>
    new Set(inventRows([{ property: age, mask: null }], 200, filter).map(([value]) => value));
  expect(seen("age != '19-24' and age is not null")).toEqual(new Set(['25-34', "o'clock"]));
  expect(seen("age in ('25-34', 'o''clock')")).toEqual(new Set(['25-34', "o'clock"]));
  expect(seen("age = '65+' and week > 3")).toEqual(new Set(['65+']));
  expect(seen("age != '19-24' or week = 3")).toContain('19-24');
  expect(seen("note = ' and age != ''x''' and age != '25-34'")).not.toContain('25-34');
  expect(seen("age != '19-24'")).toContain(null);
});

test('text fits the pattern of a rule, too; of several there is none', () => {
  const rule = (pattern: string) => ({
    check: { kind: 'pattern', column: 'no', pattern },
  });
  const textsOf = (...patterns: string[]) => {
    const text = property({
      name: 'no',
      type: { kind: 'string' },
      options: NO_SHAPE as ContractProperty['options'],
      quality: patterns.map(rule) as unknown as ContractProperty['quality'],
    });
    return inventRows([{ property: text, mask: null }], 60).map(([value]) => value ?? 'empty');
  };
  for (const pattern of ['^[A-Z]{2}-[0-9]{7}$', '^[0-9]{13}$']) {
    expect(textsOf(pattern).filter((text) => !new RegExp(pattern).test(text))).toEqual([]);
  }
  expect(new Set(textsOf('^[A-Z]{2}$', '^[0-9]'))).toEqual(new Set(['–']));
});

test.each([
  ['start_date', 'end_date', 'date'],
  ['valid_from', 'valid_to', 'timestamp'],
  ['opened_at', 'closed_at', 'timestamptz'],
] as const)('%s is never after %s', (begin, end, kind) => {
  const columns = [end, begin].map((name) => ({
    property: property({ name, type: { kind }, required: false }),
    mask: null,
  }));
  const rows = inventRows(columns, 200);
  const wrong = rows.filter(
    ([last, first]) => last !== null && first !== null && `${last}` < `${first}`,
  );
  expect(wrong).toEqual([]);
  expect(rows.some(([last]) => last === null)).toBe(true);
  expect(new Set(rows.map(([, first]) => first)).size).toBeGreaterThan(50);
});

test('a day that a filter chose stays where it is', () => {
  const columns = ['start_date', 'end_date'].map((name) => ({
    property: property({ name, type: { kind: 'date' } }),
    mask: null,
  }));
  const rows = inventRows(columns, 60, "end_date = '2020-01-01'");
  expect(new Set(rows.map(([, end]) => end))).toEqual(new Set(['2020-01-01']));
});

test.each([
  '^(((((a{100}){100}){100}){100}){100})$',
  '^(((((){100}){100}){100}){100})$',
  `^${'(a{100})'.repeat(40)}$`,
])('a pattern that asks for endless work (%s) is a dash at once', (pattern) => {
  expect(new Set(textsOf({ pattern }))).toEqual(new Set(['–']));
});

test('no pattern of a contract is run in the page: one that never ends keeps nobody waiting', () => {
  const quality = ['^a{40}!$', '^(a+)+$'].map((pattern) => ({
    check: { kind: 'pattern', column: 'no', pattern },
  }));
  const column = property({
    ...{ name: 'no', type: { kind: 'string' }, options: NO_SHAPE as ContractProperty['options'] },
    quality: quality as unknown as ContractProperty['quality'],
  });
  expect(inventRows([{ property: column, mask: null }], 2).flat()).toEqual(['–', '–']);
});
