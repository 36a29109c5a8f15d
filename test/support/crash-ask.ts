/**
 * One request to a mesh that may end at any moment.
 *
 * Not what is asked for (`crash-workload.ts`, `crash-parts.ts`).
 */
import type { BatchReport } from '@weft/core/ingest/report';
import type { CrashMesh } from './crash-process.ts';
import type { Workload } from './crash-workload.ts';

/** More than any batch has rows. */
export const ID_STEP = 10_000;

export interface Reply {
  status: number;
  headers: Headers;
  report: BatchReport & { code?: string };
}

export interface Asked {
  method: string;
  path: string;
  body?: string;
  headers?: Record<string, string>;
}

/** The answer; null when the mesh was gone before it came. */
export async function ask(
  mesh: CrashMesh,
  workload: Workload,
  request: Asked,
): Promise<Reply | null> {
  const { method, path, body, headers = {} } = request;
  try {
    const response = await fetch(`${mesh.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${workload.token ?? ''}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const report = (text === '' ? {} : JSON.parse(text)) as Reply['report'];
    // Why: it says of the answer, not of the batch, that the batch was there before.
    delete report.repeated;
    return { status: response.status, headers: response.headers, report };
  } catch {
    // Why the wait: the connection breaks a moment before the process is seen to be gone.
    await Promise.race([mesh.gone, new Promise((resolve) => setTimeout(resolve, 5_000))]);
    if (mesh.isGone()) return null;
    throw new Error(`${method} ${path}: no answer of a mesh that lives`);
  }
}
