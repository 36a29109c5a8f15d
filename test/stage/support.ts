/**
 * Stages a text with the real stager and reads the result back with DuckDB, for the tests of this folder.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataType } from '@weft/core/contract/data-type';
import type { CsvDialect, IngestPlan } from '@weft/core/contract/plan';
import type {
  SourceCompression,
  SourceFormat,
  SqlEngine,
  StagePart,
  StageSummary,
} from '@weft/core/ingest/ports';
import { STRUCTURAL_FAULTS } from '@weft/core/ingest/ports';
import { quoteText } from '@weft/core/lib/ident-sql';
import { createStager, type StagerOptions } from '../../server/src/adapters/stager.ts';
import { openTestEngine } from '../support/engine.ts';

export const SEED = Number(process.env['WEFT_SEED'] ?? 20261122);

export type Row = Record<string, unknown>;

export interface Staged {
  summary: StageSummary;
  parts: StagePart[];
  rows: Row[];
  lexical: Row[];
  bad: Row[];
}

export interface PlanOptions {
  csv?: Partial<CsvDialect>;
  primaryKey?: string[];
  /** Columns that every record must have; a file may lack the others. */
  required?: string[];
  timezone?: string | null;
}

/** Column name → type; the name of a kind stands for the type without parameters. */
export type Columns = Record<
  string,
  DataType | Exclude<DataType['kind'], 'decimal' | 'struct' | 'list' | 'map'>
>;

export function planOf(columns: Columns, options: PlanOptions = {}): IngestPlan {
  return {
    contract: { id: 'test', version: '1.0.0', hash: '0'.repeat(64) },
    domain: 'test',
    product: 'test',
    table: 'test',
    objectId: 'test',
    columns: Object.entries(columns).map(([name, type]) => ({
      id: name,
      name,
      sourceName: name,
      type: typeof type === 'string' ? ({ kind: type } as DataType) : type,
      required: options.required?.includes(name) ?? false,
      defaultTimezone: options.timezone ?? null,
      classification: null,
    })),
    rules: [],
    primaryKey: options.primaryKey ?? [],
    duplicateScope: 'batch',
    badShareMax: null,
    csv: {
      delimiter: ',',
      quote: '"',
      encoding: 'utf-8',
      header: true,
      nullText: '',
      ...options.csv,
    },
  };
}

export interface StageOptions {
  format?: SourceFormat;
  compression?: SourceCompression;
  /** Columns to read back; default all. */
  select?: string;
  signal?: AbortSignal;
  onPart?: (part: StagePart) => Promise<void>;
}

/** A stager, an engine and a directory of their own; `close` removes all. */
export async function openBench(options: Partial<StagerOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'weft-stage-'));
  const engine = await openTestEngine();
  const stager = createStager({ threads: 1, openEngine: openTestEngine, ...options });
  let count = 0;

  async function stage(
    source: string | Uint8Array,
    plan: IngestPlan,
    { format = 'csv', compression = 'none', select = '*', signal, onPart }: StageOptions = {},
  ): Promise<Staged> {
    const own = join(directory, String(count++));
    mkdirSync(own);
    const path = join(own, 'landing');
    writeFileSync(path, source);
    const parts: StagePart[] = [];
    const summary = await stager.stage(
      {
        landing: {
          path,
          name: null,
          bytes: source.length,
          sha256: '',
          format,
          compression,
        },
        plan,
        directory: own,
        signal: signal ?? new AbortController().signal,
      },
      async (part) => {
        parts.push(part);
        await onPart?.(part);
      },
    );
    return { summary, parts, ...(await readBack(engine, parts, select)) };
  }

  return {
    directory,
    engine,
    stager,
    stage,
    async close(): Promise<void> {
      engine.close();
      await stager.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What the parts' files hold; offsets of bad records count from the start of the file. */
async function readBack(
  engine: SqlEngine,
  parts: readonly StagePart[],
  select: string,
): Promise<Pick<Staged, 'rows' | 'lexical' | 'bad'>> {
  const read = async (sql: string, key: 'path' | 'lexPath', order: string) => {
    const paths = parts.flatMap((part) => part[key] ?? []);
    if (paths.length === 0) return [];
    const files = `read_parquet([${paths.map(quoteText).join(', ')}])`;
    return engine.rows(`SELECT ${sql} FROM ${files} ORDER BY ${order}`);
  };
  const bad: Row[] = [];
  for (const { badPath, start } of parts) {
    if (badPath === null) continue;
    for (const row of await engine.rows(`SELECT * FROM ${quoteText(badPath)} ORDER BY ord`)) {
      const fault = STRUCTURAL_FAULTS[Number(row['code']) - 1];
      const { ord, line, len } = row;
      bad.push({ ord, line, off: Number(row['off']) + start, len, fault });
    }
  }
  return {
    rows: await read(select, 'path', '_ord'),
    lexical: await read('ord, col, txt', 'lexPath', 'ord, col'),
    bad,
  };
}
