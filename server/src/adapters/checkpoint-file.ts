/**
 * Signed checkpoints of an audit chain in a file beside the store: `<directory>/<chain>.checkpoints.ndjson`, mode 0600.
 *
 * Not a proof against who may write this directory, too: copy the file elsewhere for that. Invariants: lines are only
 * appended, and one that was kept is on the disk (synced); a line that a crash tore never counts and never harms the next.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditCheckpoint } from '@weft/core/registry/audit-chain';
import { makeDurableDirectories, syncPath } from '../directories.ts';
import type { AuditArchive } from '../store/audit-log.ts';

/** More than enough for the last lines; one is some 350 bytes. */
const TAIL_BYTES = 65_536;

export function createCheckpointFile(directory: string, chain: string): AuditArchive {
  const path = join(directory, `${chain}.checkpoints.ndjson`);
  return {
    async last() {
      const lines = (await readTail(path)).split('\n').slice(0, -1);
      return lines.map(parseCheckpoint).findLast((checkpoint) => checkpoint !== null) ?? null;
    },
    async keep(checkpoint) {
      await makeDurableDirectories(directory, { mode: 0o700 });
      const tail = await readTail(path);
      const start = tail === '' || tail.endsWith('\n') ? '' : '\n';
      const file = await open(path, 'a', 0o600);
      try {
        await file.writeFile(`${start}${JSON.stringify(checkpoint)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      if (tail === '') await syncPath(directory);
    },
  };
}

/** The end of the file; empty when there is none. */
async function readTail(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const from = Math.max(0, size - TAIL_BYTES);
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(size - from),
        0,
        size - from,
        from,
      );
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function parseCheckpoint(line: string): AuditCheckpoint | null {
  try {
    const value = JSON.parse(line) as Partial<AuditCheckpoint> | null;
    const texts = [value?.hash, value?.at, value?.keyId, value?.signature];
    const whole = Number.isSafeInteger(value?.index) && texts.every((t) => typeof t === 'string');
    return whole ? (value as AuditCheckpoint) : null;
  } catch {
    return null;
  }
}
