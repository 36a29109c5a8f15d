/**
 * The claim of a process on schemas of a PostgreSQL database: one mesh per database, as the directory lock is one per
 * directory.
 *
 * Not a lock on rows. Invariants: the claim is an advisory lock of one session, so the server frees it at the moment its
 * holder is gone; a session that broke is replaced at once, and until then nothing is lent; whoever finds that another
 * process took its place stays out, since what that one changed (a revocation, a policy) was never told here.
 */
import { setTimeout } from 'node:timers/promises';
import { WeftError } from '@weft/core/lib/error';
import type { Logger } from '@weft/core/lib/ports';
import pg from 'pg';
import type { SchemaName } from '../store/store.ts';

export interface ClaimOptions {
  url: string;
  schemas: readonly SchemaName[];
  logger: Logger;
}

const CONNECT_MS = 10_000;
const RETRY_MS = 250;
/** A process that was killed a moment ago has sessions which the server has yet to end. */
const PATIENCE_MS = 10_000;

/** Takes the schemas. Throws WeftError STORE_IN_USE while another process has one, the client's error without a server. */
export async function claimSchemas(options: ClaimOptions): Promise<Claim> {
  const claim = new Claim(options);
  await claim.start();
  return claim;
}

class Claim {
  readonly #options: ClaimOptions;
  #session: pg.Client | null = null;
  #superseded: WeftError | null = null;
  #regaining: Promise<void> | null = null;
  #isEnding = false;

  constructor(options: ClaimOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    for (const until = Date.now() + PATIENCE_MS; ; await setTimeout(RETRY_MS)) {
      if (await this.#take()) return;
      if (Date.now() > until) throw inUse();
    }
  }

  /** Resolves while the claim stands; rejects with STORE_IN_USE for good, or STORE_FAILED until it is regained. */
  async held(): Promise<void> {
    if (this.#superseded !== null) throw this.#superseded;
    if (this.#session !== null) return;
    throw new WeftError('STORE_FAILED', 'the connection to the database server is being regained');
  }

  /** Gives the claim back. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#regaining;
    await this.#session?.end().catch(() => undefined);
  }

  /** False when another process has one of the schemas. */
  async #take(): Promise<boolean> {
    const { url, schemas } = this.#options;
    const session = new pg.Client({
      connectionString: url,
      application_name: 'weft-claim',
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
    });
    session.on('error', () => this.#lost(session));
    session.on('end', () => this.#lost(session));
    try {
      await session.connect();
      for (const schema of schemas) {
        const { rows } = await session.query<{ taken: boolean }>(
          "select pg_try_advisory_lock(hashtext('weft.process'), hashtext($1)) as taken",
          [schema],
        );
        if (rows[0]?.taken === true) continue;
        await session.end();
        return false;
      }
    } catch (error) {
      await session.end().catch(() => undefined);
      throw error;
    }
    this.#session = session;
    return true;
  }

  #lost(session: pg.Client): void {
    if (this.#session !== session) return;
    this.#session = null;
    if (this.#isEnding) return;
    this.#regaining ??= this.#regain().finally(() => {
      this.#regaining = null;
    });
  }

  async #regain(): Promise<void> {
    const { logger } = this.#options;
    logger.warn('the claim on the database was lost with its session, and is taken again');
    while (!this.#isEnding) {
      try {
        if (await this.#take()) return;
        this.#superseded = inUse();
        logger.error('another process took the database: this one stays out of it');
        return;
      } catch {
        await setTimeout(RETRY_MS);
      }
    }
  }
}

function inUse(): WeftError {
  return new WeftError('STORE_IN_USE', 'another process of Weft works on this database');
}
