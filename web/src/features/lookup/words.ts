/**
 * What the page of an id says.
 */
import type { PhraseParts } from '../../components/Phrase.tsx';

export const words = {
  lookingFor: (id: string): string => `Looking for ${id}`,
  unknown: 'Nothing known by this id that you may see',
  isA: (kind: string): string => `This is a ${kind}`,
  noPage: 'It has no page of its own',
  home: 'Go home',
  idForm: 'An id has a prefix such as agr_ or bat_, and 26 letters and digits behind it.',
  maybeGone: 'It may be mistyped, be gone, or be of somebody else',
  market: 'Look in the market',
  belongsTo: (product: string): PhraseParts => ['It belongs to ', { product }, '.'],
};
