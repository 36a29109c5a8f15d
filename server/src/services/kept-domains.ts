/**
 * Which domains a subject looks after: what waits in them, and what comes, is his.
 */
import { actsForDomain, stewardsDomain } from '@weft/core/registry/authority';
import type { Subject } from '@weft/core/registry/types';
import { readDomains } from '../store/control-registry.ts';
import type { ControlContext } from './control-context.ts';

const DOMAINS_MAX = 10_000;

export interface KeptDomains {
  /** Those that he acts for. */
  acts: string[];
  /** Those that he acts for or guards. */
  decides: string[];
}

export async function keptDomains(
  { db }: Pick<ControlContext, 'db'>,
  subject: Subject,
): Promise<KeptDomains> {
  const domains = await readDomains(db, { after: '', limit: DOMAINS_MAX });
  const acts = domains.filter((domain) => actsForDomain(subject, domain));
  const decides = domains.filter(
    (domain) => actsForDomain(subject, domain) || stewardsDomain(subject, domain),
  );
  return { acts: acts.map(({ name }) => name), decides: decides.map(({ name }) => name) };
}
