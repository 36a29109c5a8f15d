/**
 * The geometry of a batch drawn as a flow: what came in, and the threads into which it parted.
 *
 * Not drawing (`components/BatchFlow.tsx`). Thickness is in pixels, and in proportion to records.
 * Invariant: what has a record has a thread that can be seen, and what has none has no thread.
 */

export interface FlowCounts {
  in: number;
  good: number;
  quarantined: number;
  duplicates: number;
}

export interface FlowThread {
  kind: 'good' | 'quarantined' | 'duplicates';
  records: number;
  thickness: number;
}

/** Thickness of everything that came in. */
export const FLOW_THICKNESS = 14;
const THINNEST = 2;

export function flowThreads(counts: FlowCounts): FlowThread[] {
  return (['good', 'quarantined', 'duplicates'] as const)
    .map((kind) => ({
      kind,
      records: counts[kind],
      thickness: thicknessOf(counts[kind], counts.in),
    }))
    .filter(({ records }) => records > 0);
}

function thicknessOf(records: number, all: number): number {
  if (records <= 0 || all <= 0) return 0;
  return Math.max(THINNEST, (records / all) * FLOW_THICKNESS);
}

/** Records that stand nowhere; 0 unless the batch is not checked to its end. */
export function uncounted({ in: all, good, quarantined, duplicates }: FlowCounts): number {
  return all - good - quarantined - duplicates;
}
