/**
 * Contract-checked ingest beside raw DuckDB on the same file: clean, dirty, repeated, keyed by text, NDJSON, Parquet.
 *
 * The lines of an online shop under a contract of 39 checks, each article looked up in another table.
 * Ours is the whole way of a batch through a node: bytes landed with hash and fsync, checked in the child process, good
 * and refused rows written and synced, table version and store transaction durable. Raw DuckDB converts the file to
 * Parquet and promises nothing; on a dirty file it aborts, so there it gets the clean one.
 */
import { join } from 'node:path';
import type { DatasetName } from './datasets.ts';
import { type Aim, atLeast, type Figure, figure } from './figure.ts';
import { type InputKind, openArticles, openInput } from './inputs.ts';
import {
  cpusOf,
  describePairs,
  median,
  type Pairs,
  type Repeats,
  runPairs,
  wallsOf,
} from './measure.ts';
import { type BenchNode, openBenchNode, type Phases, THREADS } from './node.ts';
import { openRaw, type RawDuckdb, rawCopy, rawSource } from './raw.ts';

interface Case {
  name: string;
  dataset: DatasetName;
  kind: InputKind;
  /** What raw DuckDB reads. */
  raw: InputKind;
  aim: Aim;
}

const CASES: readonly Case[] = [
  { name: 'csv', dataset: 'orders', kind: 'clean', raw: 'clean', aim: atLeast(0.8) },
  { name: 'csv, 1 % bad', dataset: 'orders', kind: 'bad-1', raw: 'clean', aim: atLeast(0.7) },
  { name: 'csv, 20 % bad', dataset: 'orders', kind: 'bad-20', raw: 'clean', aim: atLeast(0.4) },
  {
    name: 'csv, 0.1 % repeated',
    dataset: 'orders',
    kind: 'repeated',
    raw: 'clean',
    aim: atLeast(0.7),
  },
  {
    name: 'csv, shuffled text key',
    dataset: 'text_key_orders',
    kind: 'clean',
    raw: 'clean',
    aim: atLeast(0.7),
  },
  { name: 'ndjson', dataset: 'orders', kind: 'ndjson', raw: 'ndjson', aim: atLeast(0.7) },
  { name: 'parquet', dataset: 'orders', kind: 'parquet', raw: 'parquet', aim: atLeast(1.5) },
];

export interface IngestOptions extends Repeats {
  rows: number;
  /** Of the long life of a table. */
  commits: number;
  say(text: string): void;
}

export async function measureIngest(options: IngestOptions): Promise<Figure[]> {
  await using node = await openBenchNode(['articles', 'orders', 'text_key_orders']);
  await node.ingest(await openArticles());
  using raw = await openRaw(THREADS);
  const figures: Figure[] = [];
  for (const each of CASES) {
    options.say(`ingest ${each.name} …`);
    figures.push(...(await measureCase({ node, raw, options, case: each })));
  }
  return figures;
}

interface CaseInput {
  node: BenchNode;
  raw: RawDuckdb;
  options: IngestOptions;
  case: Case;
}

async function measureCase({ node, raw, options, case: each }: CaseInput): Promise<Figure[]> {
  const { rows } = options;
  const input = await openInput({ dataset: each.dataset, kind: each.kind, rows });
  const source = await openInput({ dataset: each.dataset, kind: each.raw, rows });
  const target = join(node.root, 'raw.parquet');
  const phases: Phases[] = [];
  const pairs = await runPairs(
    {
      baseline: { run: () => raw.run(rawCopy(rawSource(source), target)) },
      ours: {
        // Why: raw DuckDB writes one file again and again, whose pages the kernel has at hand; the host of a virtual machine
        // gives a page that was never used ten times slower.
        before: () => node.removeLandings(),
        run: async () => {
          await node.ingest(input);
          phases.push({ ...node.phases });
        },
      },
    },
    options,
  );
  return [
    ...speedFigures({ name: `ingest ${each.name}`, rows: input.records.in, pairs, aim: each.aim }),
    ...(each.name === 'csv' ? phaseFigures(phases.slice(1)) : []),
  ];
}

interface SpeedInput {
  name: string;
  rows: number;
  pairs: Pairs;
  aim: Aim | null;
}

/** Wall time and rows per CPU second, both as a share of raw speed. */
export function speedFigures({ name, rows, pairs, aim }: SpeedInput): Figure[] {
  const [wall, rawWall] = [median(wallsOf(pairs.ours)), median(wallsOf(pairs.baseline))];
  const [cpu, rawCpu] = [median(cpusOf(pairs.ours)), median(cpusOf(pairs.baseline))];
  return [
    figure({
      name,
      value: wall,
      unit: 's',
      baseline: rawWall,
      ratio: rawWall / wall,
      ...(aim === null ? {} : { aim }),
      note: describePairs(pairs),
    }),
    figure({
      name: `${name}: per CPU second`,
      value: rows / cpu,
      unit: 'rows',
      baseline: rows / rawCpu,
      ratio: rawCpu / cpu,
    }),
  ];
}

/** Where the time of a clean file goes. */
function phaseFigures(phases: readonly Phases[]): Figure[] {
  const names: readonly [keyof Phases, string][] = [
    ['land', 'landing and hash'],
    ['sync', 'fsync of the landing'],
    ['check', 'check in the child'],
  ];
  return names.map(([phase, words]) =>
    figure({
      name: `ingest csv: ${words}`,
      value: median(phases.map((p) => p[phase])),
      unit: 's',
    }),
  );
}
