/**
 * A preload that lets the disk of the embedded store fail while a flag file is there: `node --import store-disk.ts?root=DIR&plan=FILE`.
 *
 * Every write and every sync of a file below `root` answers EIO then, in the thread of the store as well. Not a real disk: what
 * was written before stays readable. Without the query it changes nothing, so that its helpers can be imported.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const query = new URL(import.meta.url).searchParams;
const root = query.get('root');
const plan = query.get('plan');

const flagOf = (file: string): string => `${file}.store-broken`;

/** From now on the disk of the store fails. */
export function breakStoreDisk(file: string): void {
  fs.writeFileSync(flagOf(file), '');
}

/** The disk works again. */
export function mendStoreDisk(file: string): void {
  fs.rmSync(flagOf(file), { force: true });
}

if (root !== null && plan !== null) install(root, flagOf(plan));

function install(below: string, flag: string): void {
  const { existsSync, readlinkSync } = fs;
  const isBroken = (descriptor: number): boolean =>
    existsSync(flag) && readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(below);
  const methods = fs as unknown as Record<string, (...args: never[]) => unknown>;
  for (const name of ['writeSync', 'fsyncSync', 'fdatasyncSync', 'ftruncateSync'] as const) {
    const call = methods[name] as (...args: unknown[]) => unknown;
    methods[name] = (...args: unknown[]) => {
      if (!isBroken(args[0] as number)) return call(...args);
      throw Object.assign(new Error(`EIO: i/o error, ${name}`), { code: 'EIO', errno: -5 });
    };
  }
  syncBuiltinESMExports();
}
