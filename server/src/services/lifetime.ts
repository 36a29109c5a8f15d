/** How long what somebody is given holds. */
import { WeftError } from '@weft/core/lib/error';

const DAY_SECONDS = 86_400;
/** Tokens and keys, whoever asks for them. */
export const LIFETIME_MAX_SECONDS = 366 * DAY_SECONDS;

/** The asked lifetime in seconds, or the usual one. Throws REQUEST_INVALID beyond the longest: never a shorter one silently. */
export function lifetimeOf(asked: number | undefined, usual: number): number {
  if (asked === undefined) return usual;
  if (asked <= LIFETIME_MAX_SECONDS) return Math.max(60, asked);
  throw new WeftError(
    'REQUEST_INVALID',
    `${Math.ceil(asked / DAY_SECONDS)} days are longer than tokens and keys may hold`,
    { remedy: `At most ${LIFETIME_MAX_SECONDS / DAY_SECONDS} days: make another before it ends.` },
  );
}
