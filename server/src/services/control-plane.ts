/**
 * The control plane put together from its services; the adapters come from outside (`compose.ts`, tests).
 *
 * Not a server: `api/platform` mounts it. Invariant: the root key and the token key exist before anything is served.
 */
import type { IdSource } from '@weft/core/lib/id';
import type { Clock, Logger, SecureRandom } from '@weft/core/lib/ports';
import { DEFAULT_ORDERS, type MeshOrders } from '@weft/core/registry/search-fields';
import type { AuditLog } from '../store/audit-log.ts';
import { createProductSearch, type ProductSearch } from '../store/control-search-reader.ts';
import type { ControlTables } from '../store/control-tables.ts';
import { createIdempotencyStore, type IdempotencyStore } from '../store/idempotency.ts';
import type { Store } from '../store/store.ts';
import { type AccessAnswers, createAccessAnswers } from './access-answers.ts';
import { type AccessService, createAccessService } from './access-service.ts';
import { type AgreementThread, createAgreementThread } from './agreement-thread.ts';
import { type AgreementsService, createAgreementsService } from './agreements-service.ts';
import { type ComingService, createComingService } from './coming-service.ts';
import { createContractCache } from './contract-cache.ts';
import { type ContractChecks, createContractChecks } from './contract-checks.ts';
import type { ControlContext, Keys } from './control-context.ts';
import { createDemoPeople, type DemoPeople } from './demo-people.ts';
import { createDiscoveryService, type DiscoveryService } from './discovery-service.ts';
import { createEventFeed, createEventsService, type EventsService } from './events-service.ts';
import { createExternalSubjects, type OidcPort } from './external-subjects.ts';
import { createGraphService, type GraphService } from './graph-service.ts';
import { createIdentityService, type IdentityService, type TokenPort } from './identity-service.ts';
import { createNewsService, type NewsService } from './news-service.ts';
import { createOidcSignIn, type OidcSignIn } from './oidc-sign-in.ts';
import { createPoliciesService, type PoliciesService } from './policies-service.ts';
import { type CedarSource, createPolicyRules } from './policy-rules.ts';
import { createPromisesService, type PromisesService } from './promises-service.ts';
import { createQueueService, type QueueService } from './queue-service.ts';
import type { PublishKeys } from './registry-keys.ts';
import type { RuleTrial } from './registry-publish.ts';
import {
  type ContractArchive,
  createRegistryService,
  type RegistryService,
} from './registry-service.ts';
import { createReportedBatches, type ReportedBatches } from './reported-batches.ts';
import { createReportsService, type ReportsService } from './reports-service.ts';
import { createResolveService, type ResolveService } from './resolve-service.ts';
import { createSavedService, type SavedService } from './saved-service.ts';
import { createSecretsService, type SecretsService } from './secrets-service.ts';
import { createStandingKeeper, type StandingKeeper } from './standing-keeper.ts';
import { createUsersService, type UsersService } from './users-service.ts';
import { createWebSessions, type WebSessions } from './web-sessions.ts';

export interface ControlPlaneOptions {
  /** Migrated. */
  store: Store;
  audit: AuditLog;
  keys: Keys;
  tokens: TokenPort;
  publishKeys: PublishKeys;
  cedar: CedarSource;
  clock: Clock;
  random: SecureRandom;
  ids: IdSource;
  logger: Logger;
  archive: ContractArchive | null;
  ruleTrial: RuleTrial | null;
  /** The identity provider, when there is one. */
  oidc?: OidcPort | null;
  /** How long a browser stays signed in. */
  sessionSeconds?: number;
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
  clock: Clock;
  mesh: MeshIdentity & { rootKey: string };
  audit: AuditLog;
  identity: IdentityService;
  users: UsersService;
  secrets: SecretsService;
  standing: StandingKeeper;
  sessions: WebSessions;
  /** The identity provider and the sign-in of browsers there; null without one. */
  oidc: OidcPort | null;
  signIn: OidcSignIn | null;
  demo: DemoPeople;
  registry: RegistryService;
  agreements: AgreementsService;
  thread: AgreementThread;
  policies: PoliciesService;
  access: AccessService;
  answers: AccessAnswers;
  discovery: DiscoveryService;
  /** Searches in the store until it is started. */
  search: ProductSearch;
  reports: ReportsService;
  checks: ContractChecks;
  promises: PromisesService;
  queue: QueueService;
  coming: ComingService;
  graph: GraphService;
  resolve: ResolveService;
  saved: SavedService;
  news: NewsService;
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
  const standing = createStandingKeeper({ db, clock, logger, epoch: ids.next('aud') });
  const context = { db, audit, keys, clock, ids, logger, orders, contracts, feed, standing };
  const rules = createPolicyRules(context, options.cedar);
  const rootKey = keys.ensureKey(publishKeys.rootKeyId);
  const people = createPeople(context, options);
  const search = createProductSearch(db, logger);
  const agreements = createAgreementsService({ ...context, rules });
  const saved = createSavedService(context);
  const batches = createReportedBatches(db);
  const registry = createRegistryService({ ...context, publishKeys, archive, ruleTrial });
  const policies = createPoliciesService({ ...context, publishKeys, rules });
  return {
    clock,
    mesh: { ...options.mesh, rootKey },
    audit,
    ...people,
    standing,
    registry,
    checks: createContractChecks({ registry, ruleTrial, clock }),
    agreements,
    thread: createAgreementThread(context, agreements),
    policies,
    access: createAccessService({ ...context, rules }, people.identity),
    answers: createAccessAnswers({ ...context, rules }, { identity: people.identity, policies }),
    discovery: createDiscoveryService({ ...context, search }),
    search,
    reports: createReportsService(context),
    promises: createPromisesService(context),
    queue: createQueueService(context),
    coming: createComingService(context),
    graph: createGraphService(context),
    saved,
    resolve: createResolveService(context, {
      registry,
      agreements,
      batches,
      saved,
      users: people.users,
    }),
    news: createNewsService({ ...context, search }),
    events: createEventsService({ db, feed }),
    batches,
    idempotency: createIdempotencyStore({ store: options.store, schema: 'control', clock }),
  };
}

const SESSION_SECONDS = 8 * 3_600;

function createPeople(context: ControlContext, options: ControlPlaneOptions) {
  const { random, clock, keys: crypto } = options;
  const oidc = options.oidc ?? null;
  const secrets = createSecretsService(context, random);
  const external = oidc === null ? null : createExternalSubjects(context, oidc);
  const identity = createIdentityService(context, { tokens: options.tokens, secrets, external });
  const signIn =
    oidc === null || external === null || oidc.settings.web === null
      ? null
      : createOidcSignIn({ secrets, crypto, random, clock, oidc, external });
  const demo = createDemoPeople(context.db);
  const seconds = options.sessionSeconds ?? SESSION_SECONDS;
  const sessions = createWebSessions({ secrets, identity, oidc, demo, seconds });
  return { identity, secrets, users: createUsersService(context), oidc, signIn, sessions, demo };
}
