/**
 * A batch of several files: which bytes it stands for, and of which file a record is.
 *
 * Not their reading (`ports.ts`). Records of a batch are numbered through all of its files in order; a line is that of the
 * record's own file. Invariant: batches of the same files in the same order have the same text, and no others do.
 */
import { canonicalJson } from '../lib/canonical-json.ts';
import { isWeftError, WeftError } from '../lib/error.ts';
import type { EncodingDoubt } from './ports.ts';

/** Files of one batch. */
export const BATCH_FILES_MAX = 1_000;
export const FILE_NAME_LENGTH_MAX = 300;

/** A file as the report of its batch shows it. */
export interface BatchFile {
  name: string;
  bytes: number;
  sha256: string;
  /** How many records its sender said that it has. */
  stated?: number;
  /** Records of the file; absent until they were counted. */
  records?: number;
  /** Optional columns of the contract that this file lacks; absent when there is none. */
  lacking?: string[];
  /** Present where the file looks like another encoding than the contract's. */
  encodingDoubt?: EncodingDoubt;
}

/** Where the landing of a batch of several has its file `index`. */
export function fileOfLanding(directory: string, index: number): string {
  return `${directory}/${String(index).padStart(5, '0')}`;
}

/** The text whose SHA-256 is that of the batch: RFC 8785 JSON of name, bytes and hash of each file, in order. */
export function filesText(files: readonly BatchFile[]): string {
  return canonicalJson(files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })));
}

/** Throws REQUEST_INVALID when these cannot be the files of one batch. */
export function assertBatchFiles(names: readonly string[]): void {
  if (names.length === 0 || names.length > BATCH_FILES_MAX) {
    throw new WeftError('REQUEST_INVALID', `a batch has 1 to ${BATCH_FILES_MAX} files`, {
      remedy: 'Send the files in several batches, or put them together in fewer files.',
    });
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new WeftError('REQUEST_INVALID', `two files of the batch are called ${twice}`, {
    remedy: 'Give each file of a batch a name of its own; it may hold folders, such as day/a.csv.',
  });
}

/** The error of a file, which says in which file of the batch it is; null: the batch has no other. */
export function errorInFile(name: string | null, error: unknown): unknown {
  if (name === null || !isWeftError(error, 'BATCH_UNREADABLE')) return error;
  const { message, remedy, errors, cause } = error;
  return new WeftError('BATCH_UNREADABLE', `${name}: ${message}`, { remedy, errors, cause });
}

/** Where a record is in a batch of several files: its file, and its number there, from 0. */
export interface FilePlace {
  file?: string;
  recordInFile?: number;
}

/** The file that a record is of and its number there; nothing in a batch of one file. */
export function placeInFiles(
  files: readonly Pick<BatchFile, 'name' | 'records'>[] | undefined,
  record: number,
): FilePlace {
  let start = 0;
  for (const { name, records = 0 } of files ?? []) {
    if (record < start + records) return { file: name, recordInFile: record - start };
    start += records;
  }
  return {};
}
