/**
 * The smallest change that `access explain` names, against a search over all sets of steps by an evaluator of its own: what it
 * names turns the decision, no smaller set does, and where it names none no set of up to three steps does.
 *
 * The policies are random ones of a small language, which is written as Cedar for the mesh and judged here by plain JavaScript.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ROLES, type Role, type Subject } from '@weft/core/registry/types';
import fc from 'fast-check';
import {
  createSales,
  createTestControl,
  ordersContract,
  owner,
  type TestControl,
  testSubject,
} from '../../../test/support/control.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';
import type { AccessEdit } from './access-edits.ts';

const PRODUCT = 'sales.orders';
const RUNS = Number(process.env['WEFT_FLIPS'] ?? 40);
const STEPS_MAX = 3;
const PURPOSES = ['reporting', 'research'];
const ROLES_TRIED = ROLES.filter((role) => role !== 'node');

type Atom =
  | { kind: 'role'; role: Role }
  | { kind: 'team'; value: string }
  | { kind: 'sites' }
  | { kind: 'purpose'; purpose: string };

interface Rule {
  effect: 'permit' | 'forbid';
  all: Atom[];
}

/** All that decides. */
interface World {
  roles: string[];
  teams: string[];
  sites: string[];
  agreed: string[];
  purpose: string;
  without: number[];
}

const atom: fc.Arbitrary<Atom> = fc.oneof(
  fc.record({
    kind: fc.constant('role' as const),
    role: fc.constantFrom<Role>('steward', 'consumer'),
  }),
  fc.record({ kind: fc.constant('team' as const), value: fc.constantFrom('a', 'b') }),
  fc.constant<Atom>({ kind: 'sites' }),
  fc.record({ kind: fc.constant('purpose' as const), purpose: fc.constantFrom(...PURPOSES) }),
);
const rules: fc.Arbitrary<Rule[]> = fc
  .tuple(
    fc.array(atom, { maxLength: 3 }),
    fc.array(
      fc.record({
        effect: fc.constantFrom('permit' as const, 'forbid' as const),
        all: fc.array(atom, { minLength: 1, maxLength: 2 }),
      }),
      { maxLength: 2 },
    ),
  )
  .map(([all, others]) => [{ effect: 'permit', all }, ...others]);
const worlds: fc.Arbitrary<World> = fc.record({
  roles: fc.subarray(['steward', 'consumer']),
  teams: fc.subarray(['a', 'b']),
  sites: fc.subarray(['7']),
  agreed: fc.subarray(PURPOSES),
  purpose: fc.constantFrom(...PURPOSES),
  without: fc.constant([]),
});

function cedarOf(all: readonly Rule[]): string {
  const textOf = (one: Atom): string => {
    if (one.kind === 'role') return `principal.roles.contains("${one.role}")`;
    if (one.kind === 'purpose') return `context.purpose == "${one.purpose}"`;
    if (one.kind === 'sites') return 'principal.numbers has sites';
    return `principal has team && principal.team.contains("${one.value}")`;
  };
  return all
    .map((rule, i) => {
      const when = rule.all.length === 0 ? '' : ` when { ${rule.all.map(textOf).join(' && ')} }`;
      return `@id("r${i}") ${rule.effect} (principal, action, resource)${when};`;
    })
    .join('\n');
}

function isPermitted(all: readonly Rule[], world: World): boolean {
  if (!world.agreed.includes(world.purpose)) return false;
  const holds = (one: Atom): boolean => {
    if (one.kind === 'role') return world.roles.includes(one.role);
    if (one.kind === 'purpose') return world.purpose === one.purpose;
    return one.kind === 'sites' ? world.sites.length > 0 : world.teams.includes(one.value);
  };
  const acting = all.filter((rule, i) => !world.without.includes(i) && rule.all.every(holds));
  return (
    acting.some(({ effect }) => effect === 'permit') &&
    acting.every(({ effect }) => effect === 'permit')
  );
}

type Step = (world: World) => World;

