/**
 * What is sent to a mesh that may end at any moment, what it answered, and whether it kept its word afterwards.
 *
 * Not the ending of the mesh (`crash-process.ts`). Invariant: what counts as acknowledged is what was read from an answer:
 * a committed, held or failed report, a 202, a decision. Nothing here knows how the mesh works inside.
 */
import { isDeepStrictEqual } from 'node:util';
import type { BatchReport } from '@weft/core/ingest/report';
import { createApi } from './api.ts';
import { ask, ID_STEP, type Reply } from './crash-ask.ts';
import { askByUpload, mend } from './crash-parts.ts';
import type { CrashMesh } from './crash-process.ts';
import { strictLines } from './data-directory.ts';
import { YAML } from './sales.ts';

export type Kind =
  | 'plain'
  | 'async'
  | 'held'
  | 'unreadable'
  | 'upload'
  /** Its refused record is sent again, or given up. */
  | 'repaired'
  | 'given-up';
const KINDS: readonly Kind[] = [
  'plain',
  'async',
  'repaired',
  'held',
  'upload',
  'unreadable',
  'held',
  'given-up',
  'plain',
];
export const PRODUCTS = ['orders', 'stock'] as const;

export interface SentBatch {
  no: number;
  kind: Kind;
  product: string;
  good: number;
  bad: number;
  repeated: number;
  /** The last report that was read from an answer to a request that needed it to be durable. */
  acknowledged: BatchReport | null;
  /** Asked for and perhaps done; null while nobody asked. */
  decision: 'release' | 'discard' | null;
  isDecided: boolean;
  /** The upload that it is sent by, and the highest offset that was told. */
  upload: { id: string; told: number } | null;
  /** True once it was answered that its refused record is decided about. */
  isMended: boolean;
}

export interface Workload {
  sent: SentBatch[];
  token: string | null;
  /** Versions of the contracts after the first, each with a column more. */
  widened: number;
  /** What the mesh did not keep. */
  broken: string[];
  kinds: readonly Kind[];
  /** Codes after which the same is asked for again. */
  mayHear: readonly string[];
  /** How often one of them was heard. */
  heard: number;
}

export function newWorkload(options: Partial<Pick<Workload, 'kinds' | 'mayHear'>> = {}): Workload {
  return {
    sent: [],
    token: null,
    widened: 0,
    broken: [],
    kinds: KINDS,
    mayHear: ['UNAVAILABLE'],
    heard: 0,
    ...options,
  };
}

function nextBatch(workload: Workload): SentBatch {
  const no = workload.sent.length + 1;
  const kind = workload.kinds[no % workload.kinds.length] ?? 'plain';
  const good = 1 + ((no * 7919) % 900);
  const batch: SentBatch = {
    no,
    kind,
    product: PRODUCTS[no % PRODUCTS.length] ?? 'orders',
    good,
    bad: kind === 'held' ? good + 3 : no % 3 === 0 && !isMendable(kind) ? 0 : 1,
    repeated: no % 2,
    acknowledged: null,
    decision: null,
    isDecided: false,
    upload: null,
    isMended: false,
  };
  workload.sent.push(batch);
  return batch;
}

export function isMendable(kind: Kind): boolean {
  return kind === 'repaired' || kind === 'given-up';
}

function bodyOf({ no, kind, good, bad, repeated }: SentBatch): string {
  if (kind === 'unreadable') return 'this is no table\n';
  const row = (i: number): string => `${no * ID_STEP + i},${i},n,2026-01-01`;
  return [
    'id,units,note,day',
    ...Array.from({ length: good }, (_, i) => row(i)),
    ...Array.from({ length: bad }, (_, i) => `x${i},1,,`),
    ...Array.from({ length: repeated }, () => row(0)),
    '',
  ].join('\n');
}

