/**
 * Source files of the core with one operator changed, imported beside the real ones.
 *
 * Not which questions they are asked. Invariant: a module with a mutant in it sees the others that are listed with the same
 * mutant, and everything else as it is.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Mutant, sourceMutants } from './mutants.ts';
import { TURN } from './turn.ts';

export interface SourceMutant extends Mutant {
  file: string;
  line: string;
}

export interface MutantModules {
  mutants: SourceMutant[];
  /** Imports a listed file with the mutant of this number in it, or in what it imports. */
  load<Module>(number: number, file: string): Promise<Module>;
}

const FOLDER = new URL('../../core/src/', import.meta.url);
const MARKED = /\?mutant=(.*)-(\d+)$/;
let sets = 0;

/** Mutants of `files`; `through` are files without mutants that import them. All are named from `core/src`. */
export function mutantModules(
  files: readonly string[],
  through: readonly string[] = [],
): MutantModules {
  const set = `${++sets}`;
  const urls = [...files, ...through].map((file) => new URL(file, FOLDER).href);
  const mutants = files.flatMap(mutantsOfFile);
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const mark = MARKED.exec(context.parentURL ?? '');
      const isOurs = mark?.[1] === set && urls.includes(resolved.url);
      return isOurs ? { ...resolved, url: resolved.url + mark[0] } : resolved;
    },
    load(url, context, next) {
      const mark = MARKED.exec(url);
      if (mark?.[1] !== set) return next(url, context);
      const path = fileURLToPath(url.replace(MARKED, ''));
      const mutant = mutants[Number(mark[2])];
      const isIts = mutant !== undefined && path.endsWith(`/${mutant.file}`);
      const source = isIts ? mutant.text : readFileSync(path, 'utf8');
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
  return {
    mutants,
    load: async (number, file) =>
      await import(`${new URL(file, FOLDER).href}?mutant=${set}-${number}`),
  };
}

function mutantsOfFile(file: string): SourceMutant[] {
  const source = readFileSync(new URL(file, FOLDER), 'utf8');
  return sourceMutants(source).map((mutant) => {
    const start = source.lastIndexOf('\n', mutant.at) + 1;
    const line = source.slice(start, source.indexOf('\n', mutant.at)).trim();
    return { ...mutant, file, line };
  });
}

/** All of them with WEFT_MUTANTS=all; else one in eight, which are others with each commit. */
export const SHARE = process.env['WEFT_MUTANTS'] === 'all' ? 1 : 8;

/** Whether this run tries the mutant or the place of this number. */
export function isChosen(_: unknown, number: number): boolean {
  return (number + TURN) % SHARE === 0;
}

/** What repeats this run, for a message. */
export const REPEAT = SHARE === 1 ? 'WEFT_MUTANTS=all' : `WEFT_TURN=${TURN}`;
