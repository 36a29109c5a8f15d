/**
 * `quarantine repair`, `replay` and `discard`: look at a repair, send rows again, give rows up.
 *
 * Not the check: the node does that. Invariant: what `repair` shows is what `replay` does with the same options, as long as
 * nothing was decided in between.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { WeftError } from '@weft/core/lib/error';
import type {
  DiscardResult,
  RepairPreview,
  ReplayResult,
} from '../../services/quarantine-decide.ts';
import type { ApiClient, CallOptions } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { withLocalFile } from '../files.ts';
import { nodeOfBatch } from '../nodes.ts';
import { countOf, formatCount } from '../output.ts';
import {
  causeFlags,
  causeOf,
  nodeOfTarget,
  quoted,
  refuseUnknownTarget,
  type Where,
  whereOf,
} from '../quarantine-target.ts';
import { renderReport } from '../report-text.ts';
import { argument, needed, pathPart } from '../text.ts';
import { DECIDE_FIRST, valueText } from './quarantine.ts';

interface Rule {
  columns: Record<string, { map: Record<string, string | null> } | { sql: string }>;
  raw: string | null;
}

export async function repair(context: CommandContext): Promise<undefined> {
  const rule = ruleOf(context);
  const samples = samplesOf(context);
  const file = context.options.text('file');
  const preview = await onTarget<RepairPreview>(context, rule, async ({ node, where, path }) => {
    const total = await untilDone<RepairPreview>(context, async ({ after }) =>
      path === null
        ? await node.call('POST', '/api/v1/quarantine/previews', {
            json: { where, repair: rule, samples, ...(after === undefined ? {} : { after }) },
          })
        : await sendFixes(node, { where, path, preview: true, after }),
    );
    return { ...total, sample: total.sample.slice(0, samples) };
  });
  await refuseUnmatched(context, preview);
  context.out.document(preview, () => previewText(preview));
  sayHeld(context, preview.held);
  if (preview.good + preview.duplicates > 0) {
    const target = context.args[0] === undefined ? '' : ` ${context.args[0]}`;
    const flags = file === undefined ? changeFlags(context) : ` --file ${quoted(file)}`;
    context.out.say(`next: weft quarantine replay${target}${causeFlags(context)}${flags}`);
  }
  return undefined;
}

/** Sends rows until none is left; exit code 3 when a new batch is held, 1 when one failed. */
export async function replay(context: CommandContext): Promise<number> {
  const rule = ruleOf(context);
  const because = context.options.text('because');
  const isRepair = rule.raw !== null || Object.keys(rule.columns).length > 0;
  if (!isRepair && context.options.text('file') === undefined) refuseEverything(context);
  const total = await onTarget<ReplayResult>(context, rule, async ({ node, where, path }) => {
    const json = { where, repair: rule, because: because ?? null };
    return await untilDone<ReplayResult>(context, async ({ key, after }) =>
      path === null
        ? await node.call('POST', '/api/v1/quarantine/replays', {
            json: { ...json, ...(after === undefined ? {} : { after }) },
            headers: { 'idempotency-key': key },
          })
        : await sendFixes(node, { where, path, because, after }),
    );
  });
  await refuseUnmatched(context, total);
  context.out.document(total, () => replayText(context, total));
  sayHeld(context, total.held);
  if (total.batches.some(({ state }) => state === 'failed')) return 1;
  return total.batches.some(({ state }) => state === 'held') ? 3 : 0;
}

