/**
 * Client commands start fast because they load little: of all packages only the two of the command line itself, and no
 * part of the server, the parsers or the engine. Loading is what is tested, since times differ from machine to machine.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { contextEnv, tempFolder } from '../support/cli.ts';
import { ROOT, WEFT } from '../support/mesh.ts';

/** Writes the address of every module that is loaded to the file that LOADED names. */
const TRACE = `import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { appendFileSync(process.env.LOADED, url + '\\n'); return next(url, context); } });
`;

const PACKAGES = ['commander', 'picocolors'];
const OWN =
  /^(bin\/|server\/src\/(main|file-hash|cli\/)|core\/src\/lib\/|core\/src\/(contract\/names|registry\/types)\.ts)/;

async function loadedBy(folder: string, words: readonly string[]): Promise<string[]> {
  const trace = join(folder, 'trace.mjs');
  const list = join(folder, 'loaded.txt');
  writeFileSync(trace, TRACE);
  writeFileSync(list, '');
  const context = { url: 'http://127.0.0.1:1', token: 't', rootKey: 'k', subjects: {} };
  const env = { ...process.env, ...contextEnv(folder, context), LOADED: list };
  const args = ['--import', pathToFileURL(trace).href, WEFT, ...words];
  await new Promise<void>((resolve) => execFile(process.execPath, args, { env }, () => resolve()));
  const { readFile } = await import('node:fs/promises');
  const root = pathToFileURL(ROOT).href;
  return (await readFile(list, 'utf8'))
    .split('\n')
    .filter((url) => url.startsWith(root))
    .map((url) => url.slice(root.length));
}

const COMMANDS = [
  ['--version'],
  ['--help'],
  ['whoami'],
  ['find', 'x'],
  ['query', 'select 1', '--purpose', 'p'],
  ['request', 'a.b', '--purpose', 'p'],
  ['agreements', 'list'],
  ['ingest', 'a.b', 'package.json', '--format', 'csv'],
  ['batches', 'list'],
  ['quarantine', 'export', 'bat_1'],
  ['product', 'show', 'a.b'],
  ['contract', 'publish', 'package.json'],
  ['contract', 'show', 'a.b'],
  ['events'],
];

describe('a client command loads only the command line', () => {
  for (const words of COMMANDS) {
    test(words.join(' '), async (t) => {
      const loaded = await loadedBy(tempFolder(t), words);
      assert.ok(loaded.includes('server/src/main.ts'), 'the trace works');
      const packages = loaded
        .map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
        .filter((name) => name !== undefined);
      assert.deepEqual(
        [...new Set(packages)].filter((name) => !PACKAGES.includes(name)),
        [],
      );
      const own = loaded.filter((path) => !path.startsWith('node_modules/'));
      assert.deepEqual(
        own.filter((path) => !OWN.test(path)),
        [],
      );
    });
  }
});

test('the trace shows what an offline command loads more', async (t) => {
  const words = ['contract', 'lint', 'examples/cpg/contracts/product_master.products.odcs.yaml'];
  const loaded = await loadedBy(tempFolder(t), words);
  assert.ok(loaded.some((path) => path.startsWith('node_modules/yaml/')));
  assert.ok(
    !loaded.some((path) => /node_modules\/(fastify|@duckdb|kysely|pg|apache-arrow)\//.test(path)),
  );
});
