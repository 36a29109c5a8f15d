/**
 * What `ingest` is asked to send: single files, or a folder, a pattern or a manifest as one batch.
 *
 * Not the sending (`upload.ts`, `commands/ingest.ts`). Invariants: everything is looked at before the first byte is sent, so
 * that a misspelt name leaves no batch behind; a folder and a pattern give their files in the order of their names.
 */
import { glob, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { WeftError } from '@weft/core/lib/error';
import type { LocalFile } from './upload.ts';

/** Files of one batch, as `BATCH_FILES_MAX` of the node. */
const FILES_MAX = 1_000;

/** One batch that is to be sent. */
export type Source =
  | { kind: 'input' }
  | { kind: 'file'; file: LocalFile }
  | { kind: 'several'; name: string; files: LocalFile[] };

export interface SourceOptions {
  manifest: string | undefined;
  /** All that is named becomes one batch. */
  together: boolean;
}

/** The batches that the arguments ask for. Throws USAGE, and what the disk says of files that are not there. */
export async function findSources(
  args: readonly string[],
  { manifest, together }: SourceOptions,
): Promise<Source[]> {
  if (manifest !== undefined) {
    if (args.length > 0) throw usage('--manifest names the files; leave the others out');
    return [await readManifest(manifest)];
  }
  if (args.length === 0) throw usage('which file?', 'Name a file, a folder, a pattern, or -.');
  const sources: Source[] = [];
  for (const arg of args) sources.push(await findSource(arg));
  return together ? [joined(sources)] : sources;
}

async function findSource(arg: string): Promise<Source> {
  if (arg === '-') return { kind: 'input' };
  const found = await stat(arg).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && /[*?[{]/.test(arg)) return null;
    throw error;
  });
  if (found?.isFile() === false && !found.isDirectory()) {
    // A pipe or a device has no size: it is read like standard input, in one request.
    return { kind: 'file', file: { path: arg, name: basename(arg), bytes: 0 } };
  }
  if (found?.isFile() === true) {
    return { kind: 'file', file: { path: arg, name: basename(arg), bytes: found.size } };
  }
  return found === null ? await ofPattern(arg) : await ofFolder(arg);
}

/** All files of a folder and of those in it; names that begin with a dot or an underscore are not data. */
async function ofFolder(folder: string): Promise<Source> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !relative(folder, path)
          .split(sep)
          .some((part) => /^[._]/.test(part)),
    );
  const name = basename(resolve(folder));
  return await several(name, paths, (path) => relative(folder, path));
}

async function ofPattern(pattern: string): Promise<Source> {
  const paths: string[] = [];
  for await (const path of glob(pattern)) {
    if ((await stat(path)).isFile()) paths.push(path);
  }
  return await several(pattern, paths, (path) => path);
}

async function several(
  name: string,
  paths: readonly string[],
  nameOf: (path: string) => string,
): Promise<Source> {
  if (paths.length === 0) {
    throw usage(`there is no file in ${name}`, 'Files whose names begin with . or _ are left out.');
  }
  const files: LocalFile[] = [];
  for (const path of [...paths].sort()) {
    files.push({ path, name: slashed(nameOf(path)), bytes: (await stat(path)).size });
  }
  return { kind: 'several', name, files: bounded(name, files) };
}

function slashed(name: string): string {
  return name.split(sep).join('/');
}

function joined(sources: readonly Source[]): Source {
  const files = sources.flatMap((source) => {
    if (source.kind === 'input') throw usage('standard input cannot be joined with files');
    return source.kind === 'file' ? [source.file] : source.files;
  });
  const name = `${files[0]?.name ?? ''} and ${files.length - 1} more`;
  return { kind: 'several', name, files: bounded(name, files) };
}

function bounded(name: string, files: LocalFile[]): LocalFile[] {
  if (files.length > FILES_MAX) {
    const remedy = 'Send them in several batches, or put them together in fewer files.';
    throw usage(`${name} has ${files.length} files; a batch has at most ${FILES_MAX}`, remedy);
  }
  const names = new Set<string>();
  for (const { name: own } of files) {
    if (names.has(own)) throw usage(`two files are called ${own}`, 'Send them as two batches.');
    names.add(own);
  }
  return files;
}

/** A list of `{"path", "sha256"?, "records"?}`: a JSON array, `{"files": […]}`, or one object a line. */
async function readManifest(path: string): Promise<Source> {
  const entries = parseManifest(path, await readFile(path, 'utf8'));
  if (entries.length === 0) throw usage(`${path} names no file`);
  const files: LocalFile[] = [];
  for (const [i, entry] of entries.entries()) {
    const file = readEntry(entry, `${path}, entry ${i + 1}`);
    const at = resolve(dirname(path), file.path);
    files.push({ ...file, path: at, name: slashed(file.path), bytes: (await stat(at)).size });
  }
  return { kind: 'several', name: basename(path), files: bounded(path, files) };
}

function parseManifest(path: string, text: string): unknown[] {
  const whole = tryJson(text);
  if (Array.isArray(whole)) return whole;
  const files = isObject(whole) ? whole['files'] : undefined;
  if (Array.isArray(files)) return files;
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => {
      const entry = tryJson(line);
      if (entry !== undefined) return entry;
      throw manifestError(`${path}, line ${i + 1}, is no JSON`);
    });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readEntry(
  entry: unknown,
  place: string,
): { path: string; sha256?: string; records?: number } {
  if (!isObject(entry)) throw manifestError(`${place} is no object`);
  const unknown = Object.keys(entry).find((key) => !['path', 'sha256', 'records'].includes(key));
  if (unknown !== undefined) throw manifestError(`${place} has the unknown field ${unknown}`);
  const { path, sha256, records } = entry;
  if (typeof path !== 'string' || path === '') throw manifestError(`${place} has no path`);
  if (sha256 !== undefined && (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256))) {
    throw manifestError(`${place} has a sha256 that is not 64 hex digits`);
  }
  if (records !== undefined && !(Number.isSafeInteger(records) && Number(records) >= 0)) {
    throw manifestError(`${place} has records that are no count`);
  }
  return {
    path,
    ...(sha256 === undefined ? {} : { sha256: sha256.toLowerCase() }),
    ...(records === undefined ? {} : { records: Number(records) }),
  };
}

function manifestError(detail: string): WeftError {
  return usage(
    detail,
    'A manifest lists {"path": …, "sha256": …, "records": …}; only path is needed.',
  );
}

function usage(detail: string, remedy?: string): WeftError {
  return new WeftError('USAGE', detail, remedy === undefined ? {} : { remedy });
}
