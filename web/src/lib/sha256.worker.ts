/**
 * Computes the SHA-256 of a file beside the page, so that the page stays quick.
 *
 * Takes a file; answers `{bytes}` as it goes and `{digest}` or `{failed}` at the end.
 */
import { sha256OfStream } from './sha256.ts';

const STEP_MS = 250;

addEventListener('message', ({ data }: MessageEvent<Blob>) => {
  let told = 0;
  const tell = (bytes: number): void => {
    const now = performance.now();
    if (now - told < STEP_MS) return;
    told = now;
    postMessage({ bytes });
  };
  sha256OfStream(data.stream(), tell).then(
    (digest) => postMessage({ digest }),
    (error: unknown) => postMessage({ failed: String(error) }),
  );
});
