/**
 * The policies in force for a table, read, parsed and evaluated for one subject.
 *
 * Not agreements and not the decision. Invariants: what is evaluated is the newest version of the product's policy and of the
 * mesh's, read in the same breath as the question; an answer is kept only while neither they, nor the contract, nor the
 * subject changed, and only when no policy asks for the time.
 */
import { canonicalJson } from '@weft/core/lib/canonical-json';
import { Remembered } from '@weft/core/lib/remembered';
import {
  DEFAULT_POLICY,
  evaluateRules,
  outcomeId,
  type RulesRequest,
  type SourcedPolicy,
  type TableRules,
} from '@weft/core/policy/evaluate';
import { type LintTable, lintPolicies } from '@weft/core/policy/lint';
import type { CedarEngine, CedarPolicy, PolicyAction } from '@weft/core/policy/ports';
import type { MeshPolicy, ProductPolicy, Subject } from '@weft/core/registry/types';
import { readMeshPolicy } from '../store/control-policies.ts';
import type { ContractRow } from '../store/control-registry.ts';
import type { ControlContext } from './control-context.ts';
import { type DomainTags, rulesTable } from './policy-facts.ts';

/** The engine is loaded when it is first asked: a quarter of a second that the start need not take. */
export type CedarSource = () => Promise<CedarEngine>;

export interface RulesQuestion {
  subject: Subject;
  purpose: string;
  action: PolicyAction;
  domain: string;
  table: string;
  contract: ContractRow;
  policy: ProductPolicy | null;
  /** What would be, were these in force. */
  instead?: PoliciesInstead | undefined;
}

/** Texts that are asked in place of those in force; `without`: policies left out, by the ids that outcomes have. */
export interface PoliciesInstead {
  cedar?: string | null;
  mesh?: MeshPolicy | null;
  without?: readonly string[];
}

export interface PolicyRules {
  /** The policies that would be asked. */
  inForce(
    policy: ProductPolicy | null,
    instead: PoliciesInstead | undefined,
  ): Promise<{ product: CedarPolicy[]; mesh: CedarPolicy[] }>;
  /** What the policies say. Columns of an owner are not narrowed here: who owns does not ask. */
  evaluate(question: RulesQuestion): Promise<TableRules>;
  /** What is wrong with a text for the tables. */
  lint(
    source: string,
    options: { tables: readonly LintTable[]; attributes: readonly string[]; path: string },
  ): Promise<ReturnType<typeof lintPolicies>>;
}

const ANSWERS_MAX = 10_000;
const TEXTS_MAX = 1_000;

export function createPolicyRules(
  context: Pick<ControlContext, 'db' | 'clock' | 'contracts' | 'orders' | 'keys'>,
  cedar: CedarSource,
): PolicyRules {
  const texts = new Remembered<string, ReadText>(TEXTS_MAX);
  const answers = new Remembered<string, TableRules>(ANSWERS_MAX);
  const read = (text: string): Promise<ReadText> =>
    texts.get(text, async () => {
      // Why no error: a text that was checked when it was put in force and cannot be read now permits nothing.
      const policies = (await cedar()).read(text).policies ?? [];
      return { policies, isTimed: policies.some(asksForTime) };
    });
  const textsOf = async (policy: ProductPolicy | null, instead: PoliciesInstead | undefined) => {
    const mesh =
      instead?.mesh === undefined ? (await readMeshPolicy(context.db))?.policy : instead.mesh;
    const own = instead?.cedar === undefined ? (policy?.cedar ?? null) : instead.cedar;
    return { own, mesh: mesh ?? null };
  };
  const inForce: PolicyRules['inForce'] = async (policy, instead) => {
    const { own, mesh } = await textsOf(policy, instead);
    const product = await read(own ?? DEFAULT_POLICY);
    return { product: product.policies, mesh: (await read(mesh?.cedar ?? '')).policies };
  };
  const evaluate = async (question: RulesQuestion): Promise<TableRules> => {
    const { subject, purpose, action, instead, policy } = question;
    const { own, mesh } = await textsOf(policy, instead);
    const ask = async (): Promise<TableRules> => {
      const texts = await inForce(policy, instead);
      const policies = [...sourced('product', texts.product), ...sourced('mesh', texts.mesh)];
      return evaluateRules({
        engine: await cedar(),
        policies: policies.filter((one) => !instead?.without?.includes(outcomeId(one))),
        subject,
        action,
        purpose,
        table: await tableOf(context, question, mesh?.domainTags ?? {}),
        now: context.clock.now(),
      });
    };
    const inUse = [await read(own ?? DEFAULT_POLICY), await read(mesh?.cedar ?? '')];
    if (instead !== undefined || inUse.some(({ isTimed }) => isTimed)) return ask();
    const { id, roles, domains, attributes } = subject;
    const key = canonicalJson([
      own,
      mesh === null ? null : [mesh.version, mesh.cedar, mesh.domainTags],
      question.contract.hash,
      question.domain,
      question.table,
      { id, roles, domains, attributes },
      purpose,
      action,
    ]);
    return answers.get(context.keys.sha256(key), ask);
  };
  return {
    inForce,
    evaluate,
    async lint(source, options) {
      return lintPolicies(source, { engine: await cedar(), ...options });
    },
  };
}

function sourced(
  origin: SourcedPolicy['origin'],
  policies: readonly CedarPolicy[],
): SourcedPolicy[] {
  return policies.map((policy) => ({ origin, policy }));
}

interface ReadText {
  policies: CedarPolicy[];
  isTimed: boolean;
}

/** Why not of the text: `@ until` and `context["n\u{6f}w"]` are other texts of the same policies. */
function asksForTime({ annotations, conditions }: CedarPolicy): boolean {
  return annotations['until'] !== undefined || JSON.stringify(conditions).includes('"now"');
}

async function tableOf(
  context: Pick<ControlContext, 'db' | 'contracts' | 'orders'>,
  { domain, table, contract }: RulesQuestion,
  domainTags: DomainTags,
): Promise<RulesRequest['table']> {
  const model = context.contracts.modelOf(contract);
  const facts = rulesTable(model, {
    domain,
    product: contract.product,
    table,
    domainTags,
    orders: context.orders,
  });
  if (facts !== null) return facts;
  return { domain, product: contract.product, table, classification: '', tags: {}, columns: [] };
}
