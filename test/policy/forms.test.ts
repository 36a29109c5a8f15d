/**
 * The forms of the app for policies: whatever they say, Cedar takes and the mesh puts in force, and reads back as it was said;
 * what they cannot say keeps its bytes.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { DataType } from '@weft/core/contract/data-type';
import { cedarSchema } from '@weft/core/policy/cedar-schema';
import type { RulesColumn } from '@weft/core/policy/evaluate';
import { lintPolicies } from '@weft/core/policy/lint';
import fc from 'fast-check';
import { loadCedar } from '../../server/src/adapters/cedar.ts';
import type { Condition } from '../../web/src/features/policy/cedar/conditions.ts';
import {
  NO_OBLIGATIONS,
  type ObligationsForm,
} from '../../web/src/features/policy/cedar/obligations.ts';
import { type Place, placesFor, readScope } from '../../web/src/features/policy/cedar/places.ts';
import type { Clause, RuleForm } from '../../web/src/features/policy/cedar/rules.ts';
import {
  addRule,
  printRule,
  readRules,
  removeRule,
  replaceRule,
} from '../../web/src/features/policy/cedar/rules.ts';

const column = (name: string, type: DataType, more: Partial<RulesColumn> = {}): RulesColumn => ({
  name,
  type,
  required: false,
  classification: null,
  tags: {},
  ...more,
});
const field = (name: string, type: DataType, required: boolean) => ({
  id: name,
  name,
  type,
  required,
});
const TABLES = [
  {
    table: 'orders',
    columns: [
      column('id', { kind: 'long' }, { required: true }),
      column(
        'email',
        { kind: 'string' },
        { classification: 'restricted', tags: { pii: ['true'] } },
      ),
      column('like', { kind: 'string' }, { required: true }),
      column('price', { kind: 'decimal', precision: 10, scale: 2 }, { required: true }),
      column('share', { kind: 'double' }),
      column('sold_at', { kind: 'timestamptz' }),
      column('day', { kind: 'date' }, { required: true }),
      column('units', { kind: 'int' }),
      column('open', { kind: 'boolean' }, { required: true }),
      column('address', {
        kind: 'struct',
        fields: [field('zip', { kind: 'string' }, true), field('floor', { kind: 'int' }, false)],
      }),
    ],
  },
  {
    table: 'in',
    columns: [
      column('id', { kind: 'long' }, { required: true }),
      column('units', { kind: 'int' }, { required: true }),
    ],
  },
];
const ATTRIBUTES = ['brands', 'stores', 'cost centre', 'in'];
const SETS = { pilots: 'string', shops: 'integer', in: 'decimal' } as const;
const scope = readScope(cedarSchema(TABLES, ATTRIBUTES, SETS), ATTRIBUTES);

async function faultsOf(source: string): Promise<string[]> {
  const options = {
    engine: await loadCedar(),
    tables: TABLES,
    attributes: ATTRIBUTES,
    sets: SETS,
    path: '$.cedar',
  };
  return lintPolicies(source, options).faults.map(({ line, message }) => `${line}: ${message}`);
}

const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('a', 'x*y', '"', '\\', "it's", '// no comment', 'ü\n\t\0;', '\u{1f600}'),
);
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
const whole = fc.integer({ min: -1000, max: 1000 }).map(String);
const instant = fc.constantFrom('2026-03-01', '2027-12-31T23:59:59Z', '2026-03-01T10:00:00.250Z');
const days = fc.constantFrom('2026-03-01', '2027-12-31');
const not = fc.boolean();

function valueFor({ path, type }: Place): fc.Arbitrary<string> {
  if (type === 'number') return whole;
  if (type === 'truth') return fc.constantFrom('true', 'false');
  if (type === 'time') return path === 'day' ? days : instant;
  if (type === 'decimal') return fc.constantFrom('1.50', '-0.25', '100.0');
  return words;
}

function onPlace(place: Place): fc.Arbitrary<Condition> {
  const isOrdered = place.type === 'number' || place.type === 'decimal' || place.type === 'time';
  const signs = fc.constantFrom(
    ...(['==', '!=', '<', '<=', '>', '>='] as const).slice(0, isOrdered ? 6 : 2),
  );
  const kinds: fc.Arbitrary<Condition>[] = [
    fc.record({
      kind: fc.constant('column' as const),
      place: fc.constant(place.path),
      comparison: signs,
      value: valueFor(place),
      not,
    }),
    fc.record({
      kind: fc.constant('among' as const),
      place: fc.constant(place.path),
      among: some(valueFor(place)),
      not,
    }),
    fc.record({ kind: fc.constant('present' as const), place: fc.constant(place.path), not }),
  ];
  if (place.type === 'text') {
    kinds.push(
      fc.record({
        kind: fc.constant('starts' as const),
        place: fc.constant(place.path),
        text: words,
        not,
      }),
    );
  }
  if (place.type === 'text' || place.type === 'number') {
    const isNumber = fc.constant(place.type === 'number');
    kinds.push(
      fc.record({
        kind: fc.constant('own' as const),
        name: fc.constantFrom(...ATTRIBUTES),
        isNumber,
        place: fc.constant(place.path),
        not,
      }),
    );
  }
  for (const { name } of scope.sets.filter((set) => set.type === place.type)) {
    const set = { kind: fc.constant('set' as const), set: fc.constant(name) };
    kinds.push(fc.record({ ...set, place: fc.constant(place.path), not }));
  }
  return fc.oneof(...kinds);
}

const onRequest: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(
      'purpose' as const,
      'role' as const,
      'person' as const,
      'member' as const,
      'class' as const,
    ),
    among: some(words),
    not,
  }),
  fc.record({
    kind: fc.constant('attribute' as const),
    name: fc.constantFrom(...ATTRIBUTES),
    isNumber: fc.constant(false),
    among: some(words),
    not,
  }),
  fc.record({
    kind: fc.constant('attribute' as const),
    name: fc.constantFrom(...ATTRIBUTES),
    isNumber: fc.constant(true),
    among: some(whole),
    not,
  }),
  fc.record({
    kind: fc.constant('has' as const),
    name: fc.constantFrom(...ATTRIBUTES),
    isNumber: fc.boolean(),
    not,
  }),
  fc.record({
    kind: fc.constant('time' as const),
    comparison: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
    at: instant,
    not,
  }),
  fc.record({
    kind: fc.constant('tag' as const),
    key: fc.constantFrom('pii', 'region'),
    value: fc.option(words),
    not,
  }),
);

const clausesOf = (condition: fc.Arbitrary<Condition>): fc.Arbitrary<Clause[]> =>
  fc.array(
    fc
      .record({
        kind: fc.constantFrom('when' as const, 'unless' as const),
        join: fc.constantFrom('all' as const, 'any' as const),
        conditions: some(condition),
      })
      // Of one condition, all and any are the same.
      .map(
        (clause): Clause => (clause.conditions.length === 1 ? { ...clause, join: 'all' } : clause),
      ),
    { maxLength: 2 },
  );

const SOME_ROWS: ObligationsForm['masks'] = [
  {
    of: { kind: 'place', name: 'email' },
    mask: { kind: 'hide' },
    rows: { word: 'unless', condition: "like = 'it: where' or day < 2026-01-01" },
  },
  {
    of: { kind: 'place', name: 'like' },
    mask: { kind: 'fixed', value: "'x where y'" },
    rows: { word: 'where', condition: 'email is null' },
  },
  {
    of: { kind: 'place', name: 'units' },
    mask: { kind: 'truncate', to: '10' },
    rows: { word: 'where', condition: 'open = true' },
  },
];
const NONE: ObligationsForm['masks'] = [];
const masks: fc.Arbitrary<ObligationsForm['masks']> = fc.oneof(
  fc.constant(NONE),
  fc.constant<ObligationsForm['masks']>([
    {
      of: { kind: 'class' as const, name: 'restricted' },
      mask: { kind: 'hide' as const },
      rows: null,
    },
  ]),
  fc.constant<ObligationsForm['masks']>([
    {
      of: { kind: 'tag' as const, key: 'pii', value: 'true' },
      mask: { kind: 'hash' as const },
      rows: null,
    },
  ]),
  fc.subarray<ObligationsForm['masks'][number]>([
    {
      of: { kind: 'place' as const, name: 'email' },
      mask: { kind: 'fixed' as const, value: "'n/a: none'" },
      rows: null,
    },
    {
      of: { kind: 'place' as const, name: 'address.zip' },
      mask: { kind: 'first' as const, count: '2' },
      rows: null,
    },
    {
      of: { kind: 'place' as const, name: 'sold_at' },
      mask: { kind: 'truncate' as const, to: 'month' },
      rows: null,
    },
    {
      of: { kind: 'place' as const, name: 'price' },
      mask: { kind: 'truncate' as const, to: '0.5' },
      rows: null,
    },
    {
      of: { kind: 'place' as const, name: 'units' },
      mask: { kind: 'bucket' as const, bounds: ['10', '20', '50'] },
      rows: null,
    },
    {
      of: { kind: 'place' as const, name: 'like' },
      mask: { kind: 'last' as const, count: '4' },
      rows: null,
    },
    { of: { kind: 'place' as const, name: 'open' }, mask: { kind: 'null' as const }, rows: null },
  ]),
  fc.subarray(SOME_ROWS),
);

const granularity: ObligationsForm['granularity'] = {
  by: [
    { column: 'like', unit: null },
    { column: 'sold_at', unit: 'week' },
  ],
  measures: [
    { function: 'count', column: null },
    { function: 'sum', column: 'price' },
    { function: 'count_distinct', column: 'id' },
  ],
  atLeast: { units: '10', of: 'id' },
};

const columns: ObligationsForm['columns'][] = [
  null,
  [
    { kind: 'place', name: 'id' },
    { kind: 'place', name: 'email' },
  ],
  [
    { kind: 'class', name: 'restricted' },
    { kind: 'tag', key: 'pii', value: null },
  ],
];

const permits: fc.Arbitrary<RuleForm> = fc.constantFrom('orders', 'in', null).chain((table) => {
  const places = placesFor(scope, table);
  const isOrders = table === 'orders';
  return fc.record({
    id: fc.option(fc.stringMatching(/^[a-z][\w.-]{0,8}$/)),
    description: fc.option(words),
    effect: fc.constant('permit' as const),
    table: fc.constant(table),
    clauses: clausesOf(fc.oneof(onRequest, ...places.map(onPlace))),
    columns: isOrders ? fc.constantFrom(...columns) : fc.constant(null),
    masks: isOrders ? masks : fc.constant(NONE),
    granularity: fc.constant(null),
    limit: fc.option(fc.constantFrom('1', '1000')),
    until: fc.option(fc.constantFrom('2027-01-31', '2027-01-31T12:00:00Z')),
    export: fc.option(fc.constantFrom('forbidden' as const, 'allowed' as const)),
  });
});
const rollUps: fc.Arbitrary<RuleForm> = permits.map((form) => ({
  ...form,
  ...NO_OBLIGATIONS,
  table: 'orders',
  clauses: [],
  granularity,
}));
const forbids: fc.Arbitrary<RuleForm> = permits.map((form) => ({
  ...form,
  ...NO_OBLIGATIONS,
  effect: 'forbid',
}));
const hidings: fc.Arbitrary<RuleForm> = fc
  .record({
    id: fc.constant('hide'),
    description: fc.constant(null),
    effect: fc.constant('forbid' as const),
    table: fc.constant('orders'),
    clauses: clausesOf(onRequest),
    columns: fc.constantFrom(...columns),
  })
  .map((form) => ({ ...NO_OBLIGATIONS, ...form }));
const forms = fc.oneof({ weight: 5, arbitrary: permits }, rollUps, forbids, hidings);

test('whatever a form says, the mesh takes, and it reads back as it was said', async () => {
  const engine = await loadCedar();
  await fc.assert(
    fc.asyncProperty(forms, async (form) => {
      const text = printRule(form, scope);
      assert.deepEqual(await faultsOf(text), [], text);
      assert.equal(engine.read(text).policies?.length, 1, text);
      const read = readRules(text, scope);
      assert.deepEqual(
        read?.map((rule) => rule.form),
        [structuredClone(form)],
        text,
      );
    }),
    { numRuns: Number(process.env['FORMS_RUNS'] ?? 400) },
  );
});

test('a change of one policy leaves every other byte', () => {
  const gap = fc.constantFrom('\n\n', '\n// About "the next"; permit (\n', '  ', '\n\n// ü\r\n');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(gap, forms), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      forms,
      (parts, pick, form) => {
        const source = `${parts.map(([space, one]) => space + printRule(one, scope)).join('')}\n// the end`;
        const rules = readRules(source, scope) ?? [];
        assert.equal(rules.length, parts.length);
        const at = pick % rules.length;
        const rule = rules[at];
        assert.ok(rule !== undefined);
        const text = printRule(form, scope);
        const changed = replaceRule(source, rule, text);
        const again = readRules(changed, scope) ?? [];
        assert.equal(changed.slice(0, rule.start), source.slice(0, rule.start));
        assert.ok(changed.endsWith(source.slice(rule.end)));
        assert.deepEqual(
          again.map((one) => one.text),
          rules.map((one, i) => (i === at ? text : one.text)),
        );
        assert.equal(readRules(addRule(source, text), scope)?.at(-1)?.text, text);
        const removed = readRules(removeRule(source, rule), scope) ?? [];
        assert.deepEqual(
          removed.map((one) => one.text),
          rules.filter((_, i) => i !== at).map((one) => one.text),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('what the forms cannot say stays text, and the text before and after it too', () => {
  const unsaid = [
    'permit (principal == Weft::Subject::"ana", action, resource);',
    'permit (principal, action == Weft::Action::"read", resource);',
    'permit (principal, action, resource in Weft::Domain::"sales");',
    'permit (principal, action, resource) when { if context.purpose == "a" then true else false };',
    'permit (principal, action, resource) when { context.purpose like "a*" };',
    'permit (principal, action, resource) when { resource.row.id + 1 == 2 };',
    'permit (principal, action, resource) when { context.purpose == "a" || (context.purpose == "b" && principal.id == "c") };',
    'permit (principal, action, resource) when { resource.row.units == 1 };',
    'permit (principal, action, resource) when { resource.row.nosuch == 1 };',
    'permit (principal, action, resource) when { "a" == context.purpose };',
    '@mask("email: blur") permit (principal, action, resource);',
    '@note("x") permit (principal, action, resource);',
    '@limit("1000") permit (principal, action, resource) // ten pages\n;',
    'permit (principal, action, resource is Table::nosuch);',
  ];
  for (const text of unsaid) {
    const source = `// one\n${text}\n\npermit (principal, action, resource);\n`;
    const rules = readRules(source, scope);
    assert.deepEqual(
      rules?.map(({ form }) => form === null),
      [true, false],
      text,
    );
    assert.equal(rules?.[0]?.text, text);
    const last = rules?.[1];
    assert.ok(last !== undefined);
    assert.ok(
      replaceRule(source, last, 'forbid (principal, action, resource);').startsWith(
        `// one\n${text}\n\n`,
      ),
    );
  }
  for (const broken of [
    'permit (principal',
    'permit (principal, action, resource); "open',
    'permit § ;',
  ]) {
    assert.equal(readRules(broken, scope), null, broken);
  }
});

test('a policy goes with the comment right above it, and with no other', () => {
  const source =
    '// all\n\n// first\npermit (principal, action, resource);\n\n// second\n// still\nforbid (principal, action, resource);\n';
  const [first, second] = readRules(source, scope) ?? [];
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(
    removeRule(source, second),
    '// all\n\n// first\npermit (principal, action, resource);\n\n',
  );
  assert.equal(
    removeRule(source, first),
    '// all\n\n// second\n// still\nforbid (principal, action, resource);\n',
  );
});

test('the policies of the example are read whole', () => {
  const folder = new URL('../../examples/cpg/policies/', import.meta.url);
  const rules = readdirSync(folder).flatMap((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const cedar = /^cedar: \|\n((?: {2}.*\n|\n)*)/m.exec(text)?.[1]?.replace(/^ {2}/gm, '');
    return cedar === undefined ? [] : (readRules(cedar, EXAMPLE) ?? [assert.fail(name)]);
  });
  assert.equal(rules.length, 8);
  assert.deepEqual(
    rules.filter(({ form }) => form === null).map(({ text }) => text),
    [],
  );
});

const EXAMPLE = {
  sets: [],
  attributes: ['stores', 'brands'],
  tables: [
    {
      table: 't',
      entity: 'Table::t',
      places: [
        { path: 'age', type: 'text' as const, isOptional: false },
        { path: 'store_id', type: 'number' as const, isOptional: false },
        { path: 'brand', type: 'text' as const, isOptional: true },
      ],
    },
  ],
};
