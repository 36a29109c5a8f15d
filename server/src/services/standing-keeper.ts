/**
 * The standing of subjects and credentials in the control plane: read from the store, told to all who wait for it.
 *
 * Not the register. Invariants: after a change of the store is durable and `refresh` resolved, no request and no decision
 * of this process is answered under the old standing; a standing that could not be read denies everything until it can;
 * every change of what decides on access (agreements and policies too) gives the document another version, so that
 * whoever holds an answer open asks again.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Clock, Logger } from '@weft/core/lib/ports';
import {
  refusalOf,
  type Standing,
  type StandingView,
  standingOf,
} from '@weft/core/registry/standing';
import type { Kysely } from 'kysely';
import { readStanding } from '../store/control-identity.ts';
import type { ControlTables } from '../store/control-tables.ts';
import { createEventFeed, type EventFeed } from './events-service.ts';

export interface StandingKeeper extends StandingView {
  /** The document as it is now; rejects with UNAVAILABLE when it cannot be read. */
  current(): Promise<Standing>;
  /** Reads it anew; to be called after each durable change. Never rejects: what cannot be read denies. */
  refresh(): Promise<void>;
  /** The document as soon as its version is another one than `version`, or after `milliseconds`. */
  wait(version: string, milliseconds: number, signal: AbortSignal): Promise<Standing>;
}

export function createStandingKeeper(options: {
  db: Kysely<ControlTables>;
  clock: Clock;
  logger: Logger;
  /** Tells the versions of this process from those of its last life. */
  epoch: string;
}): StandingKeeper {
  return new Keeper(options);
}

class Keeper implements StandingKeeper {
  readonly #options: Parameters<typeof createStandingKeeper>[0];
  readonly #listeners = new Set<() => void>();
  readonly #feed: EventFeed = createEventFeed();
  #standing: Standing | null = null;
  #reading: Promise<void> = Promise.resolve();
  #changes = 0;

  constructor(options: Parameters<typeof createStandingKeeper>[0]) {
    this.#options = options;
  }

  async current(): Promise<Standing> {
    if (this.#standing === null) await this.refresh();
    if (this.#standing !== null) return this.#standing;
    throw new WeftError('UNAVAILABLE', 'it cannot be read who is disabled and what was revoked');
  }

  // Why one after the other: a reading that began before a change must not end after the one that saw it.
  refresh(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read());
    return this.#reading;
  }

  async wait(version: string, milliseconds: number, signal: AbortSignal): Promise<Standing> {
    // Why before reading: what changes while we read must not be slept over.
    const woken = this.#feed.wait(milliseconds, signal);
    const standing = await this.current();
    if (standing.version !== version) return standing;
    await woken;
    return this.current();
  }

  refusal(subject: Parameters<StandingView['refusal']>[0]): string | null {
    if (this.#standing === null) return 'it cannot be read who is disabled and what was revoked';
    return refusalOf(this.#standing, subject);
  }

  since(subject: string): number | null {
    return this.#standing === null ? null : (standingOf(this.#standing, subject)?.since ?? null);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #read(): Promise<void> {
    const { db, clock, epoch, logger } = this.#options;
    this.#changes++;
    const version = `${epoch}.${this.#changes}`;
    try {
      const found = await readStanding(db, new Date(clock.now()).toISOString());
      const subjects = found.subjects.map(({ id, disabled_at: disabled, since }) => {
        const instant = since === null ? null : Date.parse(since);
        return [id, { disabled: disabled !== null, since: instant }] as const;
      });
      const { credentials } = found;
      this.#standing = { version, subjects: Object.fromEntries(subjects), credentials };
    } catch (error) {
      this.#standing = null;
      logger.error('the standing of subjects cannot be read', { error: String(error) });
    }
    this.#feed.wake();
    for (const listener of this.#listeners) listener();
  }
}
