/**
 * What a cloth of days says without being seen.
 */
import { formatNumber, plural } from './format.ts';

/** "25 of 28 days kept, 2 of them close, 3 missed". */
export function dueWords(
  count: Record<'days' | 'due' | 'kept' | 'close' | 'missed', number>,
): string {
  if (count.due === 0) {
    return plural(count.days, {
      one: 'nothing was due in # day',
      other: 'nothing was due in # days',
    });
  }
  const kept = formatNumber(count.kept);
  return [
    plural(count.due, { one: `${kept} of # day kept`, other: `${kept} of # days kept` }),
    ...(count.close > 0 ? [`${formatNumber(count.close)} of them close`] : []),
    ...(count.missed > 0 ? [`${formatNumber(count.missed)} missed`] : []),
  ].join(', ');
}
