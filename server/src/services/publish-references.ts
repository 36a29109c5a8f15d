/**
 * The references of a contract that is to be published, against what the mesh knows: the table and the column must be there, and
 * the column must not be hidden from who publishes.
 *
 * Not the check of values, which a node makes. Why a table that is not known yet only warns: products come in any order.
 */
import { tablesOf } from '@weft/core/contract/compile/tables';
import { createDiagnoser } from '@weft/core/contract/diagnose';
import type { DocumentPath } from '@weft/core/contract/document-path';
import type { ContractModel, ContractProperty } from '@weft/core/contract/model';
import { pathLabel } from '@weft/core/contract/nested-path';
import type { Contract } from '@weft/core/contract/read';
import { type Diagnostic, hasErrors } from '@weft/core/lib/diagnostic';
import { WeftError } from '@weft/core/lib/error';
import { type AnnotatedColumn, readAnnotations } from '@weft/core/policy/annotations';
import { entityTypeOf } from '@weft/core/policy/cedar-schema';
import { isHiddenByPolicy } from '@weft/core/policy/decide';
import type { CedarPolicy } from '@weft/core/policy/ports';
import { actsForDomain } from '@weft/core/registry/authority';
import type { Subject } from '@weft/core/registry/types';
import { readMeshPolicy, readPolicy } from '../store/control-policies.ts';
import type { ContractRow } from '../store/control-registry.ts';
import { readClaim, readContract, readDomain } from '../store/control-registry.ts';
import { tableFacts } from './access-facts.ts';
import type { ControlContext } from './control-context.ts';
import { rulesTable } from './policy-facts.ts';
import type { PolicyRules } from './policy-rules.ts';

type ReferencesContext = ControlContext & { rules: PolicyRules };

interface Referring extends Contract {
  domain: string;
  /** Extended by what is only worth a warning. */
  diagnostics: Diagnostic[];
}

interface Reference {
  path: DocumentPath;
  /** Where it stands, such as `lines.items.product_id`. */
  label: string;
  /** `table` of this domain, or `domain.table`; and the column there. */
  place: string;
  column: string;
}

/** Throws FORBIDDEN for a hidden column and CONTRACT_INVALID for columns that are not there. */
export async function checkReferences(
  context: ReferencesContext,
  subject: Subject,
  candidate: Referring,
): Promise<void> {
  const diagnoser = createDiagnoser(candidate.document);
  for (const reference of referencesOf(candidate.model)) {
    const { path, label, place, column } = reference;
    const found = await findTarget(context, { subject, candidate, reference });
    if (found === 'hidden') {
      throw new WeftError('FORBIDDEN', `${place}.${column} is hidden by the policy of its owners`, {
        remedy: 'Leave the reference out, or refer to a column that they show.',
      });
    }
    if (found === 'noTable') {
      diagnoser.add(
        'REFERENCE_TARGET',
        path,
        `${label} refers to ${place}, which is not there yet`,
        {
          severity: 'warning',
          remedy: `Its values are not checked until ${place} is published and has rows on the same node.`,
        },
      );
    }
    if (found === 'noColumn') {
      const message = `${label} refers to ${place}.${column}, but ${place} has no such column`;
      diagnoser.add('REFERENCE_TARGET', path, message);
    }
  }
  candidate.diagnostics.push(...diagnoser.diagnostics);
  const errors = diagnoser.diagnostics.filter(({ severity }) => severity === 'error');
  if (!hasErrors(errors)) return;
  throw new WeftError('CONTRACT_INVALID', errors.map(({ message }) => message).join('; '), {
    errors,
  });
}

/** Every reference of the contract, places inside columns included. */
function referencesOf(model: ContractModel): Reference[] {
  return model.objects.flatMap(({ properties }, i) =>
    properties.flatMap(({ name, references, nested }, j) =>
      [{ path: [], property: { references } }, ...nested]
        .flatMap((at) =>
          at.property.references.map((to) => ({ label: pathLabel(name, at.path), ...to })),
        )
        .map(({ label, object: place, column }) => ({
          path: ['schema', i, 'properties', j],
          label,
          place,
          column,
        })),
    ),
  );
}

async function findTarget(
  context: ReferencesContext,
  asked: { subject: Subject; candidate: Referring; reference: Reference },
): Promise<'there' | 'hidden' | 'noTable' | 'noColumn'> {
  const { subject, candidate, reference } = asked;
  const isTarget = ({ name, id }: ContractProperty): boolean =>
    name === reference.column || id === reference.column;
  const own = tablesOf(candidate.model).find(({ table: name, object }) =>
    [name, object.name, object.id].includes(reference.place),
  );
  if (own !== undefined) return own.object.properties.some(isTarget) ? 'there' : 'noColumn';
  const [table = '', domain = candidate.domain] = reference.place.split('.').reverse();
  const claim = await readClaim(context.db, domain, table);
  const contract = claim && (await readContract(context.db, { product: claim.product }));
  if (claim === null || contract === null) return 'noTable';
  const model = context.contracts.modelOf(contract);
  const { properties = [] } = tablesOf(model).find((each) => each.table === table)?.object ?? {};
  const target = properties.find(isTarget);
  if (target === undefined) return 'noColumn';
  const people = await readDomain(context.db, domain);
  const isOwn = domain === candidate.domain || (people !== null && actsForDomain(subject, people));
  if (isOwn) return 'there';
  // Why: what a reference lets pass tells which values the other column has, so it must not be a hidden one.
  const isHidden = await isKept(context, { contract, domain, table, column: target.name });
  return isHidden ? 'hidden' : 'there';
}

interface Target {
  contract: ContractRow;
  domain: string;
  table: string;
  column: string;
}

/** True when a policy keeps the column or its values from anybody: whoever publishes has no purpose that could be judged. */
async function isKept(context: ReferencesContext, target: Target): Promise<boolean> {
  const { contract, domain, table, column } = target;
  const model = context.contracts.modelOf(contract);
  const policy = (await readPolicy(context.db, contract.product))?.policy ?? null;
  const facts = tableFacts(model).find((each) => each.table === table);
  const found = facts?.columns.find(({ name }) => name === column);
  if (found === undefined || isHiddenByPolicy(found, policy)) return true;
  const domainTags = (await readMeshPolicy(context.db))?.policy.domainTags ?? {};
  const { product } = contract;
  const options = { domain, product, table, domainTags, orders: context.orders };
  const columns = rulesTable(model, options)?.columns ?? [];
  const texts = await context.rules.inForce(policy, undefined);
  const keeps = (isLenient: boolean) => (one: CedarPolicy) => {
    const isOther = one.resourceType !== null && one.resourceType !== entityTypeOf(table);
    return !isOther && keepsColumn(one, column, { columns, isLenient });
  };
  return texts.product.some(keeps(false)) || texts.mesh.some(keeps(true));
}

function keepsColumn(
  policy: CedarPolicy,
  column: string,
  { columns, isLenient }: { columns: readonly AnnotatedColumn[]; isLenient: boolean },
): boolean {
  const { obligations } = readAnnotations(policy, columns, { isLenient });
  const isNamed = obligations.columns?.includes(column) ?? policy.effect === 'permit';
  const isMasked = obligations.masks.some(
    ({ place }) => place === column || place.startsWith(`${column}.`),
  );
  return isNamed !== (policy.effect === 'permit') || isMasked || obligations.rollUp !== null;
}
