/**
 * The decisions that agreements lead to, for answers about many of them.
 *
 * Invariant: each comes from the function that decides reads; one that is only asked for counts as if it were approved.
 */
import { WeftError } from '@weft/core/lib/error';
import type { AccessDecision } from '@weft/core/policy/decide';
import { decidesForDomain, seesAll } from '@weft/core/registry/authority';
import type {
  Agreement,
  Domain,
  MeshPolicy,
  ProductPolicy,
  Subject,
} from '@weft/core/registry/types';
import { readAgreements } from '../store/control-access.ts';
import { type ContractRow, readContract, readDomain } from '../store/control-registry.ts';
import { type AccessContext, decideFrom, type Facts, readFacts } from './access-service.ts';

/** Agreements that one answer looks at. */
const AGREEMENTS_MAX = 10_000;
const PAGE = 200;

/** A product with what is needed to decide about it. Throws NOT_FOUND, FORBIDDEN. */
export async function requireDecider(
  context: AccessContext,
  by: Subject,
  product: string,
): Promise<{ contract: ContractRow; domain: Domain }> {
  const contract = await readContract(context.db, { product });
  const domain = await readDomain(context.db, product.split('.')[0] ?? '');
  if (contract === null || domain === null) {
    throw new WeftError('NOT_FOUND', `there is no product "${product}" with a contract`);
  }
  if (seesAll(by) || decidesForDomain(by, domain)) return { contract, domain };
  throw new WeftError('FORBIDDEN', `who may see ${product} is not shown to ${by.id}`);
}

/** Of one product, or of all. */
export async function agreementsOn(
  context: AccessContext,
  product: string | null,
  states: readonly Agreement['state'][],
): Promise<Agreement[]> {
  const now = new Date(context.clock.now()).toISOString();
  const found: Agreement[] = [];
  for (const state of states) {
    for (let before: string | null = null; found.length < AGREEMENTS_MAX; ) {
      const query = { seenBy: null, subject: null, product, state, now };
      const page: Agreement[] = await readAgreements(context.db, { ...query, before, limit: PAGE });
      found.push(...page);
      before = page.at(-1)?.agreement ?? null;
      if (page.length < PAGE) break;
    }
  }
  return found;
}

/** A question that an agreement permits to ask, with what is needed to answer it. */
export interface AgreedQuestion {
  agreement: Agreement;
  question: Parameters<typeof readFacts>[1];
  facts: Facts;
}

/** Null where the agreed major has no such table. */
export async function agreedQuestion(
  context: AccessContext,
  { agreement, table }: { agreement: Agreement; table: string },
): Promise<AgreedQuestion | null> {
  const row = await context.db
    .selectFrom('subjects')
    .select(['id', 'name', 'roles', 'domains', 'attributes'])
    .where('id', '=', agreement.subject)
    .executeTakeFirst();
  const nobody = { id: agreement.subject, name: agreement.subject };
  const subject: Subject = row ?? { ...nobody, roles: [], domains: [], attributes: {} };
  const [domain = ''] = agreement.product.split('.');
  const question = {
    subject,
    purpose: agreement.purpose,
    table: { domain, table, major: agreement.major },
  };
  const facts = await readFacts(context, question);
  const holder = facts.contracts.find(({ major }) => major === agreement.major);
  return holder?.tables.includes(table) === true ? { agreement, question, facts } : null;
}

/** `instead`: what is decided by in place of what is in force. */
export async function decideAgreed(
  context: AccessContext,
  { agreement, question, facts }: AgreedQuestion,
  instead: { policy?: ProductPolicy; mesh?: MeshPolicy } = {},
): Promise<AccessDecision> {
  const agreements = [{ ...agreement, state: 'active' as const }];
  const supposed = { ...facts, ...instead, agreements };
  const texts = {
    ...(instead.policy === undefined ? {} : { cedar: instead.policy.cedar }),
    ...(instead.mesh === undefined ? {} : { mesh: instead.mesh }),
  };
  return (await decideFrom(context, question, supposed, texts)).decision;
}
