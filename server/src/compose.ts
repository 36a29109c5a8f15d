/**
 * Puts one Weft process together: the only file that names every adapter.
 *
 * Not the services' work. Control plane and node are composed apart and meet over HTTP, also in one process: the node
 * knows the control plane's address and its own token, nothing else. Invariant: what was opened is closed in reverse
 * order, whether the start failed or the process ends.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createIdSource } from '@weft/core/lib/id';
import type { Logger } from '@weft/core/lib/ports';
import type { Subject } from '@weft/core/registry/types';
import { createOidcProvider } from './adapters/auth-oidc.ts';
import { loadCedar } from './adapters/cedar.ts';
import { createCheckpointFile } from './adapters/checkpoint-file.ts';
import { createContractArchive } from './adapters/contract-archive.ts';
import { makeDataDirectory, syncNames } from './adapters/data-directory.ts';
import { lockDirectory } from './adapters/directory-lock.ts';
import { domainKeyId, type Keyring, openKeyring, ROOT_KEY, TOKEN_KEY } from './adapters/keyring.ts';
import { listen } from './adapters/listen.ts';
import { claimSchemas } from './adapters/postgres-claim.ts';
import { createRuleTrial } from './adapters/rule-trial.ts';
import { systemClock, systemRandom } from './adapters/runtime-ports.ts';
import { openPgliteStore } from './adapters/store-pglite.ts';
import { openPostgresStore } from './adapters/store-postgres.ts';
import { createTokens } from './adapters/tokens.ts';
import { createApp, type WeftApp } from './api/app.ts';
import { registerAuth } from './api/auth.ts';
import { isLoopback } from './api/local-request.ts';
import { registerAudit } from './api/platform/audit.ts';
import { registerReportedBatches } from './api/platform/batches.ts';
import { registerControl } from './api/platform/control.ts';
import { registerHealth } from './api/platform/health.ts';
import { registerWeb } from './api/web.ts';
import { composeNode, type NodePart } from './compose-node.ts';
import type { Config } from './config.ts';
import { createAuditKeeper } from './services/audit-keeper.ts';
import { type ControlPlane, createControlPlane } from './services/control-plane.ts';
import type { TokenPort } from './services/identity-service.ts';
import { type AuditLog, createAuditLog } from './store/audit-log.ts';
import { migrate } from './store/migrate.ts';
import type { SchemaName, Store } from './store/store.ts';
import type { TestHooks } from './test-hooks.ts';

const { version: VERSION } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

const ISSUER = 'weft';
const DAY = 86_400;

/** A started process. */
export interface Running {
  url: string;
  rootKey: string;
  /** Token of the platform team of this mesh; null when the control plane is elsewhere. */
  platformToken: string | null;
  /** Registers a subject and gives it a token; null when the control plane is elsewhere. */
  issueToken: ((subject: Subject) => Promise<string>) | null;
  /** Lets browsers of this machine sign in as these subjects of an example; nothing where others reach the mesh. */
  offerPeople(ids: readonly string[]): void;
  /** Drains and closes everything. */
  stop(): Promise<void>;
}

/** Everything that has to be closed, newest first. */
class Closing {
  readonly #steps: (() => Promise<void> | void)[] = [];

  add(step: () => Promise<void> | void): void {
    this.#steps.unshift(step);
  }

  async run(logger: Logger): Promise<void> {
    for (const step of this.#steps.splice(0)) {
      try {
        await step();
      } catch (error) {
        logger.error('a part did not close', { error: String(error) });
      }
    }
  }
}

/** Starts the parts that `config.role` names; resolves when requests are answered. */
export async function startServer(
  config: Config,
  logger: Logger,
  hooks: TestHooks = {},
): Promise<Running> {
  const closing = new Closing();
  try {
    return await start({ config, logger, closing, hooks });
  } catch (error) {
    await closing.run(logger);
    throw error;
  }
}

interface Start {
  config: Config;
  logger: Logger;
  closing: Closing;
  hooks: TestHooks;
}

