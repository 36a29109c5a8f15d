/**
 * Owners' policies of every form, decided as a node decides them: Cedar text through the real check, evaluation and decision.
 *
 * Each of them shows the open rows of `rows.ts` and no other, and masks or hides every guarded column.
 * Not the control plane (agreements and facts are made here). Invariant: a text that the check refuses is no case.
 */
import assert from 'node:assert/strict';
import { must } from '@weft/core/lib/assert';
import { type AccessDecision, decideTable } from '@weft/core/policy/decide';
import { evaluateRules, type RulesColumn } from '@weft/core/policy/evaluate';
import { bindSets } from '@weft/core/policy/key-sets';
import { lintPolicies } from '@weft/core/policy/lint';
import { loadCedar } from '../../server/src/adapters/cedar.ts';
import { declaredSets } from '../../server/src/services/policy-sets.ts';
import {
  CELL_MASKS,
  COLUMNS,
  GUARDED_COLUMNS,
  MASKS,
  OPEN_COLUMNS,
  type WorldName,
} from './rows.ts';

export interface PolicyCase {
  name: string;
  cedar: string;
  /** The agreement's filter. */
  agreed?: string;
  /** The filter of the owner's short form. */
  rowFilter?: string;
  hiddenClassifications?: string[];
  /** The keys of the sets that the text asks, in either world: others that no open row has must tell nothing of themselves. */
  sets?: Record<string, Record<WorldName, string[]>>;
  /** What queries may take for the key of a row; `id` unless rows are rolled up. */
  key?: string;
}

const HEAD = '(principal, action, resource)';
const visible = OPEN_COLUMNS.map(({ name }) => name).join(', ');
/** Alternately hides and masks what is guarded, so that each form of condition meets one of them. */
const HIDES = `@columns("${visible}")`;
const MASKED = `@mask("${MASKS}")`;
const permit = (condition: string, guard: string): string =>
  `${guard} permit ${HEAD} when { ${condition} };`;

const IS_DE = 'resource.row has region && resource.row.region == "DE"';
const IS_AT = 'resource.row has region && resource.row.region == "AT"';
const forbidGuarded = `@columns("classification restricted") forbid ${HEAD};`;

/** Keys that are in the lists of the secret world alone: so many that a list is another one for any engine. */
const MARKED_KEYS = Array.from({ length: 400 }, (_, i) => `weft-canary-key-${i}`);

export const POLICIES: readonly PolicyCase[] = [
  { name: 'equality', cedar: permit(`(${IS_DE}) || (${IS_AT})`, HIDES) },
  {
    name: 'set',
    cedar: permit(
      'resource.row has region && ["DE", "AT", "XX"].contains(resource.row.region)',
      MASKED,
    ),
  },
  {
    name: 'cells',
    cedar: permit('resource.row.brand like "open-*"', `@mask("${CELL_MASKS}")`),
  },
  {
    name: 'keys',
    cedar: permit(
      'resource.row has region && context.sets.regions.contains(resource.row.region)',
      MASKED,
    ),
    sets: { regions: { secret: ['DE', 'AT', ...MARKED_KEYS], clean: ['AT', 'DE'] } },
  },
  {
    name: 'keys taken out',
    cedar: `permit ${HEAD}; ${forbidGuarded}
      forbid ${HEAD} when { context.sets.closed.contains(resource.row.brand) };
      forbid ${HEAD} unless { resource.row has grade && context.sets.grades.contains(resource.row.grade) };`,
    sets: {
      closed: { secret: ['weft-canary-brand', ...MARKED_KEYS], clean: [] },
      grades: { secret: ['a', ...MARKED_KEYS], clean: ['a'] },
    },
  },
  { name: 'like', cedar: permit('resource.row.brand like "open-*"', HIDES) },
  { name: 'not null', cedar: permit('resource.row has grade', MASKED) },
  {
    name: 'not or',
    cedar: permit(
      'resource.row has region && !(resource.row.region == "FR" || resource.row.brand == "weft")',
      HIDES,
    ),
  },
  {
    name: 'forbid',
    cedar: `${permit('true', MASKED)} forbid ${HEAD} when { resource.row has units && resource.row.units < 0 };`,
  },
  {
    name: 'forbid unless',
    cedar: `permit ${HEAD}; ${forbidGuarded} forbid ${HEAD} unless { ${IS_DE} || ${IS_AT} };`,
  },
  {
    name: 'nested place',
    cedar: permit(
      'resource.row has home && resource.row.home has zip && resource.row.home.zip == "1"',
      MASKED,
    ),
  },
  {
    name: 'date',
    cedar: permit('resource.row has day && resource.row.day >= datetime("2020-01-01")', HIDES),
  },
  {
    name: 'instant',
    cedar: permit('resource.row has at && resource.row.at > datetime("2020-01-01")', MASKED),
  },
  { name: 'number', cedar: permit('resource.row has units && resource.row.units >= 0', HIDES) },
  {
    name: 'decimal',
    cedar: permit(
      'resource.row has price && resource.row.price.lessThan(decimal("100.0"))',
      MASKED,
    ),
  },
  { name: 'boolean', cedar: permit('resource.row has open && resource.row.open', HIDES) },
  {
    name: 'several permits',
    cedar: `@id("a") ${permit(IS_DE, HIDES)} @id("b") ${permit(IS_AT, MASKED)}`,
  },
  {
    name: 'attribute',
    cedar: permit('principal has brands && principal.brands.contains(resource.row.brand)', MASKED),
  },
  { name: 'agreed filter', cedar: permit('true', HIDES), agreed: "region in ('DE', 'AT')" },
  {
    name: 'short form',
    cedar: `permit ${HEAD};`,
    rowFilter: "brand like 'open-%' and not (grade is null)",
    hiddenClassifications: ['restricted'],
  },
  {
    name: 'roll-up',
    cedar: `@granularity("region, sec, day by week; count; sum units; sum num; at least 3 household") permit ${HEAD};`,
    key: 'count',
  },
];

