/**
 * What obligations cost: a warm query over a masked projection beside raw DuckDB on the stored data files, and what
 * keeping a projection costs per appended batch, beside the append itself.
 *
 * Queries are those of `query.ts` and one on a hashed column; the masks leave the number of their rows as it is. Upkeep is what
 * the node does after a commit for a projection in use: to make the permitted part of the new data files, in the process
 * that makes them. Invariant: every part of a batch is made once, after its own append.
 */
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { planRead, planScan } from '@weft/core/lakehouse/scan';
import { currentColumns, everyFieldId } from '@weft/core/lakehouse/table';
import type { BoundColumn } from '@weft/core/lakehouse/types';
import { must } from '@weft/core/lib/assert';
import type { AccessDecision } from '@weft/core/policy/decide';
import type { AccessDecider } from '@weft/core/query/ports';
import { buildProjection } from '@weft/core/query/project';
import { openProjections, type TestProjections } from '../test/support/projections.ts';
import { atMost, type Figure, figure } from './figure.ts';
import type { IngestOptions } from './ingest.ts';
import { type Input, openInput } from './inputs.ts';
import { cpusOf, describePairs, median, runPairs, wallsOf } from './measure.ts';
import { type BenchNode, openBenchNode, owner } from './node.ts';
import { type BenchQuery, measureWarm, ownerDecider, PRODUCT, QUERIES } from './query.ts';

type Obliged = Partial<AccessDecision>;

const MASKED: Obliged = {
  masks: [
    { place: 'basket_id', mask: { kind: 'hash' } },
    { place: 'description', mask: { kind: 'part', show: 'first', characters: 3 } },
    { place: 'country', mask: { kind: 'null' } },
  ],
};
const EASTERN: Obliged['rowFilter'] = {
  op: 'lt',
  column: 'store_id',
  value: { type: 'int', value: '10' },
};
/** What a batch may be kept up for, from the cheapest to the dearest. */
const KEPT: Readonly<Record<string, Obliged>> = {
  'row filter': { rowFilter: EASTERN },
  'hidden column': {
    columns: ['line_id', 'store_id', 'product_code', 'quantity', 'sales_value', 'sold_at'],
  },
  masks: { masks: (MASKED.masks ?? []).slice(1) },
  'masks with hash': MASKED,
};
/** Raw counts whole numbers and we count texts of 64 characters, so this one is dearer by what a hash is. */
const BASKETS: BenchQuery = {
  name: 'distinct of a hash',
  sql: () => 'SELECT count(DISTINCT basket_id) AS baskets FROM bench.sales',
};

export async function measureProjections(options: IngestOptions): Promise<Figure[]> {
  return [...(await measureMasked(options)), ...(await measureUpkeep(options))];
}

async function measureMasked(options: IngestOptions): Promise<Figure[]> {
  await using node = await openBenchNode(['sales']);
  options.say('loading the table …');
  await node.ingest(await openInput({ dataset: 'sales', kind: 'parquet', rows: options.rows }));
  const metadata = must(await node.table(PRODUCT), 'table after its first batch');
  const files = (await planScan(node.lakehouse, metadata)).map((file) => pathOfUri(file.path));
  const columns = currentColumns(metadata);
  const decide = obliging(ownerDecider(columns), MASKED);
  const figures: Figure[] = [];
  for (const query of [...QUERIES, BASKETS]) {
    options.say(`masked query ${query.name} …`);
    const [name, sql] = [`masked ${query.name}`, query.sql(options.rows)];
    figures.push(...(await measureWarm({ node, options, files, columns, name, sql, decide })));
  }
  return figures;
}

/** The same decisions with obligations. */
function obliging(decider: AccessDecider, obliged: Obliged): AccessDecider {
  return {
    async decide(request) {
      const decisions = await decider.decide(request);
      return decisions.map((decision) => ({ ...decision, agreement: 'agr_1', ...obliged }));
    },
  };
}

async function measureUpkeep(options: IngestOptions): Promise<Figure[]> {
  const input = await openInput({ dataset: 'sales', kind: 'clean', rows: options.rows });
  const figures: Figure[] = [];
  for (const [name, obliged] of Object.entries(KEPT)) {
    options.say(`upkeep: ${name} …`);
    figures.push(...(await measureKept({ options, input, name, obliged })));
  }
  return figures;
}

interface KeptCase {
  options: IngestOptions;
  input: Input;
  name: string;
  obliged: Obliged;
}

async function measureKept({ options, input, name, obliged }: KeptCase): Promise<Figure[]> {
  await using node = await openBenchNode(['sales']);
  const kept = await openProjections(node.root);
  try {
    const pairs = await runPairs(
      {
        baseline: { run: () => node.ingest(input) },
        ours: { run: () => keepUp(node, kept, obliged) },
      },
      options,
    );
    const [wall, base] = [median(wallsOf(pairs.ours)), median(wallsOf(pairs.baseline))];
    const [cpu, baseCpu] = [median(cpusOf(pairs.ours)), median(cpusOf(pairs.baseline))];
    return [
      figure({
        name: `upkeep per batch: ${name}`,
        value: wall * 1_000,
        unit: 'ms',
        baseline: base * 1_000,
        ratio: wall / base,
        aim: atMost(0.5),
        note: describePairs(pairs),
      }),
      figure({
        name: `upkeep per batch: ${name}, CPU`,
        value: cpu * 1_000,
        unit: 'ms',
        baseline: baseCpu * 1_000,
        ratio: cpu / baseCpu,
      }),
    ];
  } finally {
    kept.maker.close();
  }
}

/** Makes what the projection lacks after a commit. */
async function keepUp(node: BenchNode, kept: TestProjections, obliged: Obliged): Promise<void> {
  const metadata = must(await node.table(PRODUCT), 'table after a batch');
  const columns = currentColumns(metadata);
  const decision = await decide(columns, obliged);
  const { parts } = buildProjection(
    [
      {
        gate: { domain: 'bench', table: 'sales', major: 1, name: 'sales', mentioned: null },
        decision,
        columns,
        storedFieldIds: everyFieldId(metadata),
        files: await planRead(node.lakehouse, metadata, { filter: decision.rowFilter }),
      },
    ],
    { keyGeneration: kept.files.keyGeneration },
  );
  if (kept.files.has(parts)) throw new Error('the batch had no part of its own');
  await kept.files.open(parts, { seconds: 600, signal: new AbortController().signal });
}

async function decide(columns: readonly BoundColumn[], obliged: Obliged): Promise<AccessDecision> {
  const [decision] = await obliging(ownerDecider(columns), obliged).decide({
    subject: owner,
    purpose: 'measurement',
    tables: [{ domain: 'bench', table: 'sales', major: 1 }],
  });
  return must(decision, 'a decision');
}
