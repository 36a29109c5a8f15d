/**
 * What a reader can tell by a clock, and what he can take from others, at a mesh as a user starts it.
 *
 * `time of hidden rows`: a reader who may see half of the stores asks for a line that is there and hidden, and, as the baseline, for one
 * that is nowhere; once with projections that are made, once as the first who asks after a commit of hidden rows alone. `under load`:
 * answers of the control plane while another reader keeps every place that he gets busy with queries that only use up the
 * machine, beside the same answers before. Invariant: both lines are asked for in turns, and neither is ever found.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '@weft/core/lib/assert';
import { atMost, type Figure, figure } from './figure.ts';
import { salesText } from './generate-sales.ts';
import type { IngestOptions } from './ingest.ts';
import { median } from './measure.ts';
import {
  issueToken,
  json,
  openDomain,
  openProduct,
  post,
  runQuery,
  type SendBatch,
  type StartedMesh,
  startMesh,
} from './mesh.ts';

const PRODUCT = 'bench.sales';
const PURPOSE = 'measurement';
/** Of the 300 stores that lines are of. */
const LAST_VISIBLE = 150;
const BATCH_ROWS = 50_000;
const VISIBLE_BATCHES = 8;
/** Lines of a batch begin here, times its number, so that most numbers in between are nobody's. */
const STEP = 1_000_000;
const WARM_ASKED = 200;
const COLD_ROUNDS = 12;
const ANSWERS = 400;

/** Each uses a core until its time is over, and is of another kind. */
const EXHAUSTING: readonly string[] = [
  'SELECT count(*) AS n FROM bench.sales a CROSS JOIN bench.sales b WHERE a.quantity + b.quantity < 0',
  `SELECT count(*) AS n FROM bench.sales a CROSS JOIN bench.sales b WHERE regexp_matches(a.description || b.description, '(.*)(.*)(.*)x$')`,
  `SELECT sum(length(repeat(description, 2000))) AS n FROM bench.sales a CROSS JOIN range(1000) r(i)`,
];

export async function measureIsolation(options: IngestOptions): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-bench-isolation-'));
  const mesh = await startMesh(directory);
  try {
    const owner = await openDomain(mesh);
    const send = await openProduct(mesh, 'sales', owner);
    for (let i = 1; i <= VISIBLE_BATCHES; i++) await send(batch(i, () => true));
    await permitVisible(mesh, owner);
    const reader = await admit(mesh, owner, 'reader');
    const figures = [
      await timeWarm({ mesh, send, reader, options }),
      await timeCold({ mesh, send, reader, options }),
    ];
    const other = await admit(mesh, owner, 'other');
    return [...figures, ...(await timeUnderLoad({ mesh, reader, other, options }))];
  } finally {
    await mesh.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Lines from `number` million on, of these stores. */
function batch(number: number, hasStore: (store: number) => boolean): Uint8Array<ArrayBuffer> {
  const [header = '', ...lines] = salesText({ rows: BATCH_ROWS, from: number * STEP }).split('\n');
  const kept = lines.filter((line) => line !== '' && hasStore(Number(line.split(',')[1])));
  return new TextEncoder().encode(`${[header, ...kept].join('\n')}\n`);
}

async function permitVisible(mesh: StartedMesh, owner: string): Promise<void> {
  const cedar = `permit (principal, action, resource)
    when { resource.row has store_id && resource.row.store_id <= ${LAST_VISIBLE} };`;
  const response = await fetch(`${mesh.url}/api/v1/policies/${PRODUCT}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${owner}`, 'content-type': 'application/json' },
    body: JSON.stringify({ cedar }),
  });
  if (!response.ok) throw new Error(`policy: ${response.status} ${await response.text()}`);
}

/** The token of a consumer with an agreement. */
async function admit(mesh: StartedMesh, owner: string, subject: string): Promise<string> {
  const token = await issueToken(mesh, { subject, roles: ['consumer'], domains: [] });
  const { agreement } = await post<{ agreement: string }>(mesh.url, '/api/v1/agreements', {
    token,
    ...json({ product: PRODUCT, purpose: PURPOSE }),
  });
  const approval = { token: owner, ...json({}) };
  await post(mesh.url, `/api/v1/agreements/${agreement}/approve`, approval);
  return token;
}

interface Probe {
  mesh: StartedMesh;
  send: SendBatch;
  reader: string;
  options: IngestOptions;
}

/** Milliseconds until the answer to a question for one line, which must not find it. */
async function timeLine({ mesh, reader }: Probe, line: number): Promise<number> {
  const start = performance.now();
  const rows = await runQuery(mesh, reader, `SELECT * FROM ${PRODUCT} WHERE line_id = ${line}`);
  if (rows !== 0) throw new Error(`line ${line} was seen`);
  return performance.now() - start;
}

