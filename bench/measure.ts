/**
 * Measuring: wall time and CPU time of this process and all its children, pairs run in turns, and how busy others kept
 * the machine meanwhile.
 *
 * CPU time and memory of children come from `/proc`, so they are measured on Linux only; elsewhere CPU is that of this
 * process. Invariant: which runs count is decided by the work of others on the machine, never by the result.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ticks of `/proc/PID/stat` per second: USER_HZ, 100 on every architecture that Node runs on. */
const TICKS = 100;
/** A run counts as quiet while others use less than this of one core. */
const QUIET_CORES = 0.15;
/** A machine whose others use less than this of one core is quiet enough to begin. */
const CALM_CORES = 0.3;
const CALM_MILLISECONDS = 300;

export interface Sample {
  /** Seconds. */
  wall: number;
  /** CPU seconds, user and system, children included. */
  cpu: number;
  /** Cores that other processes used meanwhile, on average. */
  others: number;
}

/** Measures one piece of work. Children that it starts and leaves running count as far as they got. */
export async function sample(work: () => Promise<unknown>): Promise<Sample> {
  const busy = machineSeconds();
  const cpu = treeSeconds();
  const start = performance.now();
  await work();
  const wall = (performance.now() - start) / 1_000;
  const own = treeSeconds() - cpu;
  return { wall, cpu: own, others: Math.max(0, (machineSeconds() - busy - own) / wall) };
}

export interface Side {
  /** Untimed, before each run. */
  before?(): Promise<unknown>;
  run(): Promise<unknown>;
}

export interface Pairs {
  baseline: Sample[];
  ours: Sample[];
}

export interface Repeats {
  /** Pairs that count. */
  runs: number;
  /** How long a pair waits for a calm machine at most, in seconds. */
  patience: number;
}

/**
 * Runs baseline and ours in turns until enough pairs were quiet, at most three times as many, and keeps the quietest. One
 * pair before them warms up and is thrown away.
 */
export async function runPairs(
  sides: { baseline: Side; ours: Side },
  { runs: n, patience }: Repeats,
): Promise<Pairs> {
  const pairs: { baseline: Sample; ours: Sample; others: number }[] = [];
  await runPair(sides);
  const isQuiet = (pair: { others: number }): boolean => pair.others < QUIET_CORES;
  while (pairs.length < 3 * n && pairs.filter(isQuiet).length < n) {
    await waitForCalm(patience);
    pairs.push(await runPair(sides));
  }
  const kept = pairs.toSorted((a, b) => a.others - b.others).slice(0, n);
  return { baseline: kept.map((pair) => pair.baseline), ours: kept.map((pair) => pair.ours) };
}

async function runPair(sides: { baseline: Side; ours: Side }) {
  const baseline = await runSide(sides.baseline);
  const ours = await runSide(sides.ours);
  return { baseline, ours, others: Math.max(baseline.others, ours.others) };
}

async function runSide(side: Side): Promise<Sample> {
  await side.before?.();
  return sample(() => side.run());
}

export const wallsOf = (samples: readonly Sample[]): number[] => samples.map((s) => s.wall);
export const cpusOf = (samples: readonly Sample[]): number[] => samples.map((s) => s.cpu);

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Nearest rank; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Smallest values, runs and foreign load in words. */
export function describePairs(pairs: Pairs): string {
  const least = (samples: readonly Sample[]): string => Math.min(...wallsOf(samples)).toFixed(3);
  const others = Math.max(...[...pairs.baseline, ...pairs.ours].map((s) => s.others));
  return `min ${least(pairs.ours)} / ${least(pairs.baseline)} s, n = ${pairs.ours.length}, others ≤ ${others.toFixed(2)} cores`;
}

/** Waits until the machine has been calm for a moment, at most `seconds`. */
export async function waitForCalm(seconds: number): Promise<void> {
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    const { others, cpu } = await sample(() => sleep(CALM_MILLISECONDS));
    // Why own work too: what a run left behind, such as a process that starts, is not part of the next one.
    if (others + cpu / (CALM_MILLISECONDS / 1_000) < CALM_CORES) return;
  }
}

/** CPU seconds of this process, of children that ended and of all that still run below it. */
function treeSeconds(): number {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1e6;
  const stats = processStats();
  const self = stats.get(process.pid);
  const below = descendants(stats, process.pid).reduce(
    (sum, { live, ended }) => sum + live + ended,
    0,
  );
  return own + ((self?.ended ?? 0) + below) / TICKS;
}

/** Resident and proportional memory of a process and all below it, in bytes. */
export function treeMemory(pid: number): {
  resident: number;
  proportional: number;
  processes: number;
} {
  const stats = processStats();
  const pids = [pid, ...descendants(stats, pid).map((stat) => stat.pid)];
  const sum = (file: string, field: string): number =>
    pids.reduce((bytes, each) => bytes + readKilobytes(`/proc/${each}/${file}`, field) * 1024, 0);
  return {
    resident: sum('status', 'VmRSS'),
    proportional: sum('smaps_rollup', 'Pss'),
    processes: pids.length,
  };
}

function readKilobytes(path: string, field: string): number {
  const text = readText(path);
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
}

/** CPU seconds that all processes of the machine used since it started. */
function machineSeconds(): number {
  // user, nice, system, (idle, iowait,) irq, softirq, steal
  const fields = readText('/proc/stat').split('\n')[0]?.trim().split(/\s+/).slice(1).map(Number);
  if (fields === undefined || fields.length < 8) return Number.NaN;
  return [0, 1, 2, 5, 6, 7].reduce((sum, i) => sum + (fields[i] ?? 0), 0) / TICKS;
}

interface ProcessStat {
  pid: number;
  parent: number;
  /** Ticks of the process itself. */
  live: number;
  /** Ticks of its children that ended. */
  ended: number;
}

function processStats(): Map<number, ProcessStat> {
  const stats = new Map<number, ProcessStat>();
  for (const name of listProcesses()) {
    const text = readText(`/proc/${name}/stat`);
    // Why: the second field is a name in brackets, which may hold spaces and brackets.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const at = (field: number): number => fields[field - 3] ?? 0;
    const pid = Number(name);
    stats.set(pid, { pid, parent: at(4), live: at(14) + at(15), ended: at(16) + at(17) });
  }
  return stats;
}

function listProcesses(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function descendants(stats: ReadonlyMap<number, ProcessStat>, root: number): ProcessStat[] {
  const found: ProcessStat[] = [];
  const below = new Set([root]);
  // Why until nothing is added: a child may have a smaller number than its parent.
  for (let before = -1; before !== below.size; ) {
    before = below.size;
    for (const stat of stats.values()) {
      if (below.has(stat.pid) || !below.has(stat.parent)) continue;
      below.add(stat.pid);
      found.push(stat);
    }
  }
  return found;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The machine in words, without its name. */
export function describeMachine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  return `${cpus().length} cores, ${model}, Node ${process.versions.node}`;
}
