/** The real query service over a fixture's tables, with decisions that the test makes and everything that is logged kept. */
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { must } from '@weft/core/lib/assert';
import { createIdSource } from '@weft/core/lib/id';
import type { Logger } from '@weft/core/lib/ports';
import type { AccessDecision } from '@weft/core/policy/decide';
import type { QueryAuditEntry } from '@weft/core/query/ports';
import type { ProjectTable } from '@weft/core/query/project';
import type { StandingView } from '@weft/core/registry/standing';
import { nodeDeflate } from '../../server/src/adapters/deflate.ts';
import { createExportFiles } from '../../server/src/adapters/export-files.ts';
import {
  createQueryProcesses,
  type QueryProcesses,
  sealedUser,
} from '../../server/src/adapters/query-process.ts';
import { createArrowExporter } from '../../server/src/adapters/result-arrow.ts';
import { createParquetExporter } from '../../server/src/adapters/result-parquet.ts';
import { systemClock, systemRandom } from '../../server/src/adapters/runtime-ports.ts';
import {
  createExportService,
  type ExportRequest,
} from '../../server/src/services/export-service.ts';
import type { Answer } from '../../server/src/services/governed-answer.ts';
import type { QueryFormat } from '../../server/src/services/query-formats.ts';
import { QueryJournal } from '../../server/src/services/query-journal.ts';
import {
  createQueryService,
  type QueryServiceDeps,
} from '../../server/src/services/query-service.ts';
import type { QueryFixture } from '../hostile/support.ts';
import { openProjections, type TestProjections } from './projections.ts';

/** What a decision says of one table, beside what all of them say. */
export type Said = Partial<AccessDecision> & Pick<AccessDecision, 'columns'>;

export interface GovernedQueries {
  /** What is decided of `domain.table` from now on. */
  decisions: Map<string, Said>;
  kept: TestProjections;
  logged: string[];
  audit: QueryAuditEntry[];
  /** Told as the service tells it. */
  on: { planned(tables: readonly ProjectTable[]): void; narrow(): void };
  /** The answer's text; rejects with the error that the consumer gets. */
  ask(sql: string, format?: QueryFormat): Promise<string>;
  /** What may be seen of `domain.table`, as an archive that is not read yet. */
  export(table: string, options?: Partial<ExportRequest>): Promise<Answer>;
  /** Who asks may act no more from now on; null gives it back. */
  revoke(because: string | null): void;
  /** The rows of a JSON answer. */
  rows(sql: string): Promise<unknown[][]>;
  close(): Promise<void>;
}

export function permitted(product: string, said: Said): AccessDecision {
  const [domain = '', table = ''] = product.split('.');
  return {
    table: { domain, table, major: 1 },
    product,
    contract: { id: `urn:${product}`, version: '1.0.0', hash: 'a'.repeat(64) },
    decision: 'permit',
    reason: '',
    agreement: 'agr_1',
    hidden: [],
    rowFilter: { op: 'true' },
    rowFilterText: null,
    sets: [],
    policyVersion: null,
    meshPolicyVersion: null,
    masks: [],
    rollUp: null,
    rowLimit: null,
    mayExport: true,
    ...said,
  };
}

/** Query processes over the fixture, as small as tests need them. */
export function openEngine(fixture: QueryFixture, logger: Logger): QueryProcesses {
  return createQueryProcesses({
    directory: path.join(fixture.directory, 'run'),
    memory: '300MB',
    threads: 1,
    addressSpaceBytes: 2_000_000_000,
    user: sealedUser(),
    searchPath: process.env['PATH'] ?? '',
    logger,
    idleSeconds: 60,
    spare: true,
    sessions: 2,
  });
}

export async function openGoverned(fixture: QueryFixture): Promise<GovernedQueries> {
  const logged: string[] = [];
  const note = (message: string, fields?: unknown): void => {
    logged.push(`${message} ${JSON.stringify(fields ?? {})}`);
  };
  const logger = { info: note, warn: note, error: note };
  const decisions = new Map<string, Said>();
  const audit: QueryAuditEntry[] = [];
  const on: GovernedQueries['on'] = { planned() {}, narrow() {} };
  const kept = await openProjections(path.join(fixture.directory, 'kept'));
  const engine = openEngine(fixture, logger);
  const directory = path.join(fixture.directory, 'export');
  const { standing, revoke } = playStanding();
  const deps: QueryServiceDeps = {
    decide: {
      decide: async ({ tables }) =>
        tables.map(({ domain, table }) => {
          const product = `${domain}.${table}`;
          return permitted(product, must(decisions.get(product), 'a decision'));
        }),
    },
    standing,
    tables: fixture.tables,
    projections: kept.files,
    onPlanned: (planned) => on.planned(planned),
    onNarrow: () => on.narrow(),
    engine,
    exporters: {
      parquet: createParquetExporter({ directory, memory: '200MB' }),
      arrow: createArrowExporter(),
    },
    audit: { record: async (entry) => void audit.push(entry) },
    crypto: { sha256: (data) => createHash('sha256').update(data).digest('hex') },
    ids: createIdSource({ clock: systemClock, random: systemRandom }),
    clock: systemClock,
    logger,
    limits: { seconds: 20, rows: 10_000, bytes: 10_000_000 },
    admission: { running: 2, perSubject: 4, waiting: 10, waitSeconds: 20 },
  };
  const journal = new QueryJournal(systemClock);
  const queries = createQueryService(deps, journal);
  const ask = async (sql: string, format: QueryFormat = 'json'): Promise<string> => {
    const answer = await queries.submit({
      subject: fixture.analyst,
      purpose: 'forecasting',
      sql,
      format,
      limits: {},
      signal: new AbortController().signal,
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  };
  return {
    decisions,
    kept,
    logged,
    audit,
    on,
    ask,
    export: exporterOf({ deps, journal, kept, fixture }),
    revoke,
    rows: async (sql) => JSON.parse(await ask(sql)).rows,
    async close() {
      await engine.close();
      kept.maker.close();
    },
  };
}

function playStanding(): { standing: StandingView; revoke: GovernedQueries['revoke'] } {
  const listeners = new Set<() => void>();
  let refusal: string | null = null;
  return {
    standing: {
      refusal: () => refusal,
      since: () => null,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    revoke(because) {
      refusal = because;
      for (const listener of listeners) listener();
    },
  };
}

function exporterOf(input: {
  deps: QueryServiceDeps;
  journal: QueryJournal;
  kept: TestProjections;
  fixture: QueryFixture;
}): GovernedQueries['export'] {
  const { deps, journal, kept, fixture } = input;
  const exports = createExportFiles({ projections: kept.files, reader: kept.maker });
  const seconds = { prepare: 20, deliver: 20 };
  const service = createExportService({ ...deps, exports, deflate: nodeDeflate, seconds }, journal);
  return (table, options = {}) =>
    service.export({
      subject: fixture.analyst,
      purpose: 'forecasting',
      table,
      location: '/exported',
      have: [],
      version: 1,
      signal: new AbortController().signal,
      ...options,
    });
}
