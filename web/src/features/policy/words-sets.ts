/**
 * What the page says of the sets that the rules of a policy can ask.
 */
import type { SetKeyType } from '@weft/core/lib/set-declaration';
import { formatName, plural } from '../../lib/format.ts';
import type { PolicyContent } from './policy-queries.ts';
import type { SetKind } from './sets/set-form.ts';

export const SET_KIND_NAMES: Readonly<Record<SetKind, string>> = {
  read: 'read from a product',
  everybody: 'written down for everybody',
  each: 'written down for each reader',
};

export const KEY_TYPE_NAMES: Readonly<Record<SetKeyType, string>> = {
  string: 'text',
  integer: 'whole numbers',
  decimal: 'decimal numbers',
  date: 'days',
  timestamp: 'times',
};

export const words = {
  sets: 'Sets that rules can ask',
  noSet:
    'None. A set is a list, such as the brands of each manager, that a rule compares a column with.',
  addSet: 'Add a set',
  set: (name: string): string => (name === '' ? 'New set' : `Set ${name}`),
  change: 'Change',
  changeSet: (name: string): string => `Change the set ${name}`,
  name: 'Name',
  kind: 'Where the list is',
  type: 'Its values are',
  keys: 'Values, one a line',
  keysOf: (reader: string): string =>
    reader === '' ? 'Values, one a line' : `Values of ${reader}, one a line`,
  reader: 'Reader, by id or name',
  addReader: 'Add a reader',
  takeReader: (reader: string): string =>
    reader === '' ? 'Take the reader away' : `Take ${reader} away`,
  from: 'Table',
  fromHint: 'domain.table, or domain.table@1',
  key: 'Column of the values',
  subject: 'Column of whose value it is',
  subjectHint: 'none: one list for everybody',
  purpose: 'Read for the purpose',
  where: 'The only rows that count',
  whereHint: 'all rows, or active = true',
  rights:
    'It is read with your rights, each time anew: you need an agreement on the table, for that purpose.',
  use: 'Use this set',
  takeOut: 'Take the set out',
  asWritten:
    'A form could not give its values back as they are, such as one with a space at its end. A policy file changes it.',
  nameSet: 'Name the set with small letters, digits and _, a letter first.',
  isTaken: (name: string): string => `There is a set ${name} already.`,
  sayFrom: 'Say which table has the list.',
  sayKey: 'Say which column has the values.',
  sayPurpose: 'Say for which purpose it is read.',
  writeKeys: 'Write at least one value.',
  nameReader: 'Say whose values they are.',
  readerTwice: 'A reader stands here twice.',
};

/** What is in a set that rules can ask, and where it comes from. */
export function setWords(set: PolicyContent['sets'][string]): string {
  const { from, key, subject, where, purpose, values } = set;
  if (Array.isArray(values) && typeof from !== 'string') {
    return plural(values.length, {
      one: '# value, written down',
      other: '# values, written down',
    });
  }
  if (typeof from !== 'string') {
    return plural(Object.keys(values ?? {}).length, {
      one: 'written down for # reader',
      other: 'written down for # readers',
    });
  }
  const whose = typeof subject === 'string' ? ` of each ${subject}` : '';
  const which = typeof where === 'string' ? ` where ${where}` : '';
  return `${String(key)}${whose} from ${from}${which}, read for ${formatName(String(purpose)).toLowerCase()}`;
}
