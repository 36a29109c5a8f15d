/**
 * What the map says: its lenses, its finding, the panel of a node.
 */
import { formatNumber, formatWhen, plural } from '../../lib/format.ts';

export const words = {
  kept: 'kept',
  close: 'close',
  missed: 'missed',
  asMap: 'Show as map',
  asList: 'Show as list',
  references: 'References',
  agreements: 'Agreements',
  freshness: 'Freshness',
  title: 'Map',
  flows: 'flows',
  stopped: 'stopped',
  loading: 'Loading the map',
  empty: 'Nothing to see on the map yet',
  emptyHelp: 'Products, what they refer to and who reads them will stand here.',
  emptyTitle: 'No product yet',
  lenses: 'What the threads are',
  domains: 'Domains',
  otherLens: 'Look through another lens, or at all domains.',
  noThread: 'No thread of this kind',
  drawing: 'Drawing the map',
  closePanelKey: 'Close the panel of the map',
  closePanel: 'Close the panel',
  waits: 'What waits for it',
  sources: 'Where its data comes from',
  facts: 'How it is',
  rows: 'Rows',
  notMeasured: 'not measured yet',
  lastData: 'Last data',
  noneYet: 'none yet',
  open: (title: string): string => `Open ${title}`,
  tightest: 'Promises with the least room',
  more: (count: number): string => `and ${formatNumber(count)} more`,
  isRead: 'What is read',
  readers: 'Who reads it',
  old: (age: string): string => `${age} old`,
  noData: 'no data yet',
  lastDataAt: (time: string): string => `last data ${formatWhen(time)}`,
};

/** How much there is, and how much of it is in sight. */
export function aboutWords(
  {
    domains,
    products,
    shown,
    readers,
  }: Record<'domains' | 'products' | 'shown' | 'readers', number>,
  isTruncated: boolean,
): string {
  return [
    plural(domains, { one: '# domain', other: '# domains' }),
    plural(products, { one: '# product', other: '# products' }),
    shown === products ? 'all of them shown' : `${formatNumber(shown)} of them shown`,
    ...(readers === 0 ? [] : [plural(readers, { one: '# who reads', other: '# who read' })]),
    ...(isTruncated ? ['the mesh has more than a map can show: choose a domain'] : []),
  ].join(', ');
}

/** What the map says, as a sentence; `waiting` are others that wait for what missed. */
export function findingWords(
  count: Record<'products' | 'close' | 'missed' | 'waiting', number>,
): string {
  if (count.missed === 0 && count.close > 0) {
    return plural(count.close, {
      one: '# product is close to missing a promise',
      other: '# products are close to missing a promise',
    });
  }
  if (count.missed === 0) {
    return plural(count.products, {
      one: 'Nothing is stopped among # product',
      other: 'Nothing is stopped among # products',
    });
  }
  if (count.waiting === 0) {
    return plural(count.missed, {
      one: '# product missed a promise; nothing waits for it',
      other: '# products missed a promise; nothing waits for them',
    });
  }
  const others = plural(count.waiting, { one: '# other', other: '# others' });
  return plural(count.missed, {
    one: `# product missed a promise and keeps ${others} waiting`,
    other: `# products missed a promise and keep ${others} waiting`,
  });
}
