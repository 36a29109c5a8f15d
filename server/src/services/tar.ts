/**
 * Archives as a stream of bytes: entries one after the other, each read when its turn comes.
 *
 * Not unpacking (`cli/unpack.ts`). Invariant: equal entries, equal bytes: no time, user or mode of a file stands in it.
 */
import { pack } from 'tar-stream';
import { writeBlocks } from '../write-blocks.ts';

export interface TarEntry {
  name: string;
  /** How many `read` gives. */
  bytes: number;
  read(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const EPOCH = new Date(0);

/** The archive; whoever stops reading it ends the reading of its entries. */
export async function* tarOf(entries: readonly TarEntry[]): AsyncGenerator<Uint8Array> {
  const archive = pack();
  archive.on('error', ignore);
  const packing = packAll(archive, entries).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error('unknown'));
  });
  try {
    for await (const block of archive) yield block as Uint8Array;
  } finally {
    archive.destroy();
    await packing;
  }
}

/** Why: an error ends the archive, which tells its reader; as an event that nobody hears it would end the process. */
const ignore = (): void => undefined;

type Pack = ReturnType<typeof pack>;

async function packAll(archive: Pack, entries: readonly TarEntry[]): Promise<void> {
  for (const entry of entries) {
    await packOne(archive, entry);
    if (archive.destroyed) return;
  }
  archive.finalize();
}

async function packOne(archive: Pack, { name, bytes, read }: TarEntry): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const header = { name, size: bytes, mtime: EPOCH, mode: 0o644 };
  const sink = archive.entry(header, (error) => (error ? reject(error) : resolve()));
  promise.catch(ignore);
  sink.on('error', ignore);
  if (!(await writeBlocks(sink, read()))) return;
  sink.end(null);
  await promise;
}
