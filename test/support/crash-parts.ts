/**
 * The parts of a workload that take more than one request: uploads in pieces, and refused records that are repaired or given up.
 *
 * Not the batches themselves (`crash-workload.ts`). Invariant: what was answered once is held against what is there after each
 * start: an offset that was told, a repair that was done.
 */

import { type Asked, ask, ID_STEP, type Reply } from './crash-ask.ts';
import type { CrashMesh } from './crash-process.ts';
import type { SentBatch, Workload } from './crash-workload.ts';

const TUS = { 'tus-resumable': '1.0.0' };

/** Brings the body of a request to the mesh by an upload in two pieces, and makes the batch of it. Null: the mesh is gone. */
export async function askByUpload(
  mesh: CrashMesh,
  workload: Workload,
  { batch, asked }: { batch: SentBatch; asked: Asked & { body: string } },
): Promise<Reply | null> {
  const { body } = asked;
  const found = await findUpload(mesh, workload, { batch, length: body.length });
  if (found === null) return null;
  for (let { offset } = found; offset < body.length; ) {
    const end = offset === 0 ? Math.ceil(body.length / 2) : body.length;
    const reply = await ask(mesh, workload, {
      method: 'PATCH',
      path: `/uploads/${batch.upload?.id}`,
      body: body.slice(offset, end),
      headers: {
        ...TUS,
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
      },
    });
    if (reply === null) return null;
    if (reply.status !== 204) return reply;
    offset = tell(batch, reply);
  }
  const uploads = [{ upload: batch.upload?.id }];
  const headers = { 'content-type': 'application/vnd.weft.uploads+json' };
  return await ask(mesh, workload, { ...asked, body: JSON.stringify({ uploads }), headers });
}

/** The upload that was begun, or a new one, with its offset. */
async function findUpload(
  mesh: CrashMesh,
  workload: Workload,
  { batch, length }: { batch: SentBatch; length: number },
): Promise<{ offset: number } | null> {
  const { upload } = batch;
  if (upload !== null) {
    const reply = await ask(mesh, workload, {
      method: 'HEAD',
      path: `/uploads/${upload.id}`,
      headers: TUS,
    });
    if (reply === null) return null;
    const offset = Number(reply.headers.get('upload-offset') ?? -1);
    if (offset < upload.told)
      workload.broken.push(`upload of batch ${batch.no}: ${upload.told} were told, now ${offset}`);
    return { offset };
  }
  const product = Buffer.from(`sales.${batch.product}`).toString('base64');
  const made = await ask(mesh, workload, {
    method: 'POST',
    path: '/uploads',
    headers: { ...TUS, 'upload-length': String(length), 'upload-metadata': `product ${product}` },
  });
  if (made === null) return null;
  batch.upload = { id: (made.headers.get('location') ?? '').split('/').at(-1) ?? '', told: 0 };
  return { offset: 0 };
}

function tell(batch: SentBatch, reply: Reply): number {
  const offset = Number(reply.headers.get('upload-offset'));
  if (batch.upload !== null) batch.upload.told = offset;
  return offset;
}

interface Lineage {
  records: { committed: number; open: number; discarded: number };
}

/** Decides about the refused record of a batch, or holds what was decided against what is there. False: the mesh is gone. */
export async function mend(
  mesh: CrashMesh,
  workload: Workload,
  batch: SentBatch,
): Promise<boolean> {
  const id = batch.acknowledged?.batch ?? '';
  if (!batch.isMended) {
    const where = { batch: id };
    const repaired = { where, repair: { columns: { id: { sql: `'${repairedId(batch)}'` } } } };
    const isRepair = batch.kind === 'repaired';
    const reply = await ask(mesh, workload, {
      method: 'POST',
      path: `/quarantine/${isRepair ? 'replays' : 'discards'}`,
      body: JSON.stringify(isRepair ? repaired : { where, because: 'given up' }),
      headers: { 'content-type': 'application/json' },
    });
    if (reply === null) return false;
    if (reply.status !== 200) {
      const words = JSON.stringify(reply.report).slice(0, 300);
      workload.broken.push(`${batch.kind} batch ${batch.no}: ${reply.status} ${words}`);
      return true;
    }
  }
  const reply = await ask(mesh, workload, { method: 'GET', path: `/batches/${id}/lineage` });
  if (reply === null) return false;
  const { records } = reply.report as unknown as Lineage;
  const { committed, open, discarded } = records;
  const isRepaired = batch.kind === 'repaired' ? 1 : 0;
  if (committed !== batch.good + isRepaired || open !== 0 || discarded !== 1 - isRepaired)
    workload.broken.push(`${batch.kind} batch ${batch.no}: ${JSON.stringify(records)}`);
  batch.isMended = true;
  return true;
}

/** Beyond the ids that the batch brought itself. */
function repairedId({ no }: SentBatch): number {
  return no * ID_STEP + ID_STEP - 1;
}
