/**
 * What the operating system says of a file, in words with a remedy.
 *
 * Not for errors of the network: their codes are other ones, see `client.ts`.
 */
import { WeftError } from '@weft/core/lib/error';
import type { ErrorCode } from '@weft/core/lib/error-catalog';

interface FileErrorText {
  code: ErrorCode;
  detail(path: string): string;
  remedy: string;
}

const TEXTS: Readonly<Record<string, FileErrorText>> = {
  ENOENT: {
    code: 'NOT_FOUND',
    detail: (path) => `there is no file ${path}`,
    remedy: 'Check the path.',
  },
  ENOTDIR: {
    code: 'NOT_FOUND',
    detail: (path) => `there is no file ${path}`,
    remedy: 'Check the path: a part of it is a file, not a folder.',
  },
  EISDIR: {
    code: 'USAGE',
    detail: (path) => `${path === '' ? 'this' : path} is a folder`,
    remedy: 'Name a file in it.',
  },
  EACCES: {
    code: 'FORBIDDEN',
    detail: (path) => `${path} may not be opened`,
    remedy: 'Check who owns the file and its mode.',
  },
  EPERM: {
    code: 'FORBIDDEN',
    detail: (path) => `${path} may not be opened`,
    remedy: 'Check who owns the file and its mode.',
  },
  EROFS: {
    code: 'FORBIDDEN',
    detail: (path) => `${path} stands on a disk that cannot be written`,
    remedy: 'Name another place.',
  },
  ENOSPC: {
    code: 'UNAVAILABLE',
    detail: (path) => `the disk is full${path === '' ? '' : `: ${path}`}`,
    remedy: 'Make room, or name another place.',
  },
  EMFILE: {
    code: 'UNAVAILABLE',
    detail: () => 'too many files are open',
    remedy: 'Raise `ulimit -n`.',
  },
};

/** The error as one of ours, or null when it is none of a file. */
export function fileError(error: unknown): WeftError | null {
  if (!(error instanceof Error)) return null;
  const { code, path = '' } = error as NodeJS.ErrnoException;
  const text = code === undefined ? undefined : TEXTS[code];
  if (text === undefined) return null;
  return new WeftError(text.code, text.detail(path), { remedy: text.remedy, cause: error });
}
