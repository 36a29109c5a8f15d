/**
 * Rows of the control schema to the nouns of the registry, and values to JSON columns.
 *
 * Not queries. Invariant: instants leave as RFC 3339 with milliseconds, whatever the engine's own text form is.
 */
import type {
  Agreement,
  AgreementState,
  AskedTerms,
  Domain,
  MeshPolicy,
  ProductPolicy,
} from '@weft/core/registry/types';
import type { Selectable } from 'kysely';
import type {
  AgreementsTable,
  DomainsTable,
  MeshPoliciesTable,
  PoliciesTable,
} from './control-tables.ts';

/** The JSON text of a value for a jsonb column (a plain list would become a PostgreSQL array). */
export function json(value: unknown): string {
  return JSON.stringify(value);
}

/** An instant from the store as RFC 3339 UTC with milliseconds. */
export function instant(text: string): string {
  return new Date(text).toISOString();
}

export function optionalInstant(text: string | null): string | null {
  return text === null ? null : instant(text);
}

export function domainOf(row: Selectable<DomainsTable>): Domain {
  const { name, title, description, owners, stewards, node } = row;
  return { name, title, description, owners, stewards, node };
}

/** Of a request that nobody answered yet, the terms are those asked for; of an older answer they are lost. */
function askedOf(row: Selectable<AgreementsTable>): AskedTerms | null {
  if (row.state !== 'requested') return null;
  const { columns, filter, granularity, until } = row;
  return { columns, filter, granularity, until: optionalInstant(until) };
}

export function agreementOf(row: Selectable<AgreementsTable>): Agreement {
  return {
    agreement: row.agreement,
    product: row.product,
    major: row.major,
    subject: row.subject,
    purpose: row.purpose,
    columns: row.columns,
    filter: row.filter,
    masks: row.masks,
    granularity: row.granularity,
    until: optionalInstant(row.until),
    asked: row.asked ?? askedOf(row),
    state: row.state as AgreementState,
    why: row.why,
    requestedAt: instant(row.requested_at),
    decidedBy: row.decided_by,
    decidedAt: optionalInstant(row.decided_at),
    because: row.because,
    version: row.revision,
  };
}

export function meshPolicyOf(
  row: Omit<Selectable<MeshPoliciesTable>, 'hash' | 'predecessor' | 'envelope'>,
): MeshPolicy {
  return {
    version: row.version,
    cedar: row.cedar,
    subjectAttributes: row.subject_attributes,
    domainTags: row.domain_tags,
    productionDomains: row.production_domains,
    updatedBy: row.updated_by,
    updatedAt: instant(row.updated_at),
  };
}

export function policyOf(row: Omit<Selectable<PoliciesTable>, 'envelope'>): ProductPolicy {
  return {
    product: row.product,
    version: row.version,
    rowFilter: row.row_filter,
    hiddenClassifications: row.hidden_classifications,
    autoApprovePurposes: row.auto_approve_purposes,
    cedar: row.cedar,
    subjectAttributes: row.subject_attributes,
    sets: row.sets,
    updatedBy: row.updated_by,
    updatedAt: instant(row.updated_at),
  };
}
