/**
 * The registry: domains, products and contract versions, for the API and for other services.
 *
 * Not discovery and not access. Invariants: only the platform makes domains, only the domain (or the platform) changes
 * what is in it; reading metadata is open to every subject of the mesh.
 */
import type { ContractBundle } from '@weft/core/contract/bundle';
import { nameFault, parseProductRef } from '@weft/core/contract/names';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import { actsForDomain } from '@weft/core/registry/authority';
import type { Domain, Subject } from '@weft/core/registry/types';
import { readKnownSubjects } from '../store/control-identity.ts';
import {
  type ContractRow,
  countProducts,
  lockDomain,
  type ProductRow,
  readClaim,
  readContract,
  readContractById,
  readContractChain,
  readContracts,
  readContractVersions,
  readDomain,
  readDomainKeys,
  readDomains,
  readLineMark,
  readProduct,
  readProducts,
  writeDomain,
} from '../store/control-registry.ts';
import { contentTag, type Expected, requireExpected } from './content-tag.ts';
import { type ControlContext, runControl } from './control-context.ts';
import { decodeCursor, encodeCursor, pageLimit, toPage } from './cursor.ts';
import { publishProduct, refreshProduct, retireProduct } from './registry-products.ts';
import {
  type PublishContext,
  type PublishedContract,
  type PublishRequest,
  publishContract,
} from './registry-publish.ts';
import {
  type ContractDetail,
  type ContractView,
  contractView,
  type ProductDetail,
  type ProductView,
  productView,
  versionViews,
} from './registry-views.ts';
import { requireShownName } from './shown-names.ts';