const isHidden = (store: number): boolean => store > LAST_VISIBLE;
/** A line that a batch of hidden rows has for sure: its last one. */
function lastLine(bytes: Uint8Array): number {
  const lines = new TextDecoder().decode(bytes).trimEnd().split('\n');
  return Number(must(lines.at(-1), 'a line').split(',')[0]);
}

async function timeWarm(probe: Probe): Promise<Figure> {
  probe.options.say('time of hidden rows: warm …');
  const hidden = batch(VISIBLE_BATCHES + 1, isHidden);
  await probe.send(hidden);
  const there = lastLine(hidden);
  const nowhere = STEP / 2;
  for (let i = 0; i < 20; i++) await timeLine(probe, i % 2 === 0 ? there : nowhere);
  const [ours, baseline]: [number[], number[]] = [[], []];
  for (let i = 0; i < WARM_ASKED; i++) {
    ours.push(await timeLine(probe, there));
    baseline.push(await timeLine(probe, nowhere));
  }
  return beside('time of a hidden line, warm', ours, baseline, 'a line that is nowhere');
}

async function timeCold(probe: Probe): Promise<Figure> {
  const [ours, baseline]: [number[], number[]] = [[], []];
  for (let round = 0; round < COLD_ROUNDS; round++) {
    probe.options.say(
      `time of hidden rows: first query after a commit ${round + 1}/${COLD_ROUNDS}`,
    );
    const first = VISIBLE_BATCHES + 2 + 2 * round;
    const [one, other] = [batch(first, isHidden), batch(first + 1, isHidden)];
    await probe.send(one);
    ours.push(await timeLine(probe, lastLine(one)));
    await probe.send(other);
    baseline.push(await timeLine(probe, STEP / 2));
  }
  return beside('time of a hidden line, first query', ours, baseline, 'a line that is nowhere');
}

function beside(name: string, ours: number[], baseline: number[], what: string): Figure {
  const [value, base] = [median(ours), median(baseline)];
  return figure({
    name,
    value,
    unit: 'ms',
    baseline: base,
    ratio: value / base,
    note: `baseline: ${what}; n = ${ours.length} each`,
  });
}

interface Load {
  mesh: StartedMesh;
  reader: string;
  other: string;
  options: IngestOptions;
}

async function timeUnderLoad({ mesh, reader, other, options }: Load): Promise<Figure[]> {
  const asked = `/api/v1/access/explain?subject=reader&product=${PRODUCT}&purpose=${PURPOSE}`;
  const ask = async (): Promise<number> => {
    const start = performance.now();
    const headers = { authorization: `Bearer ${reader}` };
    const response = await fetch(mesh.url + asked, { headers });
    await response.text();
    if (!response.ok) throw new Error(`explain: ${response.status}`);
    return performance.now() - start;
  };
  for (let i = 0; i < 50; i++) await ask();
  options.say('answers of the control plane: calm …');
  const calm = await times(ask);
  options.say('answers of the control plane: under load …');
  const stop = exhaust(mesh, other);
  const loaded = await times(ask);
  const { begun } = await stop();
  const aim = atMost(250, ' ms');
  return [0.5, 0.99].map((share) => {
    const [value, baseline] = [quantile(loaded, share), quantile(calm, share)];
    const name = `explain under exhausting queries, p${share * 100}`;
    const note = `baseline: calm; ${begun} queries were begun meanwhile`;
    const input = { name, value, unit: 'ms', baseline, note };
    // Why no ratio: the queries have the cores that they were given, so the time is what matters.
    return share === 0.99 ? figure({ ...input, aim }) : figure(input);
  });
}

async function times(ask: () => Promise<number>): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < ANSWERS; i++) taken.push(await ask());
  return taken;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return must(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))], 'a value');
}

/** Keeps queries running that end by their limits only. */
function exhaust(mesh: StartedMesh, token: string): () => Promise<{ begun: number }> {
  const end = new AbortController();
  let begun = 0;
  const keepBusy = async (sql: string): Promise<void> => {
    while (!end.signal.aborted) {
      begun++;
      const response = await fetch(`${mesh.url}/api/v1/queries`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ sql, purpose: PURPOSE, limits: { seconds: 20 } }),
        signal: end.signal,
      }).catch(() => null);
      await response?.text().catch(() => null);
    }
  };
  const running = Promise.all(EXHAUSTING.map(keepBusy));
  return async () => {
    end.abort();
    await running;
    return { begun };
  };
}
