/**
 * Where marks are, and which of their files nobody needs: those of decisions that were never made.
 *
 * Not the decisions (`quarantine-decide.ts`). Invariant: a file goes only when neither the store nor running work knows it.
 */
import type { FileProof } from '@weft/core/lakehouse/types';
import { findBatch } from '../store/node-batches.ts';
import { knownMarks } from '../store/node-quarantine.ts';
import type { IngestDeps } from './ingest-ports.ts';
import { nodeDb } from './ingest-tables.ts';

const MARK_FILE = /^((?:bat|mrk)_([0-9A-HJKMNP-TV-Z]{26}))\.marks\.parquet$/;

/** The mark file of a discard or of the batch of a replay; `directory`: of the domain's quarantine. */
export function marksPathOf(directory: string, mark: string): string {
  return `${directory}/${mark}.marks.parquet`;
}

/** What proves a mark file from the decision on; none where nothing is hashed. */
export async function proofOfMarks(deps: IngestDeps, path: string): Promise<FileProof[]> {
  const { sha256 } = deps.lakehouse;
  if (sha256 === undefined) return [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of deps.files.read(path)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return [{ uri: path, bytes: bytes.length, sha256: sha256(bytes) }];
}

/** Deletes mark files of an earlier process that the store does not know. */
export async function sweepMarks(deps: IngestDeps, since: string): Promise<void> {
  const { directories, files } = deps;
  for (const domain of await files.names(directories.quarantine)) {
    const directory = `${directories.quarantine}/${domain}`;
    for (const name of await files.names(directory)) {
      const [, mark, time = ''] = MARK_FILE.exec(name) ?? [];
      if (mark === undefined || time >= since.slice('bat_'.length)) continue;
      if (!(await isKnown(deps, mark))) await files.removeFile(`${directory}/${name}`);
    }
  }
}

// Why batches too: the file of a replay is there before the store knows of it.
async function isKnown(deps: IngestDeps, mark: string): Promise<boolean> {
  if ((await knownMarks(nodeDb(deps), [mark])).has(mark)) return true;
  const batch = mark.startsWith('bat_') ? await findBatch(nodeDb(deps), mark) : undefined;
  return batch !== undefined && batch.state !== 'failed' && batch.state !== 'discarded';
}
