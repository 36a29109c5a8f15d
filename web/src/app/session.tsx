/**
 * Who is here. Everything below the provider may take it for granted that somebody is.
 *
 * Not what he may do: the API decides that for each request. Roles only choose what is offered.
 */
import { createContext, useContext } from 'react';
import type { Me } from '../api/types.ts';

const MeContext = createContext<Me | null>(null);

export const MeProvider = MeContext.Provider;

export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === null) throw new Error('useMe is called outside of MeProvider');
  return me;
}

export type Keeping =
  | 'products'
  | 'review'
  | 'policies'
  | 'privacy'
  | 'audit'
  | 'people'
  | 'domains';

/** What a subject looks after, by his roles and domains. */
export function keepingOf(me: Me): Keeping[] {
  const roles = new Set(me.roles);
  const isOwner = me.domains.length > 0 || roles.has('producer');
  const isOverseer = roles.has('platform') || roles.has('privacy_officer');
  const keeps: [Keeping, boolean][] = [
    ['products', isOwner || roles.has('platform')],
    ['review', isOwner || roles.has('steward') || roles.has('platform')],
    ['policies', isOwner || roles.has('steward') || isOverseer],
    ['privacy', roles.has('privacy_officer')],
    ['audit', isOwner || roles.has('steward') || isOverseer],
    ['people', isOverseer],
    ['domains', isOwner || roles.has('steward') || isOverseer],
  ];
  return keeps.filter(([, is]) => is).map(([keeping]) => keeping);
}
