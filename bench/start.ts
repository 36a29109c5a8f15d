/**
 * Starting a mesh on one machine, and what it holds when nobody asks for anything: `weft up` as a user starts it.
 *
 * First start: an empty data directory, with the installation's caches as they are. Second start: the same directory.
 * Memory is that of the process and all below it, 10 seconds after it is ready.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Figure, figure } from './figure.ts';
import type { IngestOptions } from './ingest.ts';
import { median, treeMemory, waitForCalm } from './measure.ts';
import { startMesh } from './mesh.ts';

const IDLE_MILLISECONDS = 10_000;
const MEGABYTE = 1024 ** 2;

export async function measureStart(options: IngestOptions): Promise<Figure[]> {
  const first: number[] = [];
  const second: number[] = [];
  let memory = { resident: 0, proportional: 0, processes: 0 };
  for (let i = 0; i < options.runs; i++) {
    options.say(`weft up, ${i + 1} of ${options.runs} …`);
    const directory = await mkdtemp(join(tmpdir(), 'weft-bench-up-'));
    try {
      for (const seconds of [first, second]) {
        await waitForCalm(options.patience);
        const mesh = await startMesh(directory);
        seconds.push(mesh.seconds);
        if (i === 0 && seconds === second) {
          await sleep(IDLE_MILLISECONDS);
          memory = treeMemory(mesh.pid);
        }
        await mesh.stop();
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
  const starts = ([name, seconds]: [string, number[]]): Figure =>
    figure({
      name,
      value: median(seconds),
      unit: 's',
      aim: atMost(5, ' s'),
      note: `min ${Math.min(...seconds).toFixed(2)} s, n = ${seconds.length}`,
    });
  return [
    starts(['first start', first]),
    starts(['second start', second]),
    figure({
      name: 'idle memory',
      value: memory.resident / MEGABYTE,
      unit: 'MB',
      aim: atMost(400, ' MB'),
      note: `resident; proportional ${Math.round(memory.proportional / MEGABYTE)} MB; ${memory.processes} processes`,
    }),
  ];
}
