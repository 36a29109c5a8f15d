/**
 * `restate` and `restatements`: rows of a table that are deleted or corrected, and what was done so far.
 *
 * Not the check: the node of the domain does that. Invariant: rows are deleted only where `--delete` says so.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { WeftError } from '@weft/core/lib/error';
import type { Operation } from '../../services/operations-service.ts';
import type { RestatementPreview } from '../../services/restatements-service.ts';
import type { RestatementReport } from '../../store/node-restatements.ts';
import { type ApiClient, RemoteProblem } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { readList, refuseUnknownProduct } from '../listing.ts';
import { nodeOfProduct } from '../nodes.ts';
import { countOf, formatCount } from '../output.ts';
import { argument, needed, pathPart } from '../text.ts';

const POLL_MS = 250;

/** Exit code 3 when it would break the contract, also for a preview. */
export async function restate(context: CommandContext): Promise<number> {
  const product = argument(context, 0);
  const { options } = context;
  const where = needed(context, 'where', '"store = \'S1\'"');
  const set = changesOf(context);
  const sequence = options.text('ifSequence');
  if (sequence !== undefined && !/^\d{1,15}$/.test(sequence)) {
    throw new WeftError('USAGE', `--if-sequence "${sequence}" is no number`, {
      remedy: 'Give the sequence that --preview shows.',
    });
  }
  const path = `/api/v1/products/${pathPart(product)}/restatements`;
  const headers = sequence === undefined ? {} : { 'if-match': `"${sequence}"` };
  if (options.flag('preview')) {
    const node = await nodeOfProduct(context, product);
    const json = { where, set, preview: true };
    const found = await node.call<RestatementPreview>('POST', path, { json, headers });
    context.out.document(found, () => previewText(found));
    return found.broken.length === 0 ? 0 : 3;
  }
  const because = needed(context, 'because', '"wrong till", or look first with --preview');
  const node = await nodeOfProduct(context, product);
  const key = options.text('key');
  const made = await node.call<RestatementReport | Operation>('POST', path, {
    json: { where, set, because },
    headers: {
      ...headers,
      prefer: 'respond-async',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
  });
  const report = 'operation' in made ? await followed(context, node, made) : made;
  context.out.document(report, () => reportText(report));
  return 0;
}

/** Null: the rows go. */
function changesOf(context: CommandContext): Record<string, string> | null {
  const texts = context.options.list('set') ?? [];
  if (context.options.flag('delete') === texts.length > 0) {
    throw new WeftError('USAGE', 'say what becomes of the rows: either --delete or --set', {
      remedy: 'For example: --set "currency=\'EUR\'"',
    });
  }
  if (texts.length === 0) return null;
  const set: Record<string, string> = {};
  for (const text of texts) {
    const [, column = '', sql = ''] = /^([a-z]\w*)=([\s\S]+)$/.exec(text) ?? [];
    if (column === '' || set[column] !== undefined) {
      throw new WeftError('USAGE', `--set "${text}" is no change of a column of its own`, {
        remedy: 'For example: --set "sku=lower(sku)", once for each column.',
      });
    }
    set[column] = sql;
  }
  return set;
}

/** The report at the end of an operation; an interrupt leaves the work to the node. */
async function followed(
  { out, signal }: CommandContext,
  node: ApiClient,
  begun: Operation,
): Promise<RestatementReport> {
  let operation = begun;
  while (operation.state === 'running') {
    const { files = 0, filesDone = 0 } = operation.progress;
    if (files > 0) out.progress(`${formatCount(filesDone)} of ${countOf(files, 'file')}`);
    await pause(POLL_MS, undefined, { signal });
    operation = await node.call<Operation>('GET', `/api/v1/operations/${operation.operation}`);
  }
  out.progress(null);
  if (operation.problem !== null) throw new RemoteProblem(operation.problem);
  return operation.result as RestatementReport;
}

function previewText({ rows, files, sequence, kind, broken }: RestatementPreview): string {
  const what = `Nothing was changed. ${countOf(rows, 'row')} of ${countOf(files, 'file')} would be ${kind === 'delete' ? 'deleted' : 'changed'}.`;
  const refused = broken.map(
    ({ rows: of, message }) => `  refused: ${message} in ${countOf(of, 'row')}`,
  );
  return [what, ...refused, `On what was seen: --if-sequence ${sequence}`].join('\n');
}

function reportText({ restatement, kind, rows, files, sequence }: RestatementReport): string {
  if (rows === 0) return `${restatement}: no row matches; nothing was changed.`;
  const done = kind === 'delete' ? 'deleted' : 'changed';
  return `${restatement}: ${countOf(rows, 'row')} ${done} in ${countOf(files, 'file')}, sequence ${sequence}`;
}

export async function list(context: CommandContext): Promise<undefined> {
  const product = argument(context, 0);
  const node = await nodeOfProduct(context, product);
  const asked = { ...context, api: () => node };
  const path = `/api/v1/products/${pathPart(product)}/restatements`;
  const found = await readList<RestatementReport>(asked, path, {});
  if (found.items.length === 0) await refuseUnknownProduct(context, product);
  context.out.list(
    found,
    [
      { head: 'RESTATEMENT', cell: (r) => r.restatement },
      { head: 'TABLE', cell: (r) => `${r.table}@${r.major}` },
      { head: 'KIND', cell: (r) => r.kind },
      { head: 'ROWS', cell: (r) => formatCount(r.rows), align: 'right' },
      { head: 'SEQUENCE', cell: (r) => String(r.sequence ?? '-'), align: 'right' },
      { head: 'AT', cell: (r) => r.at },
      { head: 'BY', cell: (r) => r.by },
      { head: 'BECAUSE', cell: (r) => r.because },
    ],
    'No row was deleted or corrected.',
  );
  return undefined;
}
