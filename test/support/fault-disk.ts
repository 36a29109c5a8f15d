/**
 * A disk that fails at a call: the nth operation on a file below a folder is refused by the system, or was done and is told to
 * have failed.
 *
 * Not the disk of engine and embedded store, which make their own system calls (`test/faults/full-disk.test.ts` has a real
 * one). Invariant: without a fault that is armed every call only passes through and is counted. Importing it changes nothing;
 * `installFaultDisk` does, for the whole process.
 */
import fs, { type createReadStream } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Readable } from 'node:stream';

export interface DiskFault {
  /** Which call since the fault was armed, from 1. */
  nth: number;
  when: 'before' | 'after';
  code: 'EIO' | 'ENOSPC' | 'EROFS';
}

/** What is asked at each call: what shall become of it. */
export type Decide = (operation: string) => DiskFault | null;

const PATHS = [
  'open',
  'readFile',
  'writeFile',
  'rename',
  'unlink',
  'rm',
  'mkdir',
  'readdir',
  'stat',
  'link',
  'copyFile',
] as const;
const HANDLES = ['write', 'writeFile', 'read', 'sync', 'datasync', 'truncate'] as const;

type Call = (...args: unknown[]) => Promise<unknown>;

/** Puts itself between this process and its files below `root`. */
export function installFaultDisk(root: string, decide: Decide): void {
  const isOurs = (file: unknown): boolean => typeof file === 'string' && file.startsWith(root);
  const guard = (operation: string, call: Call): Call => {
    return async (...args) => {
      const fault = decide(operation);
      if (fault?.when === 'before') throw failure(fault, operation);
      const result = await call(...args);
      if (fault?.when !== 'after') return result;
      if (operation === 'open') await (result as { close(): Promise<void> }).close();
      throw failure(fault, operation);
    };
  };
  const promises = fs.promises as unknown as Record<string, Call>;
  for (const name of PATHS) {
    const call = promises[name] as Call;
    const guarded = guard(name, call);
    promises[name] = async (...args) => {
      if (!isOurs(args[0])) return await call(...args);
      const result = await guarded(...args);
      if (name === 'open') guardHandle(result as Record<string, Call>, guard);
      return result;
    };
  }
  const { createReadStream: create } = fs;
  fs.createReadStream = ((file: string, options: object) => {
    const fault = isOurs(file) ? decide('createReadStream') : null;
    if (fault === null) return create(file, options);
    const broken = new Readable({ read: () => {} });
    broken.destroy(failure(fault, 'read'));
    return broken;
  }) as typeof createReadStream;
  syncBuiltinESMExports();
}

function guardHandle(
  handle: Record<string, Call>,
  guard: (operation: string, call: Call) => Call,
): void {
  for (const name of HANDLES) {
    const call = (handle[name] as Call).bind(handle);
    handle[name] = guard(`handle.${name}`, call);
  }
}

function failure({ code }: DiskFault, operation: string): Error {
  return Object.assign(new Error(`${code}: made by the test, ${operation}`), { code });
}

/** A counter that decides by a fault which is armed. */
export function createDiskFaults(): {
  decide: Decide;
  arm(fault: DiskFault | null): void;
  calls(): string[];
} {
  let armed: DiskFault | null = null;
  let seen: string[] = [];
  return {
    decide(operation) {
      seen.push(operation);
      return armed !== null && seen.length === armed.nth ? armed : null;
    },
    arm(fault) {
      armed = fault;
      seen = [];
    },
    calls: () => seen,
  };
}
