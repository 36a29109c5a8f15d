/**
 * Small and middle batches into what is running already: a node without HTTP, and a whole mesh over HTTP.
 *
 * Each batch is durable when its time is taken: landed, checked, committed. Beside it raw DuckDB converts the same file
 * in a process that has it open already.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atMost, type Figure, figure } from './figure.ts';
import { type IngestOptions, speedFigures } from './ingest.ts';
import { type Input, openInput } from './inputs.ts';
import { quantile, runPairs, sample } from './measure.ts';
import { openProduct, startMesh } from './mesh.ts';
import { openBenchNode, THREADS } from './node.ts';
import { openRaw, rawCopy, rawSource } from './raw.ts';

const SMALL_ROWS = 1_000;
const SMALL_RUNS = 60;
/** To durable and visible. */
const P95_MILLISECONDS = 150;
const WARM_UPS = 5;
const MIDDLE_ROWS = 100_000;

interface Door {
  /** For the names of figures. */
  name: string;
  /** Resolves when the batch is committed. */
  send(body: Uint8Array<ArrayBuffer>): Promise<unknown>;
}

export async function measureBatches(options: IngestOptions): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'weft-bench-batches-'));
  try {
    const figures: Figure[] = [];
    {
      await using node = await openBenchNode(['sales']);
      const send: Door['send'] = (body) => node.send('bench.sales', body);
      const door = { name: 'node', send };
      figures.push(...(await measureDoor({ door, options, directory })));
    }
    const mesh = await startMesh(directory);
    try {
      const door = { name: 'mesh over HTTP', send: await openProduct(mesh, 'sales') };
      figures.push(...(await measureDoor({ door, options, directory })));
    } finally {
      await mesh.stop();
    }
    return figures;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface DoorInput {
  door: Door;
  options: IngestOptions;
  directory: string;
}

async function measureDoor({ door, options, directory }: DoorInput): Promise<Figure[]> {
  using raw = await openRaw(THREADS);
  const target = join(directory, 'raw.parquet');
  const copy = (input: Input) => raw.run(rawCopy(rawSource(input), target));
  options.say(`100,000 rows into a ${door.name} …`);
  const middle = await openInput({ dataset: 'sales', kind: 'clean', rows: MIDDLE_ROWS });
  const bytes = readFileSync(middle.path);
  const pairs = await runPairs(
    { baseline: { run: () => copy(middle) }, ours: { run: () => door.send(bytes) } },
    { ...options, runs: 2 * options.runs + 1 },
  );
  options.say(`1,000 rows into a ${door.name} …`);
  const small = await openInput({ dataset: 'sales', kind: 'clean', rows: SMALL_ROWS });
  const smallBytes = readFileSync(small.path);
  const walls: number[] = [];
  const rawWalls: number[] = [];
  for (let i = 0; i < WARM_UPS + SMALL_RUNS; i++) {
    const baseline = await sample(() => copy(small));
    const ours = await sample(() => door.send(smallBytes));
    if (i < WARM_UPS) continue;
    walls.push(ours.wall);
    rawWalls.push(baseline.wall);
  }
  const name = `100,000 rows, ${door.name}`;
  return [
    ...speedFigures({ name, rows: MIDDLE_ROWS, pairs, aim: null }),
    ...smallFigures(door, walls, rawWalls),
  ];
}

function smallFigures(door: Door, walls: readonly number[], rawWalls: readonly number[]): Figure[] {
  return ([0.5, 0.95] as const).map((share) => {
    const value = quantile(walls, share) * 1_000;
    const baseline = quantile(rawWalls, share) * 1_000;
    return figure({
      name: `1,000 rows, ${door.name}: p${share * 100}`,
      value,
      unit: 'ms',
      baseline,
      note: `n = ${walls.length}`,
      ...(share === 0.95 ? { aim: atMost(P95_MILLISECONDS, ' ms') } : {}),
    });
  });
}
