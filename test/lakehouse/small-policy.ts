/** How tables of tests are looked after: small files, short times. */
import type { UpkeepPolicy } from '../../server/src/services/table-upkeep.ts';

export const HOUR = 3_600;

export const SMALL_POLICY: UpkeepPolicy = {
  compaction: { targetBytes: 1 << 20, filesMin: 4, runBytesMax: 4 << 20 },
  snapshotSeconds: 10 * HOUR,
  graceSeconds: HOUR,
  orphanSeconds: 24 * HOUR,
};
