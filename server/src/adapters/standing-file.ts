/**
 * A node's copy of who may act no more, in a file of its data directory.
 *
 * Invariant: the file is replaced whole; one that cannot be read is as good as none, since the control plane is asked at
 * the start anyway.
 */
import { readFile } from 'node:fs/promises';
import type { Standing } from '@weft/core/registry/standing';

export interface StandingFile {
  read(): Promise<Standing | null>;
  keep(standing: Standing): Promise<void>;
}

/** `write` replaces the file as a whole, durably. */
export function createStandingFile(
  path: string,
  write: (path: string, text: string, mode: number) => Promise<void>,
): StandingFile {
  let writing: Promise<void> = Promise.resolve();
  return {
    async read() {
      try {
        const value = JSON.parse(await readFile(path, 'utf8')) as Partial<Standing> | null;
        if (!Array.isArray(value?.credentials) || typeof value.subjects !== 'object') return null;
        const { version = '', subjects, credentials } = value;
        return { version, subjects, credentials };
      } catch {
        return null;
      }
    },
    // Why one after the other: they share the name of their draft.
    keep(standing) {
      writing = writing
        .catch(() => undefined)
        .then(() => write(path, `${JSON.stringify(standing)}\n`, 0o600));
      return writing;
    },
  };
}
