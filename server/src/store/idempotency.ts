/**
 * Idempotency keys of POST requests: who holds a key, for which request, and what it was answered.
 *
 * Not the HTTP hook (`api/idempotency.ts`). Invariants: of one subject's key one request at a time is under way; an answer
 * that was kept is given until its day is over; a claim whose process died ends after a minute, so that the key does not
 * stay locked. Each schema of the store has a table of its own.
 */
import type { Clock } from '@weft/core/lib/ports';
import type { ColumnType } from 'kysely';
import type { SchemaName, Store } from './store.ts';

export interface IdempotencyTable {
  subject: string;
  key: string;
  /** SHA-256 of the request. */
  fingerprint: string;
  claimed_at: string;
  answer: ColumnType<KeptAnswer | null, string | null, string | null>;
}

/** An answer as it was sent. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface KeyClaim {
  subject: string;
  key: string;
  fingerprint: string;
}

/** `claimed`: carry it out; else what the key's first request is about, with its answer once there is one. */
export type ClaimOutcome =
  | { state: 'claimed'; claimedAt: string }
  | { state: 'known'; fingerprint: string; answer: KeptAnswer | null };

export interface IdempotencyStore {
  claim(claim: KeyClaim): Promise<ClaimOutcome>;
  /** Keeps the answer of a claim; does nothing when the claim was taken over meanwhile. */
  keep(claim: KeyClaim, claimedAt: string, answer: KeptAnswer): Promise<void>;
  /** Gives the key back, since the request changed nothing. */
  release(claim: KeyClaim, claimedAt: string): Promise<void>;
}

const KEPT_MS = 24 * 60 * 60 * 1000;
const CLAIM_MS = 60 * 1000;

interface Tables {
  idempotency: IdempotencyTable;
}

export function createIdempotencyStore(options: {
  store: Store;
  schema: SchemaName;
  clock: Clock;
}): IdempotencyStore {
  const { clock } = options;
  const db = options.store.schema<Tables>(options.schema);
  const ago = (milliseconds: number): string => new Date(clock.now() - milliseconds).toISOString();
  return {
    claim: ({ subject, key, fingerprint }) =>
      db.transaction().execute(async (tx): Promise<ClaimOutcome> => {
        const claimedAt = ago(0);
        await tx.deleteFrom('idempotency').where('claimed_at', '<', ago(KEPT_MS)).execute();
        const row = { subject, key, fingerprint, claimed_at: claimedAt, answer: null };
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('idempotency')
          .values(row)
          .onConflict((conflict) =>
            conflict
              .columns(['subject', 'key'])
              .doUpdateSet(row)
              .where('idempotency.answer', 'is', null)
              .where('idempotency.claimed_at', '<', ago(CLAIM_MS)),
          )
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows === 1n) return { state: 'claimed', claimedAt };
        const known = await tx
          .selectFrom('idempotency')
          .select(['fingerprint', 'answer'])
          .where('subject', '=', subject)
          .where('key', '=', key)
          .executeTakeFirstOrThrow();
        return { state: 'known', ...known };
      }),
    async keep({ subject, key }, claimedAt, answer) {
      await db
        .updateTable('idempotency')
        .set({ answer: JSON.stringify(answer) })
        .where('subject', '=', subject)
        .where('key', '=', key)
        .where('claimed_at', '=', claimedAt)
        .execute();
    },
    async release({ subject, key }, claimedAt) {
      await db
        .deleteFrom('idempotency')
        .where('subject', '=', subject)
        .where('key', '=', key)
        .where('claimed_at', '=', claimedAt)
        .execute();
    },
  };
}
