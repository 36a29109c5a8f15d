/**
 * What a subject of this mesh may be: its id, and which rights go together.
 *
 * Not who may make one. Invariants: an id with a colon belongs to an identity provider or to a node, so that no local
 * subject is ever taken for one of those, nor the other way round; whoever speaks for a domain has a role that does.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Role, Subject } from '@weft/core/registry/types';

/** Roles whose rights are those of the domains that the subject names. */
const DOMAIN_ROLES: readonly Role[] = ['producer', 'steward', 'node'];

const LOCAL_ID = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,199}$/u;
const NODE_ID = /^node:[a-z0-9_+.-]{1,190}$/;

/** Refuses an id that is none of this mesh's own. Throws REQUEST_INVALID. */
export function requireLocalId(id: string, roles: readonly Role[]): void {
  if (LOCAL_ID.test(id)) return;
  if (NODE_ID.test(id) && roles.length === 1 && roles[0] === 'node') return;
  throw new WeftError('REQUEST_INVALID', `"${id}" cannot name a subject of this mesh`, {
    remedy:
      'Begin with a letter or digit; then letters, digits and . _ @ + - too. Names with a colon are those of nodes ' +
      '(node:NAME, with the role node alone) and of the identity provider.',
  });
}

/** Refuses domains without a role that speaks for them. Throws REQUEST_INVALID. */
// Why: a token that names a domain speaks for it at the node, so no other role may carry one.
export function requireDomainRole({ domains, roles }: Pick<Subject, 'domains' | 'roles'>): void {
  if (domains.length === 0 || speaksForDomains(roles)) return;
  throw new WeftError(
    'REQUEST_INVALID',
    `domains need one of the roles ${DOMAIN_ROLES.join(', ')}`,
    { remedy: 'Add the role producer, or leave the domains out.' },
  );
}

export function speaksForDomains(roles: readonly Role[]): boolean {
  return roles.some((role) => DOMAIN_ROLES.includes(role));
}
