/**
 * A data directory of `weft up` with many products in it, each as publishing leaves it: product, signed contract, claim,
 * events, audit entries and search document.
 *
 * Not `publishContract`, which syncs the disk for each of them and parses every text: contracts are read once for each
 * form, and rows are written many at a time. They are made by the functions that publishing makes them with, and some
 * products are published once more by the service itself. Invariants: that changes nothing, or there is no directory;
 * the directory stands under its final name only when it is whole.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tablesOf } from '@weft/core/contract/compile/tables';
import type { ContractDocument, JsonObject } from '@weft/core/contract/document';
import { freezeContract } from '@weft/core/contract/freeze';
import { certifyDomainKey } from '@weft/core/contract/keys';
import type { ContractModel } from '@weft/core/contract/model';
import { readContract } from '@weft/core/contract/read';
import { CONTROL_SOURCE, createEvent, productOfSubject } from '@weft/core/events/event';
import { must } from '@weft/core/lib/assert';
import { createIdSource } from '@weft/core/lib/id';
import type { TableMeasurement } from '@weft/core/registry/measurement';
import { DEFAULT_ORDERS } from '@weft/core/registry/search-fields';
import type { Subject } from '@weft/core/registry/types';
import { domainKeyId, openKeyring, ROOT_KEY } from '../server/src/adapters/keyring.ts';
import { systemClock, systemRandom } from '../server/src/adapters/runtime-ports.ts';
import { openPgliteStore } from '../server/src/adapters/store-pglite.ts';
import { createContractCache } from '../server/src/services/contract-cache.ts';
import type { ControlEventDraft } from '../server/src/services/control-context.ts';
import { type PublishContext, publishContract } from '../server/src/services/registry-publish.ts';
import { createStandingKeeper } from '../server/src/services/standing-keeper.ts';
import { type AuditEvent, createAuditLog } from '../server/src/store/audit-log.ts';
import { lastPosition } from '../server/src/store/control-events.ts';
import { readProduct, writeDomain } from '../server/src/store/control-registry.ts';
import { json } from '../server/src/store/control-rows.ts';
import {
  describeProduct,
  documentRow,
  rebuildSearchDocument,
} from '../server/src/store/control-search-document.ts';
import type { ControlTables } from '../server/src/store/control-tables.ts';
import type { Store } from '../server/src/store/store.ts';
import { catalogDomain, catalogForm, catalogProduct, DOMAINS, FORMS } from './catalog-products.ts';
import { startMesh } from './mesh.ts';

/** Part of the directory's name: raise it when what is generated or a migration changes. */
const VERSION = 3;
const PER_TRANSACTION = 500;
/** How many products the service publishes once more. */
const PROOFS = 10;
const silent = { info() {}, warn() {}, error() {} };
const publisher: Subject = {
  id: 'bench',
  name: 'Bench',
  roles: ['platform'],
  domains: [],
  attributes: {},
};

export interface CatalogOptions {
  products: number;
  say(text: string): void;
}

/** Puts a mesh with so many products into `directory`, for `startMesh`; the first call makes it, which takes minutes. */
export async function openCatalog(directory: string, options: CatalogOptions): Promise<void> {
  const kept = join(tmpdir(), `weft-bench-catalog-${VERSION}-${options.products}`);
  if (!existsSync(kept)) {
    const partial = `${kept}.${process.pid}`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial);
    // Why a mesh first: it makes keys, schemas and settings in its own way.
    await (await startMesh(partial)).stop();
    await fillDirectory(join(partial, 'data'), options);
    renameSync(partial, kept);
  }
  cpSync(kept, directory, { recursive: true });
}

type Context = PublishContext & { forms: Map<number, Form> };

/** A contract that was read once for all products of its form. */
interface Form {
  text: string;
  /** As JSON, so that it can be filled like the text. */
  model: string;
}

async function fillDirectory(data: string, { products, say }: CatalogOptions): Promise<void> {
  const store = await openPgliteStore({ directory: join(data, 'store'), logger: silent });
  try {
    const context = openContext(data, store);
    await addDomains(context);
    for (let from = 0; from < products; from += PER_TRANSACTION) {
      if (from % 10_000 === 0) say(`${from} of ${products} products …`);
      await addProducts(context, { from, to: Math.min(products, from + PER_TRANSACTION) });
    }
    for (let i = 0; i < PROOFS; i++) {
      await proveProduct(context, Math.floor((i * products) / PROOFS));
    }
  } finally {
    await store.close();
  }
}

