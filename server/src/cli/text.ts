/**
 * Small readings of arguments that several commands share: required words, lists, durations, times.
 *
 * Not validation of documents: the server and core do that. Every error is USAGE with the remedy.
 */
import { nameFault, suggestName } from '@weft/core/contract/names';
import { readInstant } from '@weft/core/lib/calendar';
import { parseDuration } from '@weft/core/lib/duration';
import { WeftError } from '@weft/core/lib/error';
import type { CommandContext } from './command.ts';

/** The positional argument `index`, which the grammar promises. */
export function argument(context: CommandContext, index: number): string {
  const value = context.args[index];
  if (value === undefined) throw new WeftError('USAGE', `argument ${index + 1} is missing`);
  return value;
}

/** An option that the command cannot do without. */
export function needed(context: CommandContext, name: string, example: string): string {
  const value = context.options.text(name);
  if (value !== undefined && value !== '') return value;
  throw new WeftError('USAGE', `--${name} is needed`, {
    remedy: `For example: --${name} ${example}`,
  });
}

/** `a, b` as a list, or undefined when the option is absent. */
export function names(context: CommandContext, option: string): string[] | undefined {
  return context.options
    .text(option)
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** A time: RFC 3339 as it is, a duration counted from now. */
export function untilTime(context: CommandContext, option = 'until'): string | undefined {
  return timeOf(context, option, 1);
}

/** A time: RFC 3339 as it is, a duration counted back from now. */
export function pastTime(context: CommandContext, option: string): string | undefined {
  return timeOf(context, option, -1);
}

function timeOf(context: CommandContext, option: string, direction: 1 | -1): string | undefined {
  const text = context.options.text(option);
  if (text === undefined) return undefined;
  const seconds = secondsOf(text);
  if (seconds !== null)
    return new Date(context.io.now().getTime() + direction * seconds * 1000).toISOString();
  const time = readInstant(text);
  if (time === null) {
    throw new WeftError('USAGE', `--${option} "${text}" is no time`, {
      remedy: 'Give 2027-03-01T00:00:00Z, P90D or 90d.',
    });
  }
  return new Date(time).toISOString();
}

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of `P30D` or `30d`; null for any other text. */
function secondsOf(text: string): number | null {
  const short = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  return short === null ? parseDuration(text) : Number(short[1]) * (UNITS[short[2] ?? 's'] ?? 1);
}

/** Seconds of a duration above zero: ISO 8601 (`PT30S`) or short (`500ms`, `30s`, `5m`, `1h`; a bare number is seconds). */
export function readSeconds(text: string, option: string): number {
  const seconds = secondsOf(/^\d+(?:\.\d+)?$/.test(text) ? `${text}s` : text);
  if (seconds !== null && seconds > 0) return seconds;
  throw new WeftError('USAGE', `--${option} "${text}" is no duration`, {
    remedy: 'Give PT30S or 30s; m, h and d work too.',
  });
}

/** A name of the mesh as the grammar of names has it. Throws USAGE with a name that is near. */
export function checkedName(name: string, what: string): string {
  const fault = nameFault(name);
  if (fault === null) return name;
  const why = fault === 'reserved' ? 'it is a reserved word' : 'small letters, digits and _ only';
  throw new WeftError('USAGE', `"${name}" cannot name ${what}: ${why}`, {
    remedy: `For example: ${suggestName(name)}`,
  });
}

/** A name in a URL path. */
export function pathPart(text: string): string {
  return encodeURIComponent(text);
}
