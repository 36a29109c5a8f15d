/**
 * Contract-checked ingest beside datacontract-cli, which tests a file against the same contract: `--only peers`.
 *
 * Theirs is one run of `datacontract test` as a user starts it: it reads the file into a table of its own and says pass or
 * fail for each check. Ours takes the file, says which rows are bad and why, and commits the others. It is installed by pip
 * under `WEFT_ENGINES` (default `~/.cache/weft-engines`) on first use; where that fails there are no figures, and why.
 * Invariant: both sides find the file good, theirs by 39 checks, or there is no figure.
 */
import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readDocument } from '@weft/core/contract/document';
import { must } from '@weft/core/lib/assert';
import { openDataset } from './datasets.ts';
import { atLeast, type Figure } from './figure.ts';
import { type IngestOptions, speedFigures } from './ingest.ts';
import { type Input, openArticles, openInput } from './inputs.ts';
import { runPairs } from './measure.ts';
import { openDomain, openProduct, startMesh } from './mesh.ts';
import { openBenchNode } from './node.ts';

const HOME = process.env['WEFT_ENGINES'] ?? join(homedir(), '.cache', 'weft-engines');
const VERSION = '1.2.8';
const CHECKS = 39;
const SMALL_ROWS = 100_000;

const run = promisify(execFile);

export async function measurePeers(options: IngestOptions): Promise<Figure[]> {
  const program = installPeer(options.say);
  if (program === null) return [];
  const directory = mkdtempSync(join(tmpdir(), 'weft-bench-peers-'));
  try {
    return [
      ...(await measureNode({ program, directory, options })),
      ...(await measureMesh({ program, directory, options })),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface PeerInput {
  program: string;
  directory: string;
  options: IngestOptions;
}

async function measureNode({ program, directory, options }: PeerInput): Promise<Figure[]> {
  const input = await openInput({ dataset: 'orders', kind: 'clean', rows: options.rows });
  const test = await openTest({ program, directory: join(directory, 'large'), input });
  options.say(`${options.rows} rows into a node and datacontract test …`);
  await using node = await openBenchNode(['articles', 'orders']);
  await node.ingest(await openArticles());
  const pairs = await runPairs(
    { baseline: { run: test }, ours: { run: () => node.ingest(input) } },
    options,
  );
  const name = 'orders csv beside datacontract test';
  return speedFigures({ name, rows: options.rows, pairs, aim: atLeast(2) });
}

async function measureMesh({ program, directory, options }: PeerInput): Promise<Figure[]> {
  const input = await openInput({ dataset: 'orders', kind: 'clean', rows: SMALL_ROWS });
  const test = await openTest({ program, directory: join(directory, 'small'), input });
  options.say('100,000 rows into a running mesh and datacontract test …');
  const mesh = await startMesh(directory);
  try {
    const token = await openDomain(mesh);
    const articles = await openProduct(mesh, 'articles', token);
    await articles(readFileSync((await openArticles()).path));
    const send = await openProduct(mesh, 'orders', token);
    const bytes = readFileSync(input.path);
    const pairs = await runPairs(
      { baseline: { run: test }, ours: { run: () => send(bytes) } },
      { ...options, runs: 2 * options.runs + 1 },
    );
    const name = '100,000 rows, mesh over HTTP, beside datacontract test';
    return speedFigures({ name, rows: SMALL_ROWS, pairs, aim: atLeast(10) });
  } finally {
    await mesh.stop();
  }
}

/** A run of their test over a file of order lines. */
async function openTest(about: {
  program: string;
  directory: string;
  input: Input;
}): Promise<() => Promise<void>> {
  const { program, directory, input } = about;
  mkdirSync(directory);
  const articles = await openArticles();
  const files = { orders: input.path, articles: articles.path };
  const contract = join(directory, 'contract.yaml');
  const answer = join(directory, 'answer.json');
  writeFileSync(contract, peerContract(directory, files));
  return async () => {
    const words = ['test', contract, '--output', answer, '--output-format', 'json'];
    await run(program, words, { cwd: directory, maxBuffer: 1 << 26 });
    const { result, checks } = JSON.parse(readFileSync(answer, 'utf8')) as {
      result: string;
      checks: unknown[];
    };
    if (result !== 'passed' || checks.length !== CHECKS) {
      throw new Error(`datacontract test: ${result} with ${checks.length} checks`);
    }
  };
}

/** Our contract with what their program needs: both objects in one document, and where their files are. */
function peerContract(directory: string, files: Readonly<Record<string, string>>): string {
  const [orders, articles] = (['orders', 'articles'] as const).map((name) => {
    const { value, diagnostics } = readDocument(openDataset(name).source);
    return must(value, `contract: ${JSON.stringify(diagnostics)}`);
  });
  const path = ['schema', 0, 'properties', 2, 'relationships', 0, 'to'];
  const inside = must(orders?.setValue(path, 'articles.stock_code').value, 'reference of an order');
  for (const [name, file] of Object.entries(files))
    symlinkSync(file, join(directory, `${name}.csv`));
  const server = {
    server: 'local',
    type: 'local',
    path: `${directory}/{model}.csv`,
    format: 'csv',
  };
  const schema = [inside.data['schema'], articles?.data['schema']].flat();
  // JSON is YAML.
  return JSON.stringify({ ...inside.data, schema, servers: [server] });
}

/** Puts their program where it is not yet; null, with the reason said, where that cannot be. */
function installPeer(say: IngestOptions['say']): string | null {
  const folder = join(HOME, `datacontract-cli-${VERSION}`);
  const bin = join(folder, 'venv', 'bin');
  const done = join(folder, 'installed');
  try {
    if (!existsSync(done)) {
      say(`installing datacontract-cli ${VERSION} into ${folder} …`);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const quiet = { stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'] };
      execFileSync('python3', ['-m', 'venv', join(folder, 'venv')], quiet);
      const what = `datacontract-cli[duckdb]==${VERSION}`;
      execFileSync(join(bin, 'python'), ['-m', 'pip', 'install', '-q', what], quiet);
      writeFileSync(done, '');
    }
    return join(bin, 'datacontract');
  } catch (error) {
    const text = error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : '';
    say(`no figures beside datacontract-cli: it could not be installed: ${text}`);
    return null;
  }
}
