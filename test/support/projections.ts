/** Projections as a node keeps them, in a directory of a test or a measurement. */
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import type { Logger } from '@weft/core/lib/ports';
import type { ProjectionMaker } from '@weft/core/query/ports';
import {
  createProjectionFiles,
  type KeptProjections,
} from '../../server/src/adapters/projection-files.ts';
import { createProjectionMaker } from '../../server/src/adapters/projection-maker.ts';
import { systemClock } from '../../server/src/adapters/runtime-ports.ts';

export const SILENT: Logger = { info() {}, warn() {}, error() {} };

export interface TestProjections {
  files: KeptProjections;
  maker: ProjectionMaker;
}

export async function openProjections(
  directory: string,
  options: { bytesMax?: number; maker?: ProjectionMaker; now?: () => number } = {},
): Promise<TestProjections> {
  const maker =
    options.maker ??
    createProjectionMaker({
      memory: '400MB',
      threads: 2,
      addressSpaceBytes: 16 * 1024 ** 3,
      searchPath: process.env['PATH'] ?? '',
      directory: path.join(directory, 'spill'),
      logger: SILENT,
      idleSeconds: 60,
      makeSeconds: 60,
    });
  const files = createProjectionFiles({
    directory: path.join(directory, 'projections'),
    bytesMax: options.bytesMax ?? 1_000_000_000,
    maker,
    crypto: { sha256: (data) => createHash('sha256').update(data).digest('hex') },
    clock: options.now === undefined ? systemClock : { now: options.now },
    logger: SILENT,
  });
  await files.load();
  return { files, maker };
}
