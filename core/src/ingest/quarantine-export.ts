/**
 * All records that a filter takes, as one file: with their bytes, reasons, line and batch.
 *
 * Not for pages (`quarantine-search.ts`). The engine writes Parquet by itself; CSV and NDJSON are written from a file of its, so
 * that the text of a record is read in the encoding of its batch. Memory does not grow with the number of records.
 * Invariant: bytes that are no text of their encoding are exported as base64, never with replacement characters.
 */
import { decodeBase64 } from '../lib/base64.ts';
import { quoteText } from '../lib/ident-sql.ts';
import { parseSafeJson } from '../lib/safe-json.ts';
import type { CheckFiles } from './check-ports.ts';
import type { SqlEngine } from './ports.ts';
import { rowsSql } from './quarantine-files.ts';
import { decodeRecord } from './record-text.ts';
import type { ExportRequest, LineFiles } from './repair-ports.ts';

const COLUMNS = `batch || ':' || record AS ref, batch, record, line, kind, state, reasons,
  CASE WHEN parent IS NULL THEN NULL ELSE parent || ':' || parent_record END AS origin,
  CASE WHEN child IS NULL THEN NULL ELSE child || ':' || child_record END AS replay`;

interface ExportPorts {
  engine: SqlEngine;
  files: LineFiles & Pick<CheckFiles, 'remove'>;
}

/** Writes the file; returns its number of records. */
export async function exportRows(ports: ExportPorts, request: ExportRequest): Promise<number> {
  const { engine } = ports;
  const { source, filter, format, scratch, outPath } = request;
  const rows = `(${rowsSql(source, filter)})`;
  if (format === 'parquet') {
    const [row] = await engine.rows(
      `COPY (SELECT ${COLUMNS}, raw FROM ${rows} ORDER BY batch, record) TO ${quoteText(outPath)}
        (FORMAT parquet, COMPRESSION zstd, RETURN_STATS, USE_TMP_FILE false)`,
    );
    return Number(row?.['count'] ?? 0);
  }
  const path = `${scratch}/rows.ndjson`;
  await engine.run(
    `COPY (SELECT ${COLUMNS}, to_base64(raw) AS raw FROM ${rows} ORDER BY batch, record) TO ${quoteText(path)} (FORMAT json)`,
  );
  const records = await rewrite(ports, request, path);
  await ports.files.remove(path);
  return records;
}

interface ExportLine {
  batch: string;
  reasons: { rule: string; column: string | null; value: string | null; message: string }[];
  raw: string | null;
  [name: string]: unknown;
}

async function rewrite(
  { files }: ExportPorts,
  { layouts, format, outPath }: ExportRequest,
  path: string,
): Promise<number> {
  const out = await files.create(outPath);
  let records = 0;
  try {
    if (format === 'csv') await out.write(`${CSV_HEAD.join(',')}\n`);
    for await (const lines of files.lines(path)) {
      for (const line of lines) {
        const row = parseSafeJson(line) as ExportLine;
        const encoding = layouts[row.batch]?.csv?.encoding ?? 'utf-8';
        const bytes = row.raw === null ? null : decodeBase64(row.raw);
        const text = bytes === null ? null : decodeRecord(bytes, encoding);
        await out.write(format === 'csv' ? csvLine(row, text) : ndjsonLine(row, text));
        records++;
      }
    }
  } finally {
    await out.close();
  }
  return records;
}

function ndjsonLine({ raw, ...row }: ExportLine, text: string | null): string {
  const body = text === null && raw !== null ? { rawBase64: raw } : { raw: text };
  return `${JSON.stringify({ ...row, ...body })}\n`;
}

const CSV_HEAD = [
  ...['ref', 'batch', 'record', 'line', 'kind', 'state', 'origin', 'replay'],
  ...['rules', 'columns', 'values', 'messages', 'raw', 'rawBase64'],
];

/** One line for each record; several reasons stand in one field, with ` | ` between them. */
function csvLine(row: ExportLine, text: string | null): string {
  const all = (name: 'rule' | 'column' | 'value' | 'message'): string =>
    row.reasons.map((reason) => reason[name] ?? '').join(' | ');
  const { ref, batch, record, line, kind, state, origin, replay } = row;
  const fields = [ref, batch, record, line, kind, state, origin, replay];
  const reasons = [all('rule'), all('column'), all('value'), all('message')];
  const body = text === null ? ['', row.raw] : [text, ''];
  return `${[...fields, ...reasons, ...body].map(csvText).join(',')}\n`;
}

function csvText(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
