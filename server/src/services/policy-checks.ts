/**
 * What is wrong with a policy before it is in force: its short forms and its Cedar, against every table of the newest contract.
 *
 * Not who may change it and not its versions (`policies-service.ts`); what is only worth a warning is in `policy-warnings.ts`.
 */
import { type ErrorPlace, WeftError } from '@weft/core/lib/error';
import type { LintTable } from '@weft/core/policy/lint';
import type { ProductPolicy, Subject } from '@weft/core/registry/types';
import { readAttributeNames, readMeshPolicy } from '../store/control-policies.ts';
import type { ContractRow } from '../store/control-registry.ts';
import type { PublishedText } from '../store/control-texts.ts';
import { requireFilter, requirePurpose, tableFacts } from './access-facts.ts';
import type { ControlContext } from './control-context.ts';
import { rulesTables } from './policy-facts.ts';
import type { PolicyRules } from './policy-rules.ts';
import { declaredSets, type SetRequests, setFaults, setTypes } from './policy-sets.ts';

const SOURCE_LENGTH_MAX = 200_000;

export type ChecksContext = ControlContext & { rules: PolicyRules };

export interface PolicyRequest {
  rowFilter?: string | null | undefined;
  hiddenClassifications?: string[] | undefined;
  autoApprovePurposes?: string[] | undefined;
  cedar?: string | null | undefined;
  subjectAttributes?: string[] | undefined;
  sets?: SetRequests | undefined;
}

export type PolicyContent = Pick<
  ProductPolicy,
  | 'rowFilter'
  | 'hiddenClassifications'
  | 'autoApprovePurposes'
  | 'cedar'
  | 'subjectAttributes'
  | 'sets'
>;

/** A policy that somebody wants to put in force. */
export interface PolicyWanted {
  by: Subject;
  contract: ContractRow;
  request: PolicyRequest;
}

type ShortForms = Pick<
  PolicyContent,
  'rowFilter' | 'hiddenClassifications' | 'autoApprovePurposes'
>;

function shortForms(request: PolicyRequest): ShortForms {
  const hidden = unique(request.hiddenClassifications ?? []).map((name) => name.toLowerCase());
  return {
    rowFilter: request.rowFilter?.trim() ? request.rowFilter : null,
    hiddenClassifications: hidden,
    autoApprovePurposes: unique(request.autoApprovePurposes ?? []),
  };
}

/** Each throws what is wrong with one short form. */
function shortFormChecks(
  context: ChecksContext,
  contract: ContractRow,
  { rowFilter, hiddenClassifications, autoApprovePurposes }: ShortForms,
): (() => void)[] {
  const model = context.contracts.modelOf(contract);
  return [
    () => requireFilter(rowFilter, model, { every: true, path: '$.rowFilter' }),
    () => requireClasses(context, contract, hiddenClassifications),
    ...autoApprovePurposes.map((purpose) => () => requirePurpose(purpose, model)),
  ];
}

function shortFormFaults(
  context: ChecksContext,
  contract: ContractRow,
  request: PolicyRequest,
): ErrorPlace[] {
  return shortFormChecks(context, contract, shortForms(request)).flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      if (!(error instanceof WeftError)) throw error;
      const { code, message, remedy, errors } = error;
      return errors.length > 0 ? errors : [{ code, message, remedy }];
    }
  });
}

/** The content that a request asks for. Throws what is wrong with it. */
export async function checkPolicy(
  context: ChecksContext,
  { by, contract, request }: PolicyWanted,
): Promise<PolicyContent> {
  const short = shortForms(request);
  for (const check of shortFormChecks(context, contract, short)) check();
  const sets = declaredSets(request.sets);
  refuseFaults(await setFaults(context, by, sets));
  refuseFaults(await textFaults(context, contract, request));
  return {
    ...short,
    cedar: request.cedar?.trim() ? request.cedar : null,
    subjectAttributes: unique(request.subjectAttributes ?? []),
    sets,
  };
}

function requireClasses(
  context: ChecksContext,
  contract: ContractRow,
  hidden: readonly string[],
): void {
  const used = tableFacts(context.contracts.modelOf(contract)).flatMap((t) =>
    t.columns.flatMap((c) => [c.classification ?? '', ...(c.nestedClassifications ?? [])]),
  );
  const known = [...context.orders.classification, ...used.map((name) => name.toLowerCase())];
  const odd = hidden.filter((name) => !known.includes(name));
  if (odd.length === 0) return;
  throw new WeftError('REQUEST_INVALID', `there is no classification "${odd.join('", "')}"`, {
    remedy: `There are: ${unique(known.filter((name) => name !== '')).join(', ')}.`,
  });
}

async function textFaults(
  context: ChecksContext,
  contract: ContractRow,
  { cedar, subjectAttributes, sets: requests }: PolicyRequest,
): Promise<ErrorPlace[]> {
  if (!cedar?.trim()) return [];
  if (cedar.length > SOURCE_LENGTH_MAX) {
    throw new WeftError('REQUEST_INVALID', `a policy has at most ${SOURCE_LENGTH_MAX} characters`);
  }
  const tables = await tablesFor(context, contract);
  const attributes = await attributesFor(context, subjectAttributes ?? []);
  const sets = setTypes(declaredSets(requests));
  return (await context.rules.lint(cedar, { tables, attributes, sets, path: '$.cedar' })).faults;
}

/** Throws POLICY_INVALID when there are any. */
export function refuseFaults(faults: readonly ErrorPlace[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const place = first.line === undefined ? '' : ` (line ${first.line})`;
  throw new WeftError('POLICY_INVALID', `${first.message}${place}`, {
    errors: [...faults],
    ...(first.remedy === undefined ? {} : { remedy: first.remedy }),
  });
}

/** The tables of a contract as policies are checked against them. */
export async function tablesFor(
  context: ChecksContext,
  contract: PublishedText,
): Promise<LintTable[]> {
  const domainTags = (await readMeshPolicy(context.db))?.policy.domainTags ?? {};
  const [domain = ''] = contract.product.split('.');
  const { product } = contract;
  const options = { domain, product, domainTags, orders: context.orders };
  return rulesTables(context.contracts.modelOf(contract), options);
}

/** Names of attributes that conditions may ask for. */
export async function attributesFor(
  context: ChecksContext,
  declared: readonly string[],
): Promise<string[]> {
  const names = [...(await readAttributeNames(context.db)), ...declared];
  return unique(names).filter((name) => !BUILT_IN.includes(name));
}

const BUILT_IN = ['id', 'roles', 'domains', 'numbers'];

export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** All that would be refused, short forms first. */
export async function policyFaults(
  context: ChecksContext,
  { by, contract, request }: PolicyWanted,
): Promise<ErrorPlace[]> {
  const short = shortFormFaults(context, contract, request);
  const sets = await setFaults(context, by, declaredSets(request.sets));
  return [...short, ...sets, ...(await textFaults(context, contract, request))];
}
