/**
 * Access decisions for nodes and gateways: the facts of the store, the decision of `core/policy`.
 *
 * Not enforcement and not the audit of reads (the gateway's). Invariants: only nodes ask; an unknown table is an error
 * and never a permit; the subject is the one whose token the node verified.
 */
import type { ContractModel } from '@weft/core/contract/model';
import { canonicalJson, type Json } from '@weft/core/lib/canonical-json';
import { WeftError } from '@weft/core/lib/error';
import { type AccessDecision, decideTable, resolveMajor } from '@weft/core/policy/decide';
import type { TableRules } from '@weft/core/policy/evaluate';
import { actsForDomain } from '@weft/core/registry/authority';
import type { Agreement, MeshPolicy, ProductPolicy, Subject } from '@weft/core/registry/types';
import {
  type ContractHead,
  readContractSource,
  readStoredFacts,
} from '../store/control-decisions.ts';
import { tableFacts } from './access-facts.ts';
import type { ControlContext } from './control-context.ts';
import type { IdentityService } from './identity-service.ts';
import type { PolicyRules, RulesQuestion } from './policy-rules.ts';

export interface TableWanted {
  domain: string;
  table: string;
  /** Null for the major agreed to. */
  major: number | null;
}

export interface AccessRequest {
  /** Who reads: as the node verified it, or an id that this mesh knows. */
  subject: Subject | string;
  purpose: string;
  tables: TableWanted[];
}

export interface AccessService {
  /**
   * One decision per table, in order, and for whom and what, so that the node can tell the answer from another one. Throws
   * FORBIDDEN (not a node), NOT_FOUND, REQUEST_INVALID (two majors).
   */
  decide(
    by: Subject,
    request: AccessRequest,
  ): Promise<{ subject: string; purpose: string; tables: AccessDecision[] }>;
}

/** What decisions need beside the store. */
export type AccessContext = ControlContext & { rules: PolicyRules };

export function createAccessService(
  context: AccessContext,
  identity: Pick<IdentityService, 'findSubject'>,
): AccessService {
  return {
    async decide(by, request) {
      if (!by.roles.includes('node')) {
        throw new WeftError('FORBIDDEN', 'only nodes and gateways ask for decisions');
      }
      const subject = await subjectOf(identity, request.subject);
      await requireStanding(context, subject);
      const tables: AccessDecision[] = [];
      for (const table of request.tables) {
        tables.push(await decideOne(context, { subject, purpose: request.purpose, table }));
      }
      return { subject: subject.id, purpose: request.purpose, tables };
    },
  };
}

/** Whoever lost his standing reads nothing, whatever his node still believes. Throws UNAUTHENTICATED. */
async function requireStanding(context: ControlContext, subject: Subject): Promise<void> {
  await context.standing.current();
  const refusal = context.standing.refusal(subject);
  if (refusal !== null) throw new WeftError('UNAUTHENTICATED', refusal);
}

async function subjectOf(
  identity: Pick<IdentityService, 'findSubject'>,
  named: Subject | string,
): Promise<Subject> {
  if (typeof named !== 'string') return named;
  const subject = await identity.findSubject(named);
  if (subject === null) throw new WeftError('NOT_FOUND', `there is no subject "${named}"`);
  return subject;
}

/** What a decision about one table is made of. */
export interface Question {
  subject: Subject;
  purpose: string;
  table: TableWanted;
}

export type FactsContract = ContractHead & { model: ContractModel };

export interface Facts {
  product: string;
  /** Newest version of each major, highest major first. */
  contracts: FactsContract[];
  agreements: Agreement[];
  policy: ProductPolicy | null;
  mesh: MeshPolicy | null;
  ownerDomains: string[];
}

async function decideOne(context: AccessContext, question: Question): Promise<AccessDecision> {
  return (await decideFrom(context, question, await readFacts(context, question))).decision;
}

/** What policies are asked instead of those in force. */
export type Instead = RulesQuestion['instead'];

