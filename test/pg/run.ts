/**
 * Runs the `*.pg.test.ts` suites against a real PostgreSQL server: `node test/pg/run.ts [FILE…]`.
 *
 * Uses the server that TEST_PG names, or starts one of its own from the machine's programs, in a temporary directory, as
 * an ordinary user. Not part of the default suite. Invariant: without a server it fails and says why; it never passes by
 * running nothing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findPrograms, startServer } from '../support/pg-server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

process.exitCode = await main(process.argv.slice(2));

async function main(files: string[]): Promise<number> {
  const given = process.env['TEST_PG'];
  if (given !== undefined && given !== '') return await runSuites(given, files);
  const programs = findPrograms();
  if (programs === null) {
    process.stderr.write(
      'No PostgreSQL here: neither initdb on the path, nor pg_config, nor /usr/lib/postgresql/*/bin.\n' +
        'Install it (Debian: apt-get install postgresql), or name a server: TEST_PG=postgres://…\n',
    );
    return 1;
  }
  // Why no fsync: these suites are about meaning, and each test makes a database of its own.
  const server = await startServer(programs, ['fsync=off']);
  try {
    return await runSuites(server.url, files);
  } finally {
    await server.stop();
  }
}

async function runSuites(url: string, files: string[]): Promise<number> {
  const suites = files.length > 0 ? files : findSuites();
  process.stderr.write(`${suites.length} suites on ${new URL(url).host}\n`);
  const child = spawn(process.execPath, ['--test', ...suites], {
    cwd: ROOT,
    env: { ...process.env, TEST_PG: url },
    stdio: 'inherit',
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status ?? 1;
}

function findSuites(): string[] {
  return fs.globSync(
    [
      'core/src/**/*.pg.test.ts',
      'server/src/**/*.pg.test.ts',
      'test/**/*.pg.test.ts',
      'test/pg/**/*.test.ts',
    ],
    {
      cwd: ROOT,
    },
  );
}
