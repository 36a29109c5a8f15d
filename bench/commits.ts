/**
 * What a long life costs: a mesh whose table took `--commits` (10,000) commits beside one whose table took 10, both kept up
 * as always.
 *
 * Commits come over HTTP, a few at a time, each a batch of ten rows; then both meshes take the same batches and answer the
 * same point query in turns, so that what others do on the machine weighs on both alike. Not the size of data: 100,000 rows
 * are little. Invariant: every batch is committed with all its rows, or there is no figure.
 */
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atMost, type Figure, figure } from './figure.ts';
import { salesText } from './generate-sales.ts';
import type { IngestOptions } from './ingest.ts';
import {
  cpusOf,
  describePairs,
  median,
  type Pairs,
  runPairs,
  treeMemory,
  wallsOf,
} from './measure.ts';
import {
  openDomain,
  openProduct,
  runQuery,
  type SendBatch,
  type StartedMesh,
  startMesh,
} from './mesh.ts';

const FEW = 10;
const ROWS_EACH = 10;
const SENDERS = 4;
const MEASURED_ROWS = 1_000;
const MEGABYTE = 1024 ** 2;

export async function measureCommits(options: IngestOptions): Promise<Figure[]> {
  const few = await openSide();
  const many = await openSide();
  try {
    await fill(few, { commits: FEW, say: options.say });
    await fill(many, { commits: options.commits, say: options.say });
    options.say('commits and queries in turns …');
    const repeats = { ...options, runs: 10 * options.runs };
    const commits = await runPairs(
      { baseline: { run: () => commitBatch(few) }, ours: { run: () => commitBatch(many) } },
      repeats,
    );
    const queries = await runPairs(
      { baseline: { run: () => queryPoint(few) }, ours: { run: () => queryPoint(many) } },
      repeats,
    );
    return [
      ...pairFigures('commit', { pairs: commits, many: options.commits }),
      ...pairFigures('point query', { pairs: queries, many: options.commits }),
      ...sizeFigures({ few, many }, options.commits),
    ];
  } finally {
    for (const side of [few, many]) {
      await side.mesh.stop();
      await rm(side.directory, { recursive: true, force: true });
    }
  }
}

interface Side {
  directory: string;
  mesh: StartedMesh;
  token: string;
  send: SendBatch;
  /** The next line that no batch had. */
  line: number;
}

async function openSide(): Promise<Side> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-bench-commits-'));
  const mesh = await startMesh(directory);
  const token = await openDomain(mesh);
  return { directory, mesh, token, send: await openProduct(mesh, 'sales', token), line: 1 };
}

async function fill(
  side: Side,
  { commits, say }: { commits: number; say(text: string): void },
): Promise<void> {
  let left = commits;
  const start = performance.now();
  const send = async (): Promise<void> => {
    while (left > 0) {
      left--;
      await sendRows(side, ROWS_EACH);
      if (left > 0 && left % 1_000 === 0) {
        say(`${left} commits to come after ${Math.round((performance.now() - start) / 1_000)} s …`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(SENDERS, commits) }, send));
}

async function sendRows(side: Side, rows: number): Promise<void> {
  const from = side.line;
  side.line += rows;
  const { records } = await side.send(Buffer.from(salesText({ rows, from })));
  if (records.good !== rows) throw new Error(`${records.good} of ${rows} rows are good`);
}

const commitBatch = (side: Side): Promise<void> => sendRows(side, MEASURED_ROWS);

async function queryPoint({ mesh, token }: Side): Promise<void> {
  const line = FEW * ROWS_EACH;
  const sql = `SELECT line_id, product_code, sales_value FROM bench.sales WHERE line_id = ${line}`;
  const rows = await runQuery(mesh, token, sql);
  if (rows !== 1) throw new Error(`${rows} rows for line ${line}`);
}

function pairFigures(what: string, { pairs, many }: { pairs: Pairs; many: number }): Figure[] {
  const name = `${what} ${afterCommits(many)}`;
  const [wall, few] = [median(wallsOf(pairs.ours)), median(wallsOf(pairs.baseline))];
  const [cpu, fewCpu] = [median(cpusOf(pairs.ours)), median(cpusOf(pairs.baseline))];
  return [
    figure({
      name,
      value: wall * 1_000,
      unit: 'ms',
      baseline: few * 1_000,
      ratio: wall / few,
      aim: atMost(1.3),
      note: describePairs(pairs),
    }),
    figure({
      name: `${name}: CPU`,
      value: cpu * 1_000,
      unit: 'ms',
      baseline: fewCpu * 1_000,
      ratio: cpu / fewCpu,
    }),
  ];
}

function sizeFigures({ few, many }: { few: Side; many: Side }, commits: number): Figure[] {
  const name = (what: string): string => `${what} ${afterCommits(commits)}`;
  const memory = (side: Side): number => treeMemory(side.mesh.pid).resident / MEGABYTE;
  const disk = (side: Side, folder: string): { bytes: number; files: number } =>
    sizeOf(join(side.directory, 'data', folder));
  return [
    figure({
      name: name('memory'),
      value: memory(many),
      unit: 'MB',
      baseline: memory(few),
    }),
    ...['tables', 'store', ''].map((folder) =>
      figure({
        name: `${name('disk')}: ${folder === '' ? 'all' : folder}`,
        value: disk(many, folder).bytes / MEGABYTE,
        unit: 'MB',
        baseline: disk(few, folder).bytes / MEGABYTE,
        note: `${disk(many, folder).files} files`,
      }),
    ),
  ];
}

const afterCommits = (count: number): string => `after ${count.toLocaleString('en')} commits`;

function sizeOf(folder: string): { bytes: number; files: number } {
  let [bytes, files] = [0, 0];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files++;
    // Why: upkeep may delete one between the two calls.
    bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return { bytes, files };
}
