/**
 * Writes the files that are generated from tables in the code: `docs/errors.md`, `docs/cli.md` and
 * `docs/expressions.md`.
 * With --check it writes nothing and fails when one is out of date.
 *
 * Not documentation by hand: whoever wants another text changes the table.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderCliReference } from './cli-reference.ts';
import { renderErrorReference } from './error-reference.ts';
import { renderExpressionReference } from './expression-reference.ts';

const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/errors.md': renderErrorReference,
  'docs/cli.md': renderCliReference,
  'docs/expressions.md': renderExpressionReference,
};

const check = process.argv.includes('--check');
let stale = 0;
for (const [path, render] of Object.entries(GENERATED)) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const text = render();
  if (readOrNull(file) === text) continue;
  if (check) {
    stale++;
    process.stderr.write(`${path} is out of date: run \`npm run gen\`\n`);
  } else {
    writeFileSync(file, text);
    process.stdout.write(`${path} written\n`);
  }
}
process.exitCode = stale === 0 ? 0 : 1;

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
