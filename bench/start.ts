/**
 * Starting a mesh on one machine, and what it holds when nobody asks for anything: `weft up` as a user starts it.
 *
 * First start: an empty data directory, with the installation's caches as they are. Second start: the same directory.
 * Memory is that of the process and all below it, 10 seconds after it is ready.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { must } from '@weft/core/lib/assert';
import { atMost, type Figure, figure } from './figure.ts';
import type { IngestOptions } from './ingest.ts';
import { median, treeMemory } from './measure.ts';

const WEFT = fileURLToPath(new URL('../bin/weft.js', import.meta.url));
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
        const mesh = await startMesh(directory);
        seconds.push(mesh.seconds);
        if (i === 0 && seconds === second) {
          await sleep(IDLE_MILLISECONDS);
          memory = treeMemory(must(mesh.process.pid, 'process of the mesh'));
        }
        await stop(mesh.process);
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

interface StartedMesh {
  process: ChildProcess;
  /** From the start of the process to its ready line. */
  seconds: number;
}

async function startMesh(directory: string): Promise<StartedMesh> {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [WEFT, 'up', '--data', join(directory, 'data'), '--port', '0', '--json'],
    {
      env: { ...process.env, WEFT_CONTEXT: join(directory, 'context.json') },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4_000);
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`weft up ended with ${code}: ${errors}`)));
    createInterface({ input: must(child.stdout, 'output of weft up') }).on('line', (line) => {
      if (line.includes('"ready":true')) resolve();
    });
  });
  await ready;
  return { process: child, seconds: (performance.now() - start) / 1_000 };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
