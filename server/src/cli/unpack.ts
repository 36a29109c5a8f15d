/**
 * Archives as they come: each entry with its bytes, in order.
 *
 * Not where they are written. Invariant: an entry is a plain file whose name is one that whoever calls takes; anything else
 * (a link, a folder, a way out of the folder) ends the reading before a byte of it is given.
 */
import { WeftError } from '@weft/core/lib/error';
import { extract } from 'tar-stream';
import { writeBlocks } from '../write-blocks.ts';

export interface UnpackedEntry {
  name: string;
  /** To be read to its end before the next entry. */
  bytes: AsyncIterable<Uint8Array>;
}

export interface UnpackOptions {
  /** True for names that may come. */
  takes(name: string): boolean;
  /** Gives the error of an answer that broke off. */
  broken(cause: unknown): Error;
}

/** The entries of an archive; throws UNAVAILABLE for one that is damaged or holds what it must not. */
export async function* unpack(
  source: AsyncIterable<Uint8Array>,
  options: UnpackOptions,
): AsyncGenerator<UnpackedEntry> {
  const archive = extract();
  // Why: whoever reads the archive is told; as an event that nobody hears it would end the process.
  archive.on('error', () => undefined);
  const reading = feed(source, archive).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error('unknown'));
  });
  try {
    for await (const entry of archive) {
      entry.on('error', () => undefined);
      const { name, type } = entry.header;
      if (type !== 'file' || !options.takes(name)) throw foreign(name);
      yield { name, bytes: told(entry, options.broken) };
    }
  } catch (error) {
    throw error instanceof WeftError ? error : options.broken(error);
  } finally {
    archive.destroy();
    await reading;
  }
}

/** The bytes of an entry; an answer that breaks off in them is told as what it is. */
async function* told(
  bytes: AsyncIterable<unknown>,
  broken: (cause: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  const blocks = bytes[Symbol.asyncIterator]();
  for (;;) {
    const step = await blocks.next().catch((error: unknown) => {
      throw error instanceof WeftError ? error : broken(error);
    });
    if (step.done === true) return;
    yield step.value as Uint8Array;
  }
}

async function feed(
  source: AsyncIterable<Uint8Array>,
  archive: ReturnType<typeof extract>,
): Promise<void> {
  if (await writeBlocks(archive, source)) archive.end(null);
}

function foreign(name: string): WeftError {
  return new WeftError(
    'UNAVAILABLE',
    `the archive holds ${JSON.stringify(name)}, which has no place`,
    {
      remedy: 'Nothing of it was written. Is this the address of a mesh? See WEFT_URL.',
    },
  );
}
