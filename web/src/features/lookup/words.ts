/**
 * What the page of an id says.
 */
import type { PhraseParts } from '../../components/Phrase.tsx';
import type { Resolved } from './resolved.ts';

const NOUNS: Record<Resolved['kind'], string> = {
  agreement: 'an agreement',
  batch: 'a batch',
  contract: 'a contract',
  domain: 'a domain',
  event: 'an event',
  operation: 'a piece of long work',
  product: 'a product',
  query: 'a query of yours',
  saved: 'something saved',
  subject: 'somebody',
};

export const words = {
  unknown: 'Nothing known by this id that you may see',
  notAnswered: 'What this id names is not known now',
  maybeGone: 'It may be mistyped, be gone, or be of somebody else',
  lookingFor: (id: string): string => `Looking for ${id}`,
  home: 'Go home',
  idForm: 'An id has a prefix such as agr_ or bat_, and 26 letters and digits behind it.',
  market: 'Look in the market',
  inLog: 'Look in the audit log',
  isKind: (kind: Resolved['kind']) => `This is ${NOUNS[kind]}`,
  noPage: 'It has no page of its own',
  event: 'Events tell programs what happened; they are read by weft events and /api/v1/events.',
  belongsTo: (product: string): PhraseParts => ['It belongs to ', { product }, '.'],
  state: 'State',
  purpose: 'Purpose',
  products: 'Products',
  rows: 'Rows',
  began: 'Began',
  ended: 'Ended',
  ending: 'not yet',
  problem: 'Ended with',
  work: 'Work',
  batch: 'Batch',
  textGone: 'The text of a query is kept nowhere but in the tab that ran it.',
};
