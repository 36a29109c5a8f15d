/**
 * Which process a command has to ask: the node of a domain, where its rows are, or the mesh itself for everything else.
 *
 * Not a gateway: one command asks one node. Invariants: addresses come from the mesh that the user named; a domain without
 * an address of its own is served where the mesh is, so a mesh in one process is asked once more and nothing changes.
 */
import type { BatchReport } from '@weft/core/ingest/report';
import { WeftError } from '@weft/core/lib/error';
import type { ApiClient } from './client.ts';
import type { CommandContext } from './command.ts';
import { pathPart } from './text.ts';

interface NodeAddress {
  domain: string;
  url: string | null;
}

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

async function listNodes(context: CommandContext): Promise<NodeAddress[]> {
  const mesh = await context.api().call<{ nodes?: NodeAddress[] }>('GET', '/api/v1/mesh');
  return (mesh.nodes ?? []).filter(({ domain }) => NAME.test(domain));
}

/** The client of the node that holds a product's domain. */
export async function nodeOfProduct(context: CommandContext, product: string): Promise<ApiClient> {
  const domain = product.split('.')[0];
  const nodes = await listNodes(context);
  return context.api(nodes.find((node) => node.domain === domain)?.url ?? null);
}

/** The client of the node that has a batch; the mesh knows of which product it is. */
export async function nodeOfBatch(context: CommandContext, batch: string): Promise<ApiClient> {
  const nodes = await listNodes(context);
  if (nodes.every((node) => node.url === null)) return context.api();
  const path = `/api/v1/batches/${pathPart(batch)}`;
  const { product } = await context.api().call<BatchReport>('GET', path);
  const domain = product.split('.')[0];
  return context.api(nodes.find((node) => node.domain === domain)?.url ?? null);
}

/** The client of the one node that holds every domain which the SQL names. Throws USAGE when there are several. */
export async function nodeOfSql(context: CommandContext, sql: string): Promise<ApiClient> {
  const nodes = await listNodes(context);
  const named = nodes.filter(({ domain }) => new RegExp(`\\b${domain}"?\\s*\\.`, 'i').test(sql));
  const urls = new Set((named.length === 0 ? nodes : named).map((node) => node.url));
  const [url = null] = urls;
  if (urls.size <= 1 || named.length === 0) return context.api(urls.size === 1 ? url : null);
  const domains = named.map((node) => node.domain).join(', ');
  throw new WeftError('USAGE', `the domains ${domains} are on different nodes`, {
    remedy: 'Query the products of one node at a time.',
  });
}
