/**
 * One clock for every time on a page that is told from now: what it says is renewed, each second while one of them is younger
 * than a minute, else each minute, and not at all while nobody sees the page.
 *
 * Not the words (`format.ts`). Invariant: only who says something else than before is drawn anew, and with nobody to tell no
 * timer runs.
 */
import { useCallback, useSyncExternalStore } from 'react';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

interface Listener {
  /** In milliseconds. */
  at: number;
  tell(): void;
}

const listeners = new Set<Listener>();
let timer: { id: number; ms: number } | null = null;

function stop(): void {
  if (timer !== null) clearInterval(timer.id);
  timer = null;
}

/** Runs as often as the youngest of the times asks for. */
function set(): void {
  if (listeners.size === 0 || document.hidden) {
    stop();
    return;
  }
  const now = Date.now();
  const isYoung = [...listeners].some(({ at }) => Math.abs(now - at) < MINUTE_MS + SECOND_MS);
  const ms = isYoung ? SECOND_MS : MINUTE_MS;
  if (timer?.ms === ms) return;
  stop();
  timer = { id: window.setInterval(tick, ms), ms };
}

function tick(): void {
  for (const { tell } of listeners) tell();
  set();
}

function onSight(): void {
  if (document.hidden) stop();
  else tick();
}

function listen(at: string, tell: () => void): () => void {
  const own: Listener = { at: new Date(at).getTime(), tell };
  if (listeners.size === 0) document.addEventListener('visibilitychange', onSight);
  listeners.add(own);
  set();
  return () => {
    listeners.delete(own);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', onSight);
    stop();
  };
}

/** What `say` says of a time, now and as long as it is in sight; null where there is no time. */
export function useTold(at: string | null, say: (at: string) => string): string | null {
  const subscribe = useCallback(
    (tell: () => void) => (at === null ? () => {} : listen(at, tell)),
    [at],
  );
  return useSyncExternalStore(subscribe, () => (at === null ? null : say(at)));
}
