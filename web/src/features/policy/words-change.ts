/**
 * What the pages say on which a policy is changed and put in force.
 */

import { formatName, formatNumber, plural } from '../../lib/format.ts';
import { listAll } from '../../lib/language.ts';
import type { Plan, PlannedEffect } from './policy-queries.ts';
import { writtenGroupsWords, writtenMaskWords } from './words-rules.ts';

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
  waiting: 'Asked or offered, no access yet',
  onlySeen:
    'You see it. Whom a change would touch is told to its owners; to have it changed, ask them.',
  widerScreen: 'Change it on a wider screen.',
  seeAs: 'See what somebody sees',
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

/** How many readers see something else, and how many of them only lose by it, only gain, or see nothing any more. */
export interface Touched {
  readers: number;
  lose: number;
  gain: number;
  loseAll: number;
}

/** What is known of a draft. */
export interface Standing {
  isChecking: boolean;
  /** Whether it could not be checked. */
  isUnchecked: boolean;
  faults: number;
  warnings: number;
  /** Readers who see something else; null while that is not planned. */
  touched: Touched | null;
}

/** Where a change stands. Why first what is under way: what was found is of the draft as it was before. */
export function headline({ isChecking, isUnchecked, faults, warnings, touched }: Standing): string {
  if (isChecking) return 'Checking your change';
  if (isUnchecked) return 'Your change could not be checked';
  if (faults > 0) return words.refused;
  if (touched !== null) return touchedText(touched);
  if (warnings === 0) return 'Your change fits. Whom does it touch?';
  return plural(warnings, {
    one: 'Your change may not say what you mean, in # place',
    other: 'Your change may not say what you mean, in # places',
  });
}

/** Why a loss is called so: who loses all must not be read among those who see it in another way. */
function touchedText({ readers, lose, gain, loseAll }: Touched): string {
  if (readers === 0) return 'No reader sees anything else';
  if (loseAll === readers) {
    return plural(readers, {
      one: '# reader sees nothing any more',
      other: '# readers see nothing any more',
    });
  }
  if (lose === readers)
    return plural(readers, { one: '# reader loses something', other: '# readers lose something' });
  if (gain === readers)
    return plural(readers, { one: '# reader gains something', other: '# readers gain something' });
  const text = plural(readers, {
    one: '# reader sees something else',
    other: '# readers see something else',
  });
  return lose === 0
    ? text
    : `${text}, ${plural(lose, { one: '# of them loses', other: '# of them lose' })}`;
}

type Change = PlannedEffect['changes'][number];

const losesAll = ({ changes }: PlannedEffect): boolean =>
  changes.some(({ kind, after }) => kind === 'access' && after !== null);

/** How many readers see something else; null before the plan. */
export function touchedBy(plan: Plan | null): Touched | null {
  if (plan === null) return null;
  // Why alone who has access: a request that is not decided shows nobody anything.
  const held = plan.items.filter(({ state }) => state === 'active');
  const all = [...new Set(held.map(({ subject }) => subject))].map((subject) =>
    held.filter((item) => item.subject === subject),
  );
  const touched = all.filter((items) => items.some(({ effect }) => effect !== 'same'));
  const only = (wanted: PlannedEffect['effect']): number =>
    touched.filter((items) => items.every(({ effect }) => effect === wanted || effect === 'same'))
      .length;
  return {
    readers: touched.length,
    lose: only('loses'),
    gain: only('gains'),
    loseAll: touched.filter((items) => items.every(losesAll)).length,
  };
}

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

const NOTHING: Readonly<Record<string, string>> = {
  granularity: 'rows as they are',
  set: 'none',
};

/** What stood there, or would stand there. */
export function valueWords(change: Change, side: 'before' | 'after'): string {
  const { kind, about } = change;
  const value = change[side];
  if (kind === 'access') return value === null ? 'may read' : value;
  if (kind === 'column') return value === null ? 'not there' : writtenMaskWords(value);
  if (kind === 'mask') return writtenMaskWords(value ?? 'none');
  if (kind === 'export') return value === 'true' ? 'may be taken away' : 'look only';
  if (kind === 'rows') return rowsWords(value, about?.[side] ?? null);
  if (value === null || value === 'null' || value === 'none') return NOTHING[kind] ?? 'all';
  return kind === 'granularity' ? writtenGroupsWords(value) : value;
}

function rowsWords(condition: string | null, about: number | null): string {
  const said = condition === null ? 'all' : condition === 'false' ? 'none' : condition;
  return about === null ? said : `${said} (about ${formatNumber(about)})`;
}

/** What of the data differs, by the kind of a change. */
const PARTS: Readonly<Record<Change['kind'], string>> = {
  access: 'access',
  column: 'columns',
  mask: 'values',
  rows: 'rows',
  set: 'rows',
  'row limit': 'rows',
  granularity: 'groups',
  export: 'files',
};
const PARTS_SAID = 2;

/** What would become of a reader: "loses rows"; of one who only asked: "would lose rows". */
export function effectWords({ effect, changes, state }: EffectFacts): string {
  const isHeld = state === 'active';
  if (effect === 'same') return isHeld ? words.seesSame : 'would see the same';
  const parts = [...new Set(changes.map(({ kind }) => PARTS[kind]))];
  const what = listAll(parts);
  if (effect === 'gains') return isHeld ? `gains ${what}` : `would gain ${what}`;
  if (effect === 'loses') return isHeld ? `loses ${what}` : `would lose ${what}`;
  if (parts.length > PARTS_SAID) return isHeld ? words.seesOtherwise : 'would see it otherwise';
  return isHeld ? `sees other ${what}` : `would see other ${what}`;
}

type EffectFacts = Pick<PlannedEffect, 'effect' | 'changes' | 'state'>;

/** Why it is no access yet; null where it is. */
export function stateWords(state: string): string | null {
  if (state === 'requested') return 'asked for, not decided';
  return state === 'countered' ? 'offered, not accepted' : null;
}

const nobodyOwns = (title: string): string => `Nobody owns ${title}.`;

/** Who changes the policies of a domain, of its owners' names. */
export function ownersDecide(owners: readonly string[], title: string): string {
  if (owners.length === 0) return `${nobodyOwns(title)} ${words.producersChange}`;
  return owners.length === 1
    ? `${listAll(owners)} owns ${title} and changes this policy.`
    : `${listAll(owners)} own ${title} and change this policy.`;
}
