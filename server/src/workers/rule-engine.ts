/**
 * The engine of a contract's own queries: an instance for each batch, shut to everything but the files of its rows.
 *
 * Not the gate (`core/src/quality/sql-gate.ts`), which judges a query before: this is what holds where the gate errs. One
 * request has one; it is opened while the batch is still read, because opening takes about as long as checking a small one.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { IngestPlan } from '@weft/core/contract/plan';
import type { SqlEngine } from '@weft/core/ingest/ports';
import { must } from '@weft/core/lib/assert';
import {
  type Duckdb,
  type DuckdbOptions,
  openDuckdb,
  sealForQueries,
  withTimeLimit,
} from '../adapters/duckdb-engine.ts';

export interface RuleEngines {
  /** Once at most: `rows` takes one SELECT, which reaches these files and nothing else. */
  open(files: readonly string[]): Promise<SqlEngine>;
  /** Stops what runs. */
  interrupt(): void;
  /** Resolves when nothing is left open. */
  close(): Promise<void>;
}

export interface RuleEngineOptions extends Omit<DuckdbOptions, 'hashes'> {
  contractSeconds: number;
}

let opened = 0;

/** Begins to open an instance when the plan has a query. */
export function prepareRuleEngine(plan: IngestPlan, options: RuleEngineOptions): RuleEngines {
  const { memory, threads, contractSeconds } = options;
  const hasQuery = plan.rules.some(({ check }) => check.kind === 'sql');
  // Why of its own: an instance may read where it spills.
  const tempDirectory = join(options.tempDirectory, `rules-${process.pid}-${++opened}`);
  const coming = hasQuery ? openSpilling({ memory, threads, tempDirectory }) : null;
  // Why: it is told to whoever opens.
  coming?.catch(() => {});
  let engine: SqlEngine | null = null;
  return {
    async open(files) {
      const duckdb: Duckdb = await must(coming, 'a plan with a query');
      engine = await sealForQueries(duckdb, files);
      return withTimeLimit(engine, contractSeconds);
    },
    interrupt: () => engine?.interrupt(),
    async close() {
      // Why closed here as well: a batch that ends early never opens it.
      if (engine === null) (await coming?.catch(() => null))?.close();
    },
  };
}

/** Why made here: DuckDB makes the last folder of the path alone, and only when something spills. */
async function openSpilling(options: DuckdbOptions): Promise<Duckdb> {
  await mkdir(dirname(options.tempDirectory), { recursive: true });
  return await openDuckdb(options);
}
