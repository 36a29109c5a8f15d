/**
 * Service levels of two versions: a weaker promise breaks consumers, a stronger one is a new duty of the producer.
 *
 * Retention is both a promise (history) and a duty (privacy), so lengthening it asks for a review.
 */
import { parseDuration, slaSeconds } from '../lib/duration.ts';
import type { Change, Side } from './compatibility.ts';
import type { SlaProperty } from './model.ts';

/** Which way a level gets weaker. */
const WEAKER_WHEN: Readonly<Record<string, 'greater' | 'less'>> = {
  latency: 'greater',
  freshness: 'greater',
  frequency: 'greater',
  errorrate: 'greater',
  timetodetect: 'greater',
  timetonotify: 'greater',
  timetorepair: 'greater',
  generalavailability: 'greater',
  timeofavailability: 'greater',
  availability: 'less',
  throughput: 'less',
  retention: 'less',
  endofsupport: 'less',
  endoflife: 'less',
};

/** Changes of service levels, matched by property, element and driver. */
export function compareSla(
  before: readonly SlaProperty[],
  after: readonly SlaProperty[],
): Change[] {
  const old = new Map(before.map((item) => [keyOf(item), item]));
  const now = new Map(after.map((item) => [keyOf(item), item]));
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
    changes.push(change(after, 'sla.changed', ['warn', 'warn'], text));
  } else if (order !== 0) {
    const weaker = (order > 0 ? 'greater' : 'less') === WEAKER_WHEN[before.property];
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
  if (WEAKER_WHEN[before.property] === undefined) return null;
  const [a, b] = [magnitudeOf(before), magnitudeOf(after)];
  if (a === null || b === null || a.scale !== b.scale) return null;
  return Math.sign(b.amount - a.amount);
}

/** The value on a scale of its own: seconds, a ratio, an instant, a time of day, or a bare unit. */
function magnitudeOf(item: SlaProperty): { scale: string; amount: number } | null {
  const value = item.value.trim();
  const iso = parseDuration(value);
  if (iso !== null) return { scale: 'seconds', amount: iso };
  if (/^\d{4}-\d{2}-\d{2}/.test(value)) {
    const at = Date.parse(value);
    return Number.isNaN(at) ? null : { scale: 'instant', amount: at };
  }
  const clock = /^(\d{2}):(\d{2})(?::(\d{2}))?(.*)$/.exec(value);
  if (clock !== null) {
    const seconds = Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? '0');
    return { scale: `time${clock[4]}`, amount: seconds };
  }
  const percent = /^(-?[\d.]+)\s*%$/.exec(value)?.[1];
  if (percent !== undefined) return { scale: 'ratio', amount: Number(percent) / 100 };
  const amount = Number(value);
  if (value === '' || !Number.isFinite(amount)) return null;
  const unit = item.unit ?? '';
  if (/^(percent|%|pct)$/i.test(unit)) return { scale: 'ratio', amount: amount / 100 };
  const seconds = slaSeconds(amount, unit);
  return seconds === null
    ? { scale: `unit ${unit}`, amount }
    : { scale: 'seconds', amount: seconds };
}

function keyOf(item: SlaProperty): string {
  return JSON.stringify([item.property, item.element, item.driver]);
}

function wordsOf(item: SlaProperty): string {
  return item.unit === null ? item.value : `${item.value} ${item.unit}`;
}

function change(item: SlaProperty, kind: string, sides: [Side, Side], message: string): Change {
  return { path: `sla.${item.property}`, kind, consumer: sides[0], producer: sides[1], message };
}
