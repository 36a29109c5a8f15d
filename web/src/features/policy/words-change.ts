/**
 * What the pages say on which a policy is changed and put in force.
 */

import { formatName, plural } from '../../lib/format.ts';
import { listAll } from '../../lib/language.ts';
import type { Plan, PlannedEffect } from './policy-queries.ts';

export const words = {
  producersChange:
    'Who produces for it can change its policies; the platform team can name an owner, who can too.',
  overtaken: (name: string, version: number): string =>
    `${name} put version ${version} in force while you wrote`,
  bothTexts: 'Their version and your draft',
  inForceVersion: (version: number): string => `Version ${version}, in force`,
  yourDraft: 'Your draft',
  goOnOver: (version: number): string => `Go on with mine, over version ${version}`,
  takeTheirs: 'Take theirs, drop mine',
  forbidWins: 'A forbid here wins over any permit of any product.',
  changes: 'Changes of policies',
  plannedDomains: 'Domains whose policies change by a plan only',
  refused: 'This would be refused',
  whoDecides: 'Who decides',
  putInForce: (version: number): string => `Put version ${version} in force`,
  leave: 'Leave it as it was',
  youDecide: 'You do, as platform team.',
  platformDecides: 'The platform team. To have a rule changed, ask them.',
  next: 'What happens next',
  isInForce: (version: number): string => `Version ${version} is in force`,
  refusals: 'What would be refused',
  doubts: 'What may not be meant',
  see: 'See what changes for whom',
  overtakenHelp: 'Somebody changed the policy. Decide beside it, then go on.',
  atOnce: 'It acts at once, on answers that are open, too.',
  numbers: 'In numbers',
  gain: 'Gain',
  lose: 'Lose',
  otherwise: 'See it otherwise',
  same: 'See the same',
  onlySeen:
    'You see it. Whom a change would touch is told to its owners; to have it changed, ask them.',
  widerScreen: 'Change it on a wider screen.',
  seeAs: 'See what somebody sees',
  gains: 'gains',
  loses: 'loses',
  seesOtherwise: 'sees it otherwise',
  seesSame: 'sees the same',
  readers: 'Readers before and after',
  table: 'What changes for whom',
  who: 'Who',
  effect: 'Effect',
  what: 'What',
  before: 'Before',
  after: 'After',
  agreement: 'agreement',
  sameFor: (count: number): string =>
    plural(count, { one: '# reader sees the same', other: '# readers see the same' }),
  noMeshRule: 'No rule holds for every product',
  meshRules: (count: number): string =>
    plural(count, {
      one: '# rule holds for every product',
      other: '# rules hold for every product',
    }),
  atOnceAll: 'It acts at once, on every product and on answers that are open, too.',
  selfApproval: 'Without being asked',
  approvesItself: (purpose: string): string =>
    `Whoever asks for ${formatName(purpose)} has it at once.`,
  asksAgain: (purpose: string): string =>
    `Requests for ${formatName(purpose)} wait for a decision.`,
};

/** What is known of a draft. */
export interface Standing {
  isChecking: boolean;
  /** Whether it could not be checked. */
  isUnchecked: boolean;
  faults: number;
  warnings: number;
  /** Readers who see something else; null while that is not planned. */
  touched: number | null;
}

/** Where a change stands. Why first what is under way: what was found is of the draft as it was before. */
export function headline({ isChecking, isUnchecked, faults, warnings, touched }: Standing): string {
  if (isChecking) return 'Checking your change';
  if (isUnchecked) return 'Your change could not be checked';
  if (faults > 0) return words.refused;
  if (touched === 0) return 'No reader sees anything else';
  if (touched !== null) {
    return plural(touched, {
      one: '# reader sees something else',
      other: '# readers see something else',
    });
  }
  if (warnings === 0) return 'Your change fits. Whom does it touch?';
  return plural(warnings, {
    one: 'Your change may not say what you mean, in # place',
    other: 'Your change may not say what you mean, in # places',
  });
}

/** How many readers see something else; null before the plan. */
export function touchedBy(plan: Plan | null): number | null {
  if (plan === null) return null;
  const touched = plan.items.filter(({ effect }) => effect !== 'same');
  return new Set(touched.map(({ subject }) => subject)).size;
}

type Change = PlannedEffect['changes'][number];

/** What a change of a policy touches. */
export const WHAT: Readonly<Record<Change['kind'], (of: string | null) => string>> = {
  access: () => 'access',
  column: (of) => of ?? 'column',
  mask: (of) => `${of ?? ''}, shown as`,
  rows: () => 'rows',
  set: (of) => `set ${of ?? ''}`,
  granularity: () => 'groups',
  'row limit': () => 'rows of an answer',
  export: () => 'files',
};

export const NOTHING: Readonly<Record<string, string>> = {
  granularity: 'rows as they are',
  set: 'none',
};

export const MASKS: Readonly<Record<string, string>> = {
  none: 'as it is',
  hash: 'a stand-in',
  null: 'empty',
  hide: 'hidden',
};

export function valueWords({ kind }: Change, value: string | null): string {
  if (kind === 'access') return value === null ? 'may read' : value;
  if (kind === 'column') return value === null ? 'not there' : (MASKS[value] ?? value);
  if (kind === 'mask') return MASKS[value ?? 'none'] ?? value ?? '';
  if (kind === 'export') return value === 'true' ? 'may be taken away' : 'look only';
  if (value === null || value === 'null' || value === 'none') return NOTHING[kind] ?? 'all';
  return value;
}

const nobodyOwns = (title: string): string => `Nobody owns ${title}.`;

/** Who changes the policies of a domain, of its owners' names. */
export function ownersDecide(owners: readonly string[], title: string): string {
  if (owners.length === 0) return `${nobodyOwns(title)} ${words.producersChange}`;
  return owners.length === 1
    ? `${listAll(owners)} owns ${title} and changes this policy.`
    : `${listAll(owners)} own ${title} and change this policy.`;
}
