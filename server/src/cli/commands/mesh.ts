/**
 * `domain …` and `product …`: the nouns of the mesh.
 */
import type { Domain } from '@weft/core/registry/types';
import type { CommandContext } from '../command.ts';
import { formatCount } from '../output.ts';
import { argument, page, pathPart, readText } from '../text.ts';

interface Listing<T> {
  items: T[];
  next: string | null;
}

export interface ProductSummary {
  product: string;
  title: string;
  status: string;
  domain: string;
  version: string | null;
  contract: string | null;
  tables: string[];
}

export async function createDomain(context: CommandContext): Promise<undefined> {
  const name = argument(context, 0);
  const json = {
    name,
    title: context.options.text('title') ?? name,
    description: context.options.text('description') ?? null,
    owners: context.options.texts('owner'),
    stewards: context.options.texts('steward'),
  };
  const domain = await context.api().call<Domain>('POST', '/api/v1/domains', { json });
  context.out.document(domain, () => `Domain ${domain.name} created.`);
  return undefined;
}

export async function listDomains(context: CommandContext): Promise<undefined> {
  const list = await context
    .api()
    .call<Listing<Domain>>('GET', '/api/v1/domains', { query: page(context) });
  context.out.list(
    list,
    [
      { head: 'DOMAIN', cell: (d) => d.name },
      { head: 'TITLE', cell: (d) => d.title },
      { head: 'OWNERS', cell: (d) => d.owners.join(', ') },
      { head: 'STEWARDS', cell: (d) => d.stewards.join(', ') },
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
      domain.description ?? '',
      `owners    ${domain.owners.join(', ') || 'none'}`,
      `stewards  ${domain.stewards.join(', ') || 'none'}`,
      ...products.items.map(
        (p) => `product   ${p.product}@${p.version ?? 'no contract yet'} (${p.status})`,
      ),
    ]
      .filter((line) => line !== '')
      .join('\n'),
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
  const query = { ...page(context), domain: context.options.text('domain') };
  const list = await context
    .api()
    .call<Listing<ProductSummary>>('GET', '/api/v1/products', { query });
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
    .call<Record<string, unknown>>('GET', `/api/v1/products/${pathPart(argument(context, 0))}`);
  context.out.document(product, () => renderFields(product));
  return undefined;
}

export async function retireProduct(context: CommandContext): Promise<undefined> {
  const path = `/api/v1/products/${pathPart(argument(context, 0))}/retire`;
  const json = { because: context.options.text('because') ?? null };
  const product = await context.api().call<ProductSummary>('POST', path, { json });
  context.out.document(product, () => `Product ${product.product} is ${product.status}.`);
  return undefined;
}

/** A document as indented `name  value` lines: for people, when a noun has many fields. */
export function renderFields(document: Record<string, unknown>, indent = ''): string {
  return Object.entries(document)
    .filter(
      ([, value]) =>
        value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
    )
    .map(([key, value]) => {
      if (Array.isArray(value)) return `${indent}${key.padEnd(16)} ${renderItems(value, indent)}`;
      if (typeof value === 'object')
        return `${indent}${key}\n${renderFields(value as Record<string, unknown>, `${indent}  `)}`;
      return `${indent}${key.padEnd(16)} ${typeof value === 'number' && Number.isInteger(value) ? formatCount(value) : String(value)}`;
    })
    .join('\n');
}

function renderItems(items: unknown[], indent: string): string {
  if (items.every((item) => typeof item !== 'object' || item === null)) return items.join(', ');
  const blocks = items.map((item) =>
    renderFields(item as Record<string, unknown>, `${indent}    `).trimStart(),
  );
  return `\n${blocks.map((block) => `${indent}  - ${block}`).join('\n')}`;
}
