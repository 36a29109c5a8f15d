/**
 * A mesh as a user starts it, `weft up` in a process of its own, for figures that go through its HTTP API.
 *
 * Not the mesh of the tests: its start is timed. Invariant: stopping waits for the end of the process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BatchReport } from '@weft/core/ingest/report';
import { must } from '@weft/core/lib/assert';
import { type Dataset, type DatasetName, datasetOfName } from './datasets.ts';

const WEFT = fileURLToPath(new URL('../bin/weft.js', import.meta.url));

export interface StartedMesh {
  url: string;
  pid: number;
  /** From the start of the process to its ready line. */
  seconds: number;
  /** Token of the platform team. */
  token: string;
  stop(): Promise<void>;
}

/** Starts a mesh with its data in `directory`; the node requests are not limited in number. `settings`: environment. */
export async function startMesh(
  directory: string,
  settings: Record<string, string> = {},
): Promise<StartedMesh> {
  const context = join(directory, 'context.json');
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [WEFT, 'up', '--data', join(directory, 'data'), '--port', '0', '--json'],
    {
      env: {
        ...process.env,
        WEFT_CONTEXT: context,
        WEFT_REQUESTS_PER_MINUTE: '1000000',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const url = await readyUrl(child);
  const seconds = (performance.now() - start) / 1_000;
  const { token } = JSON.parse(await readFile(context, 'utf8')) as { token: string };
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  return { url, pid: must(child.pid, 'process of the mesh'), seconds, token, stop };
}

function readyUrl(child: ChildProcess): Promise<string> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4_000);
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`weft up ended with ${code}: ${errors}`)));
    createInterface({ input: must(child.stdout, 'output of weft up') }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const ready = JSON.parse(line) as { ready?: boolean; url: string };
      if (ready.ready === true) resolve(ready.url);
    });
  });
}

/** Sends a batch of CSV and waits for its commit. */
export type SendBatch = (body: Uint8Array<ArrayBuffer> | Blob) => Promise<BatchReport>;

/** Registers a subject; returns its token. */
export async function issueToken(
  mesh: StartedMesh,
  subject: { subject: string; roles: string[]; domains: string[] },
): Promise<string> {
  const request = { token: mesh.token, ...json(subject) };
  const { token } = await post<{ token: string }>(mesh.url, '/api/v1/tokens', request);
  return token;
}

/** The token of one who owns the domain of the benchmarks. */
export async function openDomain(mesh: StartedMesh): Promise<string> {
  const token = await issueToken(mesh, {
    subject: 'bench',
    roles: ['producer'],
    domains: ['bench'],
  });
  await post(mesh.url, '/api/v1/domains', {
    token: mesh.token,
    ...json({ name: 'bench', owners: ['bench'] }),
  });
  return token;
}

/** Publishes a contract of the benchmarks; returns what sends its batches. `token`: of the domain's owner. */
export async function openProduct(
  mesh: StartedMesh,
  dataset: DatasetName | Dataset,
  token?: string,
): Promise<SendBatch> {
  const { source, product } = datasetOfName(dataset);
  const owner = token ?? (await openDomain(mesh));
  await post(mesh.url, '/api/v1/contracts', { token: owner, type: 'text/yaml', body: source });
  return async (body) => {
    const path = `/api/v1/products/${product}/batches?format=csv`;
    const request = { token: owner, type: 'text/csv', body };
    const report = await post<BatchReport>(mesh.url, path, request);
    if (report.state !== 'committed') throw new Error(`${report.state}: ${report.because}`);
    return report;
  };
}

/** Runs a query for its owner and reads the whole answer; returns the number of rows. */
export async function runQuery(mesh: StartedMesh, token: string, sql: string): Promise<number> {
  const request = { token, ...json({ sql, purpose: 'measurement' }) };
  const { rowCount } = await post<{ rowCount: number }>(mesh.url, '/api/v1/queries', request);
  return rowCount;
}

export const json = (body: unknown) => ({ type: 'application/json', body: JSON.stringify(body) });

export interface Post {
  token: string;
  type: string;
  body: string | Uint8Array<ArrayBuffer> | Blob;
}

export async function post<T>(url: string, path: string, { token, type, body }: Post): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type };
  const response = await fetch(url + path, { method: 'POST', headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}
