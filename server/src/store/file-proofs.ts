/**
 * Proofs of files: how many bytes a file had, and their SHA-256, when the store began to name it.
 *
 * Not the proving (`services/proof`). Invariant: a proof changes only together with what names its file, so whoever names
 * a file or lets it go passes the transaction in which that happens.
 */
import { normalUri, uriOfPath } from '@weft/core/lakehouse/paths';
import type { DataFile, FileProof } from '@weft/core/lakehouse/types';
import type { NodeDb, NodeTx } from './node-batches.ts';

/** Why in parts: a statement holds at most 65,535 parameters. */
const PART = 1_000;

/** Keeps proofs; one that is there for the same file is replaced. */
export async function saveFileProofs(
  tx: NodeTx,
  proofs: readonly FileProof[],
  now: string,
): Promise<void> {
  for (const part of inParts(proofs)) {
    await tx
      .insertInto('file_proofs')
      .values(
        part.map(({ uri, bytes, sha256 }) => ({
          uri: normalUri(uriOfPath(uri)),
          bytes,
          sha256,
          created_at: now,
        })),
      )
      .onConflict((conflict) =>
        conflict.column('uri').doUpdateSet((eb) => ({
          bytes: eb.ref('excluded.bytes'),
          sha256: eb.ref('excluded.sha256'),
          created_at: eb.ref('excluded.created_at'),
        })),
      )
      .execute();
  }
}

/** Forgets the proofs of files that nothing names any more. */
export async function dropFileProofs(tx: NodeTx, uris: readonly string[]): Promise<void> {
  for (const part of inParts(uris.map((uri) => normalUri(uriOfPath(uri))))) {
    await tx.deleteFrom('file_proofs').where('uri', 'in', part).execute();
  }
}

/** True when the store names one of the files, or named one that became unreachable since. */
export async function knowsFiles(tx: NodeTx, uris: readonly string[]): Promise<boolean> {
  for (const part of inParts(uris.map((uri) => normalUri(uriOfPath(uri))))) {
    const proof = tx.selectFrom('file_proofs').select('uri').where('uri', 'in', part).limit(1);
    const noted = tx.selectFrom('unreachable_files').select('uri').where('uri', 'in', part);
    if ((await proof.execute()).length + (await noted.limit(1).execute()).length > 0) return true;
  }
  return false;
}

/** All proofs by the URI of their file. */
export async function readFileProofs(db: NodeDb): Promise<Map<string, FileProof>> {
  const rows = await db.selectFrom('file_proofs').select(['uri', 'bytes', 'sha256']).execute();
  return new Map(rows.map((row) => [row.uri, row]));
}

/** Proofs of data files that were hashed when they were written. */
export function proofsOf(files: readonly DataFile[]): FileProof[] {
  return files.flatMap(({ path, bytes, sha256 }) =>
    sha256 === undefined ? [] : [{ uri: path, bytes, sha256 }],
  );
}

function inParts<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / PART);
  return Array.from({ length: count }, (_, i) => items.slice(i * PART, (i + 1) * PART));
}
