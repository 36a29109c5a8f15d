/**
 * What a node tells of the list of a set: its version, its size, when it was read. Never a key.
 */
export interface KeyListReport {
  /** The product whose policy declares the set. */
  product: string;
  set: string;
  /** SHA-256 of declaration and owner: a list of an earlier declaration is none of this one. */
  declaration: string;
  /** Null while the list cannot be read. */
  version: string | null;
  keys: number | null;
  /** How many subjects have keys; null for a list that is the same for everybody. */
  subjects: number | null;
  /** An error code, where the list cannot be read. */
  problem: string | null;
  readAt: string;
}