/** Makes the domain and its products, once. */
export async function prepareMesh(mesh: CrashMesh, workload: Workload): Promise<void> {
  const api = createApi(mesh.url, mesh.token);
  const olga = { subject: 'olga', roles: ['producer'], domains: ['sales'] };
  workload.token = await api.issueToken(olga);
  await api.done('POST', '/api/v1/domains', { json: { name: 'sales', owners: ['olga'] } });
  for (const product of PRODUCTS)
    await api.done('POST', '/api/v1/contracts', { body: strictLines(product), headers: YAML });
}

/** Publishes contracts with a column more, so that the next batch of each product changes its table. False when the mesh is gone. */
export async function widen(mesh: CrashMesh, workload: Workload): Promise<boolean> {
  workload.widened += 1;
  for (const product of PRODUCTS) {
    const reply = await ask(mesh, workload, {
      method: 'POST',
      path: '/contracts',
      body: strictLines(product, workload.widened),
      headers: YAML,
    });
    if (reply === null) return false;
    if (reply.status >= 300) workload.broken.push(`contract of ${product}: ${reply.status}`);
  }
  return true;
}

/** Sends lines of batches side by side until the mesh is gone or each line sent so many. */
export async function work(
  mesh: CrashMesh,
  workload: Workload,
  perLine: number,
  lines = 2,
): Promise<void> {
  const line = async (): Promise<void> => {
    for (let sent = 0; sent < perLine && !mesh.isGone(); sent++) {
      const batch = nextBatch(workload);
      if (!(await deliver(mesh, workload, batch))) return;
    }
  };
  await Promise.all(Array.from({ length: lines }, line));
}

