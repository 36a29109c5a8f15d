/**
 * Reading alone: how fast the stager turns a file into stage Parquet, and with DuckDB writing the final files from it.
 *
 * Not the whole ingest (`ingest.ts`): no rules, no landing, no hash, no child process. It tells which part of the way a
 * change of the reader touches.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileIngestPlan } from '@weft/core/contract/compile/ingest-plan';
import type { IngestPlan } from '@weft/core/contract/plan';
import type { Landing, SqlEngine, Stager } from '@weft/core/ingest/ports';
import { quoteIdent, quoteText } from '@weft/core/lib/ident-sql';
import { openDuckdb } from '../server/src/adapters/duckdb-engine.ts';
import { createStager } from '../server/src/adapters/stager.ts';
import { openDataset } from './datasets.ts';
import type { Figure } from './figure.ts';
import { type IngestOptions, speedFigures } from './ingest.ts';
import { type Input, openInput } from './inputs.ts';
import { runPairs } from './measure.ts';
import { THREADS } from './node.ts';
import { openRaw, rawCopy, rawSource } from './raw.ts';

export async function measureStage(options: IngestOptions): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'weft-bench-stage-'));
  const duckdb = await openDuckdb({ memory: '1GB', threads: THREADS, tempDirectory: directory });
  const engine = await duckdb.connect();
  const stager = createStager({ threads: 1, openEngine: duckdb.connect });
  using raw = await openRaw(THREADS);
  try {
    const { model, ref } = openDataset('sales').contract;
    const plan = compileIngestPlan(model, { hash: ref.hash });
    const figures: Figure[] = [];
    for (const kind of ['clean', 'ndjson'] as const) {
      const input = await openInput({ dataset: 'sales', kind, rows: options.rows });
      const copy = rawCopy(rawSource(input), join(directory, 'raw.parquet'));
      for (const through of [null, engine]) {
        const name = `stage ${input.format}${through === null ? '' : ' and copy'}`;
        options.say(`${name} …`);
        const stage = { input, plan, stager, engine: through, directory };
        const baseline = { run: () => raw.run(copy) };
        const pairs = await runPairs({ baseline, ours: { run: () => stageFile(stage) } }, options);
        figures.push(...speedFigures({ name, rows: options.rows, pairs, aim: null }));
      }
    }
    return figures;
  } finally {
    await stager.close();
    engine.close();
    duckdb.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface StageInput {
  input: Input;
  plan: IngestPlan;
  stager: Stager;
  /** Writes the final Parquet of each part; null to throw the stage away. */
  engine: SqlEngine | null;
  directory: string;
}

async function stageFile({ input, plan, stager, engine, directory }: StageInput): Promise<void> {
  const { path, format } = input;
  const landing: Landing = { path, name: null, bytes: 0, sha256: '', format, compression: 'none' };
  const columns = plan.columns.map((column) => quoteIdent(column.name)).join(', ');
  const { signal } = new AbortController();
  const summary = await stager.stage({ landing, plan, directory, signal }, async (part) => {
    if (part.path === null || part.bad > 0 || part.lexical > 0)
      throw new Error('the file is clean');
    const target = quoteText(join(directory, `good-${part.index}.parquet`));
    const select = `SELECT ${columns} FROM read_parquet(${quoteText(part.path)}) WHERE _lex = 0`;
    await engine?.run(`COPY (${select}) TO ${target} (FORMAT parquet)`);
    rmSync(part.path);
  });
  if (summary.framed !== input.records.in) throw new Error(`${summary.framed} records`);
}