/** The decision from given facts, and what the policies came to; the facts may be supposed. */
export async function decideFrom(
  context: AccessContext,
  question: Question,
  facts: Facts,
  instead?: Instead,
): Promise<{ decision: AccessDecision; rules: TableRules }> {
  const contract = contractOf(context, question, facts);
  const { domain, table } = question.table;
  const found = tableFacts(contract.model).find((candidate) => candidate.table === table);
  if (found === undefined) throw unknownTable(question.table);
  const rules = await rulesFor(context, question, { ...facts, contract, instead });
  const decision = decideTable({
    subject: question.subject,
    purpose: question.purpose,
    table: { domain, table, major: contract.major },
    product: facts.product,
    contract: { id: contract.contract_id, version: contract.version, hash: contract.hash },
    granularity: found.granularity,
    columns: found.columns,
    agreements: facts.agreements,
    policy: facts.policy,
    mesh: facts.mesh,
    rules,
    now: context.clock.now(),
    ownerDomains: facts.ownerDomains,
  });
  return { decision, rules };
}

/** What the policies permit: reading, and whether results may leave as files. */
async function rulesFor(
  context: AccessContext,
  { subject, purpose, table }: Question,
  facts: Pick<RulesQuestion, 'contract' | 'policy' | 'mesh' | 'instead'>,
): Promise<TableRules> {
  const { domain, table: name } = table;
  const { contract, policy, mesh, instead } = facts;
  const question = { subject, purpose, domain, table: name, contract, policy, mesh, instead };
  const rules = await context.rules.evaluate({ ...question, action: 'read' });
  if (rules.denied !== null || !rules.mayExport) return rules;
  if (!(await context.rules.tellsActions(question))) return rules;
  const exported = await context.rules.evaluate({ ...question, action: 'export' });
  // Why the same: a file of fewer rows or columns than were seen would be another answer to the same question.
  const same = canonicalJson(shownBy(exported)) === canonicalJson(shownBy(rules));
  return { ...rules, mayExport: same && exported.mayExport };
}

function shownBy({ rows, columns, masks, rollUp }: TableRules) {
  return { rows, columns, masks, rollUp } as unknown as Json;
}

/** One statement, and the text of a contract that was not asked for lately. Throws NOT_FOUND. */
export async function readFacts(context: ControlContext, question: Question): Promise<Facts> {
  const { subject } = question;
  const { domain, table } = question.table;
  const asked = { domain, table, subject: subject.id };
  const stored = await readStoredFacts(context.db, asked);
  if (stored === null) throw unknownTable(question.table);
  const { product, owners, agreements, policy, mesh } = stored;
  const contracts: FactsContract[] = [];
  for (const head of stored.contracts) {
    const source = () => readContractSource(context.db, head);
    contracts.push({ ...head, model: await context.contracts.modelBy(head.hash, source) });
  }
  const people = { name: domain, owners: owners ?? [], stewards: [] };
  const isOwner = owners !== null && actsForDomain(subject, people);
  return { product, contracts, agreements, policy, mesh, ownerDomains: isOwner ? [domain] : [] };
}

function contractOf(context: ControlContext, question: Question, facts: Facts): FactsContract {
  const { table } = question;
  const withTable = facts.contracts.filter((row) => row.tables.includes(table.table));
  const major = majorOf(context, question, facts);
  const wanted = withTable.find((row) => row.major === major);
  const newest = withTable[0];
  if (newest === undefined) throw unknownTable(table);
  if (wanted !== undefined) return wanted;
  if (table.major !== null) throw unknownTable(table);
  // Why the newest: without an agreement the answer is a denial, whichever major it speaks of.
  return newest;
}

function majorOf(context: ControlContext, question: Question, facts: Facts): number | null {
  const { table } = question;
  if (table.major !== null) return table.major;
  const majors = readableMajors(context, question, facts);
  if (majors.length <= 1) return majors[0] ?? null;
  const name = `${table.domain}."${table.table}@${majors[0]}"`;
  throw new WeftError('REQUEST_INVALID', `${table.domain}.${table.table} has several majors`, {
    remedy: `Name one of ${majors.join(', ')}, for example ${name}.`,
  });
}

/** The majors that the subject may read for the purpose, the newest first. */
export function readableMajors(
  context: ControlContext,
  { subject, purpose, table }: Question,
  facts: Facts,
): number[] {
  return resolveMajor({
    subject,
    purpose,
    domain: table.domain,
    product: facts.product,
    agreements: facts.agreements,
    now: context.clock.now(),
    ownerDomains: facts.ownerDomains,
    majors: facts.contracts
      .filter((row) => row.tables.includes(table.table))
      .map((row) => row.major),
  });
}

function unknownTable(table: TableWanted): WeftError {
  const suffix = table.major === null ? '' : `@${table.major}`;
  return new WeftError('NOT_FOUND', `there is no table ${table.domain}.${table.table}${suffix}`);
}