/** Sends a batch and decides it when it is held; false when the mesh is gone. */
async function deliver(mesh: CrashMesh, workload: Workload, batch: SentBatch): Promise<boolean> {
  const isAsync = batch.kind === 'async' && batch.acknowledged === null;
  for (;;) {
    const asked = {
      method: 'POST',
      path: `/products/sales.${batch.product}/batches?format=csv&key=no-${batch.no}`,
      body: bodyOf(batch),
      headers: { 'content-type': 'text/csv', ...(isAsync ? { prefer: 'respond-async' } : {}) },
    };
    const reply =
      batch.kind === 'upload'
        ? await askByUpload(mesh, workload, { batch, asked })
        : await ask(mesh, workload, asked);
    if (reply === null) return false;
    const { status, report } = reply;
    // Why: a batch that was taken up again after a crash has its key and is being checked.
    const { code } = status === 200 && report.state === 'failed' ? (report.problem ?? {}) : report;
    if (status !== 202 && workload.mayHear.includes(code ?? '')) {
      workload.heard += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    if (status !== 200 && status !== 202) {
      workload.broken.push(`batch ${batch.no}: ${status} ${JSON.stringify(report).slice(0, 500)}`);
      return true;
    }
    batch.acknowledged = report;
    if (status === 202) return await followAsync(mesh, workload, batch);
    expectReport(workload, batch, report);
    if (isMendable(batch.kind)) return await mend(mesh, workload, batch);
    return batch.kind !== 'held' || (await decide(mesh, workload, batch));
  }
}

/** Follows a batch that was answered before its check. */
async function followAsync(mesh: CrashMesh, workload: Workload, batch: SentBatch) {
  for (;;) {
    const reply = await show(mesh, workload, batch);
    if (reply === null) return false;
    const { state } = reply.report;
    if (state !== 'landed' && state !== 'checking') {
      batch.acknowledged = reply.report;
      expectReport(workload, batch, reply.report);
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const show = (mesh: CrashMesh, workload: Workload, batch: SentBatch): Promise<Reply | null> =>
  ask(mesh, workload, { method: 'GET', path: `/batches/${batch.acknowledged?.batch ?? ''}` });

async function decide(mesh: CrashMesh, workload: Workload, batch: SentBatch): Promise<boolean> {
  batch.decision ??= batch.no % 4 < 2 ? 'release' : 'discard';
  const reply = await ask(mesh, workload, {
    method: 'POST',
    path: `/batches/${batch.acknowledged?.batch ?? ''}/${batch.decision}`,
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  if (reply === null) return false;
  // Why as after a restart: the answer was lost, and perhaps not the decision.
  if (reply.status === 503 && workload.mayHear.includes(reply.report.code ?? '')) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = await show(mesh, workload, batch);
    if (now === null) return false;
    return now.status === 200
      ? await compare(mesh, workload, { batch, report: now.report })
      : await decide(mesh, workload, batch);
  }
  if (reply.status === 200) {
    batch.acknowledged = reply.report;
    batch.isDecided = true;
  } else workload.broken.push(`decision on batch ${batch.no}: ${reply.status}`);
  return true;
}

function expectReport(workload: Workload, batch: SentBatch, report: BatchReport): void {
  const { no, kind, good, bad, repeated } = batch;
  const state = kind === 'held' ? 'held' : kind === 'unreadable' ? 'failed' : 'committed';
  const records =
    kind === 'unreadable'
      ? { in: 0, good: 0, quarantined: 0, duplicates: 0 }
      : { in: good + bad + repeated, good, quarantined: bad, duplicates: repeated };
  if (report.state === state && isDeepStrictEqual(report.records, records)) return;
  const words = `${report.state} (${report.because}) with ${JSON.stringify(report.records)}`;
  workload.broken.push(`batch ${no} (${kind}) is ${words}`);
}

/** After a restart: what was acknowledged is still so, and what was not can be sent and decided again. False when the mesh is gone. */
export async function settle(mesh: CrashMesh, workload: Workload, from: number): Promise<boolean> {
  for (const batch of workload.sent.slice(from)) {
    if (batch.acknowledged === null) {
      if (!(await deliver(mesh, workload, batch))) return false;
      continue;
    }
    const reply = await show(mesh, workload, batch);
    if (reply === null) return false;
    if (reply.status !== 200) {
      workload.broken.push(`batch ${batch.no} was acknowledged and is gone: ${reply.status}`);
      continue;
    }
    if (!(await compare(mesh, workload, { batch, report: reply.report }))) return false;
    if (isMendable(batch.kind) && !(await mend(mesh, workload, batch))) return false;
  }
  return true;
}

async function compare(
  mesh: CrashMesh,
  workload: Workload,
  { batch, report }: { batch: SentBatch; report: BatchReport },
): Promise<boolean> {
  const before = batch.acknowledged;
  if (before?.state === 'landed' || before?.state === 'checking')
    return await followAsync(mesh, workload, batch);
  if (batch.kind === 'held' && !batch.isDecided) {
    if (report.state === 'held') return await decide(mesh, workload, batch);
    const done = batch.decision === 'release' ? 'committed' : 'discarded';
    if (report.state !== done || batch.decision === null)
      workload.broken.push(`batch ${batch.no} was held and is ${report.state}`);
    batch.acknowledged = report;
    batch.isDecided = true;
    return true;
  }
  if (!isDeepStrictEqual(verdictOf(report), before === null ? null : verdictOf(before)))
    workload.broken.push(
      `batch ${batch.no}: acknowledged ${JSON.stringify(before).slice(0, 300)}, now ${JSON.stringify(report).slice(0, 300)}`,
    );
  return true;
}

/** What stays as it was acknowledged: how many of its records are open changes with each decision about them. */
function verdictOf(report: BatchReport): BatchReport {
  const { open: _, ...quarantine } = report.quarantine;
  return { ...report, quarantine };
}

/** Ids that a table must have: each once, of every batch that is committed, as `batch number → rows`. */
export function expectedRows(workload: Workload, product: string): Map<number, number> {
  return new Map(
    workload.sent
      .filter((b) => b.product === product && b.acknowledged?.state === 'committed')
      .map(({ no, good, kind, isMended }) => [
        no,
        kind === 'repaired' && isMended ? good + 1 : good,
      ]),
  );
}
