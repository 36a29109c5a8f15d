/**
 * Exports: what a subject may see of a table, handed out as an Iceberg table that any engine opens.
 *
 * Decided, watched and recorded like a query of `SELECT *` (`governed-answer.ts`); not which files those are
 * (`adapters/export-files.ts`) nor the bytes of the table's metadata (`core/src/lakehouse/table-of-files.ts`).
 * Invariants: what may only be looked at is not exported, and a table of more rows than the policy lets out at once is
 * refused, never cut; the archive begins with its list and ends with the version hint, so a table that came in part is none.
 */

import { uriOfPath } from '@weft/core/lakehouse/paths';
import type { Deflate } from '@weft/core/lakehouse/ports';
import { findSnapshot } from '@weft/core/lakehouse/scan';
import { contractSummary } from '@weft/core/lakehouse/table';
import { type TableDocument, tableOfFiles } from '@weft/core/lakehouse/table-of-files';
import { must } from '@weft/core/lib/assert';
import { canonicalJson } from '@weft/core/lib/canonical-json';
import { WeftError } from '@weft/core/lib/error';
import { quoteIdent } from '@weft/core/lib/ident-sql';
import { type ExportList, LIST_NAME } from '@weft/core/query/export-list';
import type { ExportFile, ExportFiles } from '@weft/core/query/ports';
import type { Subject } from '@weft/core/registry/types';
import {
  type Answer,
  type AnswerDeps,
  type AnswerWork,
  governAnswer,
  type OpenAnswer,
} from './governed-answer.ts';
import { Admission, type AdmissionLimits } from './query-admission.ts';
import type { QueryJournal } from './query-journal.ts';
import { resultRowsMax } from './query-obligations.ts';
import type { LoadedTable, PlannedQuery } from './query-plan.ts';
import { type TarEntry, tarOf } from './tar.ts';

export interface ExportServiceDeps extends AnswerDeps {
  exports: ExportFiles;
  deflate: Deflate;
  seconds: { prepare: number; deliver: number };
  admission: AdmissionLimits;
}

export interface ExportRequest {
  subject: Subject;
  purpose: string;
  /** `domain.table`, `domain.table@1` or `domain."table@1"`. */
  table: string;
  /** Absolute path or URI of the folder where the table will stand. */
  location: string;
  /** Names of data files that whoever asks holds already. */
  have: readonly string[];
  /** Number of the metadata file. */
  version: number;
  signal: AbortSignal;
}

export interface ExportService {
  /** Resolves when the first bytes of the archive are there; rejects with WeftError before that. */
  export(request: ExportRequest): Promise<Answer>;
}

/** The journal is that of the queries, so that an export is shown and cancelled like one. */
export function createExportService(deps: ExportServiceDeps, journal: QueryJournal): ExportService {
  const admission = new Admission(deps.admission);
  return {
    async export(asked) {
      const location = locationOf(asked.location);
      const { subject, purpose, signal } = asked;
      const request = { subject, purpose, signal, sql: textOf(asked.table) };
      const work = workOf(deps, { ...asked, location }, admission);
      return await governAnswer({ deps, request, journal }, work);
    },
  };
}

const TABLE = /^([a-z][a-z0-9_]{0,62})\.(?:([a-z][a-z0-9_]{0,62}(?:@\d{1,9})?)|"([^"]{1,80})")$/;

/** The query that the export is decided as. */
function textOf(table: string): string {
  const [, domain, plain, quoted] = TABLE.exec(table) ?? [];
  const name = plain ?? quoted;
  if (domain === undefined || name === undefined) {
    throw new WeftError('REQUEST_INVALID', `"${table}" is no name of a table`, {
      remedy: 'Write domain.table, or domain."table@1" for one major version.',
      errors: [at('$.table', 'no name of a table')],
    });
  }
  return `SELECT * FROM ${quoteIdent(domain)}.${quoteIdent(name)}`;
}

