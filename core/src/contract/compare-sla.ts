/**
 * Service levels of two versions: a weaker promise breaks consumers, a stronger one is a new duty of the producer.
 *
 * Retention is both a promise (history) and a duty (privacy), so lengthening it asks for a review. Two values that cannot
 * be compared (other or unknown units, words) break both sides: one relies on the level, the other has to keep it.
 */
import { parseDuration, slaSeconds } from '../lib/duration.ts';
import type { Change, Side } from './compatibility.ts';
import type { SlaProperty } from './model.ts';

interface Level {
  /** Which way it gets weaker. */
  weakerWhen: 'greater' | 'less';
  /** Scales on which that holds: more hours are a worse latency, more percent might be a better one. */
  scales: readonly Scale[];
}

type Scale = 'seconds' | 'ratio' | 'instant' | 'time' | 'other';

const DELAY: Level = { weakerWhen: 'greater', scales: ['seconds', 'other'] };
const SUPPORT: Level = { weakerWhen: 'less', scales: ['instant', 'seconds', 'other'] };

const LEVELS: ReadonlyMap<string, Level> = new Map(
  Object.entries<Level>({
    latency: DELAY,
    freshness: DELAY,
    timetodetect: DELAY,
    timetonotify: DELAY,
    timetorepair: DELAY,
    // Why not other units: a greater number of an unknown one is as well a count per day as a pause between two.
    frequency: { weakerWhen: 'greater', scales: ['seconds'] },
    errorrate: { weakerWhen: 'greater', scales: ['ratio', 'other'] },
    generalavailability: { weakerWhen: 'greater', scales: ['instant', 'seconds', 'other'] },
    timeofavailability: { weakerWhen: 'greater', scales: ['time', 'instant', 'seconds', 'other'] },
    availability: { weakerWhen: 'less', scales: ['ratio', 'other'] },
    throughput: { weakerWhen: 'less', scales: ['other'] },
    retention: { weakerWhen: 'less', scales: ['seconds', 'other'] },
    endofsupport: SUPPORT,
    endoflife: SUPPORT,
  }),
);

/** Changes of service levels, matched by property, element and driver. */
export function compareSla(
  before: readonly SlaProperty[],
  after: readonly SlaProperty[],
): Change[] {
  const [old, now] = [byKey(before), byKey(after)];
  const changes: Change[] = [];
  for (const [key, item] of old) {
    const next = now.get(key);
    if (next === undefined) {
      changes.push(
        change(item, 'sla.removed', ['break', 'safe'], `${item.property} is no longer promised`),
      );
    } else {
      changes.push(...compareLevel(item, next));
    }
  }
  for (const [key, item] of now) {
    if (old.has(key)) continue;
    changes.push(change(item, 'sla.added', ['safe', 'break'], `${item.property} is promised now`));
  }
  return changes;
}

function compareLevel(before: SlaProperty, after: SlaProperty): Change[] {
  const changes: Change[] = [];
  const text = `${before.property} ${wordsOf(before)} is now ${wordsOf(after)}`;
  const order = orderOf(before, after);
  if (order === null) {
    const message = `${text}, and the two cannot be compared`;
    changes.push(change(after, 'sla.changed', ['break', 'break'], message));
  } else if (order !== 0) {
    const weaker = (order > 0 ? 'greater' : 'less') === LEVELS.get(before.property)?.weakerWhen;
    changes.push(levelChange(after, weaker, text));
  }
  if (before.schedule !== after.schedule) {
    changes.push(
      change(after, 'sla.schedule_changed', ['warn', 'safe'], `${before.property}: other schedule`),
    );
  }
  return changes;
}

function levelChange(after: SlaProperty, weaker: boolean, text: string): Change {
  if (after.property === 'retention') {
    return weaker
      ? change(after, 'sla.loosened', ['break', 'safe'], `${text}: history gets shorter`)
      : change(after, 'sla.tightened', ['safe', 'warn'], `${text}: privacy review`);
  }
  return weaker
    ? change(after, 'sla.loosened', ['break', 'safe'], text)
    : change(after, 'sla.tightened', ['safe', 'break'], text);
}

/** Positive when `after` is the greater value, null when the two cannot be compared. */
function orderOf(before: SlaProperty, after: SlaProperty): number | null {
  if (before.value === after.value && before.unit === after.unit) return 0;
  const level = LEVELS.get(before.property);
  const [a, b] = [magnitudeOf(before), magnitudeOf(after)];
  if (level === undefined || a === null || b === null) return null;
  if (a.scale !== b.scale || a.unit !== b.unit || !level.scales.includes(a.scale)) return null;
  const order = Math.sign(b.amount - a.amount);
  return Number.isNaN(order) ? null : order;
}

interface Magnitude {
  scale: Scale;
  amount: number;
  /** What else has to be equal: the zone of a time of day, a unit that is no time and no share. */
  unit: string;
}

/** The value on a scale of its own. */
function magnitudeOf(item: SlaProperty): Magnitude | null {
  const value = item.value.trim();
  const iso = parseDuration(value);
  if (iso !== null) return { scale: 'seconds', amount: iso, unit: '' };
  if (/^\d{4}-\d{2}-\d{2}/.test(value)) {
    const at = Date.parse(value);
    return Number.isNaN(at) ? null : { scale: 'instant', amount: at, unit: '' };
  }
  const clock = /^(\d{2}):(\d{2})(?::(\d{2}))?(.*)$/.exec(value);
  if (clock !== null) {
    const seconds = Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? '0');
    return { scale: 'time', amount: seconds, unit: clock[4] ?? '' };
  }
  const percent = /^(-?[\d.]+)\s*%$/.exec(value)?.[1];
  if (percent !== undefined) return { scale: 'ratio', amount: Number(percent) / 100, unit: '' };
  const amount = Number(value);
  if (value === '' || !Number.isFinite(amount)) return null;
  const unit = (item.unit ?? '').trim().toLowerCase();
  if (/^(percent|%|pct)$/.test(unit)) return { scale: 'ratio', amount: amount / 100, unit: '' };
  const seconds = slaSeconds(amount, unit);
  return seconds === null
    ? { scale: 'other', amount, unit }
    : { scale: 'seconds', amount: seconds, unit: '' };
}

/** By what the level is about; equal ones are told apart by their order, so that none hides another. */
function byKey(items: readonly SlaProperty[]): Map<string, SlaProperty> {
  const levels = new Map<string, SlaProperty>();
  for (const item of items) {
    let place = 1;
    while (levels.has(keyOf(item, place))) place += 1;
    levels.set(keyOf(item, place), item);
  }
  return levels;
}

function keyOf(item: SlaProperty, place: number): string {
  return JSON.stringify([item.property, item.element, item.driver, place]);
}

function wordsOf(item: SlaProperty): string {
  return item.unit === null ? item.value : `${item.value} ${item.unit}`;
}

function change(item: SlaProperty, kind: string, sides: [Side, Side], message: string): Change {
  return { path: `sla.${item.property}`, kind, consumer: sides[0], producer: sides[1], message };
}
