/**
 * The places of the app: what stands in the rail, in which order, for whom, and by which keys one goes there.
 */
import {
  IconBookmark,
  IconBuildingStore,
  IconFolders,
  IconGitPullRequest,
  IconHistory,
  IconHome,
  IconKey,
  IconPackage,
  IconScale,
  IconSitemap,
  IconTerminal2,
  IconUsers,
} from '@tabler/icons-react';
import type { Me } from '../api/types.ts';
import { keepingOf } from './session.tsx';
import { words } from './words.ts';

export interface Place {
  id: string;
  label: string;
  to:
    | '/'
    | '/market'
    | '/workbench'
    | '/map'
    | '/agreements'
    | '/saved'
    | '/make'
    | '/review'
    | '/policies'
    | '/audit'
    | '/people'
    | '/domains';
  icon: typeof IconHome;
  section: 'all' | 'mine' | 'keep';
  shortcut?: string;
}

const PLACES: readonly Place[] = [
  { id: 'home', label: words.home, to: '/', icon: IconHome, section: 'all', shortcut: 'g h' },
  {
    id: 'market',
    label: words.market,
    to: '/market',
    icon: IconBuildingStore,
    section: 'all',
    shortcut: 'g m',
  },
  {
    id: 'workbench',
    label: words.workbench,
    to: '/workbench',
    icon: IconTerminal2,
    section: 'all',
    shortcut: 'g w',
  },
  { id: 'map', label: words.map, to: '/map', icon: IconSitemap, section: 'all', shortcut: 'g o' },
  {
    id: 'agreements',
    label: words.agreements,
    to: '/agreements',
    icon: IconKey,
    section: 'mine',
    shortcut: 'g a',
  },
  {
    id: 'saved',
    label: words.saved,
    to: '/saved',
    icon: IconBookmark,
    section: 'mine',
    shortcut: 'g s',
  },
  {
    id: 'products',
    label: words.make,
    to: '/make',
    icon: IconPackage,
    section: 'keep',
    shortcut: 'g p',
  },
  {
    id: 'review',
    label: words.review,
    to: '/review',
    icon: IconGitPullRequest,
    section: 'keep',
    shortcut: 'g r',
  },
  {
    id: 'policies',
    label: words.policies,
    to: '/policies',
    icon: IconScale,
    section: 'keep',
    shortcut: 'g y',
  },
  {
    id: 'audit',
    label: words.audit,
    to: '/audit',
    icon: IconHistory,
    section: 'keep',
    shortcut: 'g u',
  },
  {
    id: 'people',
    label: words.people,
    to: '/people',
    icon: IconUsers,
    section: 'keep',
    shortcut: 'g e',
  },
  {
    id: 'domains',
    label: words.domains,
    to: '/domains',
    icon: IconFolders,
    section: 'keep',
    shortcut: 'g d',
  },
];

/** Where one came from when that is where the page in sight belongs to, too: a request is decided from a queue. */
export type Queue = 'home' | 'review';

declare module '@tanstack/react-router' {
  interface HistoryState {
    queue?: Queue;
  }
}

/** The places that are offered to a subject. */
export function placesOf(me: Me): Place[] {
  const keeping = new Set<string>(keepingOf(me));
  return PLACES.filter(({ section, id }) => section !== 'keep' || keeping.has(id));
}
