/**
 * The processes that this one started, by what they run: for tests that stop or end them from outside.
 */
import { spawnSync } from 'node:child_process';

/** Process ids of own children whose command line has the text. */
export function childrenWith(text: string): number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(process.pid), '-f', text], {
    encoding: 'utf8',
  });
  return stdout.split('\n').filter(Boolean).map(Number);
}

/** Sends them a signal; returns how many there were. */
export function signalChildren(text: string, signal: NodeJS.Signals): number {
  const children = childrenWith(text);
  for (const child of children) process.kill(child, signal);
  return children.length;
}
