/**
 * The routes of batches and uploads over HTTP, with the real services behind them and without a mesh.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { createUploadFiles } from '../../server/src/adapters/upload-files.ts';
import { createApp, type WeftApp } from '../../server/src/api/app.ts';
import { registerBatches } from '../../server/src/api/platform/batches.ts';
import { registerOperations } from '../../server/src/api/platform/operations.ts';
import { registerUploads } from '../../server/src/api/platform/uploads.ts';
import { createOperationsService } from '../../server/src/services/operations-service.ts';
import type { UploadFiles } from '../../server/src/services/upload-ports.ts';
import {
  createUploadsService,
  type UploadLimits,
  type UploadsService,
} from '../../server/src/services/uploads-service.ts';
import type { NodeTables } from '../../server/src/store/node-tables.ts';
import type { TestIngest } from './ingest.ts';
import { silentLogger } from './store.ts';

export const UPLOAD_LIMITS: UploadLimits = {
  bytesMax: 50_000_000,
  openMax: 20,
  expireSeconds: 3600,
};

export interface UploadOptions {
  limits?: Partial<UploadLimits>;
  files?: UploadFiles;
  now?: () => number;
}

export function openUploads(node: TestIngest, options: UploadOptions = {}): UploadsService {
  const { ids, clock } = node.deps;
  return createUploadsService({
    db: node.store.schema<NodeTables>('node'),
    files: options.files ?? createUploadFiles({ directory: `${node.root}/uploads` }),
    ingest: node.service,
    ids,
    clock: options.now === undefined ? clock : { now: options.now },
    limits: { ...UPLOAD_LIMITS, ...options.limits },
  });
}

/** The application, ready to be asked; bearer tokens are the names of subjects. */
export async function openIngestApp(
  node: TestIngest,
  subjects: Readonly<Record<string, Subject>>,
  uploads: UploadsService = openUploads(node),
): Promise<WeftApp> {
  const app = await createApp({
    version: '0.0.0',
    logger: silentLogger,
    requestsPerMinute: 10_000,
    authenticate: async (bearer) => {
      const subject = subjects[bearer];
      if (subject === undefined) throw new WeftError('UNAUTHENTICATED', 'unknown token');
      return subject;
    },
  });
  const { store, ids, clock, logger } = node.deps;
  const operations = createOperationsService({ store, ids, clock, logger });
  registerBatches(app, { ingest: node.service, uploads, operations });
  registerUploads(app, uploads, UPLOAD_LIMITS.bytesMax);
  registerOperations(app, { operations });
  await app.ready();
  return app;
}
