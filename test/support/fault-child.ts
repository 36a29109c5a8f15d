/**
 * The process that checks, on a disk that fails where a plan file says: the real loop over the real stager.
 *
 * Not started by hand: `writeFaultEntry` makes the file that calls it. The plan is read at each call of the file system, and
 * each call is noted beside it.
 */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DiskFault, installFaultDisk } from './fault-disk.ts';

/** Serves its parent on files below `root`. */
export async function serveFaulty(root: string, folder: string): Promise<void> {
  const { plan, calls } = placesOf(folder);
  installFaultDisk(root, (operation) => {
    if (!existsSync(plan)) return null;
    appendFileSync(calls, `${operation}\n`);
    const fault = JSON.parse(readFileSync(plan, 'utf8')) as DiskFault;
    return readFileSync(calls, 'utf8').split('\n').length - 1 === fault.nth ? fault : null;
  });
  const { createStager } = await import('../../server/src/adapters/stager.ts');
  const { serveIngest } = await import('../../server/src/workers/ingest-loop.ts');
  await serveIngest({
    settings: JSON.parse(process.argv[2] ?? '{}'),
    createStager: (openEngine) => createStager({ threads: 1, openEngine }),
  });
}

function placesOf(folder: string): { plan: string; calls: string } {
  return { plan: join(folder, 'disk-plan.json'), calls: join(folder, 'disk-calls') };
}

/** Writes the entry file of such a process. */
export function writeFaultEntry(root: string, folder: string): URL {
  const path = join(folder, 'child.mjs');
  const module = new URL('./fault-child.ts', import.meta.url).href;
  const places = [root, folder].map((place) => JSON.stringify(place)).join(', ');
  writeFileSync(
    path,
    `const { serveFaulty } = await import(${JSON.stringify(module)});\nawait serveFaulty(${places});\n`,
  );
  return pathToFileURL(path);
}

/** Arms a fault in the process that checks; `nth` 0 only counts, null does nothing. */
export function armChild(folder: string, fault: DiskFault | null): void {
  const { plan, calls } = placesOf(folder);
  rmSync(calls, { force: true });
  if (fault === null) rmSync(plan, { force: true });
  else writeFileSync(plan, JSON.stringify(fault));
}

/** Calls of the process that checks since then. */
export function callsOfChild(folder: string): string[] {
  const { calls } = placesOf(folder);
  return existsSync(calls) ? readFileSync(calls, 'utf8').split('\n').slice(0, -1) : [];
}