/** The steps that an explanation may name, as docs/access.md has them. */
function stepsFrom(all: readonly Rule[], world: World): Step[] {
  const drop = (effect: Rule['effect']): Step[] =>
    all.flatMap((rule, i): Step[] =>
      rule.effect === effect ? [(w) => ({ ...w, without: [...w.without, i] })] : [],
    );
  if (isPermitted(all, world)) {
    return [
      (w) => ({ ...w, agreed: w.agreed.filter((purpose) => purpose !== world.purpose) }),
      ...world.roles.map(
        (role): Step =>
          (w) => ({ ...w, roles: w.roles.filter((r) => r !== role) }),
      ),
      (w) => ({ ...w, teams: [] }),
      (w) => ({ ...w, sites: [] }),
      ...drop('permit'),
    ];
  }
  return [
    ...PURPOSES.map(
      (purpose): Step =>
        (w) => ({ ...w, purpose }),
    ),
    ...ROLES_TRIED.map(
      (role): Step =>
        (w) => ({ ...w, roles: [...w.roles, role] }),
    ),
    ...['a', 'b'].map(
      (team): Step =>
        (w) => ({ ...w, teams: [...w.teams, team] }),
    ),
    (w) => ({ ...w, sites: ['0'] }),
    ...drop('forbid'),
    // Last, since an agreement is for the purpose that is asked for in the end.
    (w) => ({ ...w, agreed: [...w.agreed, w.purpose] }),
  ];
}

/** How few steps turn the decision; null when three do not. */
function fewestSteps(all: readonly Rule[], world: World): number | null {
  const now = isPermitted(all, world);
  const steps = stepsFrom(all, world);
  const turns = (from: number, left: number, at: World): boolean => {
    if (left === 0) return isPermitted(all, at) !== now;
    return steps.slice(from).some((step, i) => turns(from + i + 1, left - 1, step(at)));
  };
  for (let size = 1; size <= STEPS_MAX; size++) if (turns(0, size, world)) return size;
  return null;
}

/** The world after what an explanation says. */
function worldAfter(start: World, edits: readonly AccessEdit[]): World {
  let world = start;
  for (const edit of edits) if (edit.kind !== 'agreement') world = worldWith(world, edit);
  // Why last: an agreement is for the purpose that is asked for in the end.
  for (const edit of edits) if (edit.kind === 'agreement') world = worldWith(world, edit);
  return world;
}

function worldWith(world: World, edit: AccessEdit): World {
  switch (edit.kind) {
    case 'agreement': {
      const others = world.agreed.filter((purpose) => purpose !== world.purpose);
      return { ...world, agreed: edit.do === 'add' ? [...others, world.purpose] : others };
    }
    case 'purpose':
      return { ...world, purpose: edit.purpose };
    case 'role': {
      const others = world.roles.filter((role) => role !== edit.role);
      return { ...world, roles: edit.do === 'add' ? [...others, edit.role] : others };
    }
    case 'attribute': {
      const key = edit.name === 'team' ? 'teams' : 'sites';
      return { ...world, [key]: edit.do === 'add' ? [...world[key], edit.value ?? '0'] : [] };
    }
    case 'policy':
      return { ...world, without: [...world.without, Number(edit.id.slice(1))] };
  }
}

describe('the smallest change', () => {
  let store: TestStore;
  let control: TestControl;
  before(async () => {
    store = await openTestStore();
    control = createTestControl(store);
    await createSales(control);
    const text = ordersContract({ purposes: '[reporting, research]' });
    await control.registry.publishContract(owner, { text, media: 'application/yaml' });
    await control.identity.bootstrapToken(
      testSubject('known', { attributes: { team: ['a', 'b'], sites: ['7'] } }),
      3600,
    );
  });
  after(() => store.close());

  let nextNo = 1;
  const subjectOf = async ({ roles, teams, sites, agreed }: World): Promise<Subject> => {
    const attributes = {
      ...(teams.length === 0 ? {} : { team: teams }),
      ...(sites.length === 0 ? {} : { sites }),
    };
    const subject = testSubject(`s${nextNo++}`, { roles: roles as Role[], attributes });
    await control.identity.bootstrapToken(subject, 3600);
    for (const purpose of agreed) {
      const asked = await control.agreements.request(subject, { product: PRODUCT, purpose });
      await control.agreements.decide(owner, asked.agreement.agreement, 'approve', {});
    }
    return subject;
  };

  it('turns the decision, and none is smaller', async (t) => {
    const sizes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(rules, worlds, async (all, world) => {
        await control.policies.put(owner, PRODUCT, { cedar: cedarOf(all) });
        const subject = await subjectOf(world);
        const asked = { subject: subject.id, product: PRODUCT, purpose: world.purpose };
        const { decision, change } = await control.answers.explain(owner, asked);
        assert.equal(decision === 'permit', isPermitted(all, world), 'the decision itself');
        const found = change?.edits ?? null;
        assert.equal(found?.length ?? null, fewestSteps(all, world));
        if (found !== null)
          assert.notEqual(isPermitted(all, worldAfter(world, found)), isPermitted(all, world));
        const key = `${decision} ${found?.length ?? 'none'}`;
        sizes.set(key, (sizes.get(key) ?? 0) + 1);
      }),
      { numRuns: RUNS },
    );
    t.diagnostic([...sizes].map(([key, count]) => `${key}: ${count}`).join(', '));
  });
});
