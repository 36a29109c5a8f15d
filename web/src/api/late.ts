/**
 * Files of the app that come only when they are needed: pages, editors, workers. Why one did not come, and whether it still can.
 *
 * They come from the mesh like its answers do. So they stay out while it is away, and for good when it serves a newer app.
 */
import { readPage } from './client.ts';
import { Problem, unreachable } from './problem.ts';
import { words } from './words.ts';

const ANSWER_MS = 10_000;
export const NEWER_APP = 'NEWER_APP';

/** The script that this page began with; its name changes with every build. */
export function entryOfPage(): string | null {
  return document.querySelector('script[type="module"][src]')?.getAttribute('src') ?? null;
}

/** Null when nothing stands against asking once more: the mesh answers, and serves this very app. */
export async function whyLate(): Promise<Problem | null> {
  const entry = entryOfPage();
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const page = await readPage('/', { cache: 'no-store', signal });
    return entry === null || page.includes(`"${entry}"`) ? null : newer();
  } catch {
    return unreachable();
  }
}

function newer(): Problem {
  return new Problem({
    status: 409,
    code: NEWER_APP,
    title: words.newerApp,
    detail: words.newerAppDetail,
    remedy: words.newerAppRemedy,
  });
}

/** The mesh answers and serves this app, and yet a file of it does not come. */
export function brokenPart(error: unknown): Problem {
  return new Problem({
    status: 404,
    code: 'PAGE_FAULT',
    title: words.partMissing,
    detail: error instanceof Error ? error.message : String(error),
    remedy: words.partMissingRemedy,
  });
}