async function start({ config, logger, closing, hooks }: Start): Promise<Running> {
  await makeDataDirectory(config.dataDirectory);
  // Why also with a store on a server: files have no other guard, and whoever proves them must be alone with them.
  const lock = lockDirectory(config.dataDirectory);
  closing.add(() => lock.release());
  const store = await openStore(config, logger);
  closing.add(() => store.close());
  const keys = openKeyring(join(config.dataDirectory, 'keys'));
  const control =
    config.role === 'node' ? null : await composeControl({ config, store, keys, logger });
  const address = { url: config.controlUrl ?? '' };
  const node =
    config.role === 'control'
      ? null
      : await composeNode({
          config,
          store,
          keys,
          logger,
          controlUrl: () => address.url,
          token: nodeToken(config, control),
          rootKey: control?.plane.mesh.rootKey ?? null,
          version: VERSION,
          hooks,
        });
  // Why: store, keys and locks were made in it, and nothing is answered before their names are on the disk.
  await syncNames(config.dataDirectory);
  const chains = [control?.plane.audit, node?.audit].filter((audit) => audit !== undefined);
  const keeper = createAuditKeeper(chains, logger);
  // Why before the node's: then it ends after it, when the last entry is written.
  closing.add(() => keeper.stop());
  if (node !== null) closing.add(() => node.close());
  await keeper.start();
  // Why asked for at each request: behind a proxy it is configured, else known only once the process listens.
  const origin = (): string => config.webUrl ?? address.url;
  const app = await createApp({
    version: VERSION,
    logger,
    requestsPerMinute: config.limits.requestsPerMinute,
    authenticate: control === null ? authenticateBy(node) : control.plane.identity.authenticate,
    ...browserOf(control, origin),
  });
  mountParts({ app, store, control: control?.plane ?? null, node, chains, origin });
  const url = await listen(app, { host: config.host, port: config.port, asked: config.portAsked });
  if (config.controlUrl === null) address.url = url;
  closing.add(() => app.close());
  if (control !== null) closing.add(sweepPeriodically(control.plane, logger));
  await node?.start(url);
  if (control !== null) indexProducts(control.plane, closing);
  return describeRunning({ config, url, control, node, closing, logger });
}

async function openStore(config: Config, logger: Logger): Promise<Store> {
  const { storeUrl: url, role } = config;
  const schemas: SchemaName[] = role === 'all' ? ['control', 'node'] : [role];
  if (url !== null) {
    const claim = () => claimSchemas({ url, schemas, logger });
    return openPostgresStore({ url, logger, claim });
  }
  return openPgliteStore({ directory: join(config.dataDirectory, 'store'), logger });
}

interface ControlPart {
  plane: ControlPlane;
}

interface ControlInput {
  config: Config;
  store: Store;
  keys: Keyring;
  logger: Logger;
}

async function composeControl({ config, store, keys, logger }: ControlInput): Promise<ControlPart> {
  await migrate(store, 'control');
  const rootKey = keys.ensureKey(ROOT_KEY);
  const tokenKey = keys.ensureKey(TOKEN_KEY);
  const tokens: TokenPort = createTokens({
    crypto: keys,
    clock: systemClock,
    keyId: TOKEN_KEY,
    publicKey: tokenKey,
    issuer: ISSUER,
  });
  const plane = createControlPlane({
    store,
    audit: createAudit({ config, store, keys, rootKey }),
    keys,
    tokens,
    publishKeys: { rootKeyId: ROOT_KEY, domainKeyId },
    cedar: loadCedar,
    clock: systemClock,
    random: systemRandom,
    ids: createIdSource({ clock: systemClock, random: systemRandom }),
    logger,
    oidc: openProvider(config, keys),
    ...(config.oidc === null ? {} : { sessionSeconds: config.oidc.sessionSeconds }),
    archive: createContractArchive(join(config.dataDirectory, 'contracts')),
    ruleTrial: createRuleTrial({
      directory: join(config.dataDirectory, 'rule-trials'),
      secondsMax: RULE_TRIAL_SECONDS_MAX,
    }),
    mesh: { name: ISSUER, version: VERSION, issuer: ISSUER, tokenKey },
  });
  return { plane };
}

/** With the start of a process, on a machine that has much else to do. */
const RULE_TRIAL_SECONDS_MAX = 60;

function openProvider({ oidc }: Config, crypto: Keyring) {
  return oidc === null ? null : createOidcProvider({ settings: oidc, clock: systemClock, crypto });
}

