/**
 * The end of an agreement as people write it: an instant, or a length of time from now.
 */
import { parseDuration } from '@weft/core/lib/duration';
import { WeftError } from '@weft/core/lib/error';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339 in UTC of `until` (RFC 3339 or ISO 8601 duration), null for none. Throws REQUEST_INVALID. */
export function readUntil(until: string | null, now: number): string | null {
  if (until === null || until === '') return null;
  const seconds = parseDuration(until);
  const time = seconds === null ? parseInstant(until) : now + seconds * 1000;
  if (time === null || Number.isNaN(new Date(time).getTime())) {
    throw new WeftError('REQUEST_INVALID', `until "${until}" is neither a time nor a duration`, {
      remedy: 'Write 2027-03-31T00:00:00Z or P90D.',
    });
  }
  if (time <= now) throw new WeftError('REQUEST_INVALID', `until "${until}" is not in the future`);
  return new Date(time).toISOString();
}

function parseInstant(text: string): number | null {
  return INSTANT.test(text) ? Date.parse(text) : null;
}
