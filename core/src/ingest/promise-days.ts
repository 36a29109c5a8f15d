/**
 * Promises by day: which days kept what was promised, which did not, and how many misses the contract still allows.
 *
 * Not how much room a promise has now (`promises.ts`). A day is one of UTC. Invariants: a day on which nothing was due and
 * nothing came says nothing; a day that is not over is not missed for what may still come; a batch that a rule held
 * missed its day unless another one came.
 */
import { slaDuration } from '../contract/compile/search-facets.ts';
import type { ContractModel } from '../contract/model.ts';
import { parseDuration } from '../lib/duration.ts';
import { isSetAside, type PromiseBatch } from './promises.ts';
import type { RuleResult } from './report.ts';

export interface PromiseDay {
  /** `YYYY-MM-DD`. */
  day: string;
  state: 'kept' | 'close' | 'missed' | 'none';
  batches: number;
  held: number;
  failed: number;
  records: number;
}

export interface MissBudget {
  allowed: number;
  spent: number;
  left: number;
  /** First day that counts, RFC 3339. */
  since: string;
}

const DAY_MS = 86_400_000;
export const DAYS_MAX = 366;

export interface DaysInput {
  model: ContractModel;
  /** In order of arrival, as far back as the first day and one batch of each table before it. */
  batches: readonly PromiseBatch[];
  now: number;
  days: number;
}

/** The last days, the oldest first, today last. */
export function promiseDays({ model, batches, now, days }: DaysInput): PromiseDay[] {
  const today = Math.floor(now / DAY_MS);
  const tables = [...new Set(batches.map((batch) => batch.table))];
  const seconds = frequencyOf(model);
  const arrivals = tables.map((table) =>
    batches.filter((batch) => batch.table === table && batch.state === 'committed').map(dayOf),
  );
  return Array.from({ length: days }, (_, i) => {
    const day = today - days + 1 + i;
    const own = batches.filter((batch) => dayOf(batch) === day);
    const isLate =
      seconds !== null && arrivals.some((table) => isMissing(table, { day, today, seconds }));
    return {
      day: new Date(day * DAY_MS).toISOString().slice(0, 10),
      state: isLate ? 'missed' : stateOf(own, seconds !== null),
      batches: own.length,
      held: own.filter((batch) => batch.state === 'held' || batch.state === 'discarded').length,
      failed: own.filter((batch) => batch.state === 'failed').length,
      records: own.reduce((sum, batch) => sum + batch.records.good, 0),
    };
  });
}

/** How many misses the contract allows in its period, and how many there were; null when it says nothing of it. */
export function missBudget(input: Omit<DaysInput, 'days'>): MissBudget | null {
  const { model, batches, now } = input;
  const { missesAllowed } = model.weft;
  if (missesAllowed === null) return null;
  const days = budgetDays(model);
  const since = (Math.floor(now / DAY_MS) - days + 1) * DAY_MS;
  const counted =
    frequencyOf(model) === null
      ? batches.filter((b) => Date.parse(b.started) >= since).filter((b) => missesOf(b) > 0)
      : promiseDays({ ...input, days }).filter((day) => day.state === 'missed');
  const spent = counted.length;
  const { count: allowed } = missesAllowed;
  const left = Math.max(0, allowed - spent);
  return { allowed, spent, left, since: new Date(since).toISOString() };
}

/** Over how many days misses are counted. */
export function budgetDays({ weft }: ContractModel): number {
  const seconds = parseDuration(weft.missesAllowed?.period ?? '') ?? 0;
  return Math.min(Math.max(1, Math.ceil(seconds / 86_400)), DAYS_MAX);
}

/** The promised time between batches in seconds: the longest where there are several. */
export function frequencyOf({ sla }: ContractModel): number | null {
  const all = sla
    .filter((item) => item.property === 'frequency')
    .map((item) => slaDuration(item)?.seconds ?? 0)
    .filter((seconds) => seconds > 0);
  return all.length === 0 ? null : Math.max(...all);
}

function dayOf({ started }: Pick<PromiseBatch, 'started'>): number {
  return Math.floor(Date.parse(started) / DAY_MS);
}

/** True when a batch was due on this day and none came. */
function isMissing(
  arrivals: readonly number[],
  { day, today, seconds }: { day: number; today: number; seconds: number },
): boolean {
  if (day >= today) return false;
  const before = arrivals.filter((arrival) => arrival < day);
  const last = before.at(-1);
  if (last === undefined) return false;
  const came = arrivals.filter((arrival) => arrival === day).length;
  if (seconds < 86_400) return came < Math.floor(86_400 / seconds);
  const every = Math.round(seconds / 86_400);
  return came === 0 && (day - last) % every === 0;
}

function stateOf(own: readonly PromiseBatch[], isDue: boolean): PromiseDay['state'] {
  const committed = own.filter((batch) => batch.state === 'committed');
  if (committed.length === 0) {
    const wasHeld = own.some((batch) => missesOf(batch) > 0);
    return wasHeld && !isDue ? 'missed' : 'none';
  }
  return committed.some((batch) => missesOf(batch) > 0) ? 'missed' : 'kept';
}

/** Promises that a batch missed: rules whose offenders can be read, and being held back at all. */
function missesOf(batch: PromiseBatch): number {
  const broken = batch.rules.filter(isMiss).length;
  return broken + (batch.state === 'held' || batch.state === 'discarded' ? 1 : 0);
}

function isMiss(result: RuleResult): boolean {
  if (isSetAside(result)) return false;
  return result.evaluation === 'fail' || result.evaluation === 'warn';
}
