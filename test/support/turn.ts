/**
 * Which part of a long suite a short run takes: another one with each commit, the same one for everybody who has that commit.
 *
 * Not what is drawn inside of a part: that follows WEFT_SEED. WEFT_TURN=N repeats a turn.
 */
import { spawnSync } from 'node:child_process';

/** A number from the commit that is checked out; 0 where there is none. */
function turnOfCommit(): number {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return Number.parseInt((stdout ?? '').slice(0, 7), 16) || 0;
}

export const TURN = Number(process.env['WEFT_TURN'] ?? turnOfCommit());

/** `count` of the items, beginning where the turn is; together, turns take all. */
export function takeTurn<T>(items: readonly T[], count: number): T[] {
  const start = (TURN * count) % Math.max(1, items.length);
  return [...items, ...items].slice(start, start + Math.min(count, items.length));
}
