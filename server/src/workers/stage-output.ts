/**
 * A stage file on disk: row groups are written as they come.
 *
 * Not fsynced: stage files are thrown away after use. Invariant: what was added is in the file when `close` returns.
 */
import { closeSync, openSync, writevSync } from 'node:fs';
import { type StageColumn, StageFile } from '@weft/core/ingest/stage-parquet';
import type { StageField } from '@weft/core/ingest/stage-schema';

const BUFFERS_PER_WRITE = 512;

/** A column without NULLs and without a dictionary. */
export function requiredColumn(values: Uint8Array): StageColumn {
  return { values, nulls: 0, validity: null, dictionary: null };
}

export class OutputFile {
  #path: string;
  #fd: number;
  #file: StageFile;

  constructor(path: string, fields: readonly StageField[]) {
    this.#path = path;
    this.#fd = openSync(path, 'w');
    this.#file = new StageFile(fields);
    this.#write([this.#file.head()]);
  }

  get rows(): number {
    return this.#file.rows;
  }

  add(rows: number, columns: readonly StageColumn[]): void {
    this.#write(this.#file.rowGroup(rows, columns));
  }

  close(): string {
    this.#write(this.#file.tail());
    closeSync(this.#fd);
    return this.#path;
  }

  abandon(): void {
    closeSync(this.#fd);
  }

  #write(buffers: Uint8Array[]): void {
    for (let i = 0; i < buffers.length; i += BUFFERS_PER_WRITE) {
      writeWhole(this.#fd, buffers.slice(i, i + BUFFERS_PER_WRITE));
    }
  }
}

/** Writes all bytes: on a disk that is nearly full a write takes some of them, and the next one tells why. */
function writeWhole(fd: number, buffers: readonly Uint8Array[]): void {
  let rest = [...buffers];
  while (rest.length > 0) {
    let written = writevSync(fd, rest);
    const next = rest.findIndex((buffer) => {
      if (written < buffer.length) return true;
      written -= buffer.length;
      return false;
    });
    rest = next === -1 ? [] : rest.slice(next);
    const first = rest[0];
    if (first !== undefined) rest[0] = first.subarray(written);
  }
}
