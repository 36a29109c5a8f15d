/**
 * The tables of the schema `control` as Kysely sees them, in the order of `migrations/control`.
 *
 * Not the nouns of the registry: `control-rows.ts` turns rows into those. Column names are the database's, and the tidy
 * way in is the same for all JSON columns: objects as they are, lists as JSON text (`json()` of `control-rows.ts`).
 * Instants come out as RFC 3339 text and go in as RFC 3339 text.
 */
import type { DsseEnvelope } from '@weft/core/contract/dsse';
import type { BatchReport } from '@weft/core/ingest/report';
import type { SetDeclaration } from '@weft/core/lib/set-declaration';
import type { ProductFacts } from '@weft/core/registry/facts';
import type { TableMeasurement } from '@weft/core/registry/measurement';
import type { AskedTerms, Role } from '@weft/core/registry/types';
import type { ColumnType, Generated, RawBuilder } from 'kysely';
import type { IdempotencyTable } from './idempotency.ts';

/** A JSON column: read as a value, written as JSON text. */
type JsonOf<T> = ColumnType<T, string, string>;

export interface SubjectsTable {
  id: string;
  name: string;
  roles: JsonOf<Role[]>;
  domains: JsonOf<string[]>;
  attributes: JsonOf<Record<string, string | string[]>>;
  updated_at: string;
  kind: Generated<SubjectKind>;
  issuer: string | null;
  external_id: string | null;
  claims_at: string | null;
  disabled_at: string | null;
  disabled_by: string | null;
  since: string | null;
}

/** People and programs of this mesh, and those that an identity provider knows. */
export type SubjectKind = 'user' | 'service' | 'external';

export type CredentialKind = 'token' | 'key' | 'session' | 'link';

export interface CredentialsTable {
  id: string;
  kind: CredentialKind;
  subject: string | null;
  name: string | null;
  hash: string | null;
  created_by: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
  revoked_by: string | null;
  /** The credential that this one began with and ends with. */
  parent: string | null;
  parent_expires: string | null;
}

export interface DomainsTable {
  name: string;
  title: string;
  description: string | null;
  owners: JsonOf<string[]>;
  stewards: JsonOf<string[]>;
  node: string | null;
  created_at: string;
  updated_at: string;
}

/** A port of an ODPS document, as far as the registry follows it. */
export interface ProductPort {
  name: string;
  contractId: string | null;
  version: string | null;
  description: string | null;
}

export interface ProductsTable {
  product: string;
  domain: string;
  name: string;
  title: string | null;
  description: string | null;
  status: 'active' | 'retired';
  tags: JsonOf<string[]>;
  owner: string | null;
  odps: string | null;
  odps_hash: string | null;
  output_ports: JsonOf<ProductPort[]>;
  input_ports: JsonOf<ProductPort[]>;
  created_by: string;
  created_at: string;
  updated_at: string;
}

export interface ContractsTable {
  product: string;
  version: string;
  major: number;
  minor: number;
  patch: number;
  contract_id: string;
  ordinal: number;
  hash: string;
  statement_hash: string;
  predecessor: string | null;
  source: string;
  media: 'application/yaml' | 'application/json';
  envelope: JsonOf<DsseEnvelope>;
  tables: JsonOf<string[]>;
  published_by: string;
  published_at: string;
}

export interface DomainKeysTable {
  key_id: string;
  domain: string;
  public_key: string;
  certificate: JsonOf<DsseEnvelope>;
  created_at: string;
}

export interface TableClaimsTable {
  domain: string;
  table_name: string;
  product: string;
  object_id: string;
  claimed_at: string;
}

export interface AgreementsTable {
  agreement: string;
  product: string;
  domain: string;
  major: number;
  subject: string;
  purpose: string;
  columns: JsonOf<string[] | null> | null;
  filter: string | null;
  masks: JsonOf<Record<string, string>>;
  granularity: string | null;
  until: string | null;
  asked: JsonOf<AskedTerms> | null;
  state: string;
  why: string | null;
  requested_at: string;
  decided_by: string | null;
  decided_at: string | null;
  because: string | null;
  revision: number;
}

export interface PoliciesTable {
  product: string;
  version: number;
  row_filter: string | null;
  hidden_classifications: JsonOf<string[]>;
  auto_approve_purposes: JsonOf<string[]>;
  cedar: string | null;
  subject_attributes: JsonOf<string[]>;
  sets: JsonOf<Record<string, SetDeclaration>>;
  envelope: JsonOf<DsseEnvelope> | null;
  hash: string;
  predecessor: string | null;
  updated_by: string;
  updated_at: string;
}

