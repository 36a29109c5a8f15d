/**
 * The built web app keeps its budget and its content policy: what a first view loads, what a route adds, and nothing inline.
 *
 * Sizes are of the bytes as gzip -9 makes them; fonts are apart, since they are painted after the first view.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { words as parts } from '../web/src/features/parts/words.ts';

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

const WEB = new URL('../web/src/', import.meta.url);
const built = readdirSync(DIST, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(?:js|css|html|json)$/.test(file))
  .map((file) => ({ file, text: read(file.replaceAll('\\', '/')).toString() }));
const filesWith = (text: string): string[] =>
  built.filter((one) => one.text.includes(text)).map(({ file }) => file);

test('the page of parts is in no build: neither its address, nor its code, nor its sample data', () => {
  assert.ok(filesWith('There is no page here').length > 0, 'what is in the build is found');
  const samples = ['/dev/parts', parts.title, parts.lead, 'features/parts', 'dev-parts'];
  for (const text of samples) assert.deepEqual(filesWith(text), [], text);
});

/** Parts that are ready before a page needs them, each with a class that its sheet alone has. */
const READY = {
  BudgetGauge: '_stripe_',
  Certificate: '_certificate_',
  IntervalChart: '_band_',
  MaySay: '_sayings_',
  SlotSentence: '_sentence_',
};

test('a part that no page uses yet is in no build', () => {
  const pages = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|^features\/parts\//.test(path))
    .map((path) => readFileSync(new URL(path, WEB), 'utf8'));
  const isUsed = (part: string): boolean => pages.some((text) => text.includes(`/${part}.tsx'`));
  assert.ok(isUsed('SunsetLine'), 'what a page uses is found');
  assert.ok(filesWith('_sunset_').length > 0, 'and is in the build, with the classes of its sheet');
  for (const [part, own] of Object.entries(READY))
    if (!isUsed(part)) assert.deepEqual(filesWith(own), [], part);
});