/** What engines take for a pattern, a part of a URI or a quote: each in its own way. */
const DOUBTFUL = /["'\\*?[\]{}#%<>|\p{Cc}]/u;

/** Without a slash at its end; a path becomes a `file:` URI. */
function locationOf(text: string): string {
  const location = uriOfPath(text.replace(/\/+$/, ''));
  const [, scheme, path = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.+)$/.exec(location) ?? [];
  const folders = path.split('/');
  const isPlain =
    !DOUBTFUL.test(location) && !folders.some((part) => part === '.' || part === '..');
  const isWhole = scheme === 'file' ? /^\/[^/]/.test(path) : /^[^/]/.test(path);
  if (scheme !== undefined && isPlain && isWhole) return location;
  throw new WeftError('REQUEST_INVALID', `"${text}" is no place where a table can stand`, {
    remedy:
      'Give an absolute path or URI, without quotes, *, ?, #, %, brackets, and . or .. as a folder.',
    errors: [at('$.location', 'no absolute path or URI')],
  });
}

const at = (path: string, message: string) => ({ code: 'REQUEST_INVALID', path, message });

function workOf(deps: ExportServiceDeps, request: ExportRequest, admission: Admission): AnswerWork {
  let rowsMax: number | null = null;
  return {
    admission,
    seconds: deps.seconds,
    isExport: true,
    oblige(decisions) {
      rowsMax = resultRowsMax(decisions, 'iceberg');
    },
    async start(plan, answer) {
      const { prepare: seconds } = deps.seconds;
      const opened = await deps.exports.open({
        parts: plan.projection.parts,
        columns: must(plan.projection.columns[0], 'one table'),
        have: new Set(request.have),
        seconds,
        signal: answer.signal,
      });
      // Why: an archive that nobody began to read does not come to its end, where it would close them.
      answer.signal.addEventListener('abort', () => void opened.close(), { once: true });
      try {
        if (answer.signal.aborted) throw new WeftError('CANCELLED', 'The export was cancelled.');
        const rows = opened.files.reduce((sum, { data }) => sum + data.records, 0);
        if (rowsMax !== null && rows > rowsMax) throw tooManyRows(request.table, rowsMax);
        await answer.permit(rows);
        return archive({ deps, request, plan, answer, files: opened.files, rows }, opened.close);
      } catch (error) {
        await opened.close();
        throw error;
      }
    },
  };
}

// Why not how many there are: the limit is there so that they are not taken at once.
function tooManyRows(table: string, rowsMax: number): WeftError {
  return new WeftError(
    'ACCESS_DENIED',
    `What you see of ${table} has more than the ${rowsMax} rows that the policy lets out at once: a table is not cut.`,
    { remedy: `Query the rows that you need, or ask the owner for a larger limit.` },
  );
}

interface Archive {
  deps: ExportServiceDeps;
  request: ExportRequest;
  plan: PlannedQuery;
  answer: OpenAnswer;
  files: readonly ExportFile[];
  rows: number;
}

/** The bytes of the archive; the last of them come after the answer was closed. */
async function* archive(made: Archive, close: () => Promise<void>): AsyncGenerator<Uint8Array> {
  const { files, answer, rows } = made;
  try {
    const { documents, list } = describe(made);
    const entries = [
      document({ name: LIST_NAME, bytes: Buffer.from(`${JSON.stringify(list, null, 2)}\n`) }),
      ...files.flatMap(dataEntry),
      ...documents.map(document),
    ];
    let held: Uint8Array | null = null;
    for await (const block of tarOf(entries)) {
      if (held !== null) yield held;
      held = block;
    }
    await answer.finish({ rows, truncated: false, cpuSeconds: null });
    if (held !== null) yield held;
  } finally {
    await close();
  }
}

function document({ name, bytes }: TableDocument): TarEntry {
  return { name, bytes: bytes.length, read: () => [bytes] };
}

function dataEntry({ name, bytes, read }: ExportFile): TarEntry[] {
  return read === null ? [] : [{ name: `data/${name}`, bytes, read }];
}

function describe({ deps, request, plan, files, rows }: Archive): {
  documents: TableDocument[];
  list: ExportList;
} {
  const table = must(plan.tables[0], 'one table');
  const { location, version } = request;
  const { domain, table: name, major } = table.decision.table;
  const { documents } = tableOfFiles(
    { deflate: deps.deflate, sha256: (data) => deps.crypto.sha256(data) },
    {
      identity: canonicalJson({ domain, table: name, major }),
      location,
      version,
      columns: must(plan.projection.columns[0], 'one table'),
      files: files.map(({ name: file, data }) => ({ ...data, path: `${location}/data/${file}` })),
      made: madeOf(table),
      properties: propertiesOf(table, request.purpose),
    },
  );
  const metadata = must(
    documents.find((file) => file.name.endsWith('.metadata.json')),
    'metadata',
  ).name;
  const list: ExportList = {
    table: `${domain}.${name}@${major}`,
    ...{ location, version, metadata, rows },
    files: files.map(({ name: file, bytes, read }) => ({ name: file, bytes, sent: read !== null })),
    products: plan.products,
  };
  return { documents, list };
}

function madeOf({ metadata }: LoadedTable): { snapshot: string; at: number } {
  const snapshot = findSnapshot(metadata);
  const at = snapshot?.['timestamp-ms'] ?? metadata['last-updated-ms'];
  return { snapshot: String(snapshot?.['snapshot-id'] ?? ''), at };
}

function propertiesOf({ decision }: LoadedTable, purpose: string): Record<string, string> {
  const { product, contract, agreement } = decision;
  return {
    'weft.product': product,
    ...contractSummary(contract),
    ...(agreement === null ? {} : { 'weft.agreement': agreement }),
    'weft.purpose': purpose,
  };
}
