/**
 * Writing the files of a table version: the part that all kinds of stages share.
 *
 * Not here: what the version holds (`commit.ts`, `expire.ts`).
 * Invariants: every file has a name that was never used before and is written only if absent; a stage that fails sweeps
 * what it wrote, best effort; the log of metadata files is bounded.
 */
import { isWeftError } from '../lib/error.ts';
import { stringifySafeJson } from '../lib/safe-json.ts';
import { metadataVersion } from './paths.ts';
import type { LakehousePorts } from './ports.ts';
import type { FileProof, StagedMetadata, TableMetadata } from './types.ts';

/** Earlier metadata files that a table remembers; older ones become unreachable. */
export const METADATA_LOG_MAX = 100;

/** Collects what one stage writes. */
export class StageWriter {
  readonly #ports: LakehousePorts;
  readonly #folder: string;
  readonly #puts: Promise<void>[] = [];
  readonly written: string[] = [];
  readonly #proofs: FileProof[] = [];

  constructor(ports: LakehousePorts, base: TableMetadata) {
    this.#ports = ports;
    this.#folder = `${base.location}/metadata`;
  }

  /**
   * Begins to write bytes under a name in the table's metadata folder and returns the location. The files of a stage are
   * written side by side: none is visible before the swap, so only `finish` has to wait for them.
   */
  write(name: string, bytes: Uint8Array): string {
    const uri = `${this.#folder}/${name}`;
    this.written.push(uri);
    const sha256 = this.#ports.sha256?.(bytes);
    if (sha256 !== undefined) this.#proofs.push({ uri, bytes: bytes.length, sha256 });
    const put = putNew(this.#ports, uri, bytes);
    // Why: a failure is reported by `finish`; until then it must not count as unhandled.
    put.catch(() => undefined);
    this.#puts.push(put);
    return uri;
  }

  /** Waits until all that was begun is written. */
  async flush(): Promise<void> {
    await Promise.all(this.#puts);
  }

  /** Waits until nothing of this stage is under way any more, whatever became of it. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#puts);
  }

  /** Writes the metadata file that follows `baseLocation`. */
  async finish(
    next: TableMetadata,
    options: { baseLocation: string | null; unreachable: string[] },
  ): Promise<StagedMetadata> {
    const { baseLocation } = options;
    const { log, dropped } = extendLog(next, baseLocation);
    const metadata = { ...next, 'metadata-log': log };
    const version = baseLocation === null ? 0 : (metadataVersion(baseLocation) ?? 0) + 1;
    const name = `${String(version).padStart(5, '0')}-${makeUuid(this.#ports)}.metadata.json`;
    const text = stringifySafeJson(metadata);
    const metadataLocation = this.write(name, new TextEncoder().encode(text));
    await this.flush();
    const unreachable = [...options.unreachable, ...dropped];
    const proofs = this.#proofs;
    return { metadata, metadataLocation, written: this.written, proofs, unreachable };
  }
}

/** Runs one stage; when it fails, what it wrote is swept and the error goes on. */
export async function runStage<T>(
  ports: LakehousePorts,
  base: TableMetadata,
  body: (writer: StageWriter) => Promise<T>,
): Promise<T> {
  const writer = new StageWriter(ports, base);
  try {
    return await body(writer);
  } catch (error) {
    // Why: a write that is still under way would land after the sweep.
    await writer.settle();
    await sweepFiles(ports, writer.written);
    throw error;
  }
}

/** Deletes files, best effort: what cannot be deleted now is an orphan, which harms nobody. */
export async function sweepFiles(
  ports: Pick<LakehousePorts, 'objects'>,
  uris: readonly string[],
): Promise<void> {
  await Promise.allSettled(uris.map((uri) => ports.objects.delete(uri)));
}

function extendLog(
  metadata: TableMetadata,
  baseLocation: string | null,
): { log: TableMetadata['metadata-log']; dropped: string[] } {
  const log = [...metadata['metadata-log']];
  if (baseLocation !== null) {
    log.push({ 'timestamp-ms': metadata['last-updated-ms'], 'metadata-file': baseLocation });
  }
  const dropped = log.splice(0, Math.max(0, log.length - METADATA_LOG_MAX));
  return { log, dropped: dropped.map((entry) => entry['metadata-file']) };
}

/**
 * Writes an object that must be new. An error that leaves open whether the object was written is resolved by reading
 * it: the name is random, so equal bytes under it are ours.
 */
async function putNew(ports: LakehousePorts, uri: string, bytes: Uint8Array): Promise<void> {
  try {
    await ports.objects.put(uri, bytes, { ifNoneMatch: true });
  } catch (error) {
    if (isWeftError(error) && !error.retryable && error.code !== 'PRECONDITION_FAILED') throw error;
    const found = await ports.objects.get(uri).catch(() => null);
    if (found === null || !sameBytes(found, bytes)) throw error;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** A random UUID (version 4, RFC 9562). */
export function makeUuid(ports: Pick<LakehousePorts, 'random'>): string {
  const bytes = ports.random.bytes(16);
  const hex = Array.from(bytes, (byte, i) => {
    if (i === 6) return ((byte & 0x0f) | 0x40).toString(16).padStart(2, '0');
    if (i === 8) return ((byte & 0x3f) | 0x80).toString(16).padStart(2, '0');
    return byte.toString(16).padStart(2, '0');
  }).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** A random id from 1 to 2^52 − 1 that no snapshot of the table has. */
export function makeSnapshotId(ports: Pick<LakehousePorts, 'random'>, base: TableMetadata): number {
  const taken = new Set(base.snapshots.map((snapshot) => String(snapshot['snapshot-id'])));
  for (;;) {
    const bytes = ports.random.bytes(7);
    const id = bytes.reduce((sum, byte, i) => sum * 256 + (i === 0 ? byte & 0x0f : byte), 0);
    if (id > 0 && !taken.has(String(id))) return id;
  }
}
