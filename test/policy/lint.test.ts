/** What may be put in force, and what is refused with its line and a remedy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataType } from '@weft/core/contract/data-type';
import type { SetKeyType } from '@weft/core/lib/set-declaration';
import type { RulesColumn } from '@weft/core/policy/evaluate';
import { lintPolicies } from '@weft/core/policy/lint';
import { loadCedar } from '../../server/src/adapters/cedar.ts';

const column = (name: string, type: DataType, more: Partial<RulesColumn> = {}): RulesColumn => ({
  name,
  type,
  required: false,
  classification: null,
  tags: {},
  ...more,
});
const address: DataType = {
  kind: 'struct',
  fields: [{ id: 'zip', name: 'zip', type: { kind: 'string' }, required: false }],
};
const ORDERS = {
  table: 'orders',
  columns: [
    column('id', { kind: 'long' }, { required: true }),
    column(
      'email',
      { kind: 'string' },
      { classification: 'restricted', tags: { pii: ['contact'] } },
    ),
    column('region', { kind: 'string' }),
    column('share', { kind: 'double' }),
    column('sold_at', { kind: 'timestamptz' }),
    column('units', { kind: 'int' }),
    column('address', address),
  ],
};
const CAMPAIGNS = {
  table: 'campaigns',
  columns: [column('id', { kind: 'long' }, { required: true })],
};

async function faultsOf(
  source: string,
  tables = [ORDERS],
  sets: Record<string, SetKeyType> = {},
): Promise<string[]> {
  const engine = await loadCedar();
  const { faults } = lintPolicies(source, {
    engine,
    tables,
    attributes: ['brands'],
    sets,
    path: '$.cedar',
  });
  for (const fault of faults)
    assert.ok((fault.line ?? 0) > 0 && fault.path === '$.cedar', JSON.stringify(fault));
  return faults.map(
    ({ code, line, message, remedy }) => `${code} ${line}: ${message} | ${remedy ?? ''}`,
  );
}

test('what an owner would write passes', async () => {
  const source = `
// Brand managers see their brands, not the mail addresses.
@id("brands")
@mask("email: hash; address.zip: first 2; share: null")
@limit("1000") @until("2030-01-01") @export("forbidden")
permit (principal, action == Weft::Action::"read", resource)
when { principal has brands && resource.row has region && principal.brands.contains(resource.row.region) };

@id("weeks")
@granularity("region, sold_at by week; count; sum units; at least 10 id")
permit (principal, action, resource)
when { principal.roles.contains("analyst") && resource.row has address.zip && resource.row.address.zip like "1*" };

@id("hide") @columns("tag pii = contact")
forbid (principal, action, resource) unless { context.purpose == "privacy-request" };`;
  assert.deepEqual(await faultsOf(source), []);
});

test('what is wrong is told with its line and what to do', async () => {
  const cases: [string, RegExp][] = [
    ['permit (principal, action, resource) when', /^POLICY_SYNTAX 1: .*unexpected end/],
    [
      '\n\npermit (principal, action, resource) when { resource.row.nosuch == 1 };',
      /^POLICY_TYPE 3: attribute `row.nosuch`/,
    ],
    [
      'permit (principal, action, resource) when { resource.row.region == "x" };',
      /^POLICY_TYPE 1: .*optional.*\| .*has region/,
    ],
    ['permit (principal, action, resource) when { resource.row.id == "x" };', /^POLICY_TYPE 1: /],
    [
      'permit (principal, action, resource) when { resource.row.share == 1 };',
      /^POLICY_TYPE 1: attribute `row.share`/,
    ],
    [
      'permit (principal, action, resource) when { principal.brand.contains("x") };',
      /^POLICY_TYPE 1: attribute `brand`/,
    ],
    ['permit (principal, action == Weft::Action::"peek", resource);', /^POLICY_TYPE 1: /],
    [
      'permit (principal, action, resource) when { principal has brnads && principal.brnads.contains("x") };',
      /^POLICY_TYPE 1: policy0: .*"brnads" \| There are: brands\. .*subjectAttributes/,
    ],
    [
      '\nforbid (principal, action, resource) when { principal has brand };',
      /^POLICY_TYPE 2: .*"brand"/,
    ],
    [
      'permit (principal, action, resource) unless { context.purpose == "x" || principal.numbers has brand };',
      /^POLICY_TYPE 1: .*"brand"/,
    ],
    [
      'permit (principal, action, resource) when { principal has numbers.brands && principal has roles };',
      /^$/,
    ],
    [
      'permit (principal, action, resource) when { resource.row.id + 1 == 2 };',
      /^POLICY_UNSUPPORTED 1: policy0: .*compared/,
    ],
    [
      'permit (principal, action, resource) when { resource.row.id == resource.row.id };',
      /^POLICY_UNSUPPORTED 1/,
    ],
    [
      'permit (principal, action, resource) when { resource.row has region && resource.row.region like "*x" };',
      /UNSUPPORTED 1: .*end in \*/,
    ],
    [
      'permit (principal, action, resource) when { resource.row.id == 9007199254740993 };',
      /UNSUPPORTED 1: .*2\^53/,
    ],
    [
      '@mask("nosuch: hash") permit (principal, action, resource);',
      /UNSUPPORTED 1: .*no column "nosuch" \| There are: id/,
    ],
    [
      '@mask("email: blur") permit (principal, action, resource);',
      /UNSUPPORTED 1: .*"blur" is no mask/,
    ],
    [
      '@mask("units: fixed many") permit (principal, action, resource);',
      /UNSUPPORTED 1: .*is no mask/,
    ],
    [
      '@mask("email: hash; email: null; email: last 3; email: last 4") permit (principal, action, resource);',
      /^$/,
    ],
    [
      '@mask("email: last 3; email: last 4") permit (principal, action, resource);',
      /two different masks/,
    ],
    ['@columns("email, mail") permit (principal, action, resource);', /no column "mail"/],
    ['@granularity("region; count") permit (principal, action, resource);', /at least K COLUMN/],
    [
      '@granularity("region by week; count; at least 5 id") permit (principal, action, resource);',
      /"region" is string, which has no unit/,
    ],
    [
      '@granularity("region; sum email; at least 5 id") permit (principal, action, resource);',
      /"?email"? is string/,
    ],
    ['@limit("many") permit (principal, action, resource);', /@limit/],
    ['@until("soon") permit (principal, action, resource);', /@until/],
    ['@until("2030-02-30") permit (principal, action, resource);', /@until/],
    ['@masks("email: hash") permit (principal, action, resource);', /no annotation "@masks"/],
    [
      '@mask("email: hash") forbid (principal, action, resource);',
      /a forbid has no annotation "@mask"/,
    ],
    [
      '@columns("email") forbid (principal, action, resource) when { resource.row.id == 1 };',
      /may not look at rows/,
    ],
    [
      '@id("a") permit (principal, action, resource);\n@id("a") forbid (principal, action, resource);',
      /^POLICY_SYNTAX 2: .*two policies/,
    ],
    ['@id("mesh:a") permit (principal, action, resource);', /an @id has letters/],
    ['permit (principal == ?principal, action, resource);', /Templates/],
  ];
  for (const [source, expected] of cases) {
    const faults = await faultsOf(source);
    if (expected.source === '^$') assert.deepEqual(faults, [], source);
    else assert.match(faults.join('\n'), expected, source);
  }
});

