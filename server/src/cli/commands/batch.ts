/**
 * `ingest`, `batches …`, `quarantine …`: what a producer does with files, and what became of each record.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import type { BatchReport, QuarantineSample, RuleResult } from '@weft/core/ingest/report';
import { WeftError } from '@weft/core/lib/error';
import type { CommandContext } from '../command.ts';
import { formatBytes, formatCount, type Output } from '../output.ts';
import { argument, page, pathPart, writeText } from '../text.ts';

const FORMATS = ['csv', 'ndjson', 'parquet'] as const;
type Format = (typeof FORMATS)[number];

/** Sends each file as one batch; exit code 3 when one is held, 1 when one failed. */
export async function ingest(context: CommandContext): Promise<number> {
  const [product = '', ...files] = context.args;
  const key = context.options.text('key');
  if (key !== undefined && files.length > 1) {
    throw new WeftError('USAGE', '--key names one batch, but there are several files', {
      remedy: 'Send one file, or leave --key out.',
    });
  }
  const reports: BatchReport[] = [];
  for (const file of files) reports.push(await sendFile({ context, product, file, key }));
  const first = reports[0];
  context.out.document(
    reports.length === 1 && first !== undefined ? first : { items: reports, next: null },
    () => reports.map((report) => renderReport(report, context.out)).join('\n\n'),
  );
  if (reports.some((report) => report.state === 'failed')) return 1;
  return reports.some((report) => report.state === 'held') ? 3 : 0;
}

interface SendFile {
  context: CommandContext;
  product: string;
  file: string;
  key: string | undefined;
}

async function sendFile({ context, product, file, key }: SendFile): Promise<BatchReport> {
  const bytes = file === '-' ? null : (await stat(file)).size;
  const name = file === '-' ? 'stdin' : basename(file);
  const format = readFormat(context, name);
  const source: Readable =
    file === '-'
      ? Readable.from(context.io.stdin())
      : createReadStream(file, { highWaterMark: 1 << 20 });
  const body = source.pipe(countBytes(context.out, { name, bytes }));
  source.on('error', (error) => body.destroy(error));
  const headers: Record<string, string> = { 'content-type': CONTENT_TYPES[format] };
  if (name.endsWith('.gz')) headers['content-encoding'] = 'gzip';
  if (context.options.off('wait')) headers['prefer'] = 'respond-async';
  const path = `/api/v1/products/${pathPart(product)}/batches`;
  const report = await context
    .api()
    .call<BatchReport>('POST', path, { query: { key, format, name }, headers, body });
  context.out.progress(null);
  return report;
}

const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};

function readFormat(context: CommandContext, name: string): Format {
  const given = context.options.text('format');
  if (given !== undefined) {
    const format = FORMATS.find((known) => known === given);
    if (format === undefined)
      throw new WeftError('USAGE', `--format "${given}"`, {
        remedy: 'Known: csv, ndjson, parquet.',
      });
    return format;
  }
  const plain = name.replace(/\.gz$/, '');
  if (plain.endsWith('.csv')) return 'csv';
  if (/\.(ndjson|jsonl)$/.test(plain)) return 'ndjson';
  if (plain.endsWith('.parquet')) return 'parquet';
  throw new WeftError('USAGE', `the format of ${name} is not clear`, {
    remedy: 'Say --format csv, ndjson or parquet.',
  });
}

function countBytes(
  out: Output,
  { name, bytes }: { name: string; bytes: number | null },
): Transform {
  let sent = 0;
  let shown = 0;
  return new Transform({
    highWaterMark: 1 << 20,
    transform(chunk: Uint8Array, _encoding, done) {
      sent += chunk.length;
      if (sent - shown > 1 << 20) {
        shown = sent;
        out.progress(progressText({ name, sent, bytes }));
      }
      done(null, chunk);
    },
    flush(done) {
      out.progress(`${name}: ${formatBytes(sent)} sent, checking …`);
      done();
    },
  });
}

