/**
 * From taking something away to its effect, at a mesh as a user starts it: an API key, an agreement.
 *
 * Times begin when the request that revokes is sent. `to denial`: until the first query was refused after which none was answered; whoever
 * asks does so all the time, over several connections. `to the end of an answer`: until a query that was being read ended. Invariant: a
 * query that goes on, or is refused for another reason, is no figure.
 */
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Figure, figure } from './figure.ts';
import type { IngestOptions } from './ingest.ts';
import { openInput } from './inputs.ts';
import { median } from './measure.ts';
import {
  issueToken,
  json,
  openDomain,
  openProduct,
  post,
  type StartedMesh,
  startMesh,
} from './mesh.ts';

const ROUNDS = 10;
const ASKERS = 2;
const SETTLED_MILLISECONDS = 300;
const PURPOSE = 'measurement';
const PRODUCT = 'bench.sales';
const AIM = atMost(1_000, ' ms');
const SHORT = 'SELECT count(*) AS n FROM bench.sales';
/** An answer that nobody can have in his buffers whole. */
const LONG = `SELECT a.line_id, b.line_id AS other, repeat('x', 200) AS filler
  FROM bench.sales a CROSS JOIN bench.sales b`;

type Kind = 'API key' | 'agreement';

interface Access {
  /** What queries are asked with. */
  key: string;
  revoke(): Promise<void>;
}

export async function measureRevocations(options: IngestOptions): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-bench-revocations-'));
  const mesh = await startMesh(directory);
  try {
    const owner = await openDomain(mesh);
    const send = await openProduct(mesh, 'sales', owner);
    const input = await openInput({ dataset: 'sales', kind: 'clean', rows: 100_000 });
    await send(await openAsBlob(input.path));
    const figures: Figure[] = [];
    for (const kind of ['API key', 'agreement'] as const) {
      options.say(`revoking: ${kind} …`);
      const denials: number[] = [];
      const ends: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        denials.push(await timeDenial(mesh, await grant(mesh, { owner, kind, name: `d${round}` })));
        ends.push(await timeEnd(mesh, await grant(mesh, { owner, kind, name: `e${round}` })));
      }
      figures.push(timesFigure(`revoked ${kind} to denial, longest`, denials));
      figures.push(timesFigure(`revoked ${kind} to the end of an answer, longest`, ends));
    }
    return figures;
  } finally {
    await mesh.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function timesFigure(name: string, milliseconds: readonly number[]): Figure {
  return figure({
    name,
    value: Math.max(...milliseconds),
    unit: 'ms',
    aim: AIM,
    note: `p50 ${median(milliseconds).toFixed(0)} ms, n = ${milliseconds.length}`,
  });
}

/** A subject with an agreement and an API key, one of which can be taken away. */
async function grant(
  mesh: StartedMesh,
  { owner, kind, name }: { owner: string; kind: Kind; name: string },
): Promise<Access> {
  const subject = `${kind.replaceAll(' ', '_').toLowerCase()}_${name}`;
  const token = await issueToken(mesh, { subject, roles: ['consumer'], domains: [] });
  const call = <T>(path: string, as: string, body: unknown = {}): Promise<T> =>
    post<T>(mesh.url, `/api/v1/${path}`, { token: as, ...json(body) });
  const asked = { product: PRODUCT, purpose: PURPOSE };
  const { agreement } = await call<{ agreement: string }>('agreements', token, asked);
  await call(`agreements/${agreement}/approve`, owner);
  const { id, key } = await call<{ id: string; key: string }>('keys', token, { name });
  await askOnce(mesh, key);
  const revoke = async (): Promise<void> => {
    if (kind === 'agreement') await call(`agreements/${agreement}/revoke`, owner);
    else await remove(mesh, token, id);
  };
  return { key, revoke };
}

async function remove(mesh: StartedMesh, token: string, key: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${mesh.url}/api/v1/keys/${key}`, { method: 'DELETE', headers });
  if (!response.ok) throw new Error(`revoking a key: ${response.status} ${await response.text()}`);
}

function query(mesh: StartedMesh, key: string, sql: string, format: string): Promise<Response> {
  return fetch(`${mesh.url}/api/v1/queries`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sql, purpose: PURPOSE, format }),
  });
}

async function askOnce(mesh: StartedMesh, key: string): Promise<void> {
  const response = await query(mesh, key, SHORT, 'json');
  const text = await response.text();
  if (!response.ok) throw new Error(`a query before: ${response.status} ${text}`);
}

async function timeDenial(mesh: StartedMesh, access: Access): Promise<number> {
  let revokedAt: number | null = null;
  let lastAnswer = 0;
  const denials: number[] = [];
  const end = new AbortController();
  const askOn = async (): Promise<void> => {
    while (!end.signal.aborted) {
      const response = await query(mesh, access.key, SHORT, 'json').catch(() => null);
      // Why: an answer that is cut off while it is sent is denied, too.
      const text = await response?.text().catch(() => null);
      const now = performance.now();
      if (response?.ok === true && typeof text === 'string') lastAnswer = now;
      else if (revokedAt === null) throw new Error(`refused before: ${response?.status} ${text}`);
      else denials.push(now);
    }
  };
  const askers = Promise.all(Array.from({ length: ASKERS }, askOn));
  await sleep(SETTLED_MILLISECONDS);
  revokedAt = performance.now();
  await access.revoke();
  await sleep(SETTLED_MILLISECONDS);
  end.abort();
  await askers;
  const denied = denials.find((at) => at > lastAnswer);
  if (denied === undefined) throw new Error('queries went on after what they need was revoked');
  return denied - revokedAt;
}

async function timeEnd(mesh: StartedMesh, access: Access): Promise<number> {
  const response = await query(mesh, access.key, LONG, 'ndjson');
  const reader = response.body?.getReader();
  if (!response.ok || reader === undefined) throw new Error(`a long query: ${response.status}`);
  await reader.read();
  let isWhole = false;
  const reading = (async () => {
    try {
      while (!(await reader.read()).done);
      isWhole = true;
    } catch {
      // The connection was reset: what it shall be.
    }
    return performance.now();
  })();
  await sleep(SETTLED_MILLISECONDS);
  const start = performance.now();
  await access.revoke();
  const ended = await reading;
  if (isWhole) throw new Error('an answer ended as if it were whole');
  return ended - start;
}
