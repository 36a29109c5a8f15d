/**
 * Of a hit, the promises that a row draws: what was promised, what was measured, and the room between.
 *
 * Not every promise: the state of the hit is the worst of all. Invariant: a verdict here is one that the mesh gives, too, so
 * what is drawn is never worse than the state; latency is no promise about the age of a batch.
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

export function promisesOf({ promise, measured }: ProductHit): RowPromise[] {
  return [freshOf(promise.age, measured.freshness), goodOf(promise.badShareMax, measured)];
}

function freshOf(promised: string | null, measured: string | null): RowPromise {
  const allowed = promised === null ? null : durationMs(promised);
  const found = measured === null ? null : durationMs(measured);
  return {
    name: words.fresh,
    measured: found === null ? words.notMeasured : formatDuration(found),
    promised: allowed === null ? null : `≤ ${formatDuration(allowed)}`,
    headroom: allowed === null || found === null ? null : headroomOf(allowed, found),
  };
}

/** Why two shares: a contract speaks of each batch, and what is promised of the newest one is not judged by all before. */
function goodOf(most: number | null, { badShare, passRate }: ProductHit['measured']): RowPromise {
  const bad = most === null ? null : badShare;
  const good = bad === null ? passRate : 1 - bad;
  return {
    name: words.good,
    measured: good === null ? words.notMeasured : formatShare(good),
    promised: most === null ? null : words.ofEachBatch(formatShare(1 - most)),
    headroom: most === null || bad === null ? null : headroomOf(most, bad),
  };
}
