/** Decisions: deny by default, exact purpose, expiry, hidden columns, joined filters, several agreements. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Agreement, ProductPolicy } from '../registry/types.ts';
import { type DecideTableInput, decideTable, resolveMajor } from './decide.ts';
import type { TableRules } from './evaluate.ts';
import type { RollUp } from './obligations.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');

function agreement(changes: Partial<Agreement> = {}): Agreement {
  return {
    agreement: 'agr_1',
    product: 'sales.orders',
    major: 1,
    subject: 'ana',
    purpose: 'forecasting',
    columns: null,
    filter: null,
    masks: {},
    granularity: null,
    until: null,
    asked: null,
    state: 'active',
    why: null,
    requestedAt: '2026-01-01T00:00:00Z',
    decidedBy: 'otto',
    decidedAt: '2026-01-02T00:00:00Z',
    because: null,
    version: 1,
    ...changes,
  };
}

function policy(changes: Partial<ProductPolicy> = {}): ProductPolicy {
  return {
    product: 'sales.orders',
    version: 3,
    rowFilter: null,
    hiddenClassifications: [],
    autoApprovePurposes: [],
    cedar: null,
    subjectAttributes: [],
    sets: {},
    updatedBy: 'otto',
    updatedAt: '2026-01-01T00:00:00Z',
    ...changes,
  };
}

const COLUMNS: DecideTableInput['columns'] = [
  { name: 'id', type: { kind: 'long' }, classification: null },
  { name: 'region', type: { kind: 'string' }, classification: 'internal' },
  { name: 'email', type: { kind: 'string' }, classification: 'Restricted' },
];

const OPEN: TableRules = {
  rows: { op: 'true' },
  columns: [],
  masks: [],
  rollUp: null,
  rowLimit: null,
  mayExport: true,
  denied: null,
  outcomes: [],
};

function input(changes: Partial<DecideTableInput> = {}): DecideTableInput {
  const columns = changes.columns ?? COLUMNS;
  return {
    subject: { id: 'ana' },
    purpose: 'forecasting',
    table: { domain: 'sales', table: 'orders', major: 1 },
    product: 'sales.orders',
    contract: { id: 'urn:orders', version: '1.2.0', hash: 'f'.repeat(64) },
    granularity: null,
    columns,
    agreements: [agreement()],
    policy: null,
    mesh: null,
    rules: { ...OPEN, columns: columns.map(({ name }) => name) },
    now: NOW,
    ownerDomains: [],
    ...changes,
  };
}

test('a column that holds something hidden is hidden whole', () => {
  const columns = [
    { name: 'id', type: { kind: 'long' }, classification: 'public' },
    {
      name: 'person',
      type: {
        kind: 'struct',
        fields: [{ id: 'iban', name: 'iban', type: { kind: 'string' }, required: false }],
      },
      classification: 'public',
      nestedClassifications: ['internal', 'Restricted'],
    },
  ] satisfies DecideTableInput['columns'];
  const hides = policy({ hiddenClassifications: ['restricted'] });
  const decision = decideTable(input({ columns, policy: hides }));
  assert.deepEqual(decision.columns, ['id']);
  assert.deepEqual(decision.hidden, [{ column: 'person', why: 'classification' }]);
  const shows = policy({ hiddenClassifications: ['confidential'] });
  assert.deepEqual(decideTable(input({ columns, policy: shows })).columns, ['id', 'person']);
});

test('an active agreement for the purpose permits all columns and rows', () => {
  const decision = decideTable(input());
  assert.equal(decision.decision, 'permit');
  assert.equal(decision.agreement, 'agr_1');
  assert.deepEqual(decision.columns, ['id', 'region', 'email']);
  assert.deepEqual(decision.rowFilter, { op: 'true' });
  assert.equal(decision.rowFilterText, null);
});

test('everything else is denied, without columns or rows', () => {
  const refused: [string, Partial<DecideTableInput>][] = [
    ['no agreement', { agreements: [] }],
    ['no purpose', { purpose: ' ' }],
    ['other purpose', { purpose: 'marketing' }],
    ['purpose in other case', { purpose: 'Forecasting' }],
    ['other subject', { agreements: [agreement({ subject: 'bob' })] }],
    ['other major', { agreements: [agreement({ major: 2 })] }],
    ['other product', { agreements: [agreement({ product: 'sales.refunds' })] }],
    ['expired', { agreements: [agreement({ until: '2026-06-01T00:00:00Z' })] }],
    ['unreadable end', { agreements: [agreement({ until: 'soon' })] }],
    ...(['requested', 'approved', 'denied', 'countered', 'expired', 'revoked'] as const).map(
      (state): [string, Partial<DecideTableInput>] => [
        state,
        { agreements: [agreement({ state })] },
      ],
    ),
    ['owner of another domain', { agreements: [], ownerDomains: ['stores'] }],
    ['broken policy filter', { policy: policy({ rowFilter: 'nosuch = 1' }) }],
    ['broken agreement filter', { agreements: [agreement({ filter: 'region ~ 1' })] }],
    ['granularity not offered', { agreements: [agreement({ granularity: 'store × week' })] }],
    ['no column left', { agreements: [agreement({ columns: ['gone'] })] }],
  ];
  for (const [name, changes] of refused) {
    const decision = decideTable(input(changes));
    assert.equal(decision.decision, 'deny', name);
    assert.deepEqual(decision.columns, [], name);
    assert.deepEqual(decision.rowFilter, { op: 'false' }, name);
    assert.equal(decision.agreement, null, name);
  }
});

test('owners see their own product whole', () => {
  const hiding = policy({ rowFilter: "region = 'DE'", hiddenClassifications: ['restricted'] });
  const decision = decideTable(input({ agreements: [], ownerDomains: ['sales'], policy: hiding }));
  assert.equal(decision.decision, 'permit');
  assert.equal(decision.agreement, null);
  assert.deepEqual(decision.columns, ['id', 'region', 'email']);
  assert.deepEqual(decision.rowFilter, { op: 'true' });
});

test('classification, agreement columns and masks hide columns', () => {
  const decision = decideTable(
    input({
      policy: policy({ hiddenClassifications: ['restricted'] }),
      agreements: [agreement({ columns: ['id', 'email', 'gone'] })],
    }),
  );
  assert.deepEqual(decision.columns, ['id']);
  assert.deepEqual(decision.hidden, [
    { column: 'region', why: 'agreement' },
    { column: 'email', why: 'classification' },
  ]);
  const masked = decideTable(input({ agreements: [agreement({ masks: { email: 'hash' } })] }));
  assert.deepEqual(masked.masks, [{ place: 'email', mask: { kind: 'hash' } }]);
  assert.ok(masked.columns.includes('email'));
  const unknown = decideTable(input({ agreements: [agreement({ masks: { email: 'blur' } })] }));
  assert.deepEqual(unknown.hidden, [{ column: 'email', why: 'mask' }]);
});

test('filters of policy and agreement add up to both', () => {
  const decision = decideTable(
    input({
      policy: policy({ rowFilter: "region = 'DE' or region = 'FR'" }),
      agreements: [agreement({ filter: 'id > 10' })],
    }),
  );
  assert.equal(decision.rowFilter.op, 'and');
  assert.equal(decision.rowFilterText, "(region = 'DE' or region = 'FR') and (id > 10)");
  assert.equal(decision.policyVersion, 3);
});

test('several agreements: the most columns win, rows add up only among equal columns', () => {
  const wide = agreement({ agreement: 'agr_2', filter: 'id = 1' });
  const alsoWide = agreement({ agreement: 'agr_3', filter: 'id = 2' });
  const narrow = agreement({ agreement: 'agr_1', columns: ['id'], filter: null });
  const decision = decideTable(input({ agreements: [narrow, alsoWide, wide] }));
  assert.equal(decision.agreement, 'agr_2');
  assert.equal(decision.rowFilter.op, 'or');
  assert.deepEqual(decision.columns, ['id', 'region', 'email']);
  assert.equal(decision.rowFilterText, '(id = 1) or (id = 2)');
});

test('an unqualified name means the majors agreed to', () => {
  const base = {
    ...input(),
    domain: 'sales',
    majors: [1, 2, 3],
    agreements: [agreement({ major: 2 }), agreement({ major: 3, state: 'revoked' as const })],
  };
  assert.deepEqual(resolveMajor(base), [2]);
  assert.deepEqual(resolveMajor({ ...base, ownerDomains: ['sales'] }), [1, 2, 3]);
  assert.deepEqual(resolveMajor({ ...base, agreements: [] }), []);
});

test('what policies permit is narrowed, and what they deny stays denied whatever was agreed', () => {
  const narrow: Partial<TableRules> = {
    rows: { op: 'eq', column: 'region', value: { type: 'string', value: 'DE' } },
    columns: ['id', 'email'],
    masks: [{ place: 'email', mask: { kind: 'part', show: 'last', characters: 4 } }],
    rowLimit: 10,
    mayExport: false,
  };
  const rules = { ...OPEN, ...narrow };
  const decision = decideTable(
    input({ rules, agreements: [agreement({ masks: { email: 'null' } })] }),
  );
  assert.deepEqual(decision.columns, ['id', 'email']);
  assert.deepEqual(decision.hidden, [{ column: 'region', why: 'policy' }]);
  assert.deepEqual(decision.masks, [{ place: 'email', mask: { kind: 'null' } }]);
  assert.deepEqual(decision.rowFilter, narrow.rows);
  assert.deepEqual([decision.rowLimit, decision.mayExport], [10, false]);
  const denied = decideTable(input({ rules: { ...rules, denied: 'No policy permits it.' } }));
  assert.deepEqual(
    [denied.decision, denied.reason, denied.rowFilter.op],
    ['deny', 'No policy permits it.', 'false'],
  );
  const clash = decideTable(
    input({ rules, agreements: [agreement({ masks: { email: 'last 2' } })] }),
  );
  assert.deepEqual(clash.hidden.at(-1), { column: 'email', why: 'mask' });
});

test('a granularity stays whole: an agreement takes measures away, never a dimension', () => {
  const rollUp: RollUp = {
    by: [{ column: 'region', unit: null }],
    measures: [
      { function: 'count', column: null, as: 'count' },
      { function: 'count_distinct', column: 'id', as: 'count_distinct_id' },
    ],
    minimum: { units: 5, of: 'email' },
  };
  const rules = { ...OPEN, columns: ['id', 'region', 'email'], rollUp };
  const whole = decideTable(input({ rules }));
  assert.deepEqual(whole.columns, ['region', 'count', 'count_distinct_id']);
  assert.deepEqual(whole.hidden, [
    { column: 'id', why: 'granularity' },
    { column: 'email', why: 'granularity' },
  ]);
  const fewer = decideTable(input({ rules, agreements: [agreement({ columns: ['region'] })] }));
  assert.deepEqual(fewer.columns, ['region', 'count']);
  assert.deepEqual(fewer.rollUp?.minimum, rollUp.minimum);
  const other = decideTable(input({ rules, agreements: [agreement({ columns: ['id'] })] }));
  assert.equal(other.decision, 'deny');
});

test('a filter that no person allowed permits nothing once it looks at what is not shown', () => {
  const asked = { filter: "email = 'c'", columns: ['id'] };
  const byPolicy = agreement({ ...asked, decidedBy: 'policy:sales.orders@1' });
  const hides = policy({ hiddenClassifications: ['restricted'] });
  const masked = {
    ...OPEN,
    columns: ['id', 'region', 'email'],
    masks: [{ place: 'email', mask: { kind: 'hash' as const } }],
  };
  assert.equal(decideTable(input({ agreements: [byPolicy] })).decision, 'permit');
  assert.equal(decideTable(input({ agreements: [byPolicy], policy: hides })).decision, 'deny');
  assert.equal(decideTable(input({ agreements: [byPolicy], rules: masked })).decision, 'deny');
  const byPerson = agreement({ ...asked, decidedBy: 'otto' });
  assert.equal(decideTable(input({ agreements: [byPerson], policy: hides })).decision, 'permit');
});
