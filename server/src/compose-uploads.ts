/**
 * Puts the uploads of a node together: their files, their service, and the sweep of those that nobody goes on with.
 */
import type { IdSource } from '@weft/core/lib/id';
import type { Clock, Logger } from '@weft/core/lib/ports';
import type { StepHook } from '@weft/core/lib/steps';
import type { Kysely } from 'kysely';
import { createUploadFiles } from './adapters/upload-files.ts';
import type { Config } from './config.ts';
import type { IngestService } from './services/ingest-service.ts';
import { createUploadsService, type UploadsService } from './services/uploads-service.ts';
import type { NodeTables } from './store/node-tables.ts';

const SWEEP_INTERVAL_MS = 60_000;

export interface UploadsInput {
  config: Config;
  db: Kysely<NodeTables>;
  directories: { uploads: string };
  ingest: IngestService;
  ids: IdSource;
  clock: Clock;
  logger: Logger;
  stepping: { step?: StepHook };
}

export interface UploadsPart {
  service: UploadsService;
  /** Sweeps now, and every so often until `stop`. */
  start(): void;
  stop(): void;
}

export function composeUploads(input: UploadsInput): UploadsPart {
  const { db, directories, ingest, ids, clock, logger } = input;
  const { uploadBytesMax, uploadsOpenMax, uploadExpireSeconds } = input.config.limits;
  const service = createUploadsService({
    db,
    files: createUploadFiles({ directory: directories.uploads }),
    ingest,
    ids,
    clock,
    ...input.stepping,
    limits: {
      bytesMax: uploadBytesMax,
      openMax: uploadsOpenMax,
      expireSeconds: uploadExpireSeconds,
    },
  });
  let timer: NodeJS.Timeout | null = null;
  const sweep = (): void => {
    service.sweep().catch((error: unknown) => {
      logger.warn('uploads could not be swept', { error: String(error) });
    });
  };
  return {
    service,
    start() {
      sweep();
      timer = setInterval(sweep, SWEEP_INTERVAL_MS).unref();
    },
    stop() {
      if (timer !== null) clearInterval(timer);
    },
  };
}
