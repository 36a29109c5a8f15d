/** Writes into streams at the pace at which they take what is written. */

/** What streams of Node have in common with those of libraries. */
interface Sink {
  destroyed: boolean;
  write(block: Uint8Array): boolean;
  on(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}

/**
 * Writes the blocks and leaves the stream open; resolves to false when it was closed before it had all of them. Why one listener for
 * all: many blocks have to wait.
 */
export async function writeBlocks(
  sink: Sink,
  blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<boolean> {
  let go = (): void => undefined;
  const wake = (): void => go();
  sink.on('drain', wake);
  sink.on('close', wake);
  try {
    for await (const block of blocks) {
      if (sink.destroyed) return false;
      const woken = new Promise<void>((resolve) => {
        go = resolve;
      });
      if (!sink.write(block)) await woken;
    }
    return !sink.destroyed;
  } finally {
    sink.off('drain', wake);
    sink.off('close', wake);
  }
}
