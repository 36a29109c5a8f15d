/**
 * `ingest`: sends files as batches and shows what became of their records.
 *
 * Not the check: the node of the domain does that. Invariants: a file is streamed and never held in memory; every report
 * that came is shown, also when a later file fails.
 */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import type { BatchReport } from '@weft/core/ingest/report';
import { compressionOf, plainName } from '@weft/core/lib/compression';
import { WeftError } from '@weft/core/lib/error';
import type { ApiClient } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { standardInput } from '../files.ts';
import { BATCH_FORMATS } from '../grammar/batches.ts';
import { nodeOfProduct } from '../nodes.ts';
import { formatBytes, type Output } from '../output.ts';
import { renderReport } from '../report-text.ts';
import { pathPart } from '../text.ts';

type Format = (typeof BATCH_FORMATS)[number];

/** Sends each file as one batch; exit code 3 when one is held, 1 when one failed. */
export async function ingest(context: CommandContext): Promise<number> {
  const [product = '', ...files] = context.args;
  const key = context.options.text('key');
  if (key !== undefined && files.length > 1) {
    throw new WeftError('USAGE', '--key names one batch, but there are several files', {
      remedy: 'Send one file, or leave --key out.',
    });
  }
  for (const file of files) await checkFile(context, file);
  const node = await nodeOfProduct(context, product);
  const reports: BatchReport[] = [];
  try {
    for (const file of files) {
      const report = await sendFile({ context, node, product, file, key });
      reports.push(report);
      if (!context.out.json) context.io.stdout(`${renderReport(report, context.out)}\n`);
    }
  } finally {
    if (context.out.json && reports.length > 0) {
      const items = { items: reports, next: null };
      context.out.document(files.length === 1 ? reports[0] : items, () => '');
    }
  }
  if (reports.some((report) => report.state === 'failed')) return 1;
  return reports.some((report) => report.state === 'held') ? 3 : 0;
}

// Why before the first is sent: a misspelt third file should not leave two batches behind.
async function checkFile(context: CommandContext, file: string): Promise<void> {
  if (file === '-') {
    readFormat(context, 'standard input');
    return;
  }
  const found = await stat(file);
  if (found.isDirectory()) {
    throw new WeftError('USAGE', `${file} is a folder`, { remedy: `Name its files: ${file}/*` });
  }
  readFormat(context, basename(file));
}

interface SendFile {
  context: CommandContext;
  node: ApiClient;
  product: string;
  file: string;
  key: string | undefined;
}

async function sendFile({ context, node, product, file, key }: SendFile): Promise<BatchReport> {
  const isInput = file === '-';
  const name = isInput ? 'stdin' : basename(file);
  const bytes = isInput ? null : (await stat(file)).size;
  const format = readFormat(context, isInput ? 'standard input' : name);
  const source = isInput
    ? Readable.from(standardInput(context.io))
    : createReadStream(file, { highWaterMark: 1 << 20 });
  const first = await peek(source);
  const body = countBytes(context.out, { name, bytes });
  source.on('error', (error: Error) => body.destroy(error));
  source.pipe(body);
  const headers: Record<string, string> = { 'content-type': CONTENT_TYPES[format] };
  const compression = compressionOf(first ?? new Uint8Array());
  if (compression !== 'none') headers['content-encoding'] = compression;
  if (context.options.off('wait')) headers['prefer'] = 'respond-async';
  const path = `/api/v1/products/${pathPart(product)}/batches`;
  try {
    const query = { key, format, name };
    return await node.call<BatchReport>('POST', path, { query, headers, body });
  } finally {
    source.destroy();
    context.out.progress(null);
  }
}

/** The first bytes of a stream, which stay in it; null for an empty one. They tell how it is compressed, whatever its name. */
async function peek(source: Readable): Promise<Uint8Array | null> {
  await once(source, 'readable');
  const chunk: unknown = source.read();
  if (!(chunk instanceof Uint8Array)) return null;
  source.unshift(chunk);
  return chunk;
}

const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  parquet: 'application/vnd.apache.parquet',
};

function readFormat(context: CommandContext, name: string): Format {
  const given = context.options.text('format');
  if (given !== undefined) {
    const format = BATCH_FORMATS.find((known) => known === given);
    if (format !== undefined) return format;
  }
  const plain = plainName(name);
  if (plain.endsWith('.csv')) return 'csv';
  if (/\.(ndjson|jsonl)$/.test(plain)) return 'ndjson';
  if (plain.endsWith('.json')) return 'json';
  if (plain.endsWith('.parquet')) return 'parquet';
  throw new WeftError('USAGE', `the format of ${name} is not clear`, {
    remedy: 'Say --format csv, ndjson, json or parquet.',
  });
}

interface Sending {
  name: string;
  /** Null when it is not known before the end: standard input. */
  bytes: number | null;
}

function countBytes(out: Output, sending: Sending): Transform {
  let sent = 0;
  let shown = 0;
  return new Transform({
    highWaterMark: 1 << 20,
    transform(chunk: Uint8Array, _encoding, done) {
      sent += chunk.length;
      if (sent - shown > 1 << 20) {
        shown = sent;
        out.progress(progressText(sending, sent));
      }
      done(null, chunk);
    },
    flush(done) {
      out.progress(`${sending.name}: ${formatBytes(sent)} sent, checking …`);
      done();
    },
  });
}

function progressText({ name, bytes }: Sending, sent: number): string {
  if (bytes === null || bytes === 0) return `${name}: ${formatBytes(sent)} sent`;
  const share = Math.min(1, sent / bytes);
  const filled = Math.round(share * 24);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)}`;
  return `${name} ${bar} ${Math.round(share * 100)} %  ${formatBytes(sent)} of ${formatBytes(bytes)}`;
}
