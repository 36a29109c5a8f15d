/** Projections as a node keeps them, in a directory of a test or a measurement. */
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import type { Logger } from '@weft/core/lib/ports';
import type { MaskKeys, ProjectionMaker, ProjectionReader } from '@weft/core/query/ports';
import {
  createProjectionFiles,
  type KeptProjections,
} from '../../server/src/adapters/projection-files.ts';
import { createProjectionMaker } from '../../server/src/adapters/projection-maker.ts';
import { systemClock } from '../../server/src/adapters/runtime-ports.ts';
import { createMaskKeys } from '../../server/src/services/mask-keys.ts';

export const SILENT: Logger = { info() {}, warn() {}, error() {} };

export interface TestProjections {
  files: KeptProjections;
  maker: ProjectionMaker & ProjectionReader;
}

/** Keys as those of a keyring, from a secret that the test knows. */
export function deriveTestKey(secretId: string, use: string): Uint8Array {
  return createHash('sha256').update(`${secretId} ${use}`).digest();
}

export async function openProjections(
  directory: string,
  options: {
    bytesMax?: number;
    filesMax?: number;
    maker?: ProjectionMaker & ProjectionReader;
    maskKeys?: MaskKeys;
    now?: () => number;
  } = {},
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
    ...(options.filesMax === undefined ? {} : { filesMax: options.filesMax }),
    maker,
    maskKeys: options.maskKeys ?? createMaskKeys({ deriveKey: deriveTestKey }),
    crypto: { sha256: (data) => createHash('sha256').update(data).digest('hex') },
    clock: options.now === undefined ? systemClock : { now: options.now },
    logger: SILENT,
  });
  await files.load();
  return { files, maker };
}
