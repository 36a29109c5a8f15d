/**
 * What the policy pages say.
 */
import type { ReactNode } from 'react';
import type { PhraseParts } from '../../components/Phrase.tsx';
import { formatName, plural } from '../../lib/format.ts';
import { listAll } from '../../lib/language.ts';

export const names = (list: readonly string[]): string => listAll(list.map(formatName));

export const products = (count: number): string =>
  plural(count, { one: '# product', other: '# products' });

export const rulesCount = (count: number): string =>
  plural(count, { one: '# rule', other: '# rules' });

export const readers = (count: number): string =>
  plural(count, { one: '# reader', other: '# readers' });

/** Since when, and by whom, who is shown as the page shows people. */
export const inForce = (version: number, since: string, by: ReactNode): PhraseParts => [
  `Version ${version}, in force since `,
  { time: since },
  ', by ',
  { piece: by },
];

export const MESH = 'mesh';
export const NO_POLICY =
  'No policy of its own. Whoever has an agreement reads what was agreed, as far as the policies of the mesh let him.';

export const words = {
  title: 'Policies you keep',
  lead: 'Who sees which rows and columns, for what. A policy acts at once, on open answers too.',
  seeAll: 'See the policies that you keep',
  seeAs: 'See as somebody',
  plannedOnly: (domains: string): string => `Changed by a plan only: ${domains}`,
  mesh: 'Policies of the mesh',
  meshHelp: 'They count for every product; a forbid wins over any permit.',
  noneYet: 'None yet',
  emptyHelp: 'Policies of the products that you own or guard will stand here.',
  empty: 'No product of yours',
  toMake: 'Look at what you make',
  allDomains: 'All domains',
  product: 'Product',
  policy: 'Policy',
  says: 'Says',
  warnings: 'Warnings',
  whoDecides: 'Who decides',
  noOwner: 'Nobody owns the domain: who produces for it',
  more: 'Show more',
  rules: 'Rules',
  source: 'Cedar source',
  sourceOf: 'Cedar source of the policy',
  table: 'What changes for whom',
  sourceView: 'Source',
  who: 'Who sees what',
  viewAs: 'The policy as',
  openTo: (title: string): string => `${title}: whoever has an agreement may read`,
  notShown: 'not shown to you',
  loading: 'Loading',
  noneOwn: 'none of its own',
  faultCount: (count: number): string =>
    plural(count, { one: '# does not fit', other: '# do not fit' }),
  none: 'none',
  warningCount: (count: number): string => plural(count, { one: '# warning', other: '# warnings' }),
  version: (version: number, by: string, time: string): PhraseParts => [
    `Version ${version}, ${by}, `,
    { time },
  ],
  versionOf: (version: number): string => `Version ${version}`,
  shown: (count: number): string =>
    plural(count, { one: '# product shown', other: '# products shown' }),
  line: (line: string): string => `line ${line}:`,
  inSet: (name: string): string => `set ${name}:`,
};

export function rulesDecide(count: number, title: string): string {
  return plural(count, {
    one: `# rule decides who reads ${title}`,
    other: `# rules decide who reads ${title}`,
  });
}

export interface PolicyFacts {
  rules: number;
  hasFilter: boolean;
  hiddenClasses: readonly string[];
  atOnce: number;
}

/** What a policy says, in one line. */
export function summary({ rules, hasFilter, hiddenClasses, atOnce }: PolicyFacts): string {
  const parts = [
    ...(rules > 0 ? [rulesCount(rules)] : []),
    ...(hasFilter ? ['a row filter'] : []),
    ...(hiddenClasses.length === 0 ? [] : [`${names(hiddenClasses).toLowerCase()} hidden`]),
    ...(atOnce === 0
      ? []
      : [
          plural(atOnce, {
            one: '# purpose approved at once',
            other: '# purposes approved at once',
          }),
        ]),
  ];
  return parts.length === 0 ? 'Whoever has an agreement may read' : parts.join(', ');
}