export async function discard(context: CommandContext): Promise<undefined> {
  const target = argument(context, 0);
  const because = needed(context, 'because', '"test articles"');
  refuseEverything(context);
  const node = await nodeOfTarget(context, target);
  const json = { where: whereOf(context, target), because };
  const total: DiscardResult = { mark: null, records: 0, batches: [], held: [], more: true };
  while (total.more) {
    const done = await node.call<DiscardResult>('POST', '/api/v1/quarantine/discards', { json });
    total.mark ??= done.mark;
    total.records += done.records;
    total.batches.push(...done.batches);
    total.held = done.held;
    total.more = done.more;
  }
  if (total.records + total.held.length === 0) await refuseUnknownTarget(context, target);
  context.out.document(total, () =>
    total.records === 0
      ? 'Nothing open matches; nothing was changed.'
      : `${countOf(total.records, 'row')} of ${countOf(total.batches.length, 'batch').replace(/batchs$/, 'batches')} discarded; they stay readable with --state discarded.`,
  );
  sayHeld(context, total.held);
  return undefined;
}

/** NOT_FOUND when nothing was taken because a name that was given is not there. */
async function refuseUnmatched(
  context: CommandContext,
  { records, skipped, held }: Pick<ReplayResult, 'records' | 'skipped' | 'held'>,
): Promise<void> {
  const [target] = context.args;
  const met = Object.values(skipped).reduce((sum, count) => sum + count, records + held.length);
  if (met === 0 && target !== undefined) await refuseUnknownTarget(context, target);
}

function sayHeld(context: CommandContext, held: RepairPreview['held']): void {
  const [first] = held;
  if (first === undefined) return;
  const rows = countOf(
    held.reduce((sum, { records }) => sum + records, 0),
    'row',
  );
  const of = held.length === 1 ? first.batch : `${held.length} batches`;
  context.out.say(`not taken: ${rows} of ${of}, held: ${DECIDE_FIRST}`);
  context.out.say(
    `next: weft batches release ${first.batch}   or   weft batches discard ${first.batch}`,
  );
}

// Why: a decision about every open row should be meant.
function refuseEverything(context: CommandContext): void {
  if (context.options.flag('all') || Object.keys(causeOf(context)).length > 0) return;
  throw new WeftError('USAGE', 'this would take every open row', {
    remedy: 'Say which (--rule, --column, --value, --reason, --since, --until), or --all.',
  });
}

/** Runs `work` on the node of the target, which for a file of fixes may be left out: its lines name their batches. */
async function onTarget<T>(
  context: CommandContext,
  rule: Rule,
  work: (target: { node: ApiClient; where: Where; path: string | null }) => Promise<T>,
): Promise<T> {
  const file = context.options.text('file');
  const [target] = context.args;
  if (file === undefined) {
    if (target === undefined) {
      throw new WeftError('USAGE', 'say whose rows: a batch or a product', {
        remedy: 'For example: weft quarantine repair sales.orders --rule units.type',
      });
    }
    const node = await nodeOfTarget(context, target);
    return await work({ node, where: whereOf(context, target), path: null });
  }
  if (
    rule.raw !== null ||
    Object.keys(rule.columns).length + Object.keys(causeOf(context)).length > 0
  ) {
    throw new WeftError('USAGE', '--file says by itself which rows become what', {
      remedy: 'Leave the other options out.',
    });
  }
  return await withLocalFile(context.io, file, async (path) => {
    const node = target === undefined ? null : await nodeOfTarget(context, target);
    if (node !== null) return await work({ node, where: whereOf(context, target ?? ''), path });
    const batch = await firstBatch(path);
    const own = await nodeOfBatch(context, batch);
    const { product } = await own.call<{ product: string }>(
      'GET',
      `/api/v1/batches/${pathPart(batch)}`,
    );
    return await work({ node: own, where: { product }, path });
  });
}

/** The batch of the first fix of a file. */
async function firstBatch(path: string): Promise<string> {
  const input = createReadStream(path);
  try {
    for await (const line of createInterface({ input })) {
      if (line.trim() === '') continue;
      const [, batch] = /"(?:ref|batch)"\s*:\s*"(bat_[0-9A-Z]{26})/.exec(line) ?? [];
      if (batch !== undefined) return batch;
      break;
    }
  } finally {
    input.destroy();
  }
  throw new WeftError('USAGE', 'the first line of the file names no record', {
    remedy: 'Each line needs `ref`, as `weft quarantine export` writes it.',
  });
}

