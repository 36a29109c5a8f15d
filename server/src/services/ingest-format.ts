/**
 * Which format landed bytes are of: what the producer says, else what the file name says, else the first bytes.
 *
 * Compressed bytes say nothing of what is in them: without a word or a name they are taken for CSV.
 */

import type {
  Landing,
  LandingFile,
  SourceCompression,
  SourceFormat,
} from '@weft/core/ingest/ports';
import { compressionOf, plainName } from '@weft/core/lib/compression';
import { WeftError } from '@weft/core/lib/error';
import type { LandedBytes } from './ingest-ports.ts';

const EXTENSIONS: Readonly<Record<string, SourceFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  parquet: 'parquet',
  avro: 'avro',
};

/** Landed bytes as they are to be read. Throws REQUEST_INVALID when the files of a batch are of several formats. */
export function landingOf(
  landed: LandedBytes,
  request: { format: SourceFormat | null; name: string | null },
): Landing {
  const { format: asked, name } = request;
  const { path, bytes, sha256, head } = landed;
  const own = landed.stated === undefined ? {} : { stated: landed.stated };
  const whole = { path, name, bytes, sha256, ...own, ...detectFormat({ asked, name, head }) };
  if (landed.files === undefined) return whole;
  const found = landed.files.map((file) => ({
    ...file,
    ...detectFormat({ asked, name: file.name, head: file.head }),
  }));
  const [first] = found;
  const other = found.find((file) => file.format !== first?.format);
  if (first === undefined || other !== undefined) {
    const detail = `${first?.name} is ${first?.format} and ${other?.name} is ${other?.format}`;
    throw new WeftError(
      'REQUEST_INVALID',
      `the files of one batch have one format, but ${detail}`,
      {
        remedy: 'Send them as two batches, or say which format they all have.',
      },
    );
  }
  const files = found.map(
    ({ path: at, name: own, compression, stated }): LandingFile => ({
      path: at,
      name: own,
      compression,
      ...(stated === undefined ? {} : { stated }),
    }),
  );
  return { ...whole, format: first.format, compression: 'none', files };
}

export function detectFormat(options: {
  asked: SourceFormat | null;
  name: string | null;
  head: Uint8Array;
}): { format: SourceFormat; compression: SourceCompression } {
  const { asked, name, head } = options;
  const compression = compressionOf(head);
  const extension = /\.([a-z0-9]+)$/i.exec(plainName(name ?? ''))?.[1]?.toLowerCase() ?? '';
  const format = asked ?? EXTENSIONS[extension] ?? (compression === 'none' ? sniff(head) : 'csv');
  return { format, compression };
}

function sniff(head: Uint8Array): SourceFormat {
  const text = Buffer.from(head.subarray(0, 256)).toString('latin1');
  if (text.startsWith('PAR1')) return 'parquet';
  if (text.startsWith('Obj\u0001')) return 'avro';
  const first = /^(?:\u00ef\u00bb\u00bf)?\s*([[{])/.exec(text)?.[1];
  if (first === undefined) return 'csv';
  return first === '[' ? 'json' : 'ndjson';
}
