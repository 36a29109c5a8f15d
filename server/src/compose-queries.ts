/**
 * Puts the queries of a node together: the processes that run them, the files that they may see, and what keeps these
 * files ready and sweeps them.
 */
import type { Deflate, LakehousePorts } from '@weft/core/lakehouse/ports';
import type { TableMetadata } from '@weft/core/lakehouse/types';
import type { IdSource } from '@weft/core/lib/id';
import type { Clock, Logger } from '@weft/core/lib/ports';
import type { Remembered } from '@weft/core/lib/remembered';
import type { TableId } from '@weft/core/policy/decide';
import type { AccessDecider, ProjectionReader, QueryAudit } from '@weft/core/query/ports';
import type { StandingView } from '@weft/core/registry/standing';
import type { Kysely } from 'kysely';
import { createExportFiles } from './adapters/export-files.ts';
import type { Keyring } from './adapters/keyring.ts';
import { createProjectionFiles, type KeptProjections } from './adapters/projection-files.ts';
import { createProjectionMaker } from './adapters/projection-maker.ts';
import { createQueryProcesses, sealedUser } from './adapters/query-process.ts';
import { createArrowExporter } from './adapters/result-arrow.ts';
import { createParquetExporter } from './adapters/result-parquet.ts';
import { composeKeyLists } from './compose-key-lists.ts';
import { type Config, PROJECTION_SECONDS } from './config.ts';
import { createExportService, type ExportService } from './services/export-service.ts';
import type { KeyLists } from './services/key-lists.ts';
import { createMaskKeys } from './services/mask-keys.ts';
import { createProjectionKeeper } from './services/projection-keeper.ts';
import { QueryJournal } from './services/query-journal.ts';
import {
  createQueryService,
  type QueryService,
  type QueryServiceDeps,
} from './services/query-service.ts';
import { createTableReader } from './services/table-reader.ts';
import type { AuditLog } from './store/audit-log.ts';
import type { NodeTables } from './store/node-tables.ts';

const SWEEP_INTERVAL_MS = 600_000;
const GIB = 1024 ** 3;
/** Why places of their own: an export is read as fast as its reader's network is, and no query is to wait for that. */
const EXPORTS = {
  seconds: { prepare: 240, deliver: 3_600 },
  admission: { running: 4, perSubject: 2, waiting: 32, waitSeconds: 30 },
};

export interface QueriesInput {
  config: Config;
  control: AccessDecider & { report(report: unknown): Promise<void> };
  standing: StandingView;
  db: Kysely<NodeTables>;
  keys: Keyring;
  directories: { query: string; spill: string; projections: string };
  lakehouse: Pick<LakehousePorts, 'objects' | 'deflate'>;
  metadata: Remembered<string, TableMetadata>;
  audit: AuditLog;
  ids: IdSource;
  clock: Clock;
  logger: Logger;
}

export interface QueriesPart {
  service: QueryService;
  exports: ExportService;
  /** Reads which files are there; call it before the first query. */
  start(): Promise<void>;
  /** Something may have been committed: what was asked for lately is made ready of it. */
  wake(): void;
  close(): Promise<void>;
}

