/**
 * The key lists of sets on a node: read from its tables, kept as versions, bound into every decision that asks them.
 *
 * Not the decision (the control plane's) and not the reading (`key-list-read.ts`). Invariants: a list is used only while it is
 * of the present declaration, the present rights of the one it is read as and the present version of its table, and read again
 * first where it is not; a list that cannot be read denies every decision that asks it, and the old one is forgotten; no key
 * leaves the node, and versions are keyed by a secret of it, so that they confirm no guess.
 */
import { canonicalJson, type Json } from '@weft/core/lib/canonical-json';
import { isWeftError, WeftError } from '@weft/core/lib/error';
import type { Clock, Crypto, Logger } from '@weft/core/lib/ports';
import { predicateSets } from '@weft/core/lib/predicate';
import { Remembered } from '@weft/core/lib/remembered';
import type { AccessDecision } from '@weft/core/policy/decide';
import { bindSets, type DecisionSet, type SubjectKeys } from '@weft/core/policy/key-sets';
import type { AccessDecider, TableSource } from '@weft/core/query/ports';
import type { KeyListReport } from '@weft/core/registry/key-list';
import type { Kysely } from 'kysely';
import {
  deleteKeyList,
  readKeyList,
  type StoredList,
  writeKeyList,
} from '../store/node-key-lists.ts';
import type { NodeTables } from '../store/node-tables.ts';
import {
  keysOfSubject,
  type ListReadDeps,
  readList,
  sizeOf,
  sourceOf,
  writtenList,
} from './key-list-read.ts';

export interface KeyListsDeps {
  db: Kysely<NodeTables>;
  control: AccessDecider;
  tables: Pick<TableSource, 'load'>;
  query: ListReadDeps['query'];
  crypto: Pick<Crypto, 'sha256'>;
  /** A name for a content that only this node can make. */
  nameOf(contentHash: string): string;
  /** Tells the control plane what lists there are: versions and counts. */
  report(list: KeyListReport): Promise<void>;
  clock: Clock;
  logger: Logger;
}

export interface KeyLists {
  /** The decisions of the control plane, with their sets bound. */
  decider: AccessDecider;
  /** The decision with the lists as they are now; null when one cannot be read. */
  renew(decision: AccessDecision, subject: string): Promise<AccessDecision | null>;
  /** Something may have been committed: reads again what was asked for lately. */
  wake(): Promise<void>;
  /** Called whenever a list became another one. Returns how to stop it. */
  onChange(listener: () => void): () => void;
}

/** Sets whose lists are read by way of other sets. */
const CHAIN_MAX = 4;
const READ_ATTEMPTS = 3;
const FOLLOW_MS = 3_600_000;
const FOLLOWED_MAX = 200;
const PARTS_MAX = 1_000;

export function createKeyLists(deps: KeyListsDeps): KeyLists {
  return new Lists(deps);
}

interface Asked {
  product: string;
  set: DecisionSet;
}

class Lists implements KeyLists {
  readonly #deps: KeyListsDeps;
  readonly #kept = new Map<string, StoredList>();
  readonly #reading = new Map<string, Promise<StoredList>>();
  readonly #parts = new Remembered<string, SubjectKeys>(PARTS_MAX);
  readonly #followed = new Map<string, Asked & { until: number }>();
  readonly #told = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  #round: Promise<void> | null = null;
  #isAsked = false;
  readonly decider: AccessDecider;

  constructor(deps: KeyListsDeps) {
    this.#deps = deps;
    this.decider = { decide: (request) => this.#decide(request, []) };
  }

  async renew(decision: AccessDecision, subject: string): Promise<AccessDecision | null> {
    const bound = await this.#bind(decision, subject, []);
    return bound.decision === 'permit' ? bound : null;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  wake(): Promise<void> {
    this.#isAsked = true;
    this.#round ??= this.#rounds().finally(() => {
      this.#round = null;
    });
    return this.#round;
  }

  async #rounds(): Promise<void> {
    while (this.#isAsked) {
      this.#isAsked = false;
      for (const [id, asked] of [...this.#followed]) {
        if (asked.until < this.#deps.clock.now()) this.#followed.delete(id);
        else await this.#listOf(asked, []).catch(() => undefined);
      }
    }
  }

  async #decide(
    request: Parameters<AccessDecider['decide']>[0],
    chain: readonly string[],
  ): Promise<AccessDecision[]> {
    const { subject } = request;
    const decisions = await this.#deps.control.decide(request);
    const id = typeof subject === 'string' ? subject : subject.id;
    return Promise.all(decisions.map((decision) => this.#bind(decision, id, chain)));
  }

  async #bind(
    decision: AccessDecision,
    subject: string,
    chain: readonly string[],
  ): Promise<AccessDecision> {
    if (decision.decision !== 'permit' || predicateSets(decision.rowFilter).length === 0)
      return decision;
    const lists = new Map<string, SubjectKeys>();
    // Why absent sets are none: a decision of a control plane that knows no sets asks none that could be bound.
    for (const set of decision.sets ?? []) {
      try {
        const list = await this.#listOf({ product: decision.product, set }, chain);
        lists.set(set.name, await this.#partOf(list, subject));
      } catch (error) {
        return denied(decision, set.name, error);
      }
    }
    const rowFilter = bindSets(decision.rowFilter, decision.sets ?? [], lists);
    return rowFilter === null
      ? denied(decision, 'of the policy', null)
      : { ...decision, rowFilter };
  }

  #partOf({ version, content }: StoredList, subject: string): Promise<SubjectKeys> {
    const whose = 'keys' in content ? '' : subject;
    return this.#parts.get(`${version} ${whose}`, async () => {
      const keys = keysOfSubject(content, subject);
      return { version: this.#nameOf(keys), keys };
    });
  }