test('in a product of several tables a policy on columns says which table it is for', async () => {
  const on = (type: string): string =>
    `@mask("email: hash") permit (principal, action, resource${type}) when { resource.row has region && resource.row.region == "x" };`;
  assert.deepEqual(await faultsOf(on(' is Table::orders'), [ORDERS, CAMPAIGNS]), []);
  assert.match((await faultsOf(on(''), [ORDERS, CAMPAIGNS])).join(), /There are: id/);
  const bare = 'permit (principal, action, resource) when { resource.row.id == 1 };';
  assert.deepEqual(await faultsOf(bare, [ORDERS, CAMPAIGNS]), []);
  const guarded = on('').replace('@mask("email: hash") ', '');
  assert.deepEqual(await faultsOf(guarded, [ORDERS, CAMPAIGNS]), []);
  const unguarded = 'permit (principal, action, resource) when { resource.row.units == 1 };';
  assert.match((await faultsOf(unguarded, [ORDERS, CAMPAIGNS])).join(), /Table::campaigns/);
});

test('a set is asked for a column of the type of its keys, and in no other way', async () => {
  const sets = { pilots: 'string', numbers: 'integer', days: 'date' } as const;
  const permit = (condition: string): string =>
    `\npermit (principal, action, resource)\nwhen { ${condition} };`;
  const guarded = 'resource.row has region && context.sets.pilots.contains(resource.row.region)';
  const fine = [
    guarded,
    `!(${guarded}) && context.sets.numbers.contains(resource.row.id)`,
    'resource.row has sold_at && context.sets.days.contains(resource.row.sold_at)',
    'resource.row has address.zip && context.sets.pilots.contains(resource.row.address.zip)',
  ];
  for (const condition of fine)
    assert.deepEqual(await faultsOf(permit(condition), [ORDERS], sets), [], condition);
  const wrong: [string, RegExp][] = [
    [
      'resource.row has region && context.sets.pilot.contains(resource.row.region)',
      /^POLICY_TYPE 3: there is no set "pilot" \| There are: pilots \(string\), numbers \(integer\), days \(date\)/,
    ],
    ['context.sets.pilots.contains(resource.row.id)', /^POLICY_TYPE 3: /],
    ['context.sets.pilots.contains(resource.row.region)', /^POLICY_TYPE 3: .*optional/],
    ['context.sets.pilots.contains("DE")', /^POLICY_UNSUPPORTED 2: .*only be asked for a column/],
    ['context.sets.pilots.contains(principal.id)', /^POLICY_UNSUPPORTED 2: .*only be asked/],
    ['context.sets has pilots', /^POLICY_UNSUPPORTED 2: .*has cannot stand/],
    ['context.sets has nosuch', /^POLICY_(UNSUPPORTED|TYPE) /],
    ['context.sets.pilots.isEmpty()', /^POLICY_UNSUPPORTED 2: .*isEmpty cannot stand/],
    ['context.sets.pilots == principal.roles', /^POLICY_UNSUPPORTED 2: /],
    ['context.sets.pilots.containsAny(principal.roles)', /^POLICY_UNSUPPORTED 2: /],
    ['principal.roles.containsAll(context.sets.pilots)', /^POLICY_UNSUPPORTED 2: /],
    [
      '(if context.purpose == "a" then context.sets.pilots else ["x"]).contains("DE")',
      /^POLICY_UNSUPPORTED 2: /,
    ],
    [
      'resource.row has region && (if context.purpose == "a" then context.sets.pilots else ["x"]).contains(resource.row.region)',
      /^POLICY_UNSUPPORTED 2: .*only be asked for a column/,
    ],
  ];
  for (const [condition, expected] of wrong) {
    const faults = await faultsOf(permit(condition), [ORDERS], sets);
    assert.match(
      faults.find((fault) => expected.test(fault)) ?? faults.join('\n'),
      expected,
      condition,
    );
  }
  const none = await faultsOf(permit(guarded));
  assert.match(none[0] ?? '', /there is no set "pilots" \| There are none yet/);
});

