/**
 * Schedules as cron expressions of five fields, in UTC: minute, hour, day of the month, month, day of the week.
 *
 * Not a scheduler: nothing runs here and no clock is read. The expressions are read by croner. Where both days are given, a
 * day that is either of them counts, as in Vixie cron.
 */
import { Cron } from 'croner';

/** What is wrong with a schedule, in words, or null. */
export function cronProblem(schedule: string): string | null {
  try {
    return nextRun(schedule, 0) === null ? 'never comes' : null;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return `cannot be read: ${words.replace(/^Cron\w*:\s*/, '')}`;
  }
}

/** The first time of a schedule after `after`, both in milliseconds since the epoch; null when there is none. */
export function nextRun(schedule: string, after: number): number | null {
  const cron = new Cron(schedule, { timezone: 'UTC', mode: '5-part', paused: true });
  return cron.nextRun(new Date(after))?.getTime() ?? null;
}
