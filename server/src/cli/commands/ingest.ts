/**
 * `ingest`: sends files as batches and shows what became of their records.
 *
 * Not the check: the node of the domain does that. Invariants: a file is streamed and never held in memory; every report
 * that came is shown, also when a later file fails.
 */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import type { BatchReport } from '@weft/core/ingest/report';
import { compressionOf, plainName } from '@weft/core/lib/compression';
import { WeftError } from '@weft/core/lib/error';
import { hashFile } from '../../file-hash.ts';
import type { ApiClient } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { standardInput } from '../files.ts';
import { BATCH_FORMATS } from '../grammar/batches.ts';
import { findSources, type Source } from '../ingest-sources.ts';
import { nodeOfProduct } from '../nodes.ts';
import { formatBytes, type Output } from '../output.ts';
import { renderReport } from '../report-text.ts';
import { pathPart } from '../text.ts';
import {
  batchOfUploads,
  type LocalFile,
  type Sender,
  type SentFile,
  sendUpload,
} from '../upload.ts';

type Format = (typeof BATCH_FORMATS)[number];

/** Larger files are sent so that they can be resumed. */
const RESUMABLE_BYTES = 32 << 20;

/** Sends each file as one batch; exit code 3 when one is held or rejected, 1 when one failed. */
export async function ingest(context: CommandContext): Promise<number> {
  const [product = '', ...args] = context.args;
  const { options } = context;
  const sources = await findSources(args, {
    manifest: options.text('manifest'),
    together: options.flag('together'),
  });
  const key = options.text('key');
  if (key !== undefined && sources.length > 1) {
    throw new WeftError('USAGE', '--key names one batch, but there are several files', {
      remedy: 'Send one file, make one batch of them with --together, or leave --key out.',
    });
  }
  // Why before the first is sent: a misspelt third file should not leave two batches behind.
  for (const source of sources) formatOf(context, source);
  const node = await nodeOfProduct(context, product);
  const reports: BatchReport[] = [];
  try {
    for (const source of sources) {
      const report = await send({ context, node, product, key }, source);
      reports.push(report);
      if (!context.out.json) context.io.stdout(`${renderReport(report, context.out)}\n`);
    }
  } finally {
    context.out.progress(null);
    if (context.out.json && reports.length > 0) {
      const items = { items: reports, next: null };
      context.out.document(sources.length === 1 ? reports[0] : items, () => '');
    }
  }
  const isRejected = (report: BatchReport): boolean => report.problem?.code === 'BATCH_REJECTED';
  if (reports.some((report) => report.state === 'failed' && !isRejected(report))) return 1;
  return reports.some((report) => report.state === 'held' || isRejected(report)) ? 3 : 0;
}

/** The one format of a batch. Throws USAGE when it is not clear, or when its files are of several. */
function formatOf(context: CommandContext, source: Source): Format {
  if (source.kind === 'input') return readFormat(context, 'standard input');
  const files = source.kind === 'file' ? [source.file] : source.files;
  const formats = files.map(({ name }) => readFormat(context, name.split('/').at(-1) ?? name));
  const [format] = formats;
  const at = formats.findIndex((other) => other !== format);
  if (format !== undefined && at === -1) return format;
  const detail = `${files[0]?.name} is ${format} and ${files[at]?.name} is ${formats[at]}`;
  throw new WeftError('USAGE', `the files of one batch have one format, but ${detail}`, {
    remedy: 'Send them as two batches, or say --format.',
  });
}

interface Sending {
  context: CommandContext;
  node: ApiClient;
  product: string;
  key: string | undefined;
}

async function send(sending: Sending, source: Source): Promise<BatchReport> {
  if (source.kind === 'several') return await sendUploads(sending, source, source.files);
  if (source.kind === 'input' || source.file.bytes < RESUMABLE_BYTES) {
    return await sendAtOnce(sending, source);
  }
  return await sendUploads(sending, source, [source.file]);
}

