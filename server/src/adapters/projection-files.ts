/**
 * Projections on the local disk: the permitted part of each data file, and the cells of a table's version, made once, kept
 * while they are used.
 *
 * Not what is permitted (`core/src/query/project.ts` says it) and not who may read the files: a process is given their
 * descriptors. A data file that is permitted whole is handed out as it is.
 * Invariants: a file under its final name is whole and on disk, and one of an earlier process is handed out only when it has the
 * hash that it was made with: what a disk, or a person, changed is made anew; names come from data files and form, so equal names have
 * equal content; a part without rows is kept as a file without bytes, and never handed out; files are read-only; a file that was handed out a moment ago is not removed; what was made from a data
 * file that is gone, and what nobody asked for lately, go with the next sweep: a form of a policy or an agreement that is no more
 * is asked for by nobody.
 */
import {
  chmod,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import type { Clock, Crypto, Logger } from '@weft/core/lib/ports';
import type { MaskKeys, ProjectionFiles, ProjectionMaker } from '@weft/core/query/ports';
import type { ProjectionPart } from '@weft/core/query/project';
import { hashFile } from '../file-hash.ts';

export interface ProjectionFilesOptions {
  /** A directory of this adapter alone; made when missing. */
  directory: string;
  /** Bytes of all projections; the longest unused go first. */
  bytesMax: number;
  /** How many there may be; 100,000 when nothing is said. */
  filesMax?: number;
  maker: ProjectionMaker;
  maskKeys: MaskKeys;
  crypto: Pick<Crypto, 'sha256'>;
  clock: Clock;
  logger: Logger;
}

export interface KeptProjections extends ProjectionFiles {
  /** Reads what is there and removes what has lost its data file; call it before the first query. */
  load(): Promise<void>;
  /** Removes what was made from data files that are gone, and what is beyond the bound. */
  sweep(): Promise<void>;
}

/** Files that were handed out stay for so long: their readers have them open by then. */
const HANDED_OUT_MS = 60_000;
/** How many there are at most: a directory of millions is slow, whatever their size. */
const FILES_MAX = 100_000;
/** Unused for so long, a projection is made anew when it is asked for again. */
const COLD_MS = 7 * 86_400_000;
/** Cells of a version of a table are asked for until its next one. */
const VERSION_MS = 600_000;
const SOURCE_NAME = 'source';
/** Begins the directories of what the next version of a table has anew. */
const VERSION_HOME = 'version-';
const READ_ONLY = 0o444;
/** Ends the name of the file that has the hash of another. */
const HASH_ENDING = '.sha256';

export function createProjectionFiles(options: ProjectionFilesOptions): KeptProjections {
  return new LocalProjections(options);
}

interface Kept {
  bytes: number;
  /** Milliseconds since the epoch. */
  used: number;
  /** True for what this process made, or compared with its hash. */
  isProven: boolean;
}

class LocalProjections implements KeptProjections {
  readonly #options: ProjectionFilesOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #making = new Map<string, Promise<void>>();
  /** Data files that are read-only already. */
  readonly #adopted = new Set<string>();

  constructor(options: ProjectionFilesOptions) {
    this.#options = options;
  }

  get keyGeneration(): string {
    return this.#options.maskKeys.generation;
  }

  has(parts: readonly ProjectionPart[]): boolean {
    return parts.every((part) => part.form === null || this.#kept.has(this.#pathOf(part)));
  }

  async open(
    parts: readonly ProjectionPart[],
    { seconds, signal }: { seconds: number; signal: AbortSignal },
  ): Promise<(string | null)[]> {
    const paths: (string | null)[] = [];
    const until = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]);
    for (const part of parts) {
      const made = part.form === null ? this.#adopt(part) : this.#make(part);
      await unless(until, made).catch((error: unknown) => {
        throw signal.aborted || !until.aborted ? error : stillMaking();
      });
      const path = this.#pathOf(part);
      paths.push(this.#kept.get(path)?.bytes === 0 ? null : path);
    }
    return paths;
  }

  #pathOf(part: ProjectionPart): string {
    if (part.form === null) return pathOfUri(must(part.sources[0], 'a data file'));
    return join(this.#homeOf(part), `${this.#options.crypto.sha256(part.form)}.parquet`);
  }

  #homeOf({ sources, isOfVersion }: ProjectionPart): string {
    const { crypto, directory } = this.#options;
    return join(directory, (isOfVersion ? VERSION_HOME : '') + crypto.sha256(sources.join('\n')));
  }

  /** Takes the right to write from everybody, and lets the user of a query's process read what it is given. */
  async #adopt(part: ProjectionPart): Promise<void> {
    const path = this.#pathOf(part);
    if (this.#adopted.has(path)) return;
    await chmod(path, READ_ONLY).catch((error: unknown) => {
      throw unreadable(error);
    });
    this.#adopted.add(path);
  }

  async #make(part: ProjectionPart): Promise<void> {
    const path = this.#pathOf(part);
    const kept = this.#kept.get(path);
    if (kept?.isProven === true) {
      kept.used = this.#options.clock.now();
      return;
    }
    const running = this.#making.get(path);
    if (running !== undefined) return await running;
    const making = this.#proveOrWrite(part, path).finally(() => this.#making.delete(path));
    this.#making.set(path, making);
    // Why: whoever asked may have left before it failed.
    making.catch(() => undefined);
    await making;
  }

  /** What an earlier process left, where it is as it was; else it is made. */
  async #proveOrWrite(part: ProjectionPart, path: string): Promise<void> {
    const kept = this.#kept.get(path);
    if (kept !== undefined) {
      if (await isAsMade(path)) {
        this.#kept.set(path, { ...kept, used: this.#options.clock.now(), isProven: true });
        return;
      }
      this.#options.logger.warn('a projection was changed on the disk, and is made anew', { path });
      await this.#drop(path);
    }
    await this.#write(part, path);
  }

  async #write(part: ProjectionPart, path: string): Promise<void> {
    const { maker, clock, maskKeys } = this.#options;
    const home = this.#homeOf(part);
    const unfinished = `${path}.unfinished`;
    try {
      await mkdir(home, { recursive: true, mode: 0o700 });
      await writeFile(join(home, SOURCE_NAME), part.sources.join('\n'));
      await rm(unfinished, { force: true });
      const key = part.keyOf === null ? null : maskKeys.keyOf(part.keyOf);
      const { rows } = await maker.make(part.copyTo(unfinished), key);
      // Why: how many files have no row for somebody tells him what is hidden, so such a file is none.
      if (rows === 0) await writeFile(unfinished, '');
      const bytes = await settle(unfinished);
      await writeFile(path + HASH_ENDING, await hashFile(unfinished));
      await rename(unfinished, path);
      this.#kept.set(path, { bytes, used: clock.now(), isProven: true });
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => undefined);
      throw error instanceof WeftError ? error : unreadable(error);
    }
    await this.#shrink();
  }

  async load(): Promise<void> {
    const { directory, clock } = this.#options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const home of await readdir(directory)) {
      for (const name of await readdir(join(directory, home)).catch(() => [])) {
        const path = join(directory, home, name);
        if (name.endsWith('.unfinished')) await rm(path, { force: true });
        if (!name.endsWith('.parquet')) continue;
        const { size } = await stat(path);
        this.#kept.set(path, { bytes: size, used: clock.now(), isProven: false });
      }
    }
    await this.sweep();
  }

  async sweep(): Promise<void> {
    const { directory, logger } = this.#options;
    for (const home of await readdir(directory)) {
      const place = join(directory, home);
      const own = [...this.#kept].filter(([path]) => path.startsWith(`${place}/`));
      if ((await hasSources(place)) && !this.#isPast(home, own)) continue;
      for (const [path] of own) this.#kept.delete(path);
      await rm(place, { recursive: true, force: true });
      logger.info('projections of a removed data file, or of a past version, are gone', { home });
    }
    await this.#dropCold();
    await this.#shrink();
  }

  async #dropCold(): Promise<void> {
    const since = this.#options.clock.now() - COLD_MS;
    for (const [path, { used }] of [...this.#kept]) {
      if (used < since) await this.#drop(path);
    }
  }

  async #drop(path: string): Promise<void> {
    this.#kept.delete(path);
    await rm(path, { force: true });
    await rm(path + HASH_ENDING, { force: true });
  }

  /** True for cells of a version that nobody asks for any more; what is being made there now was asked for. */
  #isPast(home: string, own: readonly [string, Kept][]): boolean {
    const { clock, directory } = this.#options;
    if (!home.startsWith(VERSION_HOME)) return false;
    const isMaking = [...this.#making.keys()].some((path) =>
      path.startsWith(join(directory, home)),
    );
    return !isMaking && own.every(([, kept]) => kept.used < clock.now() - VERSION_MS);
  }

  async #shrink(): Promise<void> {
    const { bytesMax, filesMax = FILES_MAX, clock } = this.#options;
    let bytes = [...this.#kept.values()].reduce((sum, kept) => sum + kept.bytes, 0);
    const isWithin = (): boolean => bytes <= bytesMax && this.#kept.size <= filesMax;
    if (isWithin()) return;
    const oldest = [...this.#kept].toSorted(([, a], [, b]) => a.used - b.used);
    for (const [path, kept] of oldest) {
      if (isWithin() || kept.used > clock.now() - HANDED_OUT_MS) return;
      bytes -= kept.bytes;
      await this.#drop(path);
    }
  }
}

