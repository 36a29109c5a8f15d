/**
 * `quarantine list`, `show` and `export`: what is wrong, where and how much, and the rows themselves.
 */
import type { QuarantineRowItem, RowReason } from '@weft/core/ingest/quarantine-search';
import type { LineageCounts } from '../../services/quarantine-lineage.ts';
import type { BatchBalance, CauseItem, CauseList } from '../../services/quarantine-service.ts';
import type { CommandContext } from '../command.ts';
import { writeBody } from '../files.ts';
import { readList, refuseUnknownProduct } from '../listing.ts';
import { nodeOfProduct } from '../nodes.ts';
import { countOf, formatCount } from '../output.ts';
import {
  causeFlags,
  causeOf,
  nodeOfTarget,
  quoted,
  refuseUnknownTarget,
  whereOf,
} from '../quarantine-target.ts';
import { repairHints } from '../repair-hints.ts';
import { withoutControls } from '../table.ts';
import { argument } from '../text.ts';

export async function list(context: CommandContext): Promise<undefined> {
  const product = context.options.text('product');
  const node = product === undefined ? context.api() : await nodeOfProduct(context, product);
  const asked = { ...context, api: () => node };
  const query = { product, ...causeOf(context) };
  if (context.options.flag('batches')) await listBatches(asked, query);
  else await listCauses(asked, query);
  return undefined;
}

async function listCauses(
  context: CommandContext,
  query: Record<string, string | undefined>,
): Promise<void> {
  const found = await readList<CauseItem, CauseList>(context, '/api/v1/quarantine/causes', query);
  if (found.items.length === 0) await refuseUnknownProduct(context, query['product']);
  context.out.list(
    found,
    [
      { head: 'PRODUCT', cell: (c) => c.product },
      { head: 'RULE', cell: (c) => c.rule },
      { head: 'COLUMN', cell: (c) => c.column ?? '-' },
      { head: 'OPEN', cell: (c) => formatCount(c.open), align: 'right' },
      ...(found.items.some((c) => c.held > 0)
        ? [{ head: 'HELD', cell: (c: CauseItem) => formatCount(c.held), align: 'right' as const }]
        : []),
      { head: 'ALL', cell: (c) => formatCount(c.records), align: 'right' },
      { head: 'BATCHES', cell: (c) => formatCount(c.batches), align: 'right' },
      { head: 'LAST', cell: (c) => c.last.slice(0, 16).replace('T', ' ') },
      { head: 'MESSAGE', cell: (c) => c.message },
      { head: 'EXAMPLES', cell: (c) => c.examples.map((e) => JSON.stringify(e)).join(' ') },
    ],
    'Nothing in quarantine.',
  );
  for (const balance of found.balance) {
    const { product, batches } = balance;
    const which = `${formatCount(batches)} ${batches === 1 ? 'batch' : 'batches'} with refused or repeated records`;
    context.out.say(`${product}, ${which}: ${balanceText(balance)}`);
  }
  if (found.truncated) context.out.say('Older batches were not looked at; see --until.');
  const held = found.items.find((cause) => cause.held > 0);
  if (held !== undefined) {
    context.out.say(`rows of held batches are decided about after their batches: ${DECIDE_FIRST}`);
    context.out.say(`next: weft batches list --product ${held.product} --state held`);
  }
  const [worst] = found.items;
  if (worst === undefined || worst.open === 0) return;
  const target = `${worst.product} --rule ${quoted(worst.rule)}`;
  const open = found.items.find((cause) => cause.open > 0) ?? worst;
  sayNext(context, [`quarantine show ${target}`, ...repairHints(target, [open])]);
}

/** What to do about rows of a batch that waits. */
export const DECIDE_FIRST =
  'release the batch, and its bad rows are open; or discard it, and send the mended file';

/** Commands as the next steps. */
function sayNext(context: CommandContext, commands: readonly string[]): void {
  for (const [i, command] of commands.entries()) {
    context.out.say(`${i === 0 ? 'next: ' : '      '}weft ${command}`);
  }
}

/** A batch, or several, as one sum. */
export function balanceText(counts: LineageCounts): string {
  const parts = [
    `${formatCount(counts.committed)} committed`,
    `${formatCount(counts.open)} open`,
    `${formatCount(counts.discarded)} discarded`,
    `${formatCount(counts.duplicates)} duplicates`,
    ...(counts.held === 0 ? [] : [`${formatCount(counts.held)} held`]),
  ];
  return `${formatCount(counts.in)} in = ${parts.join(' + ')}`;
}

