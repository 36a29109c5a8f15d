/**
 * One file against what the store or a manifest knows of it.
 *
 * Not what the file means. Invariant: a file passes only when every byte is proven by its hash; where no hash was kept,
 * the answer says so, and whoever asked looks at what is inside.
 */
import { normalUri, pathOfUri, uriOfPath } from '@weft/core/lakehouse/paths';
import type { FileProof } from '@weft/core/lakehouse/types';
import { isWeftError } from '@weft/core/lib/error';
import type { ProofFiles } from './proof-ports.ts';

/** `unproven`: it is there with the right size, and nobody kept its hash. */
export type FileState =
  | { is: 'proven' | 'unproven' }
  | { is: 'missing' | 'unreadable' | 'short' | 'changed'; detail: string };

/** `bytes` null: nobody says how long it is. */
export async function proveFile(
  files: ProofFiles,
  expected: { uri: string; bytes: number | null; proof: FileProof | undefined },
): Promise<FileState> {
  const { uri, bytes, proof } = expected;
  const path = pathOfUri(uri);
  const length = proof?.bytes ?? bytes;
  const size = await files.size(path);
  if (size === null) return { is: 'missing', detail: `${path} is not there` };
  if (length !== null && size !== length) {
    return { is: 'short', detail: `${path} has ${size} bytes, not ${length}` };
  }
  if (proof === undefined) return { is: 'unproven' };
  try {
    const found = await files.prove(path);
    if (found?.sha256 === proof.sha256) return { is: 'proven' };
    return { is: 'changed', detail: `${path} has other bytes than were written` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { is: 'unreadable', detail: `${path} cannot be read: ${reason}` };
  }
}

/** The key under which a file's proof is kept. */
export function proofKey(uriOrPath: string): string {
  return normalUri(uriOfPath(uriOrPath));
}

/** The code of a finding about such a file. */
export function codeOf(what: string, state: FileState): string {
  return state.is === 'short' ? `${what}-torn` : `${what}-${state.is}`;
}

/** What an error of reading a table file says. */
export function readingFault(error: unknown): string {
  if (isWeftError(error, 'NOT_FOUND')) return 'it is not there';
  return error instanceof Error ? error.message : String(error);
}
