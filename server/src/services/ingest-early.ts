/**
 * A check that begins while the bytes of its batch still come, for senders that are fast: reading then costs no time after
 * the landing.
 *
 * Not the landing, and no promise: nothing is claimed, acknowledged or committed before all bytes are there and safe. It
 * holds the lane of its table and a process, so it begins only where nobody waits for the lane, and is given up when the
 * sender becomes slow, or is slower than a check while others wait; the batch is then checked like every other.
 * Invariant: a check that was given up, or whose batch came to nothing, leaves no file.
 */
import { setInterval } from 'node:timers';
import type { ContractModel } from '@weft/core/contract/model';
import type { IngestPlan } from '@weft/core/contract/plan';
import type { BatchReport } from '@weft/core/ingest/report';
import { WeftError } from '@weft/core/lib/error';
import { type CheckDeps, checkBatch, type TableCheck } from './ingest-check.ts';
import { nowText } from './ingest-events.ts';
import { forgetEarly, noteEarly } from './ingest-failure.ts';
import { landingOf } from './ingest-format.ts';
import type { Arrival, IngestRequest, LandedBytes, WrittenBytes } from './ingest-ports.ts';
import { isTableReady, tableNameOf } from './ingest-tables.ts';
import { type Lanes, laneOf } from './lanes.ts';

/** A batch that is all here by then gains nothing. */
const BYTES_MIN = 4 << 20;
/**
 * How fast bytes come from a sender whose batch is checked early, and below what it is given up: always, and while others
 * wait, who would be served sooner by a check of bytes that are there. Bytes a second.
 */
const RATE_MIN = 16 << 20;
const RATE_GIVEN_UP = 8 << 20;
const RATE_GIVEN_UP_TO_OTHERS = 64 << 20;
const LOOK_MS = 250;
/** Looks in a row that find a sender slow: one alone may have come while this process was busy. */
const SLOW_LOOKS = 2;

export interface EarlyOptions {
  batch: string;
  plan: IngestPlan;
  model: ContractModel;
  request: IngestRequest;
  lanes: Lanes;
}

/** What is left to do for the batch when its bytes are there; it gets the check that began early, or null. */
type Rest = (early: Promise<TableCheck> | null) => Promise<BatchReport>;

export class EarlyCheck implements Arrival {
  readonly #deps: CheckDeps;
  readonly #options: EarlyOptions;
  readonly #lane: string;
  readonly #abort = new AbortController();
  readonly #rest = Promise.withResolvers<Rest | null>();
  #listener: Parameters<Arrival['tell']>[0] | null = null;
  #arrived = { bytes: 0, isWhole: false };
  #firstAt: number | null = null;
  #watch: NodeJS.Timeout | null = null;
  #held: Promise<BatchReport | null> | null = null;
  #isGivenUp = false;
  /** What was there at the last look, and how many looks in a row found too little of it new. */
  #looked = { at: 0, bytes: 0 };
  #slowLooks = 0;
  /** When the check began, RFC 3339; null when none did. */
  started: string | null = null;

  constructor(deps: CheckDeps, options: EarlyOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#lane = laneOf(tableNameOf(options.plan));
  }

