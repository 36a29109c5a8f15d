/**
 * `batches …` and `quarantine …`: what became of each batch, and its bad rows with reasons.
 */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { BatchReport, QuarantineSample } from '@weft/core/ingest/report';
import type { CommandContext } from '../command.ts';
import { replaceFile } from '../files.ts';
import { readList, refuseUnknownProduct } from '../listing.ts';
import { nodeOfBatch } from '../nodes.ts';
import { countOf, formatCount, type Listing } from '../output.ts';
import { renderReport } from '../report-text.ts';
import { argument, pathPart } from '../text.ts';

export async function list(context: CommandContext): Promise<undefined> {
  const found = await readList<BatchReport>(context, '/api/v1/batches', {
    product: context.options.text('product'),
    state: context.options.text('state'),
  });
  await showBatches(context, found, 'No batches yet: `weft ingest PRODUCT FILE`.');
  return undefined;
}

export async function quarantineList(context: CommandContext): Promise<undefined> {
  const found = await readList<BatchReport>(context, '/api/v1/batches', {
    product: context.options.text('product'),
    quarantined: true,
  });
  await showBatches(context, found, 'Nothing in quarantine.');
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
  const report = await node.call<BatchReport>('GET', `/api/v1/batches/${pathPart(batch)}`);
  context.out.document(report, () => renderReport(report, context.out));
  return undefined;
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

interface BadRow extends QuarantineSample {
  raw: string | null;
}

const quarantinePath = (context: CommandContext): string =>
  `/api/v1/batches/${pathPart(argument(context, 0))}/quarantine`;

export async function quarantineShow(context: CommandContext): Promise<undefined> {
  const rule = context.options.text('rule');
  const node = await nodeOfBatch(context, argument(context, 0));
  const asked = { ...context, api: () => node };
  const found = await readList<BadRow>(asked, quarantinePath(context), { rule });
  context.out.list(
    found,
    [
      { head: 'RECORD', cell: (r) => String(r.record), align: 'right' },
      ...(found.items.some((r) => r.file !== undefined)
        ? [{ head: 'FILE', cell: (r: BadRow) => r.file ?? '-' }]
        : []),
      { head: 'LINE', cell: (r) => String(r.line), align: 'right' },
      { head: 'COLUMN', cell: (r) => r.column ?? '-' },
      { head: 'VALUE', cell: (r) => (r.value === null ? '(empty)' : r.value) },
      { head: 'RULE', cell: (r) => r.rule },
      { head: 'MESSAGE', cell: (r) => r.message },
    ],
    'No bad rows.',
  );
  return undefined;
}

const EXPORT_PAGE = 1000;

/** Every bad row, page by page, one JSON object a line; the same with --json, since a line is a document. */
export async function quarantineExport(context: CommandContext): Promise<undefined> {
  const out = context.options.text('out');
  let rows = 0;
  const lines = async function* (): AsyncGenerator<string> {
    for await (const row of badRows(context)) {
      rows++;
      yield `${JSON.stringify(row)}\n`;
    }
  };
  if (out === undefined) {
    for await (const line of lines()) {
      context.io.stdout(line);
      await context.io.drained();
    }
  } else {
    await replaceFile(out, (path) => pipeline(lines, createWriteStream(path)));
  }
  context.out.progress(null);
  if (out !== undefined && context.out.json) context.out.document({ out, rows }, () => '');
  else context.out.say(`${countOf(rows, 'bad row')} exported.`);
  return undefined;
}

async function* badRows(context: CommandContext): AsyncGenerator<BadRow> {
  const node = await nodeOfBatch(context, argument(context, 0));
  let after: string | undefined;
  let count = 0;
  do {
    const query = { limit: EXPORT_PAGE, after };
    const found = await node.call<Listing<BadRow>>('GET', quarantinePath(context), { query });
    yield* found.items;
    count += found.items.length;
    context.out.progress(`${formatCount(count)} rows`);
    after = found.next ?? undefined;
  } while (after !== undefined);
}
