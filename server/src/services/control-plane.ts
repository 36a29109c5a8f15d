/**
 * The control plane put together from its services; the adapters come from outside (`compose.ts`, tests).
 *
 * Not a server: `api/platform` mounts it. Invariant: the root key and the token key exist before anything is served.
 */
import type { IdSource } from '@weft/core/lib/id';
import type { Clock, Logger } from '@weft/core/lib/ports';
import { DEFAULT_ORDERS, type MeshOrders } from '@weft/core/registry/search-fields';
import type { AuditLog } from '../store/audit-log.ts';
import { createProductSearch, type ProductSearch } from '../store/control-search-reader.ts';
import type { ControlTables } from '../store/control-tables.ts';
import { createIdempotencyStore, type IdempotencyStore } from '../store/idempotency.ts';
import type { Store } from '../store/store.ts';
import { type AccessAnswers, createAccessAnswers } from './access-answers.ts';
import { type AccessService, createAccessService } from './access-service.ts';
import { type AgreementsService, createAgreementsService } from './agreements-service.ts';
import { createContractCache } from './contract-cache.ts';
import type { Keys } from './control-context.ts';
import { createDiscoveryService, type DiscoveryService } from './discovery-service.ts';
import { createEventFeed, createEventsService, type EventsService } from './events-service.ts';
import { createIdentityService, type IdentityService, type TokenPort } from './identity-service.ts';
import { createPoliciesService, type PoliciesService } from './policies-service.ts';
import { type CedarSource, createPolicyRules } from './policy-rules.ts';
import type { PublishKeys } from './registry-keys.ts';
import type { RuleTrial } from './registry-publish.ts';
import {
  type ContractArchive,
  createRegistryService,
  type RegistryService,
} from './registry-service.ts';
import { createReportedBatches, type ReportedBatches } from './reported-batches.ts';
import { createReportsService, type ReportsService } from './reports-service.ts';

export interface ControlPlaneOptions {
  /** Migrated. */
  store: Store;
  audit: AuditLog;
  keys: Keys;
  tokens: TokenPort;
  publishKeys: PublishKeys;
  cedar: CedarSource;
  clock: Clock;
  ids: IdSource;
  logger: Logger;
  archive: ContractArchive | null;
  ruleTrial: RuleTrial | null;
  /** Name of the mesh, version of the software, issuer of tokens and its key: what `GET /api/v1/mesh` tells. */
  mesh: MeshIdentity;
  orders?: MeshOrders;
}

export interface MeshIdentity {
  name: string;
  version: string;
  /** The `iss` claim of tokens, and the issuer's raw public key in base64url. */
  issuer: string;
  tokenKey: string;
}

export interface ControlPlane {
  mesh: MeshIdentity & { rootKey: string };
  audit: AuditLog;
  identity: IdentityService;
  registry: RegistryService;
  agreements: AgreementsService;
  policies: PoliciesService;
  access: AccessService;
  answers: AccessAnswers;
  discovery: DiscoveryService;
  /** Searches in the store until it is started. */
  search: ProductSearch;
  reports: ReportsService;
  events: EventsService;
  batches: ReportedBatches;
  idempotency: IdempotencyStore;
}

export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const feed = createEventFeed();
  const db = options.store.schema<ControlTables>('control');
  const { audit, keys, clock, ids, logger, archive, publishKeys, ruleTrial } = options;
  const orders = options.orders ?? DEFAULT_ORDERS;
  const contracts = createContractCache();
  const context = { db, audit, keys, clock, ids, logger, orders, contracts, feed };
  const rules = createPolicyRules(context, options.cedar);
  const rootKey = keys.ensureKey(publishKeys.rootKeyId);
  const identity = createIdentityService(context, options.tokens);
  const search = createProductSearch(db, logger);
  const policies = createPoliciesService({ ...context, publishKeys, rules });
  return {
    mesh: { ...options.mesh, rootKey },
    audit,
    identity,
    registry: createRegistryService({ ...context, publishKeys, archive, ruleTrial }),
    agreements: createAgreementsService(context),
    policies,
    access: createAccessService({ ...context, rules }, identity),
    answers: createAccessAnswers({ ...context, rules }, { identity, policies }),
    discovery: createDiscoveryService({ ...context, search }),
    search,
    reports: createReportsService(context),
    events: createEventsService({ db, feed }),
    batches: createReportedBatches(db),
    idempotency: createIdempotencyStore({ store: options.store, schema: 'control', clock }),
  };
}