  #nameOf(content: unknown): string {
    const { crypto, nameOf } = this.#deps;
    return nameOf(crypto.sha256(canonicalJson(content as Json)));
  }

  async #listOf(asked: Asked, chain: readonly string[]): Promise<StoredList> {
    const { declaration } = asked.set;
    if (declaration.values !== null) {
      const content = writtenList(declaration);
      return { basis: '', version: this.#nameOf(content), content };
    }
    const id = `${asked.product}/${asked.set.name}`;
    if (chain.includes(id) || chain.length >= CHAIN_MAX)
      throw new WeftError('ACCESS_DENIED', 'a set is read by way of itself, or of too many others');
    this.#follow(id, asked);
    try {
      return await this.#current(id, asked, [...chain, id]);
    } catch (error) {
      await this.#forget(id, asked, error);
      throw error;
    }
  }

  #follow(id: string, asked: Asked): void {
    this.#followed.delete(id);
    this.#followed.set(id, { ...asked, until: this.#deps.clock.now() + FOLLOW_MS });
    const [oldest] = this.#followed.keys();
    if (this.#followed.size > FOLLOWED_MAX && oldest !== undefined) this.#followed.delete(oldest);
  }

  async #current(id: string, asked: Asked, chain: readonly string[]): Promise<StoredList> {
    const deps: ListReadDeps = {
      ...this.#deps,
      decide: (request) => this.#decide(request, chain),
    };
    for (let attempt = 1; ; attempt++) {
      const source = await sourceOf(deps, asked.set);
      const kept = this.#kept.get(id) ?? (await this.#stored(asked));
      if (kept?.basis === source.basis) {
        this.#kept.set(id, kept);
        await this.#tell(asked, kept, null);
        return kept;
      }
      // Why counted: a table that is written all the time may have moved on each time.
      if (attempt > READ_ATTEMPTS) throw new WeftError('UNAVAILABLE', 'the table changes too fast');
      const key = `${id} ${source.basis}`;
      const reading = this.#reading.get(key) ?? this.#read(asked, { deps, source });
      this.#reading.set(key, reading);
      const list = await reading.finally(() => this.#reading.delete(key));
      if (list.version !== kept?.version) this.#changed();
      this.#kept.set(id, list);
    }
  }

  async #read(
    { product, set }: Asked,
    { deps, source }: { deps: ListReadDeps; source: Awaited<ReturnType<typeof sourceOf>> },
  ): Promise<StoredList> {
    const content = await readList(deps, set, source);
    const list = { basis: source.basis, version: this.#nameOf(content), content };
    const now = new Date(this.#deps.clock.now()).toISOString();
    await writeKeyList(this.#deps.db, { product, set: set.name, list, now });
    return list;
  }

  #stored({ product, set }: Asked): Promise<StoredList | null> {
    return readKeyList(this.#deps.db, { product, set: set.name });
  }

  async #forget(id: string, asked: Asked, error: unknown): Promise<void> {
    const { logger, db } = this.#deps;
    const code = isWeftError(error) ? error.code : 'INTERNAL';
    logger.warn('the list of a set could not be read', { set: id, code });
    // Why not for a moment's trouble: the list is not used either way, and reading it again costs.
    if (code === 'UNAVAILABLE' || code === 'CANCELLED') return;
    if (this.#kept.delete(id)) this.#changed();
    await deleteKeyList(db, { product: asked.product, set: asked.set.name });
    await this.#tell(asked, null, code);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Once for each list; what the control plane did not take is told the next time. */
  async #tell(asked: Asked, list: StoredList | null, problem: string | null): Promise<void> {
    const { product, set } = asked;
    const { clock, crypto, report, logger } = this.#deps;
    const { keys, subjects } =
      list === null ? { keys: null, subjects: null } : sizeOf(list.content);
    const declared = { declaration: set.declaration, owner: set.owner };
    const declaration = crypto.sha256(canonicalJson(declared as unknown as Json));
    const version = list?.version ?? null;
    const id = `${product}/${set.name}`;
    const state = JSON.stringify([declaration, version, problem]);
    if (this.#told.get(id) === state) return;
    const readAt = new Date(clock.now()).toISOString();
    try {
      await report({
        product,
        set: set.name,
        declaration,
        version,
        keys,
        subjects,
        problem,
        readAt,
      });
      this.#told.set(id, state);
    } catch (error) {
      logger.warn('the control plane was not told of a list', { set: id, error: String(error) });
    }
  }
}

/** What nobody can read is not there for anybody. Why no cause: it would tell of a product that is not the reader's. */
function denied(decision: AccessDecision, set: string, cause: unknown): AccessDecision {
  if (isWeftError(cause) && (cause.code === 'UNAVAILABLE' || cause.code === 'CANCELLED'))
    throw new WeftError(
      'UNAVAILABLE',
      `The list of the set "${set}" cannot be read at the moment.`,
      {
        remedy: 'Ask again in a moment.',
      },
    );
  return {
    ...decision,
    decision: 'deny',
    reason: `The list of the set "${set}" cannot be read; the owner of ${decision.product} has to look.`,
    agreement: null,
    columns: [],
    hidden: [],
    rowFilter: { op: 'false' },
    rowFilterText: null,
    sets: [],
    masks: [],
    rollUp: null,
  };
}