  /** More bytes are in the file. */
  written(bytes: WrittenBytes): void {
    this.#firstAt ??= this.#deps.clock.now();
    this.#tell({ bytes: bytes.bytes, isWhole: false });
    if (this.#held === null && bytes.bytes >= BYTES_MIN && this.#mayBegin(bytes))
      this.#begin(bytes);
  }

  /** All bytes are in the file. */
  whole({ bytes }: LandedBytes): void {
    this.#stopWatch();
    this.#tell({ bytes, isWhole: true });
  }

  tell(listener: Parameters<Arrival['tell']>[0]): void {
    this.#listener = listener;
    listener(this.#arrived);
  }

  /** Does the rest of the batch in the lane of its table; beside others when it `shares` it and did not begin early. */
  async run(rest: Rest, shares: boolean): Promise<BatchReport> {
    this.#stopWatch();
    if (!this.#isGivenUp && this.#held !== null) {
      this.#rest.resolve(rest);
      const report = await this.#held;
      if (report !== null) return report;
    }
    await this.#settled();
    const { lanes } = this.#options;
    return await lanes[shares ? 'share' : 'run'](this.#lane, () => rest(null));
  }

  /** Ends a check whose batch came to nothing; resolves when its files are gone. */
  async giveUp(): Promise<void> {
    this.#decline();
    this.#rest.resolve(null);
    await this.#settled();
  }

  /** Why without its error: what could not be removed now is swept by the next start. */
  async #settled(): Promise<void> {
    await this.#held?.catch(() => {});
  }

  #tell(arrived: { bytes: number; isWhole: boolean }): void {
    this.#arrived = arrived;
    this.#listener?.(arrived);
  }

  #mayBegin(written: WrittenBytes): boolean {
    const { plan, request, lanes } = this.#options;
    if (!lanes.isFree(this.#lane) || this.#rate() < RATE_MIN) return false;
    const { format, compression } = landingOf({ ...written, sha256: '' }, request);
    if (compression !== 'none') return false;
    const { encoding } = plan.csv;
    return format === 'ndjson' || (format === 'csv' && ['utf-8', 'latin-1'].includes(encoding));
  }

  #isTooSlow(): boolean {
    const { lanes } = this.#options;
    const isAwaited = lanes.isAwaited(this.#lane) || this.#deps.checker.isAwaited();
    const [at, { bytes }] = [this.#deps.clock.now(), this.#arrived];
    const milliseconds = at - this.#looked.at;
    if (milliseconds <= 0) return false;
    const rate = ((bytes - this.#looked.bytes) * 1_000) / milliseconds;
    this.#looked = { at, bytes };
    const isSlow = rate < (isAwaited ? RATE_GIVEN_UP_TO_OTHERS : RATE_GIVEN_UP);
    this.#slowLooks = isSlow ? this.#slowLooks + 1 : 0;
    return this.#slowLooks >= SLOW_LOOKS;
  }

  /** Since the first byte. */
  #rate(): number {
    const { clock } = this.#deps;
    const seconds = Math.max(1, clock.now() - (this.#firstAt ?? clock.now())) / 1_000;
    return this.#arrived.bytes / seconds;
  }

  #begin(written: WrittenBytes): void {
    const started = nowText(this.#deps);
    this.started = started;
    this.#looked = { at: this.#deps.clock.now(), bytes: written.bytes };
    this.#held = this.#options.lanes.run(this.#lane, async () => {
      if (await this.#isReady()) return await this.#hold(written, started);
      this.#decline();
      return null;
    });
    // Why: whoever runs the rest hears of a failure, and nobody else has to.
    this.#held.catch(() => {});
    this.#watch = setInterval(() => {
      if (this.#isTooSlow()) void this.giveUp();
    }, LOOK_MS);
    this.#watch.unref();
  }

  /** False where the check would have to make or change the table first, which no batch does before its bytes are safe. */
  async #isReady(): Promise<boolean> {
    const { plan, model } = this.#options;
    return !this.#isGivenUp && (await isTableReady(this.#deps, plan, model));
  }

  #decline(): void {
    this.#stopWatch();
    this.#isGivenUp = true;
    this.started = null;
  }

  /** Holds the lane until the rest is done, or there is none. */
  async #hold(written: WrittenBytes, started: string): Promise<BatchReport | null> {
    const check = this.#check(written, started);
    let isOver = false;
    const over = check.then(
      () => undefined,
      () => undefined,
    );
    void over.then(() => {
      isOver = true;
    });
    try {
      const rest = await this.#rest.promise;
      return rest === null ? null : await rest(check);
    } finally {
      // Why also after the rest: it may have failed before it looked at the check.
      if (!isOver || this.#isGivenUp) await this.#forget(over);
    }
  }

  async #forget(over: Promise<void>): Promise<void> {
    this.#abort.abort(new WeftError('CANCELLED', 'the batch was given up'));
    await over;
    await forgetEarly(this.#deps, this.#options.batch, tableNameOf(this.#options.plan));
  }

  async #check(written: WrittenBytes, started: string): Promise<TableCheck> {
    const { batch, plan, model, request } = this.#options;
    await noteEarly(this.#deps, batch, tableNameOf(plan));
    const landing = landingOf({ ...written, sha256: '' }, request);
    const signals = [this.#abort.signal, request.signal ?? []].flat();
    const { onProgress } = request;
    return await checkBatch(
      this.#deps,
      { batch, started, plan, model, landing, root: null },
      {
        signal: AbortSignal.any(signals),
        arrival: this,
        ...(onProgress === undefined ? {} : { onProgress }),
      },
    );
  }

  #stopWatch(): void {
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
  }
}
