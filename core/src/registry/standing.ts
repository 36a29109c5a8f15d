/**
 * The standing of subjects and credentials: who may not act any more, though a token that verifies says so.
 *
 * Not permissions and not the register: only what takes away. Invariants: whatever stands here denies, wherever and
 * however a credential was verified; a document without a line about a subject takes nothing from him.
 */
import type { Subject } from './types.ts';

/** What is known of one subject. */
export interface SubjectStanding {
  disabled: boolean;
  /** Claims that were made before count no more; milliseconds since the epoch. */
  since: number | null;
}

/** The document that travels to nodes. */
export interface Standing {
  /** Another text after each change of what decides on access; nothing follows from its order. */
  version: string;
  subjects: Record<string, SubjectStanding>;
  /** Ids of revoked credentials that would else be valid still. */
  credentials: string[];
}

/** What asks before anything is done for a subject, and while it is being done. */
export interface StandingView {
  /** Why the subject may not act, as a sentence for him; null when nothing speaks against it. */
  refusal(subject: Subject): string | null;
  /** The instant from which claims of the subject count, as far as it is known; it changes with his rights. */
  since(subject: string): number | null;
  /** Calls back after each change of what decides on access; returns what ends that. */
  onChange(listener: () => void): () => void;
}

/** Why the subject may not act under this standing, or null. */
export function refusalOf(standing: Standing, { id, credential }: Subject): string | null {
  const known = standingOf(standing, id);
  if (known?.disabled === true) return `the subject "${id}" is disabled`;
  if (credential === undefined) return null;
  if (standing.credentials.includes(credential.id)) return `${credential.id} was revoked`;
  const since = known?.since ?? null;
  if (since !== null && credential.issued !== null && credential.issued < since) {
    return `it was issued before the rights of "${id}" were changed`;
  }
  return null;
}

export function standingOf(standing: Standing, subject: string): SubjectStanding | null {
  return Object.hasOwn(standing.subjects, subject) ? (standing.subjects[subject] ?? null) : null;
}
