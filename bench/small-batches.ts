/**
 * Many small batches at the same time: how many a second become durable and visible, over many tables and on one.
 *
 * Each batch has 1,000 rows and is answered after its commit. Clients send one after the other, each over a connection of
 * its own. Not beside raw DuckDB: it commits nothing. The clients run in this process, so their work is in the figures.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '@weft/core/lib/assert';
import { type Dataset, salesTables } from './datasets.ts';
import { type Aim, atLeast, type Figure, figure } from './figure.ts';
import type { IngestOptions } from './ingest.ts';
import { openInput } from './inputs.ts';
import { quantile, type Sample, sample } from './measure.ts';
import { openDomain, openProduct, type StartedMesh, startMesh } from './mesh.ts';
import { openBenchNode } from './node.ts';

const ROWS = 1_000;
const CLIENTS = [1, 4, 16] as const;
/** Batches of one figure. */
const BATCHES = 240;
const WARM_UP = 32;
const TABLES = Array.from({ length: Math.max(...CLIENTS) }, (_, i) => `sales_${i}`);

type Send = (body: Uint8Array<ArrayBuffer>) => Promise<unknown>;

interface Door {
  /** For the names of figures. */
  name: string;
  /** Sends a batch to a table of its own each. */
  tables: Send[];
  /** Of the figure over many tables with the most clients. */
  aim: Aim | null;
}

export async function measureSmallBatches(options: IngestOptions): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'weft-bench-small-'));
  const datasets = salesTables(TABLES);
  try {
    const figures: Figure[] = [];
    {
      await using node = await openBenchNode(datasets);
      const tables = datasets.map(
        ({ product }) =>
          (body: Uint8Array) =>
            node.send(product, body),
      );
      figures.push(...(await measureDoor({ name: 'node', tables, aim: null }, options)));
    }
    const mesh = await startMesh(directory);
    try {
      const tables = await openTables(mesh, datasets);
      const door = { name: 'mesh over HTTP', tables, aim: atLeast(50, '/s') };
      figures.push(...(await measureDoor(door, options)));
    } finally {
      await mesh.stop();
    }
    return figures;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function openTables(mesh: StartedMesh, datasets: readonly Dataset[]): Promise<Send[]> {
  const token = await openDomain(mesh);
  const tables: Send[] = [];
  for (const dataset of datasets) tables.push(await openProduct(mesh, dataset, token));
  return tables;
}

async function measureDoor(door: Door, options: IngestOptions): Promise<Figure[]> {
  const { path } = await openInput({ dataset: 'sales', kind: 'clean', rows: ROWS });
  const body = readFileSync(path);
  const figures: Figure[] = [];
  const one = [must(door.tables[0], 'a table')];
  for (const clients of CLIENTS) {
    for (const tables of clients === 1 ? [one] : [door.tables, one]) {
      const words = `${clients} clients, ${tables === one ? 'one table' : 'a table each'}`;
      options.say(`${door.name}, ${words} …`);
      await sendAll({ tables, body, clients, batches: WARM_UP });
      const walls: number[] = [];
      const whole = await sample(() => sendAll({ tables, body, clients, batches: BATCHES, walls }));
      const isAim = tables !== one && clients === Math.max(...CLIENTS);
      const name = `batches of 1,000 rows, ${door.name}, ${words}`;
      figures.push(...describe({ name, whole, walls, aim: isAim ? door.aim : null }));
    }
  }
  return figures;
}

interface Sending {
  tables: readonly Send[];
  body: Uint8Array<ArrayBuffer>;
  clients: number;
  batches: number;
  /** Gets the seconds of each batch. */
  walls?: number[];
}

async function sendAll({ tables, body, clients, batches, walls }: Sending): Promise<void> {
  const client = async (no: number): Promise<void> => {
    const send = must(tables[no % tables.length], 'a table');
    for (let i = no; i < batches; i += clients) {
      const start = performance.now();
      await send(body);
      walls?.push((performance.now() - start) / 1_000);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, no) => client(no)));
}

interface Measured {
  name: string;
  whole: Sample;
  walls: readonly number[];
  aim: Aim | null;
}

function describe({ name, whole, walls, aim }: Measured): Figure[] {
  const note = `n = ${walls.length}, others ≤ ${whole.others.toFixed(2)} cores`;
  const perSecond = walls.length / whole.wall;
  const ms = (share: number): number => quantile(walls, share) * 1_000;
  return [
    figure({ name, value: perSecond, unit: '/s', note, ...(aim === null ? {} : { aim }) }),
    figure({ name: `${name}: p50`, value: ms(0.5), unit: 'ms' }),
    figure({ name: `${name}: p95`, value: ms(0.95), unit: 'ms' }),
    figure({ name: `${name}: CPU each`, value: (whole.cpu / walls.length) * 1_000, unit: 'ms' }),
  ];
}
