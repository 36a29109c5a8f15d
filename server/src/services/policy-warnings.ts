/**
 * What a policy does not do although somebody may think so: not refused, told to whoever checks, plans or applies it.
 *
 * Here: words that nothing in the mesh has (`policy-words.ts`), masks that tell much (`policy-weak-masks.ts`), columns that the
 * newest contract does not have (`policy-absent.ts`), rules that leave no column of a table (`policy-hides-all.ts`), actions that no door
 * asks about, and columns that it masks or hides, or whose rows it filters, while their contract opens them to references of other
 * domains (`weftReferences`). Such references are checked against all rows as they are, and no policy undoes that.
 */
import { tablesOf } from '@weft/core/contract/compile/tables';
import type { ContractProperty } from '@weft/core/contract/model';
import { openToText } from '@weft/core/contract/open-references';
import type { ErrorPlace } from '@weft/core/lib/error';
import { readAnnotations } from '@weft/core/policy/annotations';
import { entityTypeOf } from '@weft/core/policy/cedar-schema';
import { isHiddenByPolicy } from '@weft/core/policy/decide';
import type { LintTable } from '@weft/core/policy/lint';
import { ASKED_ACTIONS, type CedarPolicy } from '@weft/core/policy/ports';
import { looksAtRow } from '@weft/core/policy/residual';
import type { MeshPolicy } from '@weft/core/registry/types';
import { type PublishedText, readNewestWith } from '../store/control-texts.ts';
import { absentColumns } from './policy-absent.ts';
import { type ChecksContext, type PolicyRequest, tablesFor } from './policy-checks.ts';
import { hidesAll } from './policy-hides-all.ts';
import { weakMasks } from './policy-weak-masks.ts';
import { unknownWords } from './policy-words.ts';
import { referencesOf } from './publish-references.ts';

/** Contracts that are looked through for one warning. */
const CONTRACTS_MAX = 500;
const NAMED_MAX = 5;

/** What keeps values from somebody: the short forms of a product, and policies of it or of the mesh. */
interface Narrowing {
  request: Pick<PolicyRequest, 'rowFilter' | 'hiddenClassifications'>;
  policies: readonly CedarPolicy[];
  isOfMesh: boolean;
}

/** Of a product's policy, beside those of the mesh that are in force. */
export async function policyWarnings(
  context: ChecksContext,
  contract: PublishedText,
  request: PolicyRequest,
): Promise<ErrorPlace[]> {
  const { product: policies } = await context.rules.inForce(null, { cedar: request.cedar ?? null });
  const words = await unknownWords(context, {
    product: contract.product,
    policies,
    autoApprovePurposes: request.autoApprovePurposes ?? [],
    known: await wordsOf(context, contract),
  });
  const open = await openColumns(context, contract, { request, policies, isOfMesh: false });
  const weak = weakMasks(policies, await tablesWithObjects(context, contract));
  const tables = await tablesFor(context, contract);
  const absent = absentColumns(policies, tables);
  // Why not of a rule with a slip in it: it selects nothing for that alone.
  const slips = new Set(words.map(({ line }) => line));
  const all = hidesAll(
    policies.filter(({ line }) => !slips.has(line)),
    tables,
  );
  return [...words, ...unaskedActions(policies), ...absent, ...all, ...weak, ...open];
}

/** Of the policies of the mesh, over all products with open columns. */
export async function meshWarnings(
  context: ChecksContext,
  policy: MeshPolicy,
): Promise<ErrorPlace[]> {
  const { mesh } = await context.rules.inForce(null, { mesh: policy });
  if (mesh.length === 0) return [];
  const tag = Object.values(policy.domainTags).flatMap((tags) => Object.keys(tags));
  const found = await unknownWords(context, {
    product: 'mesh',
    policies: mesh,
    autoApprovePurposes: [],
    known: { classification: [], tag, purpose: [] },
  });
  found.push(...unaskedActions(mesh));
  const contracts = await readNewestWith(context.db, 'weftReferences', CONTRACTS_MAX);
  const narrowing = { request: {}, policies: mesh, isOfMesh: true };
  for (const contract of contracts) {
    found.push(...(await openColumns(context, contract, narrowing)));
  }
  return found;
}

/** What policies say about, and the contract's own words of the same. */
async function tablesWithObjects(context: ChecksContext, contract: PublishedText) {
  const known = await tablesFor(context, contract);
  return tablesOf(context.contracts.modelOf(contract)).flatMap(({ table, object }) => {
    const facts = known.find((each) => each.table === table);
    return facts === undefined ? [] : [{ ...facts, object }];
  });
}

