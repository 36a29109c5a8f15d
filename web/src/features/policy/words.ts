/**
 * What the policy pages say.
 */
import { formatName, plural } from '../../lib/format.ts';

export const LIST = new Intl.ListFormat('en', { type: 'conjunction' });
export const EITHER = new Intl.ListFormat('en', { type: 'disjunction' });

export const names = (list: readonly string[]): string => LIST.format(list.map(formatName));

export const products = (count: number): string =>
  plural(count, { one: '# product', other: '# products' });

export const rulesCount = (count: number): string =>
  plural(count, { one: '# rule', other: '# rules' });

export const readers = (count: number): string =>
  plural(count, { one: '# reader', other: '# readers' });

export const MESH = 'mesh';
export const WHAT_CHANGES = 'What changes for whom';
export const SEE_WHAT_CHANGES = 'See what changes for whom';
export const ACTS_ON_ALL = 'It acts at once, on every product and on answers that are open, too.';
export const putInForce = (version: number): string => `Put version ${version} in force`;
export const SELF_APPROVAL = 'Without being asked';
export const approvesItself = (purpose: string): string =>
  `Whoever asks for ${formatName(purpose)} has it at once.`;
export const asksAgain = (purpose: string): string =>
  `Requests for ${formatName(purpose)} wait for a decision.`;
export const NO_POLICY =
  'No policy of its own. Whoever has an agreement may read all of it, as agreed.';