async function sendUploads(
  { context, node, product, key }: Sending,
  source: Source,
  files: readonly LocalFile[],
): Promise<BatchReport> {
  const { out, signal } = context;
  const all = source.kind === 'several' ? source.name : (files[0]?.name ?? '');
  const meter = new Meter(out, {
    name: all,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
  });
  let before = 0;
  const onProgress: Sender['onProgress'] = (_file, sent) => meter.show(before + sent);
  const sender: Sender = { node, product, signal, onProgress, say: out.say };
  const sent: SentFile[] = [];
  for (const file of files) {
    sent.push(await sendUpload(sender, file));
    before += file.bytes;
  }
  meter.done();
  const query = { key, format: formatOf(context, source), name: all };
  return await batchOfUploads(sender, sent, { query, headers: waitHeaders(context) });
}

function waitHeaders(context: CommandContext): Record<string, string> {
  return context.options.off('wait') ? { prefer: 'respond-async' } : {};
}

/** Sends a small file, or what has no size, in one request. */
async function sendAtOnce(
  { context, node, product, key }: Sending,
  source: Exclude<Source, { kind: 'several' }>,
): Promise<BatchReport> {
  const file = source.kind === 'file' ? source.file : null;
  const name = file?.name ?? 'stdin';
  const format = formatOf(context, source);
  const meter = new Meter(context.out, { name, bytes: file?.bytes || null });
  const input =
    file === null
      ? Readable.from(standardInput(context.io))
      : createReadStream(file.path, { highWaterMark: 1 << 20 });
  const first = await peek(input);
  const body = countBytes(meter);
  input.on('error', (error: Error) => body.destroy(error));
  input.pipe(body);
  const headers = { 'content-type': CONTENT_TYPES[format], ...waitHeaders(context) };
  const compression = compressionOf(first ?? new Uint8Array());
  if (compression !== 'none') Object.assign(headers, { 'content-encoding': compression });
  const path = `/api/v1/products/${pathPart(product)}/batches`;
  try {
    const sha256 = file === null || file.bytes === 0 ? undefined : await hashFile(file.path);
    const query = { key, format, name, sha256 };
    return await node.call<BatchReport>('POST', path, { query, headers, body });
  } finally {
    input.destroy();
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
  avro: 'application/avro',
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
  if (plain.endsWith('.avro')) return 'avro';
  throw new WeftError('USAGE', `the format of ${name} is not clear`, {
    remedy: 'Say --format csv, ndjson, json, parquet or avro.',
  });
}

function countBytes(meter: Meter): Transform {
  let sent = 0;
  return new Transform({
    highWaterMark: 1 << 20,
    transform(chunk: Uint8Array, _encoding, done) {
      sent += chunk.length;
      meter.show(sent);
      done(null, chunk);
    },
    flush(done) {
      meter.done();
      done();
    },
  });
}

/** Bytes on their way, and how fast they go. */
class Meter {
  readonly #out: Output;
  readonly #name: string;
  /** Null when it is not known before the end: standard input. */
  readonly #bytes: number | null;
  readonly #began = performance.now();
  #shown = 0;
  #sent = 0;

  constructor(out: Output, { name, bytes }: { name: string; bytes: number | null }) {
    this.#out = out;
    this.#name = name;
    this.#bytes = bytes;
  }

  show(sent: number): void {
    this.#sent = sent;
    if (Math.abs(sent - this.#shown) <= 1 << 20) return;
    this.#shown = sent;
    this.#out.progress(this.#text());
  }

  done(): void {
    this.#out.progress(`${this.#name}: ${formatBytes(this.#sent)} sent, checking …`);
  }

  #text(): string {
    const seconds = Math.max(0.001, (performance.now() - this.#began) / 1000);
    const rate = `${formatBytes(Math.round(this.#sent / seconds))}/s`;
    if (this.#bytes === null) return `${this.#name}: ${formatBytes(this.#sent)} sent, ${rate}`;
    const share = Math.min(1, this.#sent / this.#bytes);
    const filled = Math.round(share * 24);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)}`;
    return `${this.#name} ${bar} ${Math.round(share * 100)} %  ${formatBytes(this.#sent)} of ${formatBytes(this.#bytes)}, ${rate}`;
  }
}
