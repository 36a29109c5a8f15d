/**
 * Which format landed bytes are of: what the producer says, else what the file name says, else the first bytes.
 *
 * Compression is told by the first bytes alone (RFC 1952: 1f 8b), since names and headers are often wrong about it.
 */
import type { SourceCompression, SourceFormat } from '@weft/core/ingest/ports';

const EXTENSIONS: Readonly<Record<string, SourceFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'ndjson',
  parquet: 'parquet',
};

export function detectFormat(options: {
  asked: SourceFormat | null;
  name: string | null;
  head: Uint8Array;
}): { format: SourceFormat; compression: SourceCompression } {
  const { asked, name, head } = options;
  const compression = head[0] === 0x1f && head[1] === 0x8b ? 'gzip' : 'none';
  const extension = /\.([a-z0-9]+)(?:\.gz)?$/i.exec(name ?? '')?.[1]?.toLowerCase() ?? '';
  const format = asked ?? EXTENSIONS[extension] ?? (compression === 'gzip' ? 'csv' : sniff(head));
  return { format, compression };
}

function sniff(head: Uint8Array): SourceFormat {
  const text = Buffer.from(head.subarray(0, 256)).toString('latin1');
  if (text.startsWith('PAR1')) return 'parquet';
  return /^(?:\u00ef\u00bb\u00bf)?\s*\{/.test(text) ? 'ndjson' : 'csv';
}
