/**
 * Starts meshes that end where a plan says, over one data directory, and tells how they ended.
 *
 * Not what is sent to them (`crash-workload.ts`).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CrashPlan } from './crash-plan.ts';

const ROOT = new URL('../../', import.meta.url);

export interface CrashMesh {
  url: string;
  token: string;
  /** True once the process is gone. */
  isGone(): boolean;
  gone: Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** What it wrote on stderr: its log. */
  log(): string;
}

export interface CrashMeshOptions {
  /** Folder of the plan and of the entry file; `data` stands in it when no other place is named. */
  folder: string;
  data?: string;
  /** URL of a database server; the embedded store when left out. */
  store?: string;
  /** Flags of Node, for the mesh and the processes that check. */
  imports?: readonly URL[];
  /** Root of the source tree that is run; a weakened copy of it in controls. */
  root?: URL;
}

export function planFile(folder: string): string {
  return join(folder, 'plan.json');
}

/** From now on the mesh ends at this step. */
export function arm(folder: string, plan: CrashPlan | null): void {
  if (plan === null) rmSync(planFile(folder), { force: true });
  else writeFileSync(planFile(folder), JSON.stringify(plan));
}

/** The steps at which meshes of this folder ended. */
export function reached(folder: string): string[] {
  const path = `${planFile(folder)}.reached`;
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

/** Resolves to the mesh when it is ready, and to null when it ended before. */
export async function startCrashMesh(options: CrashMeshOptions): Promise<CrashMesh | null> {
  const { folder, data = join(folder, 'data'), imports = [], root = ROOT } = options;
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      ...imports.flatMap((url) => ['--import', url.href]),
      fileURLToPath(new URL('test/support/crash-mesh.ts', root)),
      data,
      planFile(folder),
      writeEntry({ folder, imports, root }),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '16', WEFT_STORE: options.store ?? '' },
    },
  );
  const log: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = await readyLine(child, gone);
  if (ready === null) {
    await gone;
    if (child.signalCode === 'SIGKILL') return null;
    throw new Error(`the mesh ended with ${child.exitCode}: ${log.join('').slice(-2000)}`);
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await gone;
  };
  return {
    ...ready,
    log: () => log.join(''),
    isGone: () => child.exitCode !== null || child.signalCode !== null,
    gone,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

type Entry = Required<Pick<CrashMeshOptions, 'folder' | 'imports' | 'root'>>;

function writeEntry({ folder, imports, root }: Entry): string {
  const path = join(folder, 'child.mjs');
  const module = new URL('test/support/crash-child.ts', root).href;
  writeFileSync(
    path,
    [
      ...imports.map((url) => `import ${JSON.stringify(url.href)};`),
      `const { serveCrashing } = await import(${JSON.stringify(module)});`,
      `await serveCrashing(${JSON.stringify(planFile(folder))});\n`,
    ].join('\n'),
  );
  return path;
}

async function readyLine(
  child: ChildProcess,
  gone: Promise<void>,
): Promise<{ url: string; token: string } | null> {
  if (child.stdout === null) return null;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await Promise.race([lines.next(), gone.then(() => null)]);
  if (first === null || first.done === true) return null;
  return JSON.parse(first.value) as { url: string; token: string };
}
