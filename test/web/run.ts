/**
 * `npm run test:web`: the web app in a real Chromium, against a real mesh with the example.
 *
 * Not part of the default suite. It builds the app and runs each `*.web.test.ts` after the other, each on a mesh of its own, since
 * stories send data and change rights; arguments name files. WEFT_WEB_URL takes a mesh that runs already (its context file in WEFT_CONTEXT), CHROMIUM
 * another browser. Invariant: without a browser it fails and says why; it never passes by running nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { startMesh } from '../support/mesh.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

process.exitCode = await main();

async function main(): Promise<number> {
  if (!hasBrowser()) {
    process.stderr.write(
      `There is no browser at ${BROWSER}. Install one (apt-get install chromium), or name it in CHROMIUM.\n`,
    );
    return 1;
  }
  buildApp();
  const given = process.env['WEFT_WEB_URL'];
  const failed: string[] = [];
  for (const file of filesToRun()) {
    const status =
      given === undefined ? await runOnItsOwn(file) : run(file, { WEFT_WEB_URL: given });
    if (status !== 0) failed.push(file);
  }
  process.stderr.write(
    failed.length === 0 ? 'All stories are told.\n' : `Failed: ${failed.join(', ')}\n`,
  );
  return failed.length === 0 ? 0 : 1;
}

async function runOnItsOwn(file: string): Promise<number> {
  process.stderr.write(`${file}: starting a mesh with the example …\n`);
  await using mesh = await startMesh({ example: 'cpg' });
  return run(file, { ...mesh.env, WEFT_WEB_URL: mesh.url });
}

function hasBrowser(): boolean {
  if (existsSync(BROWSER)) return true;
  const mayInstall = process.getuid?.() === 0 && process.env['CHROMIUM'] === undefined;
  if (!mayInstall) return false;
  process.stderr.write('Installing chromium …\n');
  const { status } = spawnSync('apt-get', ['install', '-y', '-q', 'chromium'], {
    stdio: ['ignore', 2, 2],
  });
  return status === 0 && existsSync(BROWSER);
}

function buildApp(): void {
  const { buildMissing } = createRequire(import.meta.url)('../../bin/web.cjs') as {
    buildMissing: (binary: string) => void;
  };
  buildMissing(process.execPath);
}

function filesToRun(): string[] {
  const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
  return named.length > 0 ? named : globSync('test/web/*.web.test.ts', { cwd: ROOT }).sort();
}

function run(file: string, env: Record<string, string | undefined>): number {
  const flags = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
  const { status } = spawnSync(
    process.execPath,
    ['--test', '--test-concurrency=1', '--test-timeout=600000', ...flags, file],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } },
  );
  return status ?? 1;
}