interface AuditInput {
  config: Config;
  store: Store;
  keys: Keyring;
  rootKey: string;
}

function createAudit({ config, store, keys, rootKey }: AuditInput) {
  return createAuditLog({
    store,
    schema: 'control',
    clock: systemClock,
    random: systemRandom,
    crypto: keys,
    keyId: ROOT_KEY,
    publicKey: rootKey,
    archive: createCheckpointFile(join(config.dataDirectory, 'audit'), 'control'),
  });
}

/** The node's token: given by the environment, or made here and renewed when half of its time is over. */
function nodeToken(config: Config, control: ControlPart | null): () => string {
  if (control === null) return () => config.nodeToken ?? '';
  let issued = { token: '', until: 0 };
  return () => {
    if (systemClock.now() > issued.until) {
      const { token } = control.plane.identity.nodeToken(config.domains, DAY);
      issued = { token, until: systemClock.now() + (DAY / 2) * 1000 };
    }
    return issued.token;
  };
}

function authenticateBy(node: NodePart | null): (bearer: string) => Promise<Subject> {
  return async (bearer) => {
    if (node === null) throw new Error('a process without control plane has a node');
    return node.authenticate(bearer);
  };
}

/** Why last, and not waited for: the store searches by itself until the index is read. */
function indexProducts({ search }: ControlPlane, closing: Closing): void {
  void search.start();
  closing.add(() => search.stop());
}

function browserOf(control: ControlPart | null, origin: () => string) {
  if (control === null) return {};
  return { browser: { origin, authenticate: control.plane.sessions.authenticate } };
}

const SWEEP_MS = 60_000;

/**
 * Marks agreements whose time is over, which decisions honour by themselves, and promises that time alone broke. Returns how
 * to end it.
 */
function sweepPeriodically(plane: ControlPlane, logger: Logger): () => void {
  const timer = setInterval(() => {
    plane.agreements.expireOverdue().catch((error: unknown) => {
      logger.warn('agreements could not be swept', { error: String(error) });
    });
    plane.promises.sweep().catch((error: unknown) => {
      logger.warn('promises could not be looked at', { error: String(error) });
    });
  }, SWEEP_MS);
  timer.unref();
  return () => clearInterval(timer);
}

interface Mount {
  app: WeftApp;
  store: Store;
  control: ControlPlane | null;
  node: NodePart | null;
  chains: readonly AuditLog[];
  /** Address of this process as browsers know it. */
  origin(): string;
}

function mountParts({ app, store, control, node, chains, origin }: Mount): void {
  // Why first: its hook counts the requests of routes that are registered after it.
  registerHealth(app, {
    store,
    version: VERSION,
    parts: { control: control !== null, node: node !== null },
  });
  if (control !== null) registerControl(app, control);
  if (control !== null && node === null) registerReportedBatches(app, control);
  node?.register(app);
  registerAudit(app, chains);
  if (control === null) return;
  if (node !== null) control.resolve.askNode(node.lookUp);
  registerWeb(app);
  registerAuth(app, { ...control, origin });
}

interface Describe {
  config: Config;
  url: string;
  control: ControlPart | null;
  node: NodePart | null;
  closing: Closing;
  logger: Logger;
}

async function describeRunning({
  config,
  url,
  control,
  node,
  closing,
  logger,
}: Describe): Promise<Running> {
  const stop = (): Promise<void> => closing.run(logger);
  if (control === null) {
    const rootKey = node?.rootKey ?? '';
    const offerPeople = (): void => {};
    return { url, rootKey, platformToken: null, issueToken: null, offerPeople, stop };
  }
  const { identity, mesh, demo } = control.plane;
  // Why not behind a public address: a proxy on this machine would speak for the whole world.
  const isLocal = isLoopback(config.host) && config.webUrl === null;
  const offerPeople = (ids: readonly string[]): void => {
    if (isLocal) demo.offer(ids);
  };
  const issueToken = async (subject: Subject): Promise<string> =>
    (await identity.bootstrapToken(subject, 30 * DAY)).token;
  const platformToken = await issueToken({
    id: 'platform',
    name: 'Platform team',
    roles: ['platform'],
    domains: [],
    attributes: {},
  });
  return { url, rootKey: mesh.rootKey, platformToken, issueToken, offerPeople, stop };
}
