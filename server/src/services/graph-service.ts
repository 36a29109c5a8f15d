/**
 * What depends on what in the mesh: references of contracts, input ports, agreements; and who consumes a product.
 *
 * Not lineage of single rows. Invariants: subjects of agreements are shown to those alone who decide for the product's
 * domain, run the mesh or guard privacy, and to each subject himself; everybody else sees how many they are; at most
 * 2,000 nodes, and the answer says when there were more.
 */
import { formatDuration } from '@weft/core/lib/duration';
import { WeftError } from '@weft/core/lib/error';
import { decidesForDomain, seesAll } from '@weft/core/registry/authority';
import type { Subject } from '@weft/core/registry/types';
import { readNames } from '../store/control-identity.ts';
import {
  type ActiveAgreement,
  type GraphProduct,
  type ProductLink,
  readActiveAgreements,
  readGraphProducts,
  readLinks,
} from '../store/control-links.ts';
import { readDomain, readDomainsNamed, readProduct } from '../store/control-registry.ts';
import type { ControlContext } from './control-context.ts';

export interface GraphNode {
  id: string;
  kind: 'domain' | 'product' | 'subject' | 'outside';
  title: string;
  domain: string | null;
  state: 'kept' | 'close' | 'missed' | 'unknown' | null;
  rows: number | null;
  freshness: string | null;
  lastBatch: string | null;
  /** Subjects with an active agreement on the product. */
  consumers: number | null;
}

export interface GraphEdge {
  from: string;
  to: string;
  kind: 'reference' | 'input' | 'agreement';
  columns?: string[];
  purpose?: string;
  agreement?: string;
}

export interface MeshGraph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  truncated: boolean;
}

export interface Consumers {
  product: string;
  consumers: number;
  agreements: number;
  /** Null for who does not decide for the domain. */
  items: { agreement: string; subject: string; purpose: string; until: string | null }[] | null;
}

export interface GraphService {
  /** Around a product, a domain, or all of it. Throws NOT_FOUND for a focus that is not there. */
  graph(subject: Subject, query: { focus?: string | undefined; depth: number }): Promise<MeshGraph>;
  consumers(subject: Subject, product: string): Promise<Consumers>;
}

const NODES_MAX = 2_000;
const AGREEMENTS_MAX = 5_000;

export function createGraphService(context: ControlContext): GraphService {
  return {
    graph: (subject, query) => buildGraph(context, subject, query),
    consumers: (subject, product) => readConsumers(context, subject, product),
  };
}

async function buildGraph(
  context: ControlContext,
  subject: Subject,
  { focus, depth }: { focus?: string | undefined; depth: number },
): Promise<MeshGraph> {
  const reached = await reach(context, { focus, depth });
  const names = reached.products.map(({ product }) => product);
  const among = new Set(names);
  const links = (await readLinks(context.db, names, { isReverse: false })).filter(
    ({ target, isOutside }) => isOutside || among.has(target),
  );
  const agreements = await visibleAgreements(context, subject, names);
  const now = context.clock.now();
  const domains = await domainTitles(context, unique(reached.products.map((one) => one.domain)));
  const readers = await readerNames(context, unique(agreements.map((one) => one.subject)));
  const nodes = [
    ...[...domains].map(domainNode),
    ...reached.products.map((product) => productNode(product, now)),
    ...unique(links.filter(({ isOutside }) => isOutside).map(({ target }) => target)).map(
      outsideNode,
    ),
    ...[...readers].map(subjectNode),
  ];
  const shown = nodes.slice(0, NODES_MAX);
  const ids = new Set(shown.map(({ id }) => id));
  const edges = [...links.map(linkEdge), ...agreements.map(agreementEdge)];
  return {
    nodes: shown,
    edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    truncated: reached.truncated || nodes.length > NODES_MAX,
  };
}

/** How domains are called, by their ids. */
async function domainTitles(
  { db }: ControlContext,
  names: readonly string[],
): Promise<Map<string, string>> {
  const found = await readDomainsNamed(db, names);
  const titles = new Map(found.map(({ name, title }) => [name, title]));
  return new Map(names.map((name) => [name, titles.get(name) ?? name]));
}

/** What readers are called, by ids that the asking one sees. */
async function readerNames(
  { db }: ControlContext,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const names = new Map((await readNames(db, ids)).map(({ id, name }) => [id, name]));
  return new Map(ids.map((id) => [id, names.get(id) ?? id]));
}

interface Reached {
  products: GraphProduct[];
  truncated: boolean;
}

