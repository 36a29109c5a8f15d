/**
 * Small and middle batches into a warm node, without HTTP: 1,000 rows again and again, 100,000 rows beside raw DuckDB.
 *
 * Each batch is durable when its time is taken: landed, checked, committed.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, figure } from './figure.ts';
import type { IngestOptions } from './ingest.ts';
import { speedFigures } from './ingest.ts';
import { openInput } from './inputs.ts';
import { quantile, runPairs, sample } from './measure.ts';
import { openBenchNode, THREADS } from './node.ts';
import { openRaw, rawCopy, rawSource } from './raw.ts';

const SMALL_ROWS = 1_000;
const SMALL_RUNS = 60;
const MIDDLE_ROWS = 100_000;
const MIDDLE_RUNS = 7;

export async function measureBatches(options: Pick<IngestOptions, 'say'>): Promise<Figure[]> {
  await using node = await openBenchNode();
  using raw = await openRaw(THREADS);
  const directory = mkdtempSync(join(tmpdir(), 'weft-bench-raw-'));
  try {
    const target = join(directory, 'raw.parquet');
    options.say('batches of 100,000 rows …');
    const middle = await openInput('clean', MIDDLE_ROWS);
    const pairs = await runPairs(
      {
        baseline: { run: () => raw.run(rawCopy(rawSource(middle.path, 'csv'), target)) },
        ours: { run: () => node.ingest(middle) },
      },
      MIDDLE_RUNS,
    );
    options.say('batches of 1,000 rows …');
    const small = await openInput('clean', SMALL_ROWS);
    const body = readFileSync(small.path);
    const rawWalls: number[] = [];
    const walls: number[] = [];
    for (let i = 0; i < SMALL_RUNS + 5; i++) {
      const first = await sample(() => raw.run(rawCopy(rawSource(small.path, 'csv'), target)));
      const second = await sample(() => node.send(body));
      if (i < 5) continue;
      rawWalls.push(first.wall);
      walls.push(second.wall);
    }
    return [
      ...speedFigures({ name: 'batch of 100,000 rows', rows: MIDDLE_ROWS, pairs, aim: null }),
      ...smallFigures(walls, rawWalls),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function smallFigures(walls: readonly number[], rawWalls: readonly number[]): Figure[] {
  return ([0.5, 0.95] as const).map((share) => {
    const value = quantile(walls, share) * 1_000;
    const baseline = quantile(rawWalls, share) * 1_000;
    return figure({
      name: `batch of 1,000 rows, p${share * 100}`,
      value,
      unit: 'ms',
      baseline,
      ratio: baseline / value,
      note: `n = ${walls.length}`,
    });
  });
}