function openContext(data: string, store: Store): Context {
  const keys = openKeyring(join(data, 'keys'));
  const [clock, random] = [systemClock, systemRandom];
  const publicKey = keys.ensureKey(ROOT_KEY);
  const log = { store, schema: 'control' as const, clock, random };
  const context = {
    db: store.schema<ControlTables>('control'),
    audit: createAuditLog({ ...log, crypto: keys, keyId: ROOT_KEY, publicKey }),
    keys,
    clock,
    ids: createIdSource({ clock, random }),
    logger: silent,
    orders: DEFAULT_ORDERS,
    contracts: createContractCache(),
    feed: { wake() {} },
    standing: createStandingKeeper({
      db: store.schema<ControlTables>('control'),
      clock,
      logger: silent,
      epoch: 'bench',
    }),
    publishKeys: { rootKeyId: ROOT_KEY, domainKeyId },
    ruleTrial: null,
    forms: new Map(),
  };
  return context;
}

async function addDomains({ db, keys, clock, publishKeys }: Context): Promise<void> {
  const now = new Date(clock.now()).toISOString();
  for (let i = 0; i < DOMAINS; i++) {
    const domain = catalogDomain(i);
    const keyId = domainKeyId(domain.name);
    const publicKey = keys.ensureKey(keyId);
    const certificate = certifyDomainKey(
      { domain: domain.name, keyId, publicKey, notBefore: now, notAfter: null },
      { rootKeyId: publishKeys.rootKeyId, crypto: keys },
    );
    await writeDomain(db, domain, now);
    await db
      .insertInto('domain_keys')
      .values({
        key_id: keyId,
        domain: domain.name,
        public_key: publicKey,
        certificate: json(certificate),
        created_at: now,
      })
      .execute();
  }
}

async function addProducts(
  context: Context,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const now = new Date(context.clock.now()).toISOString();
  const rows = Array.from({ length: to - from }, (_, i) => productRows(context, from + i, now));
  await context.db.transaction().execute(async (tx) => {
    await tx
      .insertInto('products')
      .values(rows.map((row) => row.product))
      .execute();
    await tx
      .insertInto('contracts')
      .values(rows.map((row) => row.contract))
      .execute();
    await tx
      .insertInto('table_claims')
      .values(rows.flatMap((row) => row.claims))
      .execute();
    const measurements = rows.flatMap((row) => row.measurements);
    await tx.insertInto('measurements').values(measurements).execute();
    await tx
      .insertInto('search_documents')
      .values(rows.map((row) => row.document))
      .execute();
    const events = rows.flatMap((row) => row.events);
    const first = (await lastPosition(tx)) + 1;
    await tx
      .insertInto('events')
      .values(events.map((draft, i) => eventRow(context, draft, first + i)))
      .execute();
    await tx
      .updateTable('event_counter')
      .set({ position: first - 1 + events.length })
      .execute();
    await context.audit.appendWithin(tx, ...rows.flatMap((row) => row.entries));
  });
}

/** What publishing the first version of a product writes. */
function productRows(context: Context, index: number, now: string) {
  const { domain, name, fill, measurement } = catalogProduct(index);
  const product = `${domain}.${name}`;
  const form = formOf(context, index);
  const model = JSON.parse(fill(form.model)) as ContractModel;
  const contract = contractRow(context, { domain, name, model, text: fill(form.text), now });
  const row = { ...PLAIN_PRODUCT, product, domain, name, created_at: now, updated_at: now };
  const measurements = measurement === null ? [] : [measurement];
  const { facts, words } = describeProduct({
    product: { ...row, tags: [] },
    domain: catalogDomain(index % DOMAINS),
    hash: contract.hash,
    model,
    measurements,
    consumers: 0,
    standing: { state: null, since: null, budget: null, badShare: null },
    orders: context.orders,
  });
  const tables = tablesOf(model).map(({ table, object }) => ({ table, object: object.id }));
  return {
    product: { ...row, tags: json([]), output_ports: json([]), input_ports: json([]) },
    contract: { ...contract, tables: json(tables.map(({ table }) => table)) },
    claims: tables.map(({ table, object }) => {
      return { domain, table_name: table, product, object_id: object, claimed_at: now };
    }),
    measurements: measurements.map(measurementRow),
    document: documentRow(facts, words),
    ...tellingsOf(contract, { domain, tables: tables.map(({ table }) => table) }),
  };
}

