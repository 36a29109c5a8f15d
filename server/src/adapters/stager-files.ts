/**
 * The files of a landing as plain bytes: compressed ones unpacked, other encodings as UTF-8, small ones put together, large
 * ones where they are.
 *
 * Not their reading. Invariants: a plain file stays until the scratch directory goes, because refused records are cut out of
 * it later; files keep their order.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorInFile } from '@weft/core/ingest/batch-files';
import type { Landing, SourceCompression, StageRequest } from '@weft/core/ingest/ports';
import { assert } from '@weft/core/lib/assert';
import { decompressFile } from '../workers/decompress.ts';
import type { Segment } from '../workers/stage-job.ts';
import { type Transcoded, transcode } from '../workers/transcode.ts';
import { Utf8Witness } from '../workers/utf8-witness.ts';

/** A plain file of this size is read where it is; smaller ones are gathered up to about so much. */
const GATHER_BYTES = 64 << 20;

export interface SourceFile {
  path: string;
  /** Null in a batch of one file. */
  name: string | null;
  compression: SourceCompression;
}

/** Files one behind the other in plain bytes. */
export interface PlainGroup {
  plainPath: string;
  segments: Segment[];
  /** Of bytes that still come: the only segment has no end yet. */
  arrival?: SharedArrayBuffer;
}

export function filesOf({ path, compression, files }: Landing): readonly SourceFile[] {
  return files ?? [{ path, compression, name: null }];
}

/** The plain bytes of the files, in order. Why gathered: many small files would make as many small data files. */
export async function* plainGroups(
  files: readonly SourceFile[],
  request: StageRequest & { transcoded: Transcoded | null },
): AsyncGenerator<PlainGroup> {
  const { path, arrival } = request.landing;
  if (arrival !== undefined) {
    assert(request.transcoded === null, 'bytes that still come are read as they are');
    yield { plainPath: path, segments: [{ start: 0, end: 0, name: null }], arrival };
    return;
  }
  let gathering: PlainGroup | null = null;
  for (const [i, file] of files.entries()) {
    const { size } = await stat(file.path);
    const isAlone = files.length === 1 || size >= GATHER_BYTES;
    if (file.compression === 'none' && isAlone && request.transcoded === null) {
      if (gathering !== null) yield gathering;
      gathering = null;
      yield { plainPath: file.path, segments: [{ start: 0, end: size, name: file.name }] };
      continue;
    }
    gathering ??= { plainPath: join(request.directory, `plain-${i}`), segments: [] };
    const start = gathering.segments.at(-1)?.end ?? 0;
    const looksUtf8 = await unpack(file, gathering.plainPath, request);
    const end = (await stat(gathering.plainPath)).size;
    gathering.segments.push({ start, end, name: file.name, looksUtf8 });
    if (end < GATHER_BYTES) continue;
    yield gathering;
    gathering = null;
  }
  if (gathering !== null) yield gathering;
}

/** A path where the plain bytes of one file are alone. */
export async function plainFile(
  file: SourceFile,
  target: string,
  request: StageRequest,
): Promise<string> {
  if (file.compression === 'none') return file.path;
  const path = join(request.directory, target);
  await unpack(file, path, { ...request, transcoded: null });
  return path;
}

/** True when a file that was freed from another single-byte encoding looks like UTF-8. */
async function unpack(
  file: SourceFile,
  target: string,
  { signal, transcoded }: { signal: AbortSignal; transcoded: Transcoded | null },
): Promise<boolean> {
  const { path: source, compression, name } = file;
  const witness = new Utf8Witness();
  const through = transcoded === null ? null : transcode(transcoded, witness);
  try {
    await decompressFile({ source, target, compression, through, signal });
    return transcoded === 'windows-1252' && witness.isUtf8;
  } catch (error) {
    throw errorInFile(name, error);
  }
}
