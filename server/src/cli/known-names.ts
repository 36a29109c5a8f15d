/**
 * Names of a product that a command was given and that select nothing: does the product know them at all?
 *
 * Why only then: what was refused under an older version has names that today's contract may lack, and is found by them.
 * Not the search itself. Invariant: an unknown name is NOT_FOUND with the names that are near, never an empty list.
 */
import { WeftError } from '@weft/core/lib/error';
import type { CommandContext } from './command.ts';
import { pathPart } from './text.ts';

interface Facts {
  columns?: Record<string, string>;
  promise?: { rules?: string[] };
}

const SHOWN_MAX = 10;

/** NOT_FOUND when the product has no rule of this id. */
export async function refuseUnknownRule(
  context: CommandContext,
  product: string,
  rule: string,
): Promise<void> {
  // Why not those: they are of files, and stand in no contract.
  if (rule.startsWith('structure.')) return;
  const { columns = {}, promise } = await factsOf(context, product);
  const types = Object.keys(columns).map((column) => `${column}.type`);
  await refuseUnknown({
    what: 'rule',
    name: rule,
    product,
    known: [...new Set([...(promise?.rules ?? []), ...types])],
  });
}

/** NOT_FOUND when the product has no such column, nor such a place inside one. */
export async function refuseUnknownColumn(
  context: CommandContext,
  product: string,
  column: string,
): Promise<void> {
  const { columns = {} } = await factsOf(context, product);
  await refuseUnknown({ what: 'column', name: column, product, known: Object.keys(columns) });
}

async function factsOf(context: CommandContext, product: string): Promise<Facts> {
  const name = product.split('@')[0] ?? product;
  const path = `/api/v1/products/${pathPart(name)}`;
  const { facts } = await context.api().call<{ facts?: Facts | null }>('GET', path);
  return facts ?? {};
}

async function refuseUnknown(asked: {
  what: string;
  name: string;
  product: string;
  known: readonly string[];
}): Promise<void> {
  const { what, name, product, known } = asked;
  if (known.length === 0 || known.includes(name)) return;
  const { nearestName } = await import('@weft/core/contract/schema-check');
  const near = nearestName(name, known);
  const some = known.slice(0, SHOWN_MAX).join(', ');
  const more = known.length > SHOWN_MAX ? ', …' : '';
  throw new WeftError('NOT_FOUND', `${product} has no ${what} "${name}"`, {
    remedy: near === null ? `It has ${some}${more}.` : `Did you mean ${near}?`,
  });
}