/** The products of the graph: all of them, or those that are so many steps from the focus, either way. */
async function reach(
  { db }: ControlContext,
  { focus, depth }: { focus?: string | undefined; depth: number },
): Promise<Reached> {
  if (focus === undefined) {
    const products = await readGraphProducts(db, { limit: NODES_MAX + 1 });
    return { products: products.slice(0, NODES_MAX), truncated: products.length > NODES_MAX };
  }
  let edge = await startOf(db, focus);
  const found = new Set(edge);
  for (let step = 0; step < depth && edge.length > 0 && found.size <= NODES_MAX; step++) {
    const limit = NODES_MAX + 1;
    const there = await readLinks(db, edge, { isReverse: false, limit });
    const back = await readLinks(db, edge, { isReverse: true, limit });
    const next = [
      ...there.filter(({ isOutside }) => !isOutside).map(({ target }) => target),
      ...back.map(({ product }) => product),
    ];
    edge = unique(next).filter((product) => !found.has(product));
    for (const product of edge) found.add(product);
  }
  const names = [...found].slice(0, NODES_MAX);
  const products = await readGraphProducts(db, { products: names, limit: NODES_MAX });
  return { products, truncated: found.size > NODES_MAX };
}

async function startOf(db: ControlContext['db'], focus: string): Promise<string[]> {
  if (focus.includes('.')) {
    if ((await readProduct(db, focus)) !== null) return [focus];
  } else if ((await readDomain(db, focus)) !== null) {
    const own = await readGraphProducts(db, { domain: focus, limit: NODES_MAX });
    return own.map(({ product }) => product);
  }
  throw new WeftError('NOT_FOUND', `there is no product or domain "${focus}"`);
}

/** Agreements whose subject the asking one may know. */
async function visibleAgreements(
  context: ControlContext,
  subject: Subject,
  products: readonly string[],
): Promise<ActiveAgreement[]> {
  const now = new Date(context.clock.now()).toISOString();
  const all = await readActiveAgreements(context.db, products, { now, limit: AGREEMENTS_MAX });
  if (seesAll(subject)) return all;
  const names = unique(all.map(({ domain }) => domain));
  const domains = await readDomainsNamed(context.db, names);
  const kept = new Set(
    domains.filter((domain) => decidesForDomain(subject, domain)).map(({ name }) => name),
  );
  return all.filter((item) => item.subject === subject.id || kept.has(item.domain));
}

async function readConsumers(
  context: ControlContext,
  subject: Subject,
  product: string,
): Promise<Consumers> {
  const row = await readProduct(context.db, product);
  const domain = row === null ? null : await readDomain(context.db, row.domain);
  if (row === null || domain === null) {
    throw new WeftError('NOT_FOUND', `there is no product "${product}"`);
  }
  const now = new Date(context.clock.now()).toISOString();
  const all = await readActiveAgreements(context.db, [product], { now, limit: AGREEMENTS_MAX });
  const sees = decidesForDomain(subject, domain) || subject.roles.includes('privacy_officer');
  return {
    product,
    consumers: unique(all.map((item) => item.subject)).length,
    agreements: all.length,
    items: sees
      ? all.map(({ agreement, subject: who, purpose, until }) => {
          return { agreement, subject: who, purpose, until };
        })
      : null,
  };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

const PLAIN = {
  domain: null,
  state: null,
  rows: null,
  freshness: null,
  lastBatch: null,
  consumers: null,
};

function domainNode([name, title]: [string, string]): GraphNode {
  return { ...PLAIN, id: `domain:${name}`, kind: 'domain', title, domain: name };
}

function outsideNode(name: string): GraphNode {
  return { ...PLAIN, id: `outside:${name}`, kind: 'outside', title: name };
}

function subjectNode([id, title]: [string, string]): GraphNode {
  return { ...PLAIN, id: `subject:${id}`, kind: 'subject', title };
}

function productNode(product: GraphProduct, now: number): GraphNode {
  const { lastBatch } = product;
  const age = lastBatch === null ? null : formatDuration((now - Date.parse(lastBatch)) / 1000);
  return {
    id: `product:${product.product}`,
    kind: 'product',
    title: product.title,
    domain: product.domain,
    state: (product.state ?? 'unknown') as GraphNode['state'],
    rows: product.rows,
    freshness: age,
    lastBatch,
    consumers: product.consumers,
  };
}

/** From what is depended on to what depends on it: the way that data go. */
function linkEdge({ product, kind, target, isOutside, columns }: ProductLink): GraphEdge {
  const from = `${isOutside ? 'outside' : 'product'}:${target}`;
  return { from, to: `product:${product}`, kind, ...(columns === null ? {} : { columns }) };
}

function agreementEdge({ agreement, product, subject, purpose }: ActiveAgreement): GraphEdge {
  return {
    from: `product:${product}`,
    to: `subject:${subject}`,
    kind: 'agreement',
    purpose,
    agreement,
  };
}