export interface KeyListsTable {
  product: string;
  set_name: string;
  declaration: string;
  version: string | null;
  keys: number | null;
  subjects: number | null;
  problem: string | null;
  read_at: string;
}

export interface PolicyPlansTable {
  plan: string;
  product: string;
  made_by: string;
  made_at: string;
}

export interface MeshPoliciesTable {
  version: number;
  cedar: string;
  subject_attributes: JsonOf<string[]>;
  domain_tags: JsonOf<Record<string, Record<string, string[]>>>;
  production_domains: JsonOf<string[]>;
  hash: string;
  predecessor: string | null;
  envelope: JsonOf<DsseEnvelope>;
  updated_by: string;
  updated_at: string;
}

export interface BatchesTable {
  batch: string;
  product: string;
  domain: string;
  table_name: string;
  state: string;
  records_in: number;
  records_good: number;
  started: string;
  finished: string | null;
  report: JsonOf<BatchReport>;
}

export interface MeasurementsTable {
  product: string;
  table_name: string;
  major: number;
  measured_at: string;
  measurement: JsonOf<TableMeasurement>;
}

export interface SearchDocumentsTable {
  product: string;
  domain: string;
  name: string;
  title: string | null;
  status: string;
  version: string;
  version_key: number[];
  owners: string[];
  tags: string[];
  terms: string[];
  purposes: string[];
  columns: string[];
  rules: string[];
  classification: string | null;
  granularity: string | null;
  licence: string | null;
  region: string | null;
  price: 'free' | 'priced' | null;
  frequency: number | null;
  retention: number | null;
  promise_freshness: number | null;
  promise_latency: number | null;
  promise_availability: number | null;
  measured_rows: number | null;
  measured_bytes: number | null;
  measured_pass_rate: number | null;
  measured_batches: number | null;
  measured_consumers: number | null;
  last_batch: string | null;
  state: 'kept' | 'close' | 'missed' | null;
  state_since: string | null;
  /** When the state has to be looked at again. */
  state_until: string | null;
  misses_left: number | null;
  facts: JsonOf<ProductFacts>;
  names: string;
  /** Written with to_tsvector only. */
  words: unknown;
  /** The transactions that wrote the document last, and that gave it other words. */
  revision: ColumnType<string, never, RawBuilder<unknown>>;
  words_revision: ColumnType<string, never, RawBuilder<unknown>>;
}

export interface EventCounterTable {
  one: boolean;
  position: number;
}

export interface EventsTable {
  position: number;
  source: string;
  id: string;
  type: string;
  product: string | null;
  time: string;
  event: JsonOf<Record<string, unknown>>;
}

export interface QueueSnoozesTable {
  subject: string;
  item: string;
  until: string;
}

export interface SavedWorkTable {
  saved: string;
  kind: 'query' | 'search' | 'follow';
  name: string;
  body: JsonOf<Record<string, unknown>>;
  product: string | null;
  owner: string;
  shared_with: JsonOf<'nobody' | 'everybody' | string[]>;
  version: number;
  created_at: string;
  updated_at: string;
  seen_at: string | null;
}

export interface AgreementCommentsTable {
  comment: string;
  agreement: string;
  author: string;
  text: string;
  at: string;
}

export interface ProductLinksTable {
  product: string;
  kind: 'reference' | 'input';
  target: string;
  is_outside: boolean;
  columns: JsonOf<string[] | null> | null;
}

export interface ControlTables {
  subjects: SubjectsTable;
  credentials: CredentialsTable;
  domains: DomainsTable;
  products: ProductsTable;
  contracts: ContractsTable;
  domain_keys: DomainKeysTable;
  table_claims: TableClaimsTable;
  agreements: AgreementsTable;
  policies: PoliciesTable;
  mesh_policies: MeshPoliciesTable;
  policy_plans: PolicyPlansTable;
  key_lists: KeyListsTable;
  batches: BatchesTable;
  measurements: MeasurementsTable;
  search_documents: SearchDocumentsTable;
  event_counter: EventCounterTable;
  events: EventsTable;
  idempotency: IdempotencyTable;
  queue_snoozes: QueueSnoozesTable;
  saved_work: SavedWorkTable;
  product_links: ProductLinksTable;
  agreement_comments: AgreementCommentsTable;
}
