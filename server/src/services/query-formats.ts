/**
 * How rows leave: JSON document, NDJSON, CSV, Parquet, Arrow.
 *
 * Not the cells (`workers/query-cells.ts`). The columnar forms are made by exporters that are passed in; they run in
 * this process, on rows that have left the sandbox, with an engine that holds no table.
 * Invariant: the tail of a JSON document is written after everything that must have happened before the query is done.
 */
import type { ResultShape, RunningQuery } from '@weft/core/query/ports';

export const QUERY_FORMATS = ['json', 'ndjson', 'csv', 'parquet', 'arrow'] as const;
export type QueryFormat = (typeof QUERY_FORMATS)[number];

/** Turns the blocks of a running query (in `shape`) into a file of the format. */
export interface ResultExporter {
  shape: ResultShape;
  export(running: Pick<RunningQuery, 'columns' | 'blocks'>): AsyncIterable<Uint8Array>;
}

export interface ResultExporters {
  parquet: ResultExporter;
  arrow: ResultExporter;
}

const SHAPES: Readonly<Record<'json' | 'ndjson' | 'csv', ResultShape>> = {
  json: 'arrays',
  ndjson: 'objects',
  csv: 'csv',
};

export const CONTENT_TYPES: Readonly<Record<QueryFormat, string>> = {
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  parquet: 'application/vnd.apache.parquet',
  arrow: 'application/vnd.apache.arrow.stream',
};

export function shapeOf(format: QueryFormat, exporters: ResultExporters): ResultShape {
  return format === 'parquet' || format === 'arrow' ? exporters[format].shape : SHAPES[format];
}

/** The bytes of the answer. `tail` gives the end of a JSON document and is awaited for every format. */
export async function* formatResult(options: {
  format: QueryFormat;
  running: RunningQuery;
  exporters: ResultExporters;
  tail: () => Promise<Record<string, unknown>>;
}): AsyncGenerator<Uint8Array> {
  const { format, running, exporters, tail } = options;
  if (format === 'json') {
    yield* jsonDocument(running, tail);
    return;
  }
  const bytes =
    format === 'parquet' || format === 'arrow' ? exporters[format].export(running) : running.blocks;
  yield* bytes;
  await tail();
}

async function* jsonDocument(
  running: RunningQuery,
  tail: () => Promise<Record<string, unknown>>,
): AsyncGenerator<Uint8Array> {
  yield utf8(`{"columns":${JSON.stringify(running.columns)},"rows":[`);
  let separator = '\n';
  for await (const block of running.blocks) {
    // Why: a line feed inside a cell is escaped, so that those left end rows.
    const rows = Buffer.from(block).toString('utf8').trimEnd().replaceAll('\n', ',\n');
    if (rows === '') continue;
    yield utf8(separator + rows);
    separator = ',\n';
  }
  const end = JSON.stringify(await tail());
  yield utf8(`],${end.slice(1)}\n`);
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}
