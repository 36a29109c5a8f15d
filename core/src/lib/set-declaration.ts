/**
 * Sets as the owner of a policy declares them: a named list of keys that conditions ask with `context.sets.NAME.contains(…)`.
 *
 * A list is written down, or read from a column of a product under the rights of whoever put the policy in force; one for
 * everybody, or one for each subject. Not its keys, which only the node that reads them ever has (`policy/key-sets.ts`).
 */

export const SET_KEY_TYPES = ['string', 'integer', 'decimal', 'date', 'timestamp'] as const;
export type SetKeyType = (typeof SET_KEY_TYPES)[number];

/** Either `values`, or `from`, `key` and `purpose`. */
export interface SetDeclaration {
  keys: SetKeyType;
  /** `domain.table` or `domain.table@major`. */
  from: string | null;
  /** The column that has the keys. */
  key: string | null;
  /** The column that has the subject whose key it is; null when the list is one for everybody. */
  subject: string | null;
  /** A condition on the rows of `from`, in the language of row filters. */
  where: string | null;
  /** What the rows are read for. */
  purpose: string | null;
  /** The keys of everybody, or by subject. */
  values: string[] | Record<string, string[]> | null;
}

export type SetDeclarations = Readonly<Record<string, SetDeclaration>>;

/** What bounds lists, so that a policy stays as quick as its conditions. Beyond them a list is refused whole. */
export const SET_LIMITS = {
  /** Sets of one policy. */
  sets: 50,
  /** Keys that one policy writes down in all. */
  written: 1_000,
  /** Keys that one subject has of a set. */
  keys: 10_000,
  /** Rows of a list for all subjects together. */
  rows: 100_000,
  /** Characters of one key. */
  characters: 1_000,
} as const;

/** `context.sets.NAME`: a name of Cedar that SQL, YAML and a path of this API can hold, too. */
export const SET_NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** The parts of `domain.table` or `domain.table@major`; null when it is neither. */
export function readSetSource(
  from: string,
): { domain: string; table: string; major: number | null } | null {
  const match = /^([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)(?:@(\d{1,6}))?$/.exec(from);
  if (match === null) return null;
  const [, domain = '', table = '', major] = match;
  return { domain, table, major: major === undefined ? null : Number(major) };
}