async function sendFixes<T>(
  node: ApiClient,
  options: {
    where: Where;
    path: string;
    preview?: boolean;
    because?: string | undefined;
    after: string | undefined;
  },
): Promise<T> {
  const { where, path, preview, because, after } = options;
  const { product, batch } = where;
  const query: CallOptions['query'] = { product, batch, because, preview, after };
  const body = createReadStream(path, { highWaterMark: 1 << 20 });
  const headers = { 'content-type': 'application/x-ndjson' };
  try {
    return await node.call<T>('POST', '/api/v1/quarantine/fixes', { query, headers, body });
  } finally {
    body.destroy();
  }
}

/** Sends a request again behind where the answer ended until none is left, and adds the answers up. */
async function untilDone<Answer extends RepairPreview | ReplayResult>(
  context: CommandContext,
  send: (round: { key: string; after: string | undefined }) => Promise<Answer>,
): Promise<Answer> {
  const run = `cli-${process.pid}-${context.io.now().getTime()}`;
  const total = await send({ key: `${run}-0`, after: undefined });
  for (let i = 1; total.next !== null; i++) {
    context.out.progress(`${formatCount(total.records)} rows …`);
    addUp(total, await send({ key: `${run}-${i}`, after: total.next }));
  }
  context.out.progress(null);
  return total;
}

function addUp<Answer extends RepairPreview | ReplayResult>(total: Answer, next: Answer): void {
  for (const name of ['records', 'good', 'quarantined', 'duplicates'] as const) {
    total[name] += next[name];
  }
  for (const name of Object.keys(total.skipped) as (keyof ReplayResult['skipped'])[]) {
    total.skipped[name] += next.skipped[name];
  }
  total.skippedSample.push(...next.skippedSample);
  Object.assign(total, { next: next.next, held: next.held });
  if ('more' in total && 'more' in next) {
    total.batches.push(...next.batches);
    total.more = next.more;
  }
  if ('byRule' in total && 'byRule' in next) {
    total.batches.push(...next.batches);
    total.sample.push(...next.sample);
    total.notLookedAt = next.notLookedAt;
    for (const [rule, count] of Object.entries(next.byRule)) {
      total.byRule[rule] = (total.byRule[rule] ?? 0) + count;
    }
  }
}

function ruleOf(context: CommandContext): Rule {
  const columns: Rule['columns'] = {};
  for (const text of context.options.list('map') ?? []) {
    const [, column = '', old = '', value = ''] =
      /^([a-z]\w*):((?:[^=\\]|\\.)*)=([\s\S]*)$/.exec(text) ?? [];
    if (column === '') throw badChange('--map', text, 'country:Deutschland=DE');
    const known = columns[column];
    if (known !== undefined && 'sql' in known) throw twice(column);
    const map = known === undefined ? {} : known.map;
    map[old.replaceAll(/\\(.)/g, '$1')] = value === '' ? null : value;
    columns[column] = { map };
  }
  for (const text of context.options.list('set') ?? []) {
    const [, column = '', sql = ''] = /^([a-z]\w*)=([\s\S]+)$/.exec(text) ?? [];
    if (column === '') throw badChange('--set', text, 'sku=lower(sku)');
    if (columns[column] !== undefined) throw twice(column);
    columns[column] = { sql };
  }
  return { columns, raw: context.options.text('raw') ?? null };
}

function badChange(option: string, text: string, example: string): WeftError {
  return new WeftError('USAGE', `${option} ${quoted(text)} is no change`, {
    remedy: `For example: ${option} ${quoted(example)}`,
  });
}

function twice(column: string): WeftError {
  return new WeftError('USAGE', `${column} is changed in two ways`, {
    remedy: 'Use either --map or one --set for a column.',
  });
}

function changeFlags(context: CommandContext): string {
  const many = (name: string): string =>
    (context.options.list(name) ?? []).map((text) => ` --${name} ${quoted(text)}`).join('');
  const raw = context.options.text('raw');
  return `${many('map')}${many('set')}${raw === undefined ? '' : ` --raw ${quoted(raw)}`}`;
}

