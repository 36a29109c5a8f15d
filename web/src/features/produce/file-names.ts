/**
 * What the name of a file suggests: the format of its data, and a name for a product made of it.
 */

import { suggestName } from '@weft/core/contract/names';

const FORMATS: Record<string, string> = {
  csv: 'csv',
  tsv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  parquet: 'parquet',
  avro: 'avro',
};

/** By the name, below a compression; null where the name says nothing. */
export function formatOf(name: string): string | null {
  const endings = name
    .toLowerCase()
    .replace(/\.(?:gz|zst)$/, '')
    .split('.');
  return endings.length < 2 ? null : (FORMATS[endings.at(-1) ?? ''] ?? null);
}

/** "returns_2026-11.csv.gz" as the name of a product; empty where the name has no letter. */
export function nameOfFile(file: string): string {
  const stem = file.replace(/\.(?:gz|zst)$/i, '').replace(/\.[^.]*$/, '');
  const bare = stem.replace(/^[^\p{L}]+/u, '');
  return bare === '' ? '' : suggestName(suggestName(bare).replace(/(?:_\d+)+$/, ''));
}