/** Why told: `forbid (…, action == Weft::Action::"write", …)` reads like a wall, and nobody looks at it. */
function unaskedActions(policies: readonly CedarPolicy[]): ErrorPlace[] {
  return policies.flatMap(({ id, line, actions }) => {
    if (actions === null || actions.some((action) => isAsked(action))) return [];
    return {
      code: 'POLICY_ACTION_UNASKED',
      message: `${id}: nothing asks policies about ${actions.map((name) => `"${name}"`).join(' or ')}`,
      remedy: `It changes nothing; policies are asked about ${ASKED_ACTIONS.join(' and ')}. Who may write and administer is said by roles and domains.`,
      path: '$.cedar',
      line,
      column: 1,
    };
  });
}

function isAsked(action: string): boolean {
  return ASKED_ACTIONS.some((asked) => asked === action);
}

/** Classes, tags and purposes of the product itself. */
async function wordsOf(
  context: ChecksContext,
  contract: PublishedText,
): Promise<Record<'classification' | 'tag' | 'purpose', string[]>> {
  const columns = (await tablesFor(context, contract)).flatMap((table) => table.columns);
  return {
    classification: columns.flatMap(({ classification, inside }) => [
      classification ?? '',
      ...(inside?.classifications ?? []),
    ]),
    tag: columns.flatMap(({ tags, inside }) =>
      [tags, ...(inside?.tags ?? [])].flatMap((each) => Object.keys(each)),
    ),
    purpose: context.contracts.modelOf(contract).weft.purposes,
  };
}

async function openColumns(
  context: ChecksContext,
  contract: PublishedText,
  narrowing: Narrowing,
): Promise<ErrorPlace[]> {
  const [domain = ''] = contract.product.split('.');
  const tables = tablesOf(context.contracts.modelOf(contract));
  const open = tables.flatMap(({ table, object }) =>
    object.properties
      .filter((column) => openToText(column) !== null)
      .map((column) => ({ table, column })),
  );
  if (open.length === 0) return [];
  const known = await tablesFor(context, contract);
  const warnings: ErrorPlace[] = [];
  for (const { table, column } of open) {
    const facts = known.find((each) => each.table === table);
    if (facts === undefined || !isNarrowed(column, facts, narrowing)) continue;
    const place = `${domain}.${table}`;
    warnings.push(warningOf(place, column, await referringTo(context, place, column)));
  }
  return warnings;
}

function warningOf(place: string, column: ContractProperty, referring: string[]): ErrorPlace {
  const now =
    referring.length === 0
      ? ''
      : `; ${referring.join(', ')} ${referring.length === 1 ? 'does' : 'do'} so now`;
  return {
    code: 'POLICY_REFERENCES_OPEN',
    message: `${place}.${column.name} stays open to references of ${openToText(column)}, which are checked against all rows as they are${now}`,
    remedy: 'Publish a version without weftReferences at the column to close it.',
  };
}

function isNarrowed(
  column: ContractProperty,
  { table, columns }: LintTable,
  { request, policies, isOfMesh }: Narrowing,
): boolean {
  const { rowFilter, hiddenClassifications = [] } = request;
  if (rowFilter?.trim() || isHiddenByPolicy(column, { hiddenClassifications })) return true;
  return policies
    .filter(({ resourceType }) => resourceType === null || resourceType === entityTypeOf(table))
    .some((policy) => keepsValues(policy, column.name, { columns, isLenient: isOfMesh }));
}

/** True when the policy shows somebody fewer rows or less of the column, for whatever purpose. */
function keepsValues(
  policy: CedarPolicy,
  column: string,
  { columns, isLenient }: { columns: LintTable['columns']; isLenient: boolean },
): boolean {
  if (policy.conditions.some(({ body }) => looksAtRow(body))) return true;
  const { obligations } = readAnnotations(policy, columns, { isLenient });
  const isPermit = policy.effect === 'permit';
  const isNamed = obligations.columns?.includes(column) ?? isPermit;
  const isMasked = obligations.masks.some(
    ({ place }) => place === column || place.startsWith(`${column}.`),
  );
  return isNamed !== isPermit || isMasked || obligations.rollUp !== null;
}

/** Columns of other domains whose contracts refer to this one, as `domain.product.column`. */
async function referringTo(
  context: ChecksContext,
  place: string,
  { name, id }: ContractProperty,
): Promise<string[]> {
  const [domain = ''] = place.split('.');
  const contracts = await readNewestWith(context.db, `${place}.odcs.y`, CONTRACTS_MAX);
  const found = contracts
    .filter(({ product }) => !product.startsWith(`${domain}.`))
    .flatMap((contract) =>
      referencesOf(context.contracts.modelOf(contract))
        .filter((to) => to.place === place && (to.column === name || to.column === id))
        .map(({ label }) => `${contract.product}.${label}`),
    );
  const more = found.length - NAMED_MAX;
  return more <= 0 ? found : [...found.slice(0, NAMED_MAX), `${more} more`];
}
