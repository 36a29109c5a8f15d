/**
 * Which versions of a product end while a newer major is there, and when: for the line of their sunset.
 *
 * Not what still serves (`standing`, which the mesh says). A contract says its end as a day, as a time, or as anything: what
 * is no time has no line.
 */
import type { SunsetTimes } from '../../lib/sunset.ts';
import { compareVersions } from './versions.ts';

export interface VersionInTime {
  version: string;
  major: number;
  standing: 'newest' | 'serving' | 'replaced';
  publishedAt: string;
  endOfLife: string | null;
}

const TIME = /^\d{4}-\d\d-\d\d(?:T|$)/;

/** Each older major that serves and has an end, beside the first version of the major that follows it; the oldest first. */
export function sunsetsOf(versions: readonly VersionInTime[], now: string): SunsetTimes[] {
  const sorted = versions.toSorted((a, b) => compareVersions(a.version, b.version));
  return sorted.flatMap(({ standing, major, endOfLife }) => {
    const next = sorted.find((other) => other.major > major);
    if (standing !== 'serving' || next === undefined || endOfLife === null) return [];
    if (!TIME.test(endOfLife) || Number.isNaN(Date.parse(endOfLife))) return [];
    return [
      {
        from: { version: `${major}.x`, until: endOfLife },
        to: { version: next.version, starts: next.publishedAt },
        now,
      },
    ];
  });
}