export function composeQueries(input: QueriesInput): QueriesPart {
  const { config, db, keys, logger, directories, lakehouse, metadata, audit, ids, clock } = input;
  const { limits } = config;
  const engine = createQueryProcesses(processOptions(input, directories.query));
  const maker = createProjectionMaker({
    ...processOptions(input, directories.spill),
    memory: limits.ingestMemory,
    makeSeconds: PROJECTION_SECONDS,
    // Why more than a query may have: only our own statements run there, and threads reserve more than they use.
    addressSpaceBytes: 16 * GIB,
  });
  const projections = createProjectionFiles({
    directory: directories.projections,
    bytesMax: limits.projectionBytesMax,
    maker,
    maskKeys: createMaskKeys(keys),
    crypto: keys,
    clock,
    logger,
  });
  const tables = createTableReader({ lakehouse, pointerOf: pointers(db), metadata });
  const keeper = createProjectionKeeper({ projections, tables, clock, logger });
  const shared = {
    standing: input.standing,
    tables,
    projections,
    engine,
    exporters: {
      parquet: createParquetExporter({ directory: directories.spill, memory: limits.queryMemory }),
      arrow: createArrowExporter(),
    },
    audit: queryAudit(audit),
    crypto: keys,
    ids,
    clock,
    logger,
    limits: { seconds: limits.querySeconds, rows: limits.queryRowsMax, bytes: GIB },
  };
  const { control } = input;
  const lists = composeKeyLists({ queries: shared, control, db, keys, ids, clock, logger });
  const governed: Omit<QueryServiceDeps, 'admission'> = {
    ...shared,
    decide: lists.decider,
    standing: withChanges(input.standing, lists),
    onPlanned: (planned, subject) =>
      keeper.used(planned, (decision) => lists.renew(decision, subject.id)),
    onNarrow: () => void keeper.wake(),
  };
  const { service, exports } = serve(governed, {
    reader: maker,
    deflate: lakehouse.deflate,
    config,
  });
  const sweeping = sweepAgain(projections, logger);
  return {
    service,
    exports,
    start: () => projections.load(),
    // Why in this order: rows are chosen by the lists.
    wake: () => void lists.wake().then(() => keeper.wake()),
    async close() {
      clearInterval(sweeping);
      keeper.stop();
      maker.close();
      await engine.close();
    },
  };
}

function sweepAgain(projections: KeptProjections, logger: Logger): NodeJS.Timeout {
  const sweep = (): void => {
    projections.sweep().catch((error: unknown) => {
      const message = error instanceof Error ? error.message : 'unknown';
      logger.error('projections could not be swept', { message });
    });
  };
  return setInterval(sweep, SWEEP_INTERVAL_MS).unref();
}

/** Queries and exports, which know of each other's: one list shows and cancels both. */
function serve(
  governed: Omit<QueryServiceDeps, 'admission'>,
  more: { reader: ProjectionReader; deflate: Deflate; config: Config },
): Pick<QueriesPart, 'service' | 'exports'> {
  const { reader, deflate, config } = more;
  const running = config.limits.queriesAtOnce;
  const admission = { running, perSubject: 4, waiting: 32, waitSeconds: 30 };
  const journal = new QueryJournal(governed.clock);
  const exportFiles = createExportFiles({ projections: governed.projections, reader });
  const exports = { ...governed, exports: exportFiles, deflate, ...EXPORTS };
  return {
    service: createQueryService({ ...governed, admission }, journal),
    exports: createExportService(exports, journal),
  };
}

/** What has an open answer confirmed anew: a change of standing or agreements, and of a list. */
function withChanges(standing: StandingView, lists: Pick<KeyLists, 'onChange'>): StandingView {
  return {
    refusal: (subject) => standing.refusal(subject),
    since: (subject) => standing.since(subject),
    onChange(listener) {
      const stops = [standing.onChange(listener), lists.onChange(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

function processOptions({ config, logger }: QueriesInput, directory: string) {
  return {
    directory,
    memory: config.limits.queryMemory,
    threads: config.limits.threads,
    addressSpaceBytes: 3 * GIB,
    user: sealedUser(),
    searchPath: '/usr/bin:/bin:/usr/local/bin',
    logger,
    idleSeconds: 60,
    spare: true,
    sessions: 2,
  };
}

/** Where a table's metadata is now. */
function pointers(db: QueriesInput['db']): (table: TableId) => Promise<string | null> {
  return async ({ domain, table, major }) => {
    const row = await db
      .selectFrom('tables')
      .select('metadata_location')
      .where('domain', '=', domain)
      .where('table_name', '=', table)
      .where('major', '=', major)
      .executeTakeFirst();
    return row?.metadata_location ?? null;
  };
}

function queryAudit(audit: AuditLog): QueryAudit {
  return {
    async record({ event, query, subject, ...details }) {
      const plain = JSON.parse(JSON.stringify(details)) as Parameters<
        AuditLog['append']
      >[0]['details'];
      await audit.append({
        actor: subject,
        action: `query.${event}`,
        subject: query,
        details: plain,
      });
    },
  };
}
