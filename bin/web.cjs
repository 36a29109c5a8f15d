/*
 * Builds the web app when there is no build of what lies in `web`. Plain JavaScript for Node 18+.
 * Not a watcher: it compares one sum over the sources with that of the last build.
 */
'use strict';
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { join } = require('node:path');
const { FLAGS, ROOT } = require('./runtime.cjs');

const WEB = join(ROOT, 'web');
const STAMP = join(WEB, 'dist', '.built-of');

/** What decides over a build: the app's own files and the versions of what it is built from. */
function sumOfSources() {
  const sum = createHash('sha256');
  const add = (path) => sum.update(path.slice(ROOT.length)).update(readFileSync(path));
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort(byName)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!['generated', 'testing'].includes(entry.name)) walk(path);
      } else if (!/\.test\.tsx?$/.test(entry.name)) add(path);
    }
  };
  for (const folder of ['src', 'public', 'build']) walk(join(WEB, folder));
  for (const file of ['index.html', 'vite.config.ts', 'package.json']) add(join(WEB, file));
  return sum.digest('hex');
}

const byName = (a, b) => (a.name < b.name ? -1 : 1);

function isBuilt(sum) {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sum;
}

/** Builds when the sources changed since the last build; `binary` is the Node to build with. */
function buildMissing(binary) {
  const sum = sumOfSources();
  if (isBuilt(sum)) return;
  process.stderr.write('Building the web app …\n');
  rmSync(STAMP, { force: true });
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const result = spawnSync(binary, [...FLAGS, vite, 'build', '--logLevel', 'warn'], {
    cwd: WEB,
    stdio: ['ignore', 2, 'inherit'],
  });
  if (result.status !== 0) {
    process.stderr.write('The web app could not be built; the messages are above.\n');
    process.exit(1);
  }
  mkdirSync(join(WEB, 'dist'), { recursive: true });
  writeFileSync(STAMP, sum);
}

module.exports = { buildMissing };
