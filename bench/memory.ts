/**
 * Memory of a whole mesh while it takes a file of 1 GB: `weft up` as a user starts it, with the file sent over HTTP.
 *
 * The engine is given little memory, so that what it may have hides nothing; its limit is taken off the peak, which is the
 * largest sum of the resident memory of the process and all below it. Resident memory counts pages that processes share
 * once for each, so the figure errs upwards. Linux only.
 */
import { createReadStream, createWriteStream, existsSync, openAsBlob, renameSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { atMost, type Figure, figure } from './figure.ts';
import type { IngestOptions } from './ingest.ts';
import { openInput } from './inputs.ts';
import { treeMemory } from './measure.ts';
import { openProduct, startMesh } from './mesh.ts';

/** A little more than 1 GB. */
const ROWS = 13_000_000;
const ENGINE_MEGABYTES = 256;
const POLL_MILLISECONDS = 100;
const MEGABYTE = 1024 ** 2;

export async function measureMemory(options: IngestOptions): Promise<Figure[]> {
  const { path } = await openInput({ dataset: 'sales', kind: 'clean', rows: ROWS });
  const figures: Figure[] = [];
  for (const file of [path, await zipped(path)]) {
    options.say(`sending ${file} …`);
    figures.push(await measureFile(file, file === path ? 'plain' : 'gzip'));
  }
  return figures;
}

async function measureFile(file: string, name: string): Promise<Figure> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-bench-memory-'));
  try {
    const mesh = await startMesh(directory, { WEFT_INGEST_MEMORY: `${ENGINE_MEGABYTES}MB` });
    const send = await openProduct(mesh, 'sales');
    const idle = treeMemory(mesh.pid).resident;
    let peak = idle;
    const timer = setInterval(() => {
      peak = Math.max(peak, treeMemory(mesh.pid).resident);
    }, POLL_MILLISECONDS);
    const start = performance.now();
    const { records } = await send(await openAsBlob(file));
    const seconds = (performance.now() - start) / 1_000;
    clearInterval(timer);
    await mesh.stop();
    if (records.good !== ROWS) throw new Error(`${records.good} of ${ROWS} records are good`);
    const { size } = await stat(file);
    return figure({
      name: `memory while taking ${name} CSV, beyond the engine's limit`,
      value: peak / MEGABYTE - ENGINE_MEGABYTES,
      unit: 'MB',
      aim: atMost(500, ' MB'),
      note: `peak ${Math.round(peak / MEGABYTE)} MB with an engine of ${ENGINE_MEGABYTES} MB, idle ${Math.round(idle / MEGABYTE)} MB; ${(size / 1e9).toFixed(2)} GB, ${ROWS} rows in ${seconds.toFixed(0)} s`,
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function zipped(path: string): Promise<string> {
  const target = `${path}.gz`;
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(partial));
  renameSync(partial, target);
  return target;
}
