/**
 * Which format landed bytes are of: what the producer says, else what the file name says, else the first bytes.
 *
 * Compressed bytes say nothing of what is in them: without a word or a name they are taken for CSV.
 */

import type { SourceCompression, SourceFormat } from '@weft/core/ingest/ports';
import { compressionOf, plainName } from '@weft/core/lib/compression';

const EXTENSIONS: Readonly<Record<string, SourceFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  parquet: 'parquet',
};

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
  const first = /^(?:\u00ef\u00bb\u00bf)?\s*([[{])/.exec(text)?.[1];
  if (first === undefined) return 'csv';
  return first === '[' ? 'json' : 'ndjson';
}
