/**
 * What formats and filters say by themselves.
 */
export const words = {
  /** The language of the app, and how it is written where the reader's own is another: the day before the month. */
  language: 'en',
  locale: 'en-GB',
  units: { d: 'd', h: 'h', min: 'min', s: 's', ms: 'ms' },
  frequencies: {
    PT1H: 'hourly',
    P1D: 'daily',
    P7D: 'weekly',
    P1W: 'weekly',
    P1M: 'monthly',
    P30D: 'monthly',
    P1Y: 'yearly',
  },
  every: (time: string): string => `every ${time}`,
  notKnown: 'not known',
  subjects: {
    'measured.freshness': 'age measured',
    'promise.freshness': 'age promised',
    'measured.rows': 'rows',
    'measured.pass_rate': 'good records',
    'measured.consumers': 'consumers',
    'measured.nulls': 'empty',
    frequency: 'new data every',
  },
  either: (parts: readonly string[]): string => parts.join(' or '),
};