async function listBatches(
  context: CommandContext,
  query: Record<string, string | undefined>,
): Promise<void> {
  const found = await readList<BatchBalance>(context, '/api/v1/quarantine/batches', query);
  if (found.items.length === 0) await refuseUnknownProduct(context, query['product']);
  const count = (name: keyof LineageCounts) => (b: BatchBalance) =>
    formatCount(b.lineage.records[name]);
  context.out.list(
    found,
    [
      { head: 'BATCH', cell: (b) => b.batch },
      { head: 'STATE', cell: (b) => b.state },
      { head: 'PRODUCT', cell: (b) => b.product },
      { head: 'IN', cell: count('in'), align: 'right' },
      { head: 'COMMITTED', cell: count('committed'), align: 'right' },
      { head: 'OPEN', cell: count('open'), align: 'right' },
      { head: 'DISCARDED', cell: count('discarded'), align: 'right' },
      { head: 'DUPLICATES', cell: count('duplicates'), align: 'right' },
      { head: 'HELD', cell: count('held'), align: 'right' },
      {
        head: 'REPAIRS',
        cell: (b) => formatCount(b.lineage.generations.length - 1),
        align: 'right',
      },
      { head: 'STARTED', cell: (b) => b.started },
    ],
    'Nothing in quarantine.',
  );
}

export async function show(context: CommandContext): Promise<undefined> {
  const target = argument(context, 0);
  const isBatch = target.startsWith('bat_');
  const node = await nodeOfTarget(context, target);
  const asked = { ...context, api: () => node };
  const state = context.options.text('state') ?? (isBatch ? undefined : 'open');
  const query = { ...whereOf(context, target), state };
  const found = await readList<QuarantineRowItem>(asked, '/api/v1/quarantine/rows', query);
  if (found.items.length === 0) await refuseUnknownTarget(context, target);
  if (context.out.json) {
    context.out.document({ ...found, next: found.next ?? null }, () => '');
    return undefined;
  }
  const lines = found.items.flatMap((row) => row.reasons.map((reason) => ({ row, reason })));
  context.out.list(
    { items: lines, next: found.next ?? null },
    [
      ...(isBatch ? [] : [{ head: 'BATCH', cell: ({ row }: Line) => row.batch }]),
      { head: 'RECORD', cell: ({ row }) => String(row.record), align: 'right' },
      { head: 'LINE', cell: ({ row }) => String(row.line ?? '-'), align: 'right' },
      { head: 'COLUMN', cell: ({ reason }) => reason.column ?? '-' },
      { head: 'VALUE', cell: ({ reason }) => reason.value ?? '(empty)' },
      { head: 'RULE', cell: ({ reason }) => reason.rule },
      { head: 'STATE', cell: ({ row }) => row.state },
      { head: 'MESSAGE', cell: messageOf },
    ],
    'No bad rows.',
  );
  const held = found.items.find((row) => row.state === 'held')?.batch;
  if (held !== undefined) {
    context.out.say(`${held} is held: ${DECIDE_FIRST}`);
    context.out.say(`next: weft batches release ${held}   or   weft batches discard ${held}`);
  }
  const open = found.items.filter((row) => row.state === 'open');
  if (open.length > 0) {
    const reasons = open.flatMap((row) => row.reasons);
    sayNext(context, repairHints(`${target}${causeFlags(context)}`, reasons));
  }
  return undefined;
}

/** Why: a misspelt rule or column would look like one under which nothing was refused. */
interface Line {
  row: QuarantineRowItem;
  reason: RowReason;
}

function messageOf({ row, reason }: Line): string {
  return row.kind === 'duplicate'
    ? 'repeats an accepted record word for word; it is counted and skipped'
    : reason.message;
}

const ALL_STATES = ', of every state; those to mend are --state open';

/** Streams the file that the node writes; the same with --json, since a line is a document. */
export async function exportRows(context: CommandContext): Promise<undefined> {
  const target = argument(context, 0);
  const node = await nodeOfTarget(context, target);
  const query = {
    ...whereOf(context, target),
    state: context.options.text('state'),
    format: context.options.text('format'),
  };
  const response = await node.open('GET', '/api/v1/quarantine/export', { query });
  const rows = Number(response.headers.get('weft-records') ?? '0');
  const bytes = await writeBody(context, response);
  if (rows === 0) await refuseUnknownTarget(context, target);
  const out = context.options.text('out');
  if (out !== undefined && context.out.json) context.out.document({ out, rows, bytes }, () => '');
  else
    context.out.say(
      `${countOf(rows, 'record')} exported${query.state === undefined ? ALL_STATES : ''}.`,
    );
  return undefined;
}

/** A value as a cell of a table: nothing that a terminal would obey. */
export function valueText(value: string | null): string {
  return value === null ? '(empty)' : withoutControls(value);
}