export interface PageRequest {
  after?: string | undefined;
  limit?: number | undefined;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** Keeps published files where people without the mesh can verify them; failing it fails nothing else. */
export interface ContractArchive {
  keep(contract: ContractView, source: string, bundle: ContractBundle): Promise<void>;
}

export interface RegistryContext extends PublishContext {
  archive: ContractArchive | null;
}

/** A domain in a list of them. */
export interface DomainItem extends Domain {
  /** How many it has that are not retired. */
  products: number;
}

/** A domain as it shall be; without a node it keeps the one that it has. */
export type DomainChange = Omit<Domain, 'node'> & { node?: string | null };

export interface RegistryService {
  /** Creates or changes a domain; true when it is new. The platform, or its owners for their own. */
  putDomain(
    subject: Subject,
    domain: DomainChange,
    expected?: Expected,
  ): Promise<{ domain: Domain; created: boolean }>;
  /** The entity tag of a domain. */
  domainTag(domain: Domain): string;
  /** A node says where it answers: the address of each domain that its token names. Returns those domains. */
  placeNode(node: Subject, url: string): Promise<string[]>;
  domain(name: string): Promise<Domain>;
  domains(page: PageRequest): Promise<Page<DomainItem>>;
  publishContract(subject: Subject, request: PublishRequest): Promise<PublishedContract>;
  /** By `domain.product[@version|@major|@sha256:…]`, by a table of it, or by contract id; the newest that fits. Throws NOT_FOUND. */
  contract(ref: string): Promise<ContractDetail>;
  contracts(
    page: PageRequest & { domain?: string | undefined; product?: string | undefined },
  ): Promise<Page<ContractView>>;
  /** Everything that proves the contract line offline. */
  bundle(ref: string): Promise<ContractBundle>;
  /** Names the bundle of a product as it is now, and changes when that does; null for a reference of another form. */
  bundleMark(ref: string): Promise<string | null>;
  publishProduct(
    subject: Subject,
    request: { text: string; file?: string },
  ): Promise<{ product: ProductView; created: boolean }>;
  product(name: string): Promise<ProductDetail>;
  products(page: PageRequest & { domain?: string | undefined }): Promise<Page<ProductView>>;
  retire(subject: Subject, product: string, because: string | null): Promise<ProductView>;
}

export function createRegistryService(context: RegistryContext): RegistryService {
  return {
    putDomain: (subject, domain, expected = {}) => putDomain(context, subject, domain, expected),
    domainTag: (domain) => contentTag(context.keys, domain),
    placeNode: (node, url) => placeNode(context, node, url),
    domain: (name) => requireDomain(context, name),
    domains: (page) => listDomains(context, page),
    publishContract: (subject, request) => publishAndKeep(context, subject, request),
    contract: async (ref) => contractDetail(context, await resolveContract(context, ref)),
    contracts: (page) => listContracts(context, page),
    bundle: async (ref) => buildBundle(context, await resolveContract(context, ref)),
    bundleMark: (ref) => readLineMark(context.db, ref),
    async publishProduct(subject, request) {
      const { product, created } = await publishProduct(context, subject, request);
      return { product: await showProduct(context, product), created };
    },
    product: (name) => productDetail(context, name),
    products: (page) => listProducts(context, page),
    async retire(subject, product, because) {
      await retireProduct(context, subject, { product, because });
      return showProduct(context, product);
    },
  };
}

async function putDomain(
  context: ControlContext,
  subject: Subject,
  change: DomainChange,
  expected: Expected,
) {
  const fault = nameFault(change.name);
  if (fault !== null) {
    throw new WeftError('REQUEST_INVALID', `"${change.name}" cannot name a domain: ${fault}`);
  }
  const known = await readDomain(context.db, change.name);
  // Why not one that is there already: whoever changes something else must not be kept from it.
  if (change.title !== known?.title) requireShownName('$.title', change.title);
  const isOwner = known !== null && actsForDomain(subject, known);
  if (!subject.roles.includes('platform') && !isOwner) {
    throw new WeftError('FORBIDDEN', 'domains are made by the platform team');
  }
  const domain: Domain = { ...change, node: change.node ?? known?.node ?? null };
  if (change.node === null) domain.node = null;
  // Why: clients send their tokens to a domain's node, so its owners must not point it elsewhere.
  if (!subject.roles.includes('platform') && domain.node !== (known?.node ?? null)) {
    throw new WeftError('FORBIDDEN', 'where a domain has its node is set by the platform team');
  }
  await requireKnownPeople(context, domain, known);
  const created = await runControl(context, subject.id, async (unit) => {
    const now = await lockDomain(unit.tx, domain.name);
    const tag = now === null ? null : contentTag(context.keys, now);
    requireExpected(`the domain "${domain.name}"`, tag, expected);
    const isNew = await writeDomain(unit.tx, domain, unit.now);
    const { name, owners, stewards, node } = domain;
    unit.record({
      action: isNew ? 'domain.create' : 'domain.change',
      subject: name,
      details: { owners, stewards, node },
    });
    unit.emit({
      kind: isNew ? 'domain.created' : 'domain.changed',
      subject: name,
      data: { domain: name },
    });
    if (!isNew) {
      for (const row of await readProducts(unit.tx, { domain: name, after: '', limit: 1000 })) {
        await refreshProduct(unit, context, row.product);
      }
    }
    return isNew;
  });
  return { domain, created };
}

/** Refuses owners and stewards whom the mesh does not know; those that the domain has already stay. */
// Why: a name that nobody has yet would give the domain to whoever gets it later.
async function requireKnownPeople(
  context: ControlContext,
  { owners, stewards }: Domain,
  before: Domain | null,
): Promise<void> {
  const places = [
    ...owners.map((id, i) => ({ id, path: `$.owners[${i}]` })),
    ...stewards.map((id, i) => ({ id, path: `$.stewards[${i}]` })),
  ].filter(
    ({ id }) => before?.owners.includes(id) !== true && before?.stewards.includes(id) !== true,
  );
  const known = await readKnownSubjects(context.db, [...new Set(places.map(({ id }) => id))]);
  const errors = places
    .filter(({ id }) => !known.includes(id))
    .map(({ id, path }) => ({
      code: 'SUBJECT_UNKNOWN',
      path,
      message: `there is no subject "${id}"`,
      remedy: remedyFor(id),
    }));
  if (errors.length === 0) return;
  const names = [...new Set(errors.map(({ message }) => message))].join('; ');
  throw new WeftError('REQUEST_INVALID', names, { errors, remedy: errors[0]?.remedy ?? '' });
}

function remedyFor(id: string): string {
  return id.includes(':')
    ? 'A subject of the identity provider is known here from its first sign-in on.'
    : `Make it first: weft user create ${id} --role producer.`;
}

async function placeNode(context: ControlContext, node: Subject, url: string): Promise<string[]> {
  if (!node.roles.includes('node') || node.domains.length === 0) {
    throw new WeftError('FORBIDDEN', 'only a node with a token for its domains has an address', {
      remedy: 'Issue one: weft token node:NAME --role node --domain NAME --as platform.',
    });
  }
  const moved = await Promise.all(node.domains.map((name) => requireDomain(context, name)));
  await runControl(context, node.id, async (unit) => {
    for (const domain of moved.filter((known) => known.node !== url)) {
      await writeDomain(unit.tx, { ...domain, node: url }, unit.now);
      unit.record({ action: 'domain.node', subject: domain.name, details: { node: url } });
      unit.emit({ kind: 'domain.changed', subject: domain.name, data: { domain: domain.name } });
    }
  });
  return node.domains;
}

async function requireDomain(context: ControlContext, name: string): Promise<Domain> {
  const domain = await readDomain(context.db, name);
  if (domain === null) throw new WeftError('NOT_FOUND', `there is no domain "${name}"`);
  return domain;
}

async function listDomains(context: ControlContext, page: PageRequest): Promise<Page<DomainItem>> {
  const limit = pageLimit(page.limit);
  const after = page.after === undefined ? '' : String(decodeCursor('domains', page.after, 1)[0]);
  const rows = await readDomains(context.db, { after, limit: limit + 1 });
  const counts = await countProducts(
    context.db,
    rows.map(({ name }) => name),
  );
  return toPage(rows, limit, {
    item: (row) => ({ ...row, products: counts.get(row.name) ?? 0 }),
    cursor: (row) => encodeCursor('domains', [row.name]),
  });
}

async function publishAndKeep(
  context: RegistryContext,
  subject: Subject,
  request: PublishRequest,
): Promise<PublishedContract> {
  const published = await publishContract(context, subject, request);
  if (!published.created || context.archive === null) return published;
  try {
    const row = await resolveContract(context, `${published.product}@${published.version}`);
    await context.archive.keep(contractView(row), row.source, await buildBundle(context, row));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.logger.warn('the published contract could not be copied', {
      contract: published.contract,
      version: published.version,
      reason,
    });
  }
  return published;
}

/** The contract version that a reference means. Throws NOT_FOUND. */
export async function resolveContract(context: ControlContext, text: string): Promise<ContractRow> {
  const ref = parseProductRef(text);
  const byProduct =
    ref === null
      ? null
      : await readContract(context.db, {
          product: `${ref.domain}.${ref.product}`,
          version: ref.version,
          major: ref.major,
          hash: ref.sha256,
        });
  if (byProduct !== null) return byProduct;
  const byTable = ref === null ? null : await readContractOfTable(context, ref);
  if (byTable !== null) return byTable;
  const [id, version] = splitId(text);
  const byId = await readContractById(context.db, id, version);
  if (byId !== null) return byId;
  throw new WeftError('NOT_FOUND', `there is no contract "${text}"`, {
    remedy: 'Name it as domain.product, domain.product@1, domain.product@1.2.0 or by its id.',
  });
}

/** The contract that claims a table, for names such as `domain.second_object`. */
async function readContractOfTable(
  context: ControlContext,
  ref: NonNullable<ReturnType<typeof parseProductRef>>,
): Promise<ContractRow | null> {
  const claim = await readClaim(context.db, ref.domain, ref.product);
  if (claim === null) return null;
  const { version, major, sha256: hash } = ref;
  return readContract(context.db, { product: claim.product, version, major, hash });
}

function splitId(text: string): [string, string | null] {
  const at = text.lastIndexOf('@');
  return at <= 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function contractDetail(context: ControlContext, row: ContractRow): ContractDetail {
  const { document, model } = context.contracts.contractOf(row);
  return { ...contractView(row), document: document.data, source: row.source, model };
}

async function listContracts(
  context: ControlContext,
  page: PageRequest & { domain?: string | undefined; product?: string | undefined },
): Promise<Page<ContractView>> {
  const limit = pageLimit(page.limit);
  const parts = page.after === undefined ? null : decodeCursor('contracts', page.after, 2);
  const rows = await readContracts(context.db, {
    domain: page.domain ?? null,
    product: page.product ?? null,
    after: parts === null ? null : [String(parts[0]), String(parts[1])],
    limit: limit + 1,
  });
  return toPage(rows, limit, {
    item: contractView,
    cursor: (row) => encodeCursor('contracts', [row.product, row.version]),
  });
}

async function buildBundle(context: ControlContext, row: ContractRow): Promise<ContractBundle> {
  const chain = await readContractChain(context.db, row.contract_id);
  const keys = await readDomainKeys(context.db, row.product.split('.')[0] ?? '');
  const product = await readProduct(context.db, row.product);
  return {
    contractId: row.contract_id,
    versions: chain.map(({ source, envelope }) => ({ source, envelope })),
    certificates: keys.map((key) => key.certificate),
    ...(product?.status === 'retired' ? { retired: true } : {}),
  };
}

async function showProduct(context: ControlContext, name: string): Promise<ProductView> {
  const row = must(await readProduct(context.db, name), 'the product that was just written');
  return viewOf(context, row);
}

async function viewOf(context: ControlContext, row: ProductRow): Promise<ProductView> {
  const contract = await readContract(context.db, { product: row.product });
  if (contract === null) return productView(row, null);
  return productView(row, { contract, model: context.contracts.modelOf(contract) });
}

async function productDetail(context: ControlContext, name: string): Promise<ProductDetail> {
  const row = await readProduct(context.db, name);
  if (row === null) {
    throw new WeftError('NOT_FOUND', `there is no product "${name}"`, {
      remedy: 'Name it as domain.product; `weft find` lists what there is.',
    });
  }
  const versions = await readContractVersions(context.db, name);
  const document = await context.db
    .selectFrom('search_documents')
    .select('facts')
    .where('product', '=', name)
    .executeTakeFirst();
  return {
    ...(await viewOf(context, row)),
    outputPorts: row.output_ports,
    inputPorts: row.input_ports,
    contracts: versionViews(versions, context.contracts.modelOf),
    facts: document?.facts ?? null,
  };
}

async function listProducts(
  context: ControlContext,
  page: PageRequest & { domain?: string | undefined },
): Promise<Page<ProductView>> {
  const limit = pageLimit(page.limit);
  const after = page.after === undefined ? '' : String(decodeCursor('products', page.after, 1)[0]);
  const domain = page.domain ?? null;
  const rows = await readProducts(context.db, { domain, after, limit: limit + 1 });
  const views: ProductView[] = [];
  for (const row of rows) views.push(await viewOf(context, row));
  return toPage(views, limit, {
    item: (view) => view,
    cursor: (view) => encodeCursor('products', [view.product]),
  });
}
