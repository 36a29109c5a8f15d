/**
 * The repository's own files as the tidy rules see them: paths, text, imports.
 *
 * Not a bundler: imports are found by their text, which is enough for code that the compiler accepted.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const SKIPPED = new Set([
  'node_modules',
  '.git',
  '.weft',
  'spec',
  'tmp',
  'dist',
  'fixtures',
  'generated',
  'data',
]);

export interface SourceFile {
  /** From the root, with forward slashes. */
  path: string;
  text: string;
  lines: string[];
}

export interface Import {
  /** Path from the root of a file of ours, or the package's name. */
  target: string;
  own: boolean;
  typeOnly: boolean;
}

/** Every file under `folder` whose name ends with one of `endings`. */
export function readTree(folder: string, endings: readonly string[]): SourceFile[] {
  return walk(join(ROOT, folder))
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      return { path: relative(ROOT, path).split(sep).join('/'), text, lines: text.split('\n') };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

/** The imports of a file; `lazy` ones (`import()`) count as values for layers but not for cycles. */
export function importsOf(file: SourceFile): { eager: Import[]; lazy: Import[] } {
  const eager = [...file.text.matchAll(IMPORT)].map((match) =>
    resolve(file, match[2] ?? '', match[1] !== undefined),
  );
  const lazy = [...file.text.matchAll(DYNAMIC)].map((match) =>
    resolve(file, match[1] ?? '', false),
  );
  return { eager, lazy };
}

function resolve(file: SourceFile, specifier: string, typeOnly: boolean): Import {
  if (specifier.startsWith('.')) {
    return {
      target: posix.normalize(posix.join(dirname(file.path), specifier)),
      own: true,
      typeOnly,
    };
  }
  const core = /^@weft\/core\/(.+)$/.exec(specifier)?.[1];
  if (core !== undefined) return { target: `core/src/${core}.ts`, own: true, typeOnly };
  return { target: packageName(specifier), own: false, typeOnly };
}

function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** `core/src/lakehouse/commit.ts` → `lakehouse`; null outside core's rooms. */
export function coreRoom(path: string): string | null {
  return /^core\/src\/([a-z-]+)\//.exec(path)?.[1] ?? null;
}

/** A test, or what tests of the web app alone stand on. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.startsWith('web/src/testing/');
}
