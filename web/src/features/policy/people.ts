/**
 * Who keeps a domain's policies: asked only to offer what would be refused otherwise. The API decides.
 */
import type { Domain, Me } from '../../api/types.ts';

type People = Pick<Domain, 'name' | 'owners' | 'stewards'>;

/** Owners and producers of a domain change its policies. */
export function mayChange(me: Me, domain: People): boolean {
  const isProducer = me.roles.includes('producer') && me.domains.includes(domain.name);
  return domain.owners.includes(me.id) || isProducer;
}

/** Whose policies and decisions somebody may look at. */
export function mayLook(me: Me, domain: People): boolean {
  const oversees = me.roles.includes('platform') || me.roles.includes('privacy_officer');
  const isSteward =
    me.roles.includes('steward') && (me.domains.length === 0 || me.domains.includes(domain.name));
  return oversees || isSteward || domain.stewards.includes(me.id) || mayChange(me, domain);
}