test('a mask of some rows has a condition over the columns of its table, and keeps the type', async () => {
  const permit = (mask: string): string =>
    `\n@mask("${mask}")\npermit (principal, action, resource);`;
  const fine = [
    "email: hide unless region = 'DE'; units: null where units > 3",
    "email: first 2 where region in ('DE', 'AT') and not (units < 0); share: truncate 10 unless id = 1",
    "email: fixed 'none unless asked' unless region like 'D%'",
    'address: hide unless address.zip is null; address.zip: first 1 where id = 1',
    "email: hash unless region = 'DE'; classification restricted: null where id = 1",
  ];
  for (const mask of fine) assert.deepEqual(await faultsOf(permit(mask)), [], mask);
  const wrong: [string, RegExp][] = [
    ['email: hide unless nosuch = 1', /^POLICY_UNSUPPORTED 2: .*"nosuch"/],
    ['email: hide unless units = many', /^POLICY_UNSUPPORTED 2: .*not a value of units/],
    ['email: hide unless ', /^POLICY_UNSUPPORTED 2: .*no mask for this column/],
    ['email: blur unless id = 1', /^POLICY_UNSUPPORTED 2: .*"blur" is no mask/],
    ['units: hash unless id = 1', /^POLICY_UNSUPPORTED 2: .*values of another type/],
    ['units: bucket 10 where id = 1', /^POLICY_UNSUPPORTED 2: .*values of another type/],
    ['email: first 2 where id = 1; email: first 3 where id = 2', /two different masks/],
    ['address.zip: hide unless address.geo = 1', /^POLICY_UNSUPPORTED 2: /],
  ];
  for (const [mask, expected] of wrong) {
    const faults = await faultsOf(permit(mask));
    assert.match(faults.join('\n'), expected, mask);
  }
});