function samplesOf(context: CommandContext): number {
  const text = context.options.text('samples') ?? '10';
  const samples = Number(text);
  if (/^\d+$/.test(text) && samples <= 200) return samples;
  throw new WeftError('USAGE', `--samples "${text}" is no number from 0 to 200`);
}

function previewText(preview: RepairPreview): string {
  const lines = [
    `Nothing was changed. Of ${countOf(preview.records, 'row')} that would be sent again:`,
    `  ${formatCount(preview.good)} would pass, ${formatCount(preview.duplicates)} would be duplicates, ${formatCount(preview.quarantined)} would be refused again`,
  ];
  for (const [rule, count] of Object.entries(preview.byRule)) {
    lines.push(`    ${rule}: ${countOf(count, 'row')}`);
  }
  lines.push(...skippedLines(preview));
  for (const { root, because } of preview.batches.filter(({ state }) => state === 'held')) {
    lines.push(`  the repair of ${root} would be held: ${because}`);
  }
  lines.push(...truncatedLines(preview));
  for (const { line, record, before, after } of preview.sample) {
    const changes = Object.keys(after).map(
      (name) => `${name} ${cell(before[name])} → ${cell(after[name])}`,
    );
    lines.push(`  ${line === null ? `record ${record}` : `line ${line}`}: ${changes.join(', ')}`);
  }
  return lines.join('\n');
}

function cell(value: string | null | undefined): string {
  return value === null || value === undefined ? '(empty)' : JSON.stringify(valueText(value));
}

const SKIPPED: Readonly<Record<keyof ReplayResult['skipped'], string>> = {
  unreadable: 'no whole record; give its text anew (--raw, or raw in a --file)',
  expression: 'the expression fails on them',
  unwritable: 'a new value that the file format cannot hold',
  unchanged: 'not changed by it',
  decided: 'not open any more, or not there',
};

function skippedLines({
  skipped,
  skippedSample,
}: Pick<ReplayResult, 'skipped' | 'skippedSample'>): string[] {
  return (Object.keys(SKIPPED) as (keyof typeof SKIPPED)[]).flatMap((why) => {
    if (skipped[why] === 0) return [];
    const refs = skippedSample.filter((row) => row.why === why).map(({ ref }) => ref);
    const shown =
      refs.length === 0 ? '' : ` (${refs.slice(0, 3).join(', ')}${skipped[why] > 3 ? ', …' : ''})`;
    return [`  left as they are: ${countOf(skipped[why], 'row')}, ${SKIPPED[why]}${shown}`];
  });
}

/** Of more batches than these, one line each is shown. */
const REPORTS_MAX = 3;

function reportLine({ batch, state, records, because }: ReplayResult['batches'][number]): string {
  const { in: all, good, quarantined, duplicates } = records;
  const counts = `${formatCount(all)} in = ${formatCount(good)} good + ${formatCount(quarantined)} quarantined + ${formatCount(duplicates)} duplicates`;
  return `  ${batch} ${state}: ${counts}${because === null ? '' : `; ${because}`}`;
}

function replayText(context: CommandContext, total: ReplayResult): string {
  const head =
    total.records === 0
      ? 'Nothing was sent again.'
      : `${countOf(total.records, 'row')} sent again: ${formatCount(total.good)} good, ${formatCount(total.duplicates)} duplicates, ${formatCount(total.quarantined)} refused again`;
  const isShort = total.batches.length <= REPORTS_MAX;
  const reports = total.batches.map((report) =>
    isShort ? renderReport(report, context.out) : reportLine(report),
  );
  return [head, ...skippedLines(total), ...truncatedLines(total), ...reports].join('\n');
}

function truncatedLines({ truncated }: Pick<ReplayResult, 'truncated'>): string[] {
  return truncated
    ? ['  more batches are open than one request looks through; narrow it with --since and --until']
    : [];
}
