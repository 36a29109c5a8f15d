/**
 * Frames between a query child and its parent: 4 bytes of length (big endian), 1 byte of kind, the payload.
 *
 * Kind 0 is a message in JSON, kind 1 a block of result bytes whose first 4 bytes count its rows. They travel on a pipe
 * of their own, since an engine may print to the standard output. Invariant: the parent never trusts a length beyond
 * `FRAME_BYTES_MAX`.
 */
import { Buffer } from 'node:buffer';
import type { HashKey } from '@weft/core/query/masks';
import type { ResultShape } from '@weft/core/query/ports';

/** What the child says. */
export type ChildMessage =
  | { is: 'ready' }
  | { is: 'opened'; paths: string[] }
  | { is: 'sealed' }
  | { is: 'made'; rows: number }
  | { is: 'read'; rows: Record<string, unknown>[] }
  | { is: 'tree'; tree: string }
  | { is: 'columns'; columns: { name: string; type: string }[] }
  | { is: 'end'; rows: number; truncated: boolean; cpuSeconds: number }
  | {
      is: 'error';
      stage: 'parse' | 'open' | 'project' | 'run' | 'export' | 'make';
      message: string;
    };

/** What the parent asks for, one JSON line each. */
export type ChildCommand =
  | { do: 'parse'; sql: string }
  | { do: 'open'; files: readonly string[] }
  | { do: 'project'; statements: string[] }
  | { do: 'make'; statement: string; key: HashKey | null }
  | { do: 'read'; statement: string }
  | { do: 'run'; sql: string; shape: ResultShape; rowsMax: number; bytesMax: number }
  | { do: 'interrupt' };

export type Frame =
  | { kind: 'message'; message: ChildMessage }
  | { kind: 'rows'; rows: number; bytes: Uint8Array };

const FRAME_BYTES_MAX = 256 * 1024 * 1024;

export function encodeMessage(message: ChildMessage): Buffer {
  const payload = Buffer.from(JSON.stringify(message), 'utf8');
  return Buffer.concat([head(payload.length, 0), payload]);
}

export function encodeRows(rows: number, text: string): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(rows);
  const payload = Buffer.from(text, 'utf8');
  return Buffer.concat([head(payload.length + 4, 1), count, payload]);
}

function head(length: number, kind: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(length);
  bytes.writeUInt8(kind, 4);
  return bytes;
}

/** Splits a stream of bytes into frames; throws on a frame that no child of ours sends. */
export class FrameReader {
  #parts: Buffer[] = [];
  #length = 0;

  push(bytes: Buffer): Frame[] {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | null {
    if (this.#length < 5) return null;
    const joined = this.#join();
    const length = joined.readUInt32BE(0);
    if (length > FRAME_BYTES_MAX) throw new Error('frame too long');
    if (joined.length < length + 5) return null;
    const payload = joined.subarray(5, 5 + length);
    this.#parts = [joined.subarray(5 + length)];
    this.#length = joined.length - 5 - length;
    return joined.readUInt8(4) === 1
      ? { kind: 'rows', rows: payload.readUInt32BE(0), bytes: payload.subarray(4) }
      : { kind: 'message', message: JSON.parse(payload.toString('utf8')) as ChildMessage };
  }

  // Why: joining is put off until a whole frame can be there, else a long frame would be copied for every chunk of it.
  #join(): Buffer {
    const first = this.#parts[0];
    if (first === undefined) return Buffer.alloc(0);
    if (this.#parts.length === 1) return first;
    if (first.length >= 5 && this.#length < first.readUInt32BE(0) + 5) return first;
    const joined = Buffer.concat(this.#parts);
    this.#parts = [joined];
    return joined;
  }
}
