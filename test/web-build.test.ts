/**
 * The built web app keeps its budget and its content policy: what a first view loads, what a route adds, and nothing inline.
 *
 * Sizes are of the bytes as gzip -9 makes them; fonts are apart, since they are painted after the first view.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const { buildMissing } = createRequire(import.meta.url)('../bin/web.cjs') as {
  buildMissing(binary: string): void;
};

const DIST = new URL('../web/dist/', import.meta.url);
const FIRST_VIEW_BYTES_MAX = 250_000;
const CHUNK_BYTES_MAX = 220_000;

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
  isEntry?: boolean;
}

buildMissing(process.execPath);
const read = (path: string): Buffer => readFileSync(new URL(path, DIST));
const chunks = JSON.parse(read('.vite/manifest.json').toString()) as Record<string, Chunk>;
const size = (file: string): number => gzipSync(read(file), { level: 9 }).length;

/** The files that a chunk cannot do without. */
function closureOf(name: string, seen = new Set<string>()): Set<string> {
  const chunk = chunks[name];
  if (chunk === undefined || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const sheet of chunk.css ?? []) seen.add(sheet);
  for (const other of chunk.imports ?? []) closureOf(other, seen);
  return seen;
}

test('the first view is small', (t) => {
  const entry = Object.keys(chunks).find((name) => chunks[name]?.isEntry === true) ?? '';
  const bytes = [...closureOf(entry)].reduce((sum, file) => sum + size(file), 0);
  t.diagnostic(`first view: ${bytes} bytes`);
  assert.ok(bytes > 50_000, 'the entry was found');
  assert.ok(bytes <= FIRST_VIEW_BYTES_MAX, `the first view takes ${bytes} bytes`);
});

test('no chunk of a route is large', (t) => {
  for (const { file } of Object.values(chunks).filter(({ file }) => file.endsWith('.js'))) {
    const bytes = size(file);
    if (bytes > 50_000) t.diagnostic(`${file}: ${bytes} bytes`);
    assert.ok(bytes <= CHUNK_BYTES_MAX, `${file} takes ${bytes} bytes`);
  }
});

test('the page has no inline script and no inline style', () => {
  const page = read('index.html').toString();
  assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)[^>]*>/);
  assert.doesNotMatch(page, /<style|\sstyle=|\son[a-z]+=|javascript:/i);
});
