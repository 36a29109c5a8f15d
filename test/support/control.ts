/**
 * A control plane for tests: real keys in a temporary directory, a clock that the test moves, the store it is given.
 *
 * Not a server. Invariant: the directory of the keys is gone when the test process ends in an orderly way.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdSource } from '@weft/core/lib/id';
import type { Clock, Crypto } from '@weft/core/lib/ports';
import type { Subject } from '@weft/core/registry/types';
import { loadCedar } from '../../server/src/adapters/cedar.ts';
import {
  domainKeyId,
  openKeyring,
  ROOT_KEY,
  TOKEN_KEY,
} from '../../server/src/adapters/keyring.ts';
import { systemRandom } from '../../server/src/adapters/runtime-ports.ts';
import { createTokens } from '../../server/src/adapters/tokens.ts';
import { type ControlPlane, createControlPlane } from '../../server/src/services/control-plane.ts';
import type { OidcPort } from '../../server/src/services/external-subjects.ts';
import type { RuleTrial } from '../../server/src/services/registry-publish.ts';
import type { ContractArchive } from '../../server/src/services/registry-service.ts';
import { createAuditLog } from '../../server/src/store/audit-log.ts';
import type { Store } from '../../server/src/store/store.ts';
import { silentLogger } from './store.ts';

export interface TestControl extends ControlPlane {
  clock: { now(): number; set(time: string): void; add(seconds: number): void };
  keys: ReturnType<typeof openKeyring>;
}

/** Builds a control plane on a migrated store. */
export function createTestControl(
  store: Store,
  options: {
    archive?: ContractArchive;
    ruleTrial?: RuleTrial;
    time?: string;
    oidc?: (clock: Clock, crypto: Crypto) => OidcPort;
    sessionSeconds?: number;
  } = {},
): TestControl {
  const directory = mkdtempSync(join(tmpdir(), 'weft-keys-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const clock = createTestClock(options.time ?? '2026-03-01T10:00:00.000Z');
  const keys = openKeyring(directory);
  const publicKey = keys.ensureKey(TOKEN_KEY);
  const rootKey = keys.ensureKey(ROOT_KEY);
  const random = systemRandom;
  const control = createControlPlane({
    store,
    audit: createAuditLog({
      store,
      schema: 'control',
      clock,
      random,
      crypto: keys,
      keyId: ROOT_KEY,
      publicKey: rootKey,
    }),
    keys,
    tokens: createTokens({ crypto: keys, clock, keyId: TOKEN_KEY, publicKey, issuer: 'weft:test' }),
    publishKeys: { rootKeyId: ROOT_KEY, domainKeyId },
    cedar: loadCedar,
    clock,
    random,
    ids: createIdSource({ clock, random }),
    logger: silentLogger,
    archive: options.archive ?? null,
    ruleTrial: options.ruleTrial ?? null,
    oidc: options.oidc?.(clock, keys) ?? null,
    ...(options.sessionSeconds === undefined ? {} : { sessionSeconds: options.sessionSeconds }),
    mesh: { name: 'test', version: '0.0.0', issuer: 'test', tokenKey: 'none' },
  });
  return { ...control, clock, keys };
}

function createTestClock(start: string) {
  let time = Date.parse(start);
  return {
    now: () => time,
    set(text: string) {
      time = Date.parse(text);
    },
    add(seconds: number) {
      time += seconds * 1000;
    },
  };
}

/** A subject with defaults. */
export function testSubject(id: string, values: Partial<Omit<Subject, 'id'>> = {}): Subject {
  return { id, name: id, roles: ['consumer'], domains: [], attributes: {}, ...values };
}

export const platform = testSubject('platform', { roles: ['platform'] });
export const owner = testSubject('olga', { roles: ['producer'], domains: ['sales'] });
export const steward = testSubject('stella', { roles: ['steward'] });
export const analyst = testSubject('ana');
export const node = testSubject('node:mesh', { roles: ['node'] });

/** Makes subjects known to the mesh. */
export async function register(control: ControlPlane, ...subjects: Subject[]): Promise<void> {
  for (const subject of subjects) await control.identity.bootstrapToken(subject, 60);
}

/** Makes the domain `sales`, owned by `owner`. */
export async function createSales(control: ControlPlane, name = 'sales'): Promise<void> {
  await register(control, owner);
  await control.registry.putDomain(platform, {
    name,
    title: name,
    description: null,
    owners: ['olga'],
    stewards: [],
    node: null,
  });
}

export interface OrdersOptions {
  version?: string;
  domain?: string;
  product?: string;
  id?: string;
  title?: string;
  /** Lines of a further property of the first object, indented as `properties` items. */
  extra?: string;
  granularity?: string;
  purposes?: string;
  description?: string;
}

const ORDER_PROPERTIES = `    properties:
      - id: order_id
        name: order_id
        businessName: Order number
        description: Number of the order.
        logicalType: integer
        physicalType: BIGINT
        required: true
        unique: true
        primaryKey: true
        primaryKeyPosition: 1
        classification: internal
      - id: store
        name: store
        businessName: Shop
        description: Code of the store.
        logicalType: string
        physicalType: VARCHAR
        required: true
        classification: public
      - id: email
        name: email
        businessName: E-mail
        description: Address of the buyer.
        logicalType: string
        physicalType: VARCHAR
        required: false
        classification: confidential
        tags: [personal]
      - id: amount
        name: amount
        businessName: Net amount
        description: In euros.
        logicalType: number
        physicalType: DECIMAL(10,2)
        required: true
        classification: internal
`;

const ORDER_LEVELS = `slaProperties:
  - {id: daily, property: frequency, value: 1, unit: d}
  - {id: in_an_hour, property: latency, value: 1, unit: h}
  - {id: keep_a_year, property: retention, value: 1, unit: y}
team:
  name: Sales
  members:
    - username: olga
      role: owner
`;

/** A complete contract of small orders: order_id, store, email (confidential), amount. */
export function ordersContract(options: OrdersOptions = {}): string {
  const domain = options.domain ?? 'sales';
  const product = options.product ?? 'orders';
  return `kind: DataContract
apiVersion: v3.1.0
id: ${options.id ?? `${domain}.${product}`}
version: ${options.version ?? '1.0.0'}
status: active
name: ${options.title ?? 'Orders of the shop'}
domain: ${domain}
dataProduct: ${product}
tags: [finance]
description:
  purpose: ${options.description ?? 'One row per order of the shop.'}
  limitations: Test data.
  usage: For tests.
schema:
  - id: ${product}
    name: ${product}
    physicalType: table
    businessName: Order
    description: One order.
    dataGranularityDescription: One row per order.
${ORDER_PROPERTIES}${options.extra ?? ''}    quality:
      - id: some_orders
        type: library
        metric: rowCount
        mustBeGreaterThan: 0
        dimension: completeness
        severity: error
${ORDER_LEVELS}customProperties:
  - property: weftGranularity
    value: ${options.granularity ?? 'order × day'}
  - property: weftPurposes
    value: ${options.purposes ?? '[reporting, research]'}
  - property: weftLawfulBasis
    value: contract
  - property: weftLicence
    value: CC0-1.0
  - property: weftRegion
    value: eu
  - property: weftDeletionAction
    value: delete
`;
}