const rulesColumn = ({ name, type, classification }: (typeof COLUMNS)[number]): RulesColumn => ({
  name,
  type,
  required: name === 'brand',
  classification,
  tags: {},
});
const SUBJECT = {
  id: 'ana',
  roles: ['consumer'],
  domains: [],
  attributes: { brands: ['open-0', 'open-1', 'open-2'] },
};
const NOW = Date.parse('2026-06-01T10:00:00Z');

/** The decision on `attacks.TABLE`; fails unless the text could be put in force and permits something. */
export async function decideCase(
  policy: PolicyCase,
  table: string,
  agreement = 'agr_1',
): Promise<AccessDecision> {
  const engine = await loadCedar();
  const columns = COLUMNS.map(rulesColumn);
  const sets = Object.fromEntries(
    Object.keys(policy.sets ?? {}).map((name) => [name, 'string' as const]),
  );
  const options = { engine, tables: [{ table, columns }], attributes: ['brands'], sets, path: '$' };
  const { policies, faults } = lintPolicies(policy.cedar, options);
  assert.deepEqual(faults, [], policy.name);
  const [domain, product] = ['attacks', `attacks.${table}`];
  const rules = evaluateRules({
    engine,
    policies: policies.map((text) => ({ origin: 'product', policy: text })),
    subject: SUBJECT,
    action: 'read',
    purpose: 'forecasting',
    table: { domain, product, table, classification: 'restricted', tags: {}, columns },
    now: NOW,
  });
  for (const { problem } of rules.outcomes) assert.equal(problem, null, policy.name);
  const decision = decideTable({
    subject: SUBJECT,
    purpose: 'forecasting',
    table: { domain, table, major: 1 },
    product,
    contract: { id: `urn:${product}`, version: '1.0.0', hash: 'a'.repeat(64) },
    granularity: null,
    columns: COLUMNS,
    agreements: [agreementOf(product, agreement, policy.agreed ?? null)],
    policy: {
      version: 1,
      rowFilter: policy.rowFilter ?? null,
      hiddenClassifications: policy.hiddenClassifications ?? [],
      sets: declaredSets(
        Object.fromEntries(Object.keys(sets).map((name) => [name, { values: [] }])),
      ),
      updatedBy: 'otto',
    },
    mesh: null,
    rules,
    now: NOW,
    ownerDomains: [],
  });
  assert.equal(decision.decision, 'permit', `${policy.name}: ${decision.reason}`);
  assertGuarded(policy, decision);
  return decision;
}

/** The decision as the node of a world binds it. */
export function bindCase(
  { sets = {}, name }: PolicyCase,
  decision: AccessDecision,
  world: WorldName,
): AccessDecision {
  const lists = Object.entries(sets).map(
    ([set, keys]) => [set, { version: `${set} of this world`, keys: keys[world] }] as const,
  );
  const rowFilter = must(bindSets(decision.rowFilter, decision.sets, new Map(lists)), name);
  return { ...decision, rowFilter };
}

function agreementOf(product: string, agreement: string, filter: string | null) {
  return {
    agreement,
    product,
    major: 1,
    subject: SUBJECT.id,
    purpose: 'forecasting',
    columns: null,
    filter,
    masks: {},
    granularity: null,
    until: null,
    state: 'active',
    decidedBy: 'otto',
  };
}

/** Why: a case that shows a guarded column would see the worlds differ, by right. */
function assertGuarded({ name }: PolicyCase, { columns, masks, rollUp }: AccessDecision): void {
  const masked = masks.map(({ place }) => place.split('.')[0]);
  for (const guarded of GUARDED_COLUMNS) {
    const isShown = rollUp === null && columns.includes(guarded.name);
    assert.ok(!isShown || masked.includes(guarded.name), `${name} shows ${guarded.name}`);
  }
}
