/**
 * What the page of saved work says.
 */
import type { paths } from '../../api/generated/openapi.js';
import type { PhraseParts } from '../../components/Phrase.tsx';
import { formatNumber } from '../../lib/format.ts';

type SavedAnswer = paths['/api/v1/saved']['get']['responses'][200]['content']['application/json'];
export type Saved = SavedAnswer['items'][number];

export const words = {
  title: 'Saved work',
  queries: 'Queries',
  noQueries: 'Save a query in the workbench to find it here.',
  searches: 'Searches',
  noSearches:
    'Save a search in the market, and new products that fit it are told on your first page.',
  follows: 'Followed products',
  noFollows: 'Follow a product on its page, and what happens to it is told on your first page.',

  sharedTitle: 'Shared with you',
  noShared: 'What others of this mesh share with you, or with everybody, stands here.',

  emptyTitle: 'Nothing here yet',
  change: (name: string): string => `Change ${name}`,
  rename: 'Name it',
  renameTitle: 'Name it',
  name: 'Name',
  renameNow: 'Save the name',
  nameTooLong: (length: number, max: number): string =>
    `${formatNumber(length)} characters: at most ${formatNumber(max)}.`,
  unshare: 'Keep for yourself',
  share: 'Share with everybody',
  unfollow: 'Follow no more',
  remove: 'Delete',
};

/** Who may open it, and when it changed. */
export function sharing(
  { owner, sharedWith, updatedAt }: Saved,
  isMine: boolean,
  nameOf: (id: string) => string,
): PhraseParts {
  const changed = { time: updatedAt };
  if (!isMine) return [`Shared by ${nameOf(owner)} · changed `, changed];
  if (sharedWith === 'nobody') return ['Only you · changed ', changed];
  if (sharedWith === 'everybody') return ['Shared with everybody · changed ', changed];
  return [`Shared with ${sharedWith.map(nameOf).join(', ')} · changed `, changed];
}
