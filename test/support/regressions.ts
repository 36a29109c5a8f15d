/**
 * Cases that failed once: kept in a file when a random test finds one, in its smallest form, and tried first from then on.
 *
 * Not in continuous integration, where nobody would commit the file: there the case stands in the message alone.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { RuleCase } from './rule-cases.ts';

const FORMATTER = fileURLToPath(
  new URL('../../node_modules/@biomejs/biome/bin/biome', import.meta.url),
);

/** Two sides that disagree, with the one check and the one row on which they do. */
export class Disagreement extends Error {
  readonly kept: RuleCase;

  constructor(kept: RuleCase, cause: unknown) {
    super(`${cause instanceof Error ? cause.message : cause}\n${JSON.stringify(kept)}`, { cause });
    this.kept = kept;
  }
}

export function readRegressions(file: URL): RuleCase[] {
  return JSON.parse(readFileSync(file, 'utf8')) as RuleCase[];
}

/** Adds a case unless it is there; its name says where it comes from. */
export function keepRegression(file: URL, { name, columns, rows, checks }: RuleCase): void {
  const kept = readRegressions(file);
  const text = JSON.stringify([columns, rows, checks]);
  const isThere = kept.some((old) => JSON.stringify([old.columns, old.rows, old.checks]) === text);
  if (isThere) return;
  const all = [...kept, { name: `found by ${name}`, columns, rows, checks }];
  writeFileSync(file, `${JSON.stringify(all)}\n`);
  // Why: it is to be committed, and the gate looks at its form; of what is on one line it makes short lines.
  spawnSync(process.execPath, [FORMATTER, 'format', '--write', fileURLToPath(file)]);
}

/** Holds a property, and keeps the smallest case of a failure in `file`, unless this is continuous integration. */
export async function assertKept<T>(
  property: fc.IAsyncProperty<T>,
  options: { file: URL; numRuns: number; isCi?: boolean },
): Promise<void> {
  const { file, numRuns, isCi = process.env['CI'] !== undefined } = options;
  const details = await fc.check(property, { numRuns });
  const error = details.failed ? details.errorInstance : null;
  if (error instanceof Disagreement && !isCi) keepRegression(file, error.kept);
  await fc.asyncDefaultReportMessage(details).then((message) => {
    if (message !== undefined) throw new Error(message, { cause: error });
  });
}
