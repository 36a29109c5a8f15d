/**
 * Who may act for a domain: owners, producers, stewards. Pure questions about a subject and a domain.
 *
 * Not the decision about data (`policy/decide.ts`). Invariant: the role `platform` runs the mesh and acts for no domain
 * here; where it may do something, the caller says so in words.
 */
import type { Domain, Subject } from './types.ts';

export type DomainPeople = Pick<Domain, 'name' | 'owners' | 'stewards'>;

/** True for who owns the domain or produces for it. */
export function actsForDomain(subject: Subject, domain: DomainPeople): boolean {
  if (domain.owners.includes(subject.id)) return true;
  return subject.roles.includes('producer') && subject.domains.includes(domain.name);
}

/**
 * True for the domain's stewards: those that the domain names, and subjects with the role `steward` whose token names the
 * domain or none at all (a steward of the whole mesh).
 */
export function stewardsDomain(subject: Subject, domain: DomainPeople): boolean {
  if (domain.stewards.includes(subject.id)) return true;
  if (!subject.roles.includes('steward')) return false;
  return subject.domains.length === 0 || subject.domains.includes(domain.name);
}

/** True for who decides on access to the domain's products. */
export function decidesForDomain(subject: Subject, domain: DomainPeople): boolean {
  return actsForDomain(subject, domain) || stewardsDomain(subject, domain);
}

/** True for the roles that may see everything that the control plane knows (metadata only, no rows). */
export function seesAll(subject: Subject): boolean {
  return subject.roles.includes('platform') || subject.roles.includes('privacy_officer');
}