/** The row of a signed contract, without its tables. */
function contractRow(
  context: Context,
  about: { domain: string; name: string; model: ContractModel; text: string; now: string },
) {
  const { domain, name, model, text, now } = about;
  const { statement, statementHash, envelope } = freezeContract(
    {
      document: documentOf(text),
      contractId: model.id,
      version: model.version,
      domain,
      product: name,
      predecessor: null,
      publishedAt: now,
      publishedBy: publisher.id,
    },
    { crypto: context.keys, keyId: domainKeyId(domain) },
  );
  return {
    product: `${domain}.${name}`,
    version: model.version,
    ...{ major: 1, minor: 0, patch: 0 },
    contract_id: model.id,
    ordinal: 1,
    hash: statement.hash,
    statement_hash: statementHash,
    predecessor: null,
    source: text,
    media: 'application/json' as const,
    envelope: json(envelope),
    published_by: publisher.id,
    published_at: now,
  };
}

/** The events and audit entries of a new product and its contract. */
function tellingsOf(
  contract: { product: string; contract_id: string; version: string; hash: string },
  { domain, tables }: { domain: string; tables: string[] },
): { events: ControlEventDraft[]; entries: AuditEvent[] } {
  const { product, contract_id: id, version, hash } = contract;
  const subject = `${product}@${version}`;
  const actor = publisher.id;
  return {
    events: [
      { kind: 'product.created', subject: product, data: { product, domain } },
      {
        kind: 'contract.published',
        subject,
        dataref: `/api/v1/contracts/${subject}`,
        contractHash: hash,
        data: { contract: id, version, tables },
      },
    ],
    entries: [
      { actor, action: 'product.create', subject: product, details: {} },
      {
        actor,
        action: 'contract.publish',
        subject,
        details: { contract: id, hash, predecessor: null },
      },
    ],
  };
}

const PLAIN_PRODUCT = {
  title: null,
  description: null,
  status: 'active' as const,
  owner: null,
  odps: null,
  odps_hash: null,
  created_by: publisher.id,
};

function formOf({ forms }: Context, index: number): Form {
  const known = forms.get(index % FORMS);
  if (known !== undefined) return known;
  const text = catalogForm(index % FORMS);
  const { value, diagnostics } = readContract(text);
  const { model } = must(value, `contract: ${JSON.stringify(diagnostics)}`);
  const form = { text, model: JSON.stringify(model) };
  forms.set(index % FORMS, form);
  return form;
}

/** What freezing asks of a document. */
function documentOf(text: string): ContractDocument {
  const data = JSON.parse(text) as JsonObject;
  return { data, toText: () => text } as ContractDocument;
}

function measurementRow(measurement: TableMeasurement) {
  const { product, table, major, measuredAt } = measurement;
  return {
    product,
    table_name: table,
    major,
    measured_at: measuredAt,
    measurement: json(measurement),
  };
}

function eventRow({ ids, clock }: Context, draft: ControlEventDraft, position: number) {
  const event = createEvent({
    id: ids.next('evt'),
    source: CONTROL_SOURCE,
    time: clock.now(),
    sequence: position,
    ...draft,
  });
  const { source, id, type, time } = event;
  const product = productOfSubject(event.subject);
  return { position, source, id, type, product, time, event: json(event) };
}

/** Publishes a product again by the service, and has its search document made again: both must find what is there. */
async function proveProduct(context: Context, index: number): Promise<void> {
  const { domain, name, fill } = catalogProduct(index);
  const text = fill(formOf(context, index).text);
  const request = { text, media: 'application/json' as const };
  const { created, product } = await publishContract(context, publisher, request);
  assert(!created && product === `${domain}.${name}`, `${product} is as publishing leaves it`);
  const { db, orders, contracts } = context;
  const read = async () => {
    const rows = db.selectFrom('search_documents').selectAll().where('product', '=', product);
    // Why without revisions: they tell of the write, not of what was written.
    return (await rows.execute()).map(({ revision: _r, words_revision: _w, ...row }) => row);
  };
  const before = await read();
  const row = must(await readProduct(db, product), 'a product that was added');
  await rebuildSearchDocument(db, row, {
    orders,
    modelOf: contracts.modelOf,
    now: new Date().toISOString(),
  });
  assert.deepEqual(await read(), before);
}
