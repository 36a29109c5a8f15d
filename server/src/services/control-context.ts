/**
 * What the services of the control plane share: the store, the audit log, keys, time, and one unit of work.
 *
 * Not a service itself. Invariant: what a unit of work changes, the events it sends and the audit entries it leaves are
 * one transaction; waiting readers of events are woken only after it is durable; whoever changed what is audited gets his
 * answer only when the standing of subjects was read anew, so that a revocation acts from then on.
 */

import {
  CONTROL_SOURCE,
  createEvent,
  type EventKind,
  type WeftEvent,
} from '@weft/core/events/event';
import type { Json } from '@weft/core/lib/canonical-json';
import type { IdSource } from '@weft/core/lib/id';
import type { Clock, Crypto, Logger } from '@weft/core/lib/ports';
import type { MeshOrders } from '@weft/core/registry/search-fields';
import type { Kysely, Transaction } from 'kysely';
import type { AuditEvent, AuditLog } from '../store/audit-log.ts';
import { appendEvents } from '../store/control-events.ts';
import type { ControlTables } from '../store/control-tables.ts';
import type { ContractCache } from './contract-cache.ts';
import type { StandingKeeper } from './standing-keeper.ts';

/** The keyring as services need it: keys made on demand, by name. */
export interface Keys extends Crypto {
  /** Raw public key in base64url; the pair is made when there is none. */
  ensureKey(keyId: string): string;
  publicKey(keyId: string): string | null;
}

export interface ControlContext {
  db: Kysely<ControlTables>;
  audit: AuditLog;
  keys: Keys;
  clock: Clock;
  ids: IdSource;
  logger: Logger;
  orders: MeshOrders;
  contracts: ContractCache;
  /** Wakes readers that wait for events, after each commit. */
  feed: { wake(): void };
  /** Who may act; read anew after each unit that left an audit entry. */
  standing: StandingKeeper;
}

export type ControlTx = Transaction<ControlTables>;

export interface ControlEventDraft {
  kind: EventKind;
  /** Usually `domain.product@version`. */
  subject: string;
  data: { [key: string]: Json };
  dataref?: string;
  contractHash?: string;
}

/** One unit of work. */
export interface ControlUnit {
  tx: ControlTx;
  /** RFC 3339, the same for everything in the unit. */
  now: string;
  emit(event: ControlEventDraft): void;
  /** Takes an event that a node built into the log, unless it is there already. */
  forward(event: WeftEvent): void;
  record(entry: { action: string; subject: string; details: { [key: string]: Json } }): void;
}

/** Runs `work` in one transaction with its events and audit entries. `actor` is who did it. */
export async function runControl<T>(
  context: ControlContext,
  actor: string,
  work: (unit: ControlUnit) => Promise<T>,
): Promise<T> {
  const time = context.clock.now();
  let isAudited = false;
  try {
    const result = await context.db.transaction().execute(async (tx) => {
      const events: ((position: number) => WeftEvent)[] = [];
      const entries: AuditEvent[] = [];
      const value = await work({
        tx,
        now: new Date(time).toISOString(),
        emit: (draft) => void events.push((position) => buildEvent(context, draft, time, position)),
        forward: (event) => void events.push(() => event),
        record: (entry) => void entries.push({ actor, ...entry }),
      });
      await appendEvents(tx, events);
      isAudited = entries.length > 0;
      if (isAudited) await context.audit.appendWithin(tx, ...entries);
      return value;
    });
    context.feed.wake();
    return result;
  } finally {
    // Why each of them, also one that failed: agreements and policies decide on open answers as well as subjects do, and
    // a commit whose answer was lost may have happened.
    if (isAudited) await context.standing.refresh();
  }
}

function buildEvent(
  context: ControlContext,
  draft: ControlEventDraft,
  time: number,
  sequence: number,
): WeftEvent {
  return createEvent({
    id: context.ids.next('evt'),
    source: CONTROL_SOURCE,
    time,
    sequence,
    ...draft,
  });
}
