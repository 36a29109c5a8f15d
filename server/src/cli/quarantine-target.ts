/**
 * Which refused rows a command means: a batch or a product, and the cause.
 */
import type { ApiClient } from './client.ts';
import type { CommandContext } from './command.ts';
import { refuseUnknownColumn, refuseUnknownRule } from './known-names.ts';
import { refuseUnknownProduct } from './listing.ts';
import { nodeOfBatch, nodeOfProduct } from './nodes.ts';
import { pathPart } from './text.ts';

export interface Where {
  product?: string;
  batch?: string;
  rule?: string;
  column?: string;
  value?: string;
  reason?: string;
  since?: string;
  until?: string;
}

const CAUSE = ['rule', 'column', 'value', 'reason', 'since', 'until'] as const;

/** The options about causes that were given. */
export function causeOf(context: CommandContext): Where {
  const given = CAUSE.flatMap((name) => {
    const text = context.options.text(name);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries(given) as Where;
}

export function whereOf(context: CommandContext, target: string): Where {
  const named = target.startsWith('bat_') ? { batch: target } : { product: target };
  return { ...named, ...causeOf(context) };
}

/** The client of the node that has the rows of a batch or product. */
export async function nodeOfTarget(context: CommandContext, target: string): Promise<ApiClient> {
  return target.startsWith('bat_')
    ? await nodeOfBatch(context, target)
    : await nodeOfProduct(context, target);
}

/**
 * For a command that found nothing: NOT_FOUND when that is because the product, the rule or the column that it was given is not
 * there.
 */
export async function refuseUnknownTarget(context: CommandContext, target: string): Promise<void> {
  const isBatch = target.startsWith('bat_');
  if (!isBatch) await refuseUnknownProduct(context, target);
  const rule = context.options.text('rule');
  const column = context.options.text('column');
  if (rule === undefined && column === undefined) return;
  const path = `/api/v1/batches/${pathPart(target)}`;
  const product = isBatch
    ? (await (await nodeOfBatch(context, target)).call<{ product: string }>('GET', path)).product
    : target;
  if (rule !== undefined) await refuseUnknownRule(context, product, rule);
  if (column !== undefined) await refuseUnknownColumn(context, product, column);
}

/** The same options for another command, quoted for a shell. */
export function causeFlags(context: CommandContext): string {
  return Object.entries(causeOf(context))
    .map(([name, value]) => ` --${name} ${quoted(String(value))}`)
    .join('');
}

/** A word of a shell. */
export function quoted(text: string): string {
  return /^[\w.,:@%+/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