/** Makes a file durable and read-only; returns its bytes. */
async function settle(path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    await file.chmod(READ_ONLY);
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** False also where nobody knows how it was made. */
async function isAsMade(path: string): Promise<boolean> {
  try {
    return (await readFile(path + HASH_ENDING, 'utf8')) === (await hashFile(path));
  } catch {
    return false;
  }
}

/** True while every data file that the projections in this directory were made from is there. */
async function hasSources(place: string): Promise<boolean> {
  try {
    const sources = (await readFile(join(place, SOURCE_NAME), 'utf8')).split('\n');
    for (const source of sources) await stat(pathOfUri(source));
    return true;
  } catch {
    return false;
  }
}

/** The work's own end, or a rejection when the signal aborts before; the work goes on then. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  if (signal.aborted) return Promise.reject(new WeftError('CANCELLED', 'The query was cancelled.'));
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new WeftError('CANCELLED', 'The query was cancelled.'));
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

// Why no count of files: which files may hold permitted rows follows from bounds of values that may be hidden.
function stillMaking(): WeftError {
  return new WeftError('UNAVAILABLE', 'What you may see of the table is still being prepared.', {
    remedy: 'Ask again in a moment: the work goes on, and is done once.',
  });
}

function unreadable(cause: unknown): WeftError {
  return new WeftError('UNAVAILABLE', 'A table of the query could not be read.', { cause });
}
