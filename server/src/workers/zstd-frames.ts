/**
 * Where the frames of a zstd file begin and end, told by their headers alone: Node's decompressor reads one frame and stops.
 *
 * Not a decompressor: what is inside a block stays closed. Invariant: frames and skippable frames cover the file without a
 * gap, or the walk fails.
 * Source: RFC 8878, 3.1 (frames, blocks, skippable frames).
 */
import type { FileHandle } from 'node:fs/promises';

const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const CHECKSUM_BYTES = 4;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

/** Bytes of one frame: [start, end). */
export interface ZstdFrame {
  start: number;
  end: number;
}

/** Why a walk ended before the end of the file. */
export type ZstdFault = 'cut off' | 'damaged' | 'followed by other bytes';

export class ZstdFrameError extends Error {
  readonly fault: ZstdFault;
  constructor(fault: ZstdFault) {
    super(`the zstd file is ${fault}`);
    this.fault = fault;
  }
}

/** The frames of a file of `size` bytes that hold content, in order. Throws ZstdFrameError. */
export async function* zstdFrames(file: FileHandle, size: number): AsyncGenerator<ZstdFrame> {
  let start = 0;
  while (start < size) {
    const magic = (await readBytes(file, start, 4)).readUInt32LE();
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      start += 8 + (await readBytes(file, start + 4, 4)).readUInt32LE();
    } else if (magic === FRAME) {
      const end = await frameEnd(file, start);
      if (end > size) throw new ZstdFrameError('cut off');
      yield { start, end };
      start = end;
    } else throw new ZstdFrameError(start === 0 ? 'damaged' : 'followed by other bytes');
  }
  if (start > size) throw new ZstdFrameError('cut off');
}

async function frameEnd(file: FileHandle, start: number): Promise<number> {
  const descriptor = (await readBytes(file, start + 4, 1)).readUInt8();
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  const sizeFlag = descriptor >> 6;
  const contentSizeBytes = sizeFlag === 0 && isSingleSegment ? 1 : CONTENT_SIZE_BYTES[sizeFlag];
  let at =
    start +
    5 +
    (isSingleSegment ? 0 : 1) +
    (DICTIONARY_ID_BYTES[descriptor & 0x03] ?? 0) +
    (contentSizeBytes ?? 0);
  for (let isLast = false; !isLast; ) {
    const header = (await readBytes(file, at, 3)).readUIntLE(0, 3);
    const type = (header >> 1) & 0x03;
    if (type === RESERVED_BLOCK) throw new ZstdFrameError('damaged');
    at += 3 + (type === RLE_BLOCK ? 1 : header >> 3);
    isLast = (header & 1) === 1;
  }
  return at + (hasChecksum ? CHECKSUM_BYTES : 0);
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new ZstdFrameError('cut off');
  return buffer;
}
