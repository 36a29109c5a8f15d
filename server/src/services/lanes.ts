/**
 * Lanes: work of one name runs one after the other, in the order it came; work of different names runs side by side.
 *
 * Work that shares its lane runs beside others of its kind that came before or after it, a few at a time. Invariants: it
 * begins in the order it came; work that runs alone begins when all that came before it has ended, and all that comes after
 * it waits for its end.
 */
export interface Lanes {
  run<T>(name: string, work: () => Promise<T>): Promise<T>;
  share<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** True when nothing runs or waits under this name. */
  isFree(name: string): boolean;
  /** True when work waits under this name. */
  isAwaited(name: string): boolean;
}

/** Why so few: work of another lane that comes later has to wait for them. */
const SHARING_MAX = 6;

/** The lane of a table: whoever changes its pointer runs in it. */
export function laneOf(table: { domain: string; table: string; major: number }): string {
  return `${table.domain}.${table.table}@${table.major}`;
}

interface Waiting {
  isAlone: boolean;
  begin(): void;
}

interface Lane {
  waiting: Waiting[];
  running: number;
  isAlone: boolean;
}

export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>();
  const enter = (name: string, isAlone: boolean): Promise<void> => {
    const lane = lanes.get(name) ?? { waiting: [], running: 0, isAlone: false };
    lanes.set(name, lane);
    const begun = new Promise<void>((begin) => lane.waiting.push({ isAlone, begin }));
    beginNext(lane);
    return begun;
  };
  const leave = (name: string): void => {
    const lane = lanes.get(name);
    if (lane === undefined) return;
    lane.running -= 1;
    beginNext(lane);
    if (lane.running === 0) lanes.delete(name);
  };
  const work = async <T>(name: string, isAlone: boolean, run: () => Promise<T>): Promise<T> => {
    await enter(name, isAlone);
    try {
      return await run();
    } finally {
      leave(name);
    }
  };
  return {
    isFree: (name) => !lanes.has(name),
    isAwaited: (name) => (lanes.get(name)?.waiting.length ?? 0) > 0,
    run: (name, run) => work(name, true, run),
    share: (name, run) => work(name, false, run),
  };
}

function beginNext(lane: Lane): void {
  for (;;) {
    const [next] = lane.waiting;
    if (next === undefined) return;
    const mayShare = !lane.isAlone && !next.isAlone && lane.running < SHARING_MAX;
    if (lane.running > 0 && !mayShare) return;
    lane.waiting.shift();
    lane.running += 1;
    lane.isAlone = next.isAlone;
    next.begin();
  }
}
