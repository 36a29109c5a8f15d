/**
 * What is offered to whom on the pages of those who look after products.
 *
 * Not a decision: the API decides about each request. What is offered here and refused there is shown as refused.
 */
import type { Domain, Me } from './types.ts';

export function domainOf(product: string): string {
  return product.split('.')[0] ?? product;
}

/** Whether somebody reads values of refused rows, and decides about them. */
export function actsFor(me: Me, domain: string): boolean {
  const looksAfter = me.roles.includes('steward') || me.roles.includes('node');
  return me.domains.includes(domain) && (me.roles.includes('producer') || !looksAfter);
}

/** Whether somebody sends, releases and discards batches, publishes versions and retires the product. */
export function mayDecide(me: Me, domain: string): boolean {
  return actsFor(me, domain) || me.roles.includes('platform');
}

/** Whether somebody sees agreements of the domain for his office alone: what their parties say to each other is not for him. */
export function onlyOversees(me: Me, domain: string): boolean {
  const isOverseer = me.roles.includes('platform') || me.roles.includes('privacy_officer');
  return isOverseer && !me.roles.includes('steward') && !me.domains.includes(domain);
}

/** Whether somebody sees that there are batches, and their counts. */
export function seesBatches(me: Me, domain: string): boolean {
  if (me.roles.includes('platform') || me.roles.includes('privacy_officer')) return true;
  if (me.roles.includes('steward') && me.domains.length === 0) return true;
  return me.domains.includes(domain);
}

/** Whether somebody sees who is known to the mesh. */
export function seesPeople({ roles }: Me): boolean {
  return roles.includes('platform') || roles.includes('privacy_officer');
}

/** Whether somebody makes people and domains, and gives roles. */
export function givesRoles({ roles }: Me): boolean {
  return roles.includes('platform');
}

/** Whether somebody says who owns and guards a domain. */
export function keepsDomain(me: Me, domain: Pick<Domain, 'name' | 'owners'>): boolean {
  const isProducer = me.roles.includes('producer') && me.domains.includes(domain.name);
  return givesRoles(me) || domain.owners.includes(me.id) || isProducer;
}
