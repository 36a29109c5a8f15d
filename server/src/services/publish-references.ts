/**
 * The references of a contract that is to be published, against what the mesh knows: the table and the column must be there, and
 * a column of another domain must be open to references of this one (`weftReferences`).
 *
 * Not the check of values, which a node makes, nor its asking again whether the column is open (`open-columns.ts`). Why a table that is
 * not known yet only warns: products come in any order.
 */
import { tablesOf } from '@weft/core/contract/compile/tables';
import { createDiagnoser } from '@weft/core/contract/diagnose';
import type { DocumentPath } from '@weft/core/contract/document-path';
import type { ContractModel, ContractProperty } from '@weft/core/contract/model';
import { pathLabel } from '@weft/core/contract/nested-path';
import { isOpenTo } from '@weft/core/contract/open-references';
import type { Contract } from '@weft/core/contract/read';
import { type Diagnostic, hasErrors } from '@weft/core/lib/diagnostic';
import { WeftError } from '@weft/core/lib/error';
import { readClaim, readContract } from '../store/control-registry.ts';
import type { ControlContext } from './control-context.ts';

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

/** Throws CONTRACT_INVALID for columns that are not there, and for those of other domains that are not open to this one. */
export async function checkReferences(
  context: ControlContext,
  candidate: Referring,
): Promise<void> {
  const diagnoser = createDiagnoser(candidate.document);
  for (const reference of referencesOf(candidate.model)) {
    const { path, label, place, column } = reference;
    const found = await findTarget(context, candidate, reference);
    if (found === 'closed') {
      diagnoser.add(
        'REFERENCE_CLOSED',
        path,
        `${label} refers to ${place}.${column}, which is not open to references of ${candidate.domain}`,
      );
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
export function referencesOf(model: ContractModel): Reference[] {
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
  context: ControlContext,
  candidate: Referring,
  reference: Reference,
): Promise<'there' | 'closed' | 'noTable' | 'noColumn'> {
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
  // Why whoever publishes does not count: the reference is his domain's, and stays when he is gone.
  return domain === candidate.domain || isOpenTo(target, candidate.domain) ? 'there' : 'closed';
}
