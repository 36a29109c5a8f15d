/**
 * `domain …` and `product …`: the nouns of the mesh.
 */

import { WeftError } from '@weft/core/lib/error';
import type { Domain } from '@weft/core/registry/types';
import { RemoteProblem } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { renderFacts } from '../document-text.ts';
import { readText } from '../files.ts';
import { readList } from '../listing.ts';
import type { Listing } from '../output.ts';
import { type ProductDocument, renderProduct } from '../product-text.ts';
import { argument, checkedName, pathPart } from '../text.ts';

export interface ProductSummary {
  product: string;
  title: string;
  status: string;
  domain: string;
  version: string | null;
  contract: string | null;
  tables: string[];
}

/** Creates a domain, or changes the given fields of one that exists. */
export async function createDomain(context: CommandContext): Promise<undefined> {
  const name = checkedName(argument(context, 0), 'a domain');
  const given = {
    ...present('title', context.options.text('title')),
    ...present('description', context.options.text('description')),
    ...present('owners', context.options.list('owner')),
    ...present('stewards', context.options.list('steward')),
    ...present('node', nodeAddress(context.options.text('node'))),
  };
  const known = await findDomain(context, name);
  if (known !== null && Object.keys(given).length === 0) {
    throw new WeftError('CONFLICT', `the domain ${name} is there already`, {
      remedy: `See \`weft domain show ${name}\`; give --title, --description, --owner, --steward or --node to change it.`,
    });
  }
  // Why what is known: the API replaces a domain whole, so a field left out would be emptied. Why over what was read alone: what
  // somebody else changed in between would be undone.
  const put =
    known === null
      ? { json: { name, title: name, ...given }, headers: { 'if-none-match': '*' } }
      : { json: { ...known.document, ...given }, headers: overTag(known.etag) };
  const domain = await context.api().call<Domain>('POST', '/api/v1/domains', put);
  const what = known === null ? 'created' : 'changed';
  context.out.document(domain, () => `Domain ${domain.name} ${what}.`);
  return undefined;
}

/** `none` takes the address away: the domain is where the mesh is. */
function nodeAddress(text: string | undefined): string | null | undefined {
  return text === 'none' ? null : text;
}

function overTag(etag: string | null): Record<string, string> {
  return etag === null ? {} : { 'if-match': etag };
}

async function findDomain(context: CommandContext, name: string) {
  try {
    return await context.api().tagged<Domain>(`/api/v1/domains/${pathPart(name)}`);
  } catch (error) {
    if (error instanceof RemoteProblem && error.problem.status === 404) return null;
    throw error;
  }
}

function present(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}

export async function listDomains(context: CommandContext): Promise<undefined> {
  const list = await readList<Domain & { products: number }>(context, '/api/v1/domains');
  context.out.list(
    list,
    [
      { head: 'DOMAIN', cell: (d) => d.name },
      { head: 'TITLE', cell: (d) => d.title },
      { head: 'OWNERS', cell: (d) => d.owners.join(', ') },
      { head: 'STEWARDS', cell: (d) => d.stewards.join(', ') },
      { head: 'PRODUCTS', cell: (d) => String(d.products), align: 'right' },
    ],
    'No domains yet: `weft domain create NAME`.',
  );
  return undefined;
}

export async function showDomain(context: CommandContext): Promise<undefined> {
  const name = argument(context, 0);
  const domain = await context.api().call<Domain>('GET', `/api/v1/domains/${pathPart(name)}`);
  const products = await context.api().call<Listing<ProductSummary>>('GET', '/api/v1/products', {
    query: { domain: name, limit: 200 },
  });
  context.out.document({ ...domain, products: products.items }, () =>
    [
      `${domain.name}: ${domain.title}`,
      renderFacts([
        ['what', domain.description],
        ['owners', domain.owners.join(', ') || 'none'],
        ['stewards', domain.stewards.join(', ') || 'none'],
        ['node', domain.node],
        ...products.items.map(
          (p) =>
            ['product', `${p.product}@${p.version ?? 'no contract yet'} (${p.status})`] as const,
        ),
      ]),
    ].join('\n'),
  );
  return undefined;
}

export async function publishProduct(context: CommandContext): Promise<undefined> {
  const body = await readText(context.io, argument(context, 0));
  const headers = {
    'content-type': body.trimStart().startsWith('{') ? 'application/json' : 'text/yaml',
  };
  const product = await context
    .api()
    .call<ProductSummary>('POST', '/api/v1/products', { body, headers });
  context.out.document(product, () => `Product ${product.product} is ${product.status}.`);
  return undefined;
}

export async function listProducts(context: CommandContext): Promise<undefined> {
  const list = await readList<ProductSummary>(context, '/api/v1/products', {
    domain: context.options.text('domain'),
  });
  context.out.list(
    list,
    [
      { head: 'PRODUCT', cell: (p) => p.product },
      { head: 'VERSION', cell: (p) => p.version ?? '-' },
      { head: 'STATUS', cell: (p) => p.status },
      { head: 'TITLE', cell: (p) => p.title },
    ],
    'No products yet: `weft contract publish FILE`.',
  );
  return undefined;
}

export async function showProduct(context: CommandContext): Promise<undefined> {
  const product = await context
    .api()
    .call<ProductDocument>('GET', `/api/v1/products/${pathPart(argument(context, 0))}`);
  context.out.document(product, () => renderProduct(product, context.io.now()));
  return undefined;
}

export async function retireProduct(context: CommandContext): Promise<undefined> {
  const path = `/api/v1/products/${pathPart(argument(context, 0))}/retire`;
  const json = { because: context.options.text('because') ?? null };
  const product = await context.api().call<ProductSummary>('POST', path, { json });
  context.out.document(product, () => `Product ${product.product} is ${product.status}.`);
  return undefined;
}
