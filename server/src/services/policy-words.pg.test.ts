/**
 * Words of a policy that nothing in the mesh has: warned of with the word that was meant, and never when a contract, an agreement or
 * another policy has them.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  analyst,
  createSales,
  createTestControl,
  ordersContract,
  owner,
  platform,
  register,
  type TestControl,
} from '../../../test/support/control.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';

const PERMIT = 'permit (principal, action, resource)';

describe('words of policies', () => {
  let store: TestStore;
  let control: TestControl;
  const lint = async (
    request: Parameters<TestControl['policies']['lint']>[2],
    product = 'orders',
  ) => {
    const { faults, warnings } = await control.policies.lint(owner, `sales.${product}`, request);
    assert.deepEqual(faults, []);
    return warnings.map(({ message, remedy, path, line }) => [message, remedy, path, line]);
  };
  const publish = (options: Parameters<typeof ordersContract>[0]) =>
    control.registry.publishContract(owner, {
      text: ordersContract(options),
      media: 'application/yaml',
    });

  before(async () => {
    store = await openTestStore();
    control = createTestControl(store);
    await createSales(control);
    await register(control, analyst);
    await publish({ purposes: '[reporting, research]' });
    // Without a list: every purpose may be agreed to.
    const text = ordersContract({ product: 'returns' }).replace(
      / {2}- property: weftPurposes\n {4}value: .*\n/,
      '',
    );
    await control.registry.publishContract(owner, { text, media: 'application/yaml' });
  });
  after(() => store.close());

  it('that nothing has are told with the one that was meant', async () => {
    const slips: [string, string, string][] = [
      [
        `@mask("classification restrictd: hide") ${PERMIT};`,
        'classification "restrictd"',
        'restricted',
      ],
      [
        `@columns("store, classification intenal") ${PERMIT};`,
        'classification "intenal"',
        'internal',
      ],
      [`@mask("tag personl: hide") ${PERMIT};`, 'tag "personl"', 'personal'],
      [`@columns("tag pi = true") ${PERMIT};`, 'tag "pi"', 'pii'],
      [`${PERMIT} when { context.purpose == "reserch" };`, 'purpose "reserch"', 'research'],
      [`${PERMIT} unless { context.purpose != "Reporting" };`, 'purpose "Reporting"', 'reporting'],
      [
        `${PERMIT} when { ["reporting", "reporing"].contains(context.purpose) };`,
        'purpose "reporing"',
        'reporting',
      ],
      [
        `${PERMIT} when { resource.classification == "confidental" };`,
        'classification "confidental"',
        'confidential',
      ],
      [`${PERMIT} when { resource.hasTag("finanse") };`, 'tag "finanse"', 'finance'],
    ];
    for (const [text, words, near] of slips) {
      const cedar = `// A comment.\n@id("slip")\n${text}`;
      assert.deepEqual(
        await lint({ cedar }),
        [[`slip: nothing in the mesh has the ${words}`, `Did you mean "${near}"?`, '$.cedar', 2]],
        text,
      );
    }
    const far = await lint({ cedar: `@id("far") ${PERMIT} when { context.purpose == "xyzzy" };` });
    assert.match(String(far[0]?.[1]), /^It means nothing until a contract or an agreement has it/);
    assert.deepEqual(await lint({ autoApprovePurposes: ['reserch'] }, 'returns'), [
      [
        'nothing in the mesh has the purpose "reserch"',
        'Did you mean "research"?',
        '$.autoApprovePurposes',
        undefined,
      ],
    ]);
    const applied = await control.policies.put(owner, 'sales.returns', {
      cedar: `@columns("tag persnal") ${PERMIT};`,
    });
    assert.deepEqual(
      applied.warnings.map(({ code }) => code),
      ['POLICY_WORD_UNKNOWN'],
    );
    const again = await lint({ cedar: `@columns("tag persnal") ${PERMIT};` }, 'returns');
    assert.equal(again.length, 1, 'its own slip of before is no use of the word');
    await control.policies.put(owner, 'sales.returns', {});
  });

  it('that only a description has are no purposes', async () => {
    const [warning] = await lint({ cedar: `${PERMIT} when { context.purpose == "shop" };` });
    assert.match(String(warning?.[0]), /nothing in the mesh has the purpose "shop"/);
  });

  it('of actions that nothing asks about are told', async () => {
    const wall = 'forbid (principal, action == Weft::Action::"write", resource);';
    const [warning, ...others] = await lint({ cedar: `@id("wall")\n${wall}` });
    assert.deepEqual(others, []);
    assert.equal(warning?.[0], 'wall: nothing asks policies about "write"');
    const read =
      'forbid (principal, action in [Weft::Action::"read", Weft::Action::"share"], resource);';
    assert.deepEqual(await lint({ cedar: read }), []);
  });

  it('that mask what is short, or one of few values, are told of', async () => {
    const extra = [
      '{name: vip, description: V., logicalType: boolean, classification: internal}',
      '{name: zip, description: Z., logicalType: string, physicalType: VARCHAR, classification: internal, logicalTypeOptions: {maxLength: 5}}',
      '{name: state, description: S., logicalType: string, physicalType: VARCHAR, classification: internal, quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [new, paid]}}]}',
    ];
    await publish({ product: 'masked', extra: extra.map((one) => `      - ${one}\n`).join('') });
    const told = async (mask: string) =>
      (await lint({ cedar: `@id("m")\n@mask("${mask}") ${PERMIT};` }, 'masked')).map(
        ([message]) => message,
      );
    assert.match(String(await told('vip: hash')), /^m: vip has 2 values, so that hashes/);
    assert.match(String(await told('state: hash')), /^m: state has 2 values/);
    assert.deepEqual(await told('zip: first 3'), [
      'm: of zip, which has at most 5 characters, 3 are shown',
    ]);
    const fine = ['zip: first 2', 'zip: hash', 'email: last 4', 'vip: hide', 'store: hash'];
    for (const mask of fine) assert.deepEqual(await told(mask), [], mask);
  });

  it('that something has are not', async () => {
    for (const cedar of [
      `@mask("classification Confidential: hide; tag personal: null") ${PERMIT};`,
      `@columns("store, classification restricted, tag pii") ${PERMIT};`,
      `${PERMIT} when { context.purpose == "privacy_request" && resource.hasTag("finance") };`,
    ]) {
      assert.deepEqual(await lint({ cedar }), [], cedar);
    }
  });

  it('become known by an agreement, a contract, another policy or a tag of a domain', async () => {
    const asks = (word: string) => `${PERMIT} when { context.purpose == "${word}" };`;
    const tagged = (key: string) => `@columns("tag ${key}") ${PERMIT};`;
    assert.equal((await lint({ cedar: asks('benchmarking') })).length, 1);
    const asked = { product: 'sales.returns', purpose: 'benchmarking' };
    await control.agreements.request(analyst, asked);
    assert.deepEqual(await lint({ cedar: asks('benchmarking') }), []);

    assert.equal((await lint({ cedar: asks('stocktaking') })).length, 1);
    await publish({ product: 'stocks', purposes: '[stocktaking]' });
    assert.deepEqual(await lint({ cedar: asks('stocktaking') }), []);

    assert.equal((await lint({ cedar: asks('audit') })).length, 1);
    await control.policies.put(owner, 'sales.returns', { cedar: asks('audit') });
    assert.deepEqual(await lint({ cedar: asks('audit') }), []);

    assert.equal((await lint({ cedar: tagged('tier') }, 'stocks')).length, 1);
    const mesh = await control.policies.putMesh(platform, {
      cedar: `@id("slip") @columns("tag tierr, tag tier") forbid (principal, action, resource);`,
      domainTags: { sales: { tier: ['gold'] } },
    });
    assert.deepEqual(
      mesh.warnings.map(({ message, remedy }) => [message, remedy]),
      [['slip: nothing in the mesh has the tag "tierr"', 'Did you mean "tier"?']],
    );
    assert.deepEqual(await lint({ cedar: tagged('tier') }, 'stocks'), []);
  });
});
