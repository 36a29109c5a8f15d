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
export const NO_POLICY =
  'No policy of its own. Whoever has an agreement may read all of it, as agreed.';
