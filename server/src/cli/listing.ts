/**
 * Lists of the API: `--limit` items from `--after` on, fetched in as many pages as the API needs for them.
 *
 * Not a cache. Invariant: what `next` names is what follows the last item given, so a script can go on from there.
 */
import { WeftError } from '@weft/core/lib/error';
import type { CallOptions } from './client.ts';
import type { CommandContext } from './command.ts';
import type { Listing } from './output.ts';
import { pathPart } from './text.ts';

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 10_000;
/** Items that the API gives at once. */
const PAGE_MAX = 200;

/** Items of a list; `query` holds further parameters. The rest of the first page's document is kept (facets, totals). */
export async function readList<T, Page extends Listing<T> = Listing<T>>(
  context: CommandContext,
  path: string,
  query: NonNullable<CallOptions['query']> = {},
): Promise<Page> {
  const wanted = readLimit(context);
  const fetchPage = (limit: number, after: string | undefined): Promise<Page> =>
    context
      .api()
      .call<Page>('GET', path, { query: { ...query, limit: Math.min(limit, PAGE_MAX), after } });
  const list = await fetchPage(wanted, context.options.text('after'));
  while (list.next && list.items.length < wanted) {
    context.out.progress(`${list.items.length} items …`);
    const more = await fetchPage(wanted - list.items.length, list.next);
    list.items.push(...more.items);
    list.next = more.next ?? null;
  }
  context.out.progress(null);
  return list;
}

function readLimit(context: CommandContext): number {
  const text = context.options.text('limit') ?? String(LIMIT_DEFAULT);
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new WeftError('USAGE', `--limit "${text}" is no number from 1 to ${LIMIT_MAX}`, {
    remedy: 'Give a whole number, and --after CURSOR to go on.',
  });
}

/** NOT_FOUND when there is no such product. Why: a misspelt one would look like one of which there is nothing to list. */
export async function refuseUnknownProduct(
  context: CommandContext,
  product: string | undefined,
): Promise<void> {
  const name = product?.split('@')[0];
  if (name !== undefined) await context.api().call('GET', `/api/v1/products/${pathPart(name)}`);
}
