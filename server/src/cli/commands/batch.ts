/**
 * `batches …`: what became of each batch.
 */
import type { BatchReport } from '@weft/core/ingest/report';
import type { Lineage } from '../../services/quarantine-lineage.ts';
import type { CommandContext } from '../command.ts';
import { readList, refuseUnknownProduct } from '../listing.ts';
import { nodeOfBatch } from '../nodes.ts';
import { formatCount, type Listing } from '../output.ts';
import { renderReport } from '../report-text.ts';
import { argument, pathPart } from '../text.ts';
import { balanceText } from './quarantine.ts';

export async function list(context: CommandContext): Promise<undefined> {
  const found = await readList<BatchReport>(context, '/api/v1/batches', {
    product: context.options.text('product'),
    state: context.options.text('state'),
  });
  await showBatches(context, found, 'No batches yet: `weft ingest PRODUCT FILE`.');
  return undefined;
}

async function showBatches(
  context: CommandContext,
  found: Listing<BatchReport>,
  empty: string,
): Promise<void> {
  if (found.items.length === 0)
    await refuseUnknownProduct(context, context.options.text('product'));
  context.out.list(
    found,
    [
      { head: 'BATCH', cell: (b) => b.batch },
      { head: 'STATE', cell: (b) => b.state },
      { head: 'PRODUCT', cell: (b) => b.product },
      { head: 'IN', cell: (b) => formatCount(b.records.in), align: 'right' },
      { head: 'GOOD', cell: (b) => formatCount(b.records.good), align: 'right' },
      { head: 'QUARANTINED', cell: (b) => formatCount(b.records.quarantined), align: 'right' },
      { head: 'DUPLICATES', cell: (b) => formatCount(b.records.duplicates), align: 'right' },
      { head: 'STARTED', cell: (b) => b.started },
    ],
    empty,
  );
}

export async function show(context: CommandContext): Promise<undefined> {
  const batch = argument(context, 0);
  const node = await nodeOfBatch(context, batch);
  const path = `/api/v1/batches/${pathPart(batch)}`;
  const report = await node.call<BatchReport>('GET', path);
  const isChecked = report.state === 'committed' || report.state === 'held';
  const lineage = isChecked ? await node.call<Lineage>('GET', `${path}/lineage`) : null;
  context.out.document({ ...report, ...(lineage === null ? {} : { lineage }) }, () =>
    [renderReport(report, context.out), ...lineageLines(lineage, batch)].join('\n'),
  );
  return undefined;
}

/** The batch over its generations, once there is more to tell than its own report does. */
function lineageLines(lineage: Lineage | null, batch: string): string[] {
  if (lineage === null) return [];
  const { root, records, generations } = lineage;
  if (generations.length === 1 && records.discarded === 0) return [];
  const own = generations.map((generation) => {
    const { good, quarantined, duplicates } = generation.records;
    const kind = generation.batch === root ? 'sent' : 'repair';
    const mark = generation.batch === batch ? ' (this one)' : '';
    return `    ${generation.batch} ${kind}, ${generation.state}: ${formatCount(good)} good, ${formatCount(quarantined)} refused, ${formatCount(duplicates)} duplicates; ${formatCount(generation.open)} open, ${formatCount(generation.discarded)} discarded${mark}`;
  });
  return [`  over all    ${balanceText(records)}`, ...own];
}

export const release = (context: CommandContext): Promise<undefined> => decide(context, 'release');

export const discard = (context: CommandContext): Promise<undefined> => decide(context, 'discard');

async function decide(context: CommandContext, step: string): Promise<undefined> {
  const batch = argument(context, 0);
  const path = `/api/v1/batches/${pathPart(batch)}/${step}`;
  const json = { because: context.options.text('because') ?? null };
  const node = await nodeOfBatch(context, batch);
  const report = await node.call<BatchReport>('POST', path, { json });
  context.out.document(report, () => renderReport(report, context.out));
  return undefined;
}
