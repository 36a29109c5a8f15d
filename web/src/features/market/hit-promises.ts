/**
 * Of a hit, the promises that a row draws: what was promised, what was measured, and the room between.
 */
import type { ProductHit } from '../../api/types.ts';
import { durationMs, formatDuration, formatShare } from '../../lib/format.ts';
import { headroomOf } from '../../lib/thread.ts';
import { words } from './words.ts';

export interface RowPromise {
  name: string;
  measured: string;
  /** Null where the contract promises nothing of the kind. */
  promised: string | null;
  /** Allowed ÷ measured; null where one of them is missing. */
  headroom: number | null;
}

const NOT_YET = 'not measured yet';

export function promisesOf({ promise, measured }: ProductHit): RowPromise[] {
  return [
    limit(words.fresh, promise.freshness, measured.freshness),
    {
      name: words.good,
      measured: measured.passRate === null ? NOT_YET : formatShare(measured.passRate),
      promised: null,
      headroom: null,
    },
  ];
}

function limit(name: string, promised: string | null, measured: string | null): RowPromise {
  const allowed = promised === null ? null : durationMs(promised);
  const found = measured === null ? null : durationMs(measured);
  return {
    name,
    measured: found === null ? NOT_YET : formatDuration(found),
    promised: allowed === null ? null : `≤ ${formatDuration(allowed)}`,
    headroom: allowed === null || found === null ? null : headroomOf(allowed, found),
  };
}
