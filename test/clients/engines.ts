/**
 * Programs that read our tables and need more than npm: where they are, how they are put there, and what is missing.
 *
 * They are installed once, by the ordinary clients of their registries (pip, Maven), under `WEFT_ENGINES` (default
 * `~/.cache/weft-engines`); pinned here. Invariant: what cannot be had is named with the reason, and a test that needs it
 * fails with it: a green run means that every program has read.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const HOME = process.env['WEFT_ENGINES'] ?? join(homedir(), '.cache', 'weft-engines');

/** An engine that can be called, or why it cannot. */
export type Engine =
  | { run(script: string, args: readonly string[], options?: RunOptions): string }
  | { absent: string };

export interface RunOptions {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
}

/** Fails the test of a program that cannot be had, or skips it where WEFT_ABSENT=allowed says that this is known. */
export function tellAbsent(t: TestContext, why: string): void {
  if (process.env['WEFT_ABSENT'] !== 'allowed') throw new Error(why);
  t.skip(why);
}

const PYICEBERG = ['pyiceberg[pyarrow]==0.12.0', 'pyarrow==23.0.1'];
const PYDUCKDB = [
  'duckdb==1.4.4',
  'duckdb-ext-iceberg==1.4.4.20260205',
  'duckdb-ext-avro==1.4.4.20260205',
  'pytz==2025.2',
];
const PYSPARK = ['pyspark==4.0.1'];
const REQUESTS = 'requests==2.32.5';
const SNIPPETS = [REQUESTS, 'pandas==2.3.3', 'duckdb==1.4.4'];
const SPARK_RUNTIME = 'org.apache.iceberg:iceberg-spark-runtime-4.0_2.13:1.11.0';

/** PyIceberg, by its own reader of metadata files. */
export function pyiceberg(): Engine {
  return pythonWith('clients-pyiceberg-0.12.0', PYICEBERG);
}

/** DuckDB of another version, with its own Iceberg extension. */
export function duckdbIceberg(): Engine {
  return pythonWith('clients-duckdb-1.4.4', PYDUCKDB);
}

/** The libraries that the code of the Connect page needs, but for Spark. */
export function snippetLibraries(): Engine {
  return pythonWith('web-snippets-1', SNIPPETS);
}

/** Spark alone, for the code of the Connect page. */
export function snippetSpark(): Engine {
  if (!has('java')) return { absent: 'no java on the path (Debian: openjdk-17-jre-headless)' };
  return pythonWith('web-snippets-spark-4.0.1', [...PYSPARK, REQUESTS]);
}

/** Spark with the Iceberg runtime, over a Hadoop catalog in a folder. */
export function spark(): Engine {
  if (!has('java')) return { absent: 'no java on the path (Debian: openjdk-17-jre-headless)' };
  const engine = pythonWith('clients-spark-4.0.1-iceberg-1.11.0', PYSPARK, (folder) => {
    if (!has('mvn')) throw new Error('no mvn on the path (Debian: maven)');
    const jars = join(folder, 'jars');
    execFileSync(
      'mvn',
      ['-q', '-B', 'dependency:copy', `-Dartifact=${SPARK_RUNTIME}`, `-DoutputDirectory=${jars}`],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
  });
  return engine;
}

function has(program: string): boolean {
  return spawnSync(program, ['-version'], { stdio: 'ignore' }).error === undefined;
}

/** A Python of its own with these packages; installed on first use, and never used half made. */
function pythonWith(
  name: string,
  packages: readonly string[],
  more?: (folder: string) => void,
): Engine {
  const folder = join(HOME, name);
  const python = join(folder, 'venv', 'bin', 'python');
  try {
    if (!existsSync(join(folder, 'installed'))) {
      process.stderr.write(`installing ${packages.join(', ')} into ${folder}\n`);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const quiet = { stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'] };
      execFileSync('python3', ['-m', 'venv', join(folder, 'venv')], quiet);
      execFileSync(python, ['-m', 'pip', 'install', '-q', ...packages], quiet);
      more?.(folder);
      writeFileSync(join(folder, 'installed'), '');
    }
  } catch (error) {
    const text = error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : '';
    return { absent: `${packages[0]} could not be installed: ${text}` };
  }
  return {
    run: (script, args, { cwd, env = {} } = {}) =>
      execFileSync(python, [script, ...args], {
        cwd,
        encoding: 'utf8',
        maxBuffer: 64 << 20,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, WEFT_ENGINE_HOME: folder, TZ: 'UTC', ...env },
      }),
  };
}