function progressText({
  name,
  sent,
  bytes,
}: {
  name: string;
  sent: number;
  bytes: number | null;
}): string {
  if (bytes === null || bytes === 0) return `${name}: ${formatBytes(sent)} sent`;
  const share = Math.min(1, sent / bytes);
  const filled = Math.round(share * 24);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)}`;
  return `${name} ${bar} ${Math.round(share * 100)} %  ${formatBytes(sent)} of ${formatBytes(bytes)}`;
}

/** The report for people: the balance first, then what went wrong. */
export function renderReport(report: BatchReport, out: Output): string {
  const { records, rules, quarantine } = report;
  const lines = [
    `${mark(report, out)} ${report.batch} ${report.state}: ${report.product}, ${report.source.name ?? 'no name'}`,
    `  records     ${formatCount(records.in)} in = ${formatCount(records.good)} good + ${formatCount(records.quarantined)} quarantined + ${formatCount(records.duplicates)} duplicates`,
  ];
  if (report.because !== null) lines.push(`  because     ${report.because}`);
  const missed = rules.filter((rule) => rule.evaluation !== 'pass' && rule.evaluation !== 'skip');
  lines.push(`  rules       ${rules.length - missed.length} of ${rules.length} kept`);
  lines.push(...missed.map((rule) => `    ${ruleLine(rule)}`));
  for (const row of quarantine.sample.slice(0, 5)) lines.push(`    ${sampleLine(row)}`);
  if (report.snapshot !== null)
    lines.push(`  snapshot    ${report.snapshot}, sequence ${report.sequence}`);
  if (quarantine.total > 0) lines.push(`  bad rows    weft quarantine show ${report.batch}`);
  if (report.state === 'held') {
    lines.push(
      `  next        weft batches release ${report.batch}   or   weft batches discard ${report.batch}`,
    );
  }
  return lines.join('\n');
}

function mark(report: BatchReport, out: Output): string {
  if (report.state === 'committed') return out.colors.cyan('✓');
  if (report.state === 'held') return out.colors.yellow('⚠');
  return report.state === 'failed' ? out.colors.red('×') : '·';
}

function ruleLine(rule: RuleResult): string {
  const what =
    rule.message ??
    `${formatCount(rule.failed)} of ${formatCount(rule.checked)} records, must be ${rule.must}`;
  return `${rule.evaluation.padEnd(5)} ${rule.id}: ${what} (${rule.consequence})`;
}

function sampleLine(row: QuarantineSample): string {
  return `line ${row.line}, ${row.column ?? 'record'} = ${row.value === null ? 'empty' : JSON.stringify(row.value)}: ${row.message}`;
}

export async function list(context: CommandContext): Promise<undefined> {
  const query = {
    ...page(context),
    product: context.options.text('product'),
    state: context.options.text('state'),
  };
  const found = await context
    .api()
    .call<{ items: BatchReport[]; next: string | null }>('GET', '/api/v1/batches', { query });
  showBatches(context, found, 'No batches yet: `weft ingest PRODUCT FILE`.');
  return undefined;
}

export async function quarantineList(context: CommandContext): Promise<undefined> {
  const query = { ...page(context), product: context.options.text('product'), quarantined: true };
  const found = await context
    .api()
    .call<{ items: BatchReport[]; next: string | null }>('GET', '/api/v1/batches', { query });
  showBatches(context, found, 'Nothing in quarantine.');
  return undefined;
}

function showBatches(
  context: CommandContext,
  found: { items: BatchReport[]; next: string | null },
  empty: string,
): void {
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
  const report = await context
    .api()
    .call<BatchReport>('GET', `/api/v1/batches/${pathPart(argument(context, 0))}`);
  context.out.document(report, () => renderReport(report, context.out));
  return undefined;
}

export const release = (context: CommandContext): Promise<undefined> => decide(context, 'release');

export const discard = (context: CommandContext): Promise<undefined> => decide(context, 'discard');

async function decide(context: CommandContext, step: string): Promise<undefined> {
  const path = `/api/v1/batches/${pathPart(argument(context, 0))}/${step}`;
  const json = { because: context.options.text('because') ?? null };
  const report = await context.api().call<BatchReport>('POST', path, { json });
  context.out.document(report, () => renderReport(report, context.out));
  return undefined;
}

interface QuarantinePage {
  items: (QuarantineSample & { raw: string | null })[];
  next: string | null;
}

export async function quarantineShow(context: CommandContext): Promise<undefined> {
  const path = `/api/v1/batches/${pathPart(argument(context, 0))}/quarantine`;
  const query = { ...page(context), rule: context.options.text('rule') };
  const found = await context.api().call<QuarantinePage>('GET', path, { query });
  context.out.list(
    found,
    [
      { head: 'RECORD', cell: (r) => String(r.record), align: 'right' },
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

/** Every bad row, page by page, one JSON object a line. */
export async function quarantineExport(context: CommandContext): Promise<undefined> {
  const path = `/api/v1/batches/${pathPart(argument(context, 0))}/quarantine`;
  const lines: string[] = [];
  let after: string | undefined;
  do {
    const found: QuarantinePage = await context
      .api()
      .call('GET', path, { query: { limit: 1000, after } });
    for (const row of found.items) lines.push(JSON.stringify(row));
    context.out.progress(`${formatCount(lines.length)} rows`);
    after = found.next ?? undefined;
  } while (after !== undefined);
  context.out.progress(null);
  await writeText(context, lines.length === 0 ? '' : `${lines.join('\n')}\n`);
  context.out.say(`${formatCount(lines.length)} reasons exported.`);
  return undefined;
}
