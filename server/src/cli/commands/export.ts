/**
 * `export`: what one may see of a table, as an Iceberg table in a folder that any engine opens.
 *
 * Not the folder's own rules (`export-folder.ts`). Run again, it fetches the data files that are new.
 */
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { WeftError } from '@weft/core/lib/error';
import { type ExportList, LIST_NAME } from '@weft/core/query/export-list';
import { brokenOff } from '../client.ts';
import type { CommandContext } from '../command.ts';
import {
  type ExportFolder,
  finishFolder,
  HINT_NAME,
  hasPlace,
  lockExportFolder,
  openExportFolder,
  parseList,
  prepareFolder,
  writeEntry,
} from '../export-folder.ts';
import { nodeOfProduct } from '../nodes.ts';
import { countOf, formatBytes } from '../output.ts';
import { argument, needed } from '../text.ts';
import { unpack } from '../unpack.ts';

/** Data files of which the request may say that they are there. */
const HAVE_MAX = 10_000;

export async function exportTable(context: CommandContext): Promise<undefined> {
  const table = tableName(argument(context, 0));
  const purpose = needed(context, 'purpose', 'category_planning');
  const out = resolve(needed(context, 'out', './transactions'));
  const lock = await lockExportFolder(out);
  try {
    await exportInto(context, { table, purpose, out });
  } finally {
    lock.release();
  }
  return undefined;
}

async function exportInto(
  context: CommandContext,
  { table, purpose, out }: { table: string; purpose: string; out: string },
): Promise<void> {
  const location = context.options.text('location') ?? out;
  const folder = await openExportFolder(out, table);
  const version = (folder.list?.version ?? 0) + 1;
  const have = folder.have.slice(0, HAVE_MAX);
  context.out.progress('preparing …');
  const node = await nodeOfProduct(context, table);
  const json = { table, purpose, location, have, version };
  const response = await node.open('POST', '/api/v1/exports', {
    json,
    headers: { accept: 'application/x-tar, application/problem+json' },
  });
  const list = await receive(context, folder, response);
  context.out.progress(null);
  tell(context, { out, list, isElsewhere: location !== out });
}

async function receive(
  context: CommandContext,
  folder: ExportFolder,
  response: Response,
): Promise<ExportList> {
  const broken = (cause: unknown): Error =>
    context.signal.aborted
      ? (context.signal.reason as Error)
      : brokenOff(new URL(response.url).origin, cause);
  const { body } = response;
  if (body === null) throw broken(null);
  const source = Readable.fromWeb(body as import('node:stream/web').ReadableStream);
  let list: ExportList | null = null;
  let hint: Uint8Array | null = null;
  const metadata: string[] = [];
  let show = (_: number): void => undefined;
  for await (const entry of unpack(source, { takes: hasPlace, broken })) {
    if (entry.name === LIST_NAME) {
      list = parseList(Buffer.from(await whole(entry.bytes)).toString('utf8'));
      if (list === null) break;
      await prepareFolder(folder);
      show = progressOf(context, list);
    } else if (list === null) {
      break;
    } else if (entry.name === HINT_NAME) {
      hint = await whole(entry.bytes);
    } else {
      if (entry.name.startsWith('metadata/')) metadata.push(entry.name);
      await writeEntry(folder, entry, entry.name.startsWith('data/') ? show : undefined);
    }
  }
  if (list === null || hint === null || !metadata.includes(list.metadata)) throw broken(null);
  await finishFolder(folder, { list, metadata, hint });
  return list;
}

function progressOf(context: CommandContext, { files }: ExportList): (count: number) => void {
  const sent = files.filter((file) => file.sent);
  const total = sent.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  return (count) => {
    done += count;
    const bytes = `${formatBytes(done)} of ${formatBytes(total)}`;
    context.out.progress(`${bytes} in ${countOf(sent.length, 'new file')} …`);
  };
}

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for await (const block of bytes) blocks.push(block);
  return Buffer.concat(blocks);
}

function tell(
  { out: output }: CommandContext,
  { out, list, isElsewhere }: { out: string; list: ExportList; isElsewhere: boolean },
): void {
  const { table, version, rows, files, products } = list;
  const metadata = `${out}/${list.metadata}`;
  const fetched = files.filter((file) => file.sent);
  const bytes = fetched.reduce((sum, file) => sum + file.bytes, 0);
  const document = {
    ...{ metadata, table, location: list.location, version, rows },
    files: files.length,
    fetched: fetched.length,
    bytes,
    products,
  };
  const of = `${countOf(rows, 'row')} of ${table} in ${countOf(files.length, 'file')}`;
  output.say(`${of}, ${fetched.length} of them new (${formatBytes(bytes)}).`);
  output.document(document, () => metadata);
  const place = isElsewhere ? `${list.location.replace(/\/+$/, '')}/${list.metadata}` : metadata;
  if (isElsewhere) output.say(`Move the folder to ${list.location} first; then:`);
  output.say(`PyIceberg: StaticTable.from_metadata("${place}")`);
  output.say(`DuckDB: SELECT * FROM iceberg_scan('${place}')`);
}

/** Why here, too: a name that cannot be one is told before anything is made on the disk. */
function tableName(text: string): string {
  if (/^[a-z][a-z0-9_]*\.("?)[a-z][a-z0-9_]*(@\d+)?\1$/.test(text)) return text;
  throw new WeftError('USAGE', `"${text}" is no name of a table`, {
    remedy: 'Write domain.table, or domain.table@1 for one major version.',
  });
}
