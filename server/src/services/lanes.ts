/**
 * Lanes: work of one name runs one after the other, in the order it came; work of different names runs side by side.
 */
export interface Lanes {
  run<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** True when nothing runs or waits under this name. */
  isFree(name: string): boolean;
}

/** The lane of a table: whoever changes its pointer runs in it. */
export function laneOf(table: { domain: string; table: string; major: number }): string {
  return `${table.domain}.${table.table}@${table.major}`;
}

export function createLanes(): Lanes {
  const last = new Map<string, Promise<unknown>>();
  return {
    isFree: (name) => !last.has(name),
    run(name, work) {
      const before = last.get(name) ?? Promise.resolve();
      const mine = before.then(work);
      const settled = mine.then(
        () => undefined,
        () => undefined,
      );
      last.set(name, settled);
      void settled.then(() => {
        if (last.get(name) === settled) last.delete(name);
      });
      return mine;
    },
  };
}
