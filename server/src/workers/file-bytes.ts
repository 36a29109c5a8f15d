/**
 * Bytes of a file that is there whole.
 */
import { readSync } from 'node:fs';
import { assert } from '@weft/core/lib/assert';

/** Fills `target` from the file at `position`. */
export function readFully(fd: number, target: Uint8Array, position: number): void {
  let done = 0;
  while (done < target.length) {
    const bytes = readSync(fd, target, done, target.length - done, position + done);
    assert(bytes > 0, 'the landed file became shorter');
    done += bytes;
  }
}
