/**
 * Entity tags of what has no version of its own: a hash of what can be changed in it.
 *
 * Invariant: the same content has the same tag, so that a change which came to nothing is no conflict.
 */
import { canonicalJson } from '@weft/core/lib/canonical-json';
import { WeftError } from '@weft/core/lib/error';
import type { Crypto } from '@weft/core/lib/ports';

/** What a request says of the state that it was written against: `If-Match`, `If-None-Match`. */
export interface Expected {
  ifMatch?: string | undefined;
  /** Only `*`: that there is none yet. */
  ifNoneMatch?: string | undefined;
}

export function contentTag(crypto: Pick<Crypto, 'sha256'>, content: unknown): string {
  return `"${crypto.sha256(canonicalJson(content)).slice(0, 32)}"`;
}

/** Throws PRECONDITION_FAILED where what is there is not what was seen; `tag` is null where nothing is there. */
export function requireExpected(what: string, tag: string | null, expected: Expected): void {
  const { ifMatch, ifNoneMatch } = expected;
  if (tag !== null && ifNoneMatch === '*') {
    throw new WeftError('PRECONDITION_FAILED', `${what} is there already`, {
      remedy: 'Open it and change it, or take another name.',
    });
  }
  if (ifMatch === undefined || ifMatch === tag || (ifMatch === '*' && tag !== null)) return;
  throw new WeftError('PRECONDITION_FAILED', `${what} was changed meanwhile`, {
    remedy: 'Read it again, and change that.',
  });
}
