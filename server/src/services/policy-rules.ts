/**
 * The policies in force for a table, read, parsed and evaluated for one subject.
 *
 * Not agreements and not the decision. Invariants: what is evaluated is the newest version of the product's policy and of the
 * mesh's, read in the same breath as the question; an answer is kept only while neither they, nor the contract, nor the
 * subject changed, and only when no policy asks for the time.
 */
import type { ContractModel } from '@weft/core/contract/model';
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
import { type LintOptions, lintPolicies } from '@weft/core/policy/lint';
import type { CedarEngine, CedarPolicy, PolicyAction } from '@weft/core/policy/ports';
import type { MeshPolicy, ProductPolicy, Subject } from '@weft/core/registry/types';
import { readMeshPolicy } from '../store/control-policies.ts';
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
  contract: { product: string; hash: string; model: ContractModel };
  /** The versions in force. */
  policy: ProductPolicy | null;
  mesh: MeshPolicy | null;
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
  /** False when no policy asks what is done with the rows: then all actions have one answer. */
  tellsActions(question: Pick<RulesQuestion, 'policy' | 'mesh' | 'instead'>): Promise<boolean>;
  /** What is wrong with a text for the tables. */
  lint(
    source: string,
    options: Omit<LintOptions, 'engine'>,
  ): Promise<ReturnType<typeof lintPolicies>>;
}

const ANSWERS_MAX = 10_000;
const TEXTS_MAX = 1_000;

export function createPolicyRules(
  context: Pick<ControlContext, 'db' | 'clock' | 'orders' | 'keys'>,
  cedar: CedarSource,
): PolicyRules {
  const texts = new Remembered<string, ReadText>(TEXTS_MAX);
  const answers = new Remembered<string, TableRules>(ANSWERS_MAX);
  const read = (text: string): Promise<ReadText> =>
    texts.get(text, async () => {
      // Why no error: a text that was checked when it was put in force and cannot be read now permits nothing.
      const policies = (await cedar()).read(text).policies ?? [];
      const isTimed = policies.some(asksForTime);
      return { policies, isTimed, isOfActions: policies.some(asksForAction) };
    });
  const textsOf = async ({ own, mesh }: ReturnType<typeof textsInForce>) => ({
    product: await read(own ?? DEFAULT_POLICY),
    mesh: await read(mesh?.cedar ?? ''),
  });
  const inForce: PolicyRules['inForce'] = async (policy, instead) => {
    const isAsked = instead?.mesh === undefined;
    const mesh = isAsked ? ((await readMeshPolicy(context.db))?.policy ?? null) : null;
    const texts = await textsOf(textsInForce({ policy, mesh, instead }));
    return { product: texts.product.policies, mesh: texts.mesh.policies };
  };
  const evaluate = async (question: RulesQuestion): Promise<TableRules> => {
    const { subject, purpose, action, instead, policy } = question;
    const { mesh } = textsInForce(question);
    const texts = await textsOf(textsInForce(question));
    const ask = async (): Promise<TableRules> => {
      const policies = [
        ...sourced('product', texts.product.policies),
        ...sourced('mesh', texts.mesh.policies),
      ];
      return evaluateRules({
        engine: await cedar(),
        policies: policies.filter((one) => !instead?.without?.includes(outcomeId(one))),
        subject,
        action,
        purpose,
        table: tableOf(context, question, mesh?.domainTags ?? {}),
        now: context.clock.now(),
      });
    };
    if (instead !== undefined || texts.product.isTimed || texts.mesh.isTimed) return ask();
    const { id, roles, domains, attributes } = subject;
    const key = canonicalJson([
      // Why by their numbers: a version never changes, and a text may be long.
      policy === null ? null : [policy.product, policy.version],
      mesh?.version ?? null,
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
    async tellsActions(question) {
      const { product, mesh } = await textsOf(textsInForce(question));
      return product.isOfActions || mesh.isOfActions;
    },
    async lint(source, options) {
      return lintPolicies(source, { engine: await cedar(), ...options });
    },
  };
}

/** The texts that count for a question, and the policy of the mesh that has the tags. */
function textsInForce({
  policy,
  mesh,
  instead,
}: Pick<RulesQuestion, 'policy' | 'mesh' | 'instead'>): {
  own: string | null;
  mesh: MeshPolicy | null;
} {
  const own = instead?.cedar === undefined ? (policy?.cedar ?? null) : instead.cedar;
  return { own, mesh: instead?.mesh === undefined ? mesh : instead.mesh };
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
  isOfActions: boolean;
}

/** Why so wide: a text that only has the word is asked once more, and its answer is the same. */
function asksForAction({ actions, conditions }: CedarPolicy): boolean {
  return actions !== null || /"action"/i.test(JSON.stringify(conditions));
}

/** Why not of the text: `@ until` and `context["n\u{6f}w"]` are other texts of the same policies. */
function asksForTime({ annotations, conditions }: CedarPolicy): boolean {
  return annotations['until'] !== undefined || JSON.stringify(conditions).includes('"now"');
}

function tableOf(
  context: Pick<ControlContext, 'orders'>,
  { domain, table, contract }: RulesQuestion,
  domainTags: DomainTags,
): RulesRequest['table'] {
  const facts = rulesTable(contract.model, {
    domain,
    product: contract.product,
    table,
    domainTags,
    orders: context.orders,
  });
  if (facts !== null) return facts;
  return { domain, product: contract.product, table, classification: '', tags: {}, columns: [] };
}
