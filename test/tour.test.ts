/**
 * The guided tour is true: every command in docs/tour.md is run, in order, and prints what the page says.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, startMesh, WEFT } from './support/mesh.ts';
import {
  assignmentsOf,
  generalizeOutput,
  matchesTour,
  readTour,
  writeTour,
} from './support/tour.ts';

const PAGE = join(ROOT, 'docs/tour.md');
/** With WEFT_WRITE_TOUR=1 the page gets what is printed now; read the difference before you keep it. */
const WRITE = process.env['WEFT_WRITE_TOUR'] === '1';

test('docs/tour.md runs as written', async (t) => {
  const steps = readTour(readFileSync(PAGE, 'utf8'));
  assert.ok(steps.length >= 10, 'the tour has steps');
  await using mesh = await startMesh({ example: 'cpg' });
  const folder = mkdtempSync(join(tmpdir(), 'weft-tour-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  prepareFolder(folder);
  const env = {
    ...mesh.env,
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    ROOT_KEY: mesh.rootKey,
  };
  const assignments: string[] = [];
  const outputs: string[] = [];
  for (const step of steps) {
    const script = [...assignments, ...step.commands].join('\n');
    const result = await runShell(script, { cwd: folder, env });
    assignments.push(...assignmentsOf(step));
    const printed = result.stdout === '' ? result.stderr : result.stdout;
    outputs.push(generalizeOutput(printed));
    if (WRITE) continue;
    if (step.expected === null) {
      assert.equal(result.code, 0, `line ${step.line}: ${result.stderr}`);
      continue;
    }
    assert.ok(
      matchesTour(step.expected, printed),
      `docs/tour.md line ${step.line}: ${step.commands.join(' ; ')}\n--- printed\n${printed}\n--- the page says\n${step.expected}\n--- talk\n${result.stderr}`,
    );
  }
  if (WRITE) writeFileSync(PAGE, writeTour(readFileSync(PAGE, 'utf8'), outputs));
});

// The tour is written for a clone's root; here its relative paths are links into the tree, so nothing is written there.
function prepareFolder(folder: string): void {
  mkdirSync(join(folder, 'bin'));
  const npx = `#!/bin/sh\nshift\nexec "${process.execPath}" "${WEFT}" "$@"\n`;
  writeFileSync(join(folder, 'bin', 'npx'), npx, { mode: 0o755 });
  symlinkSync(join(ROOT, 'examples'), join(folder, 'examples'));
  symlinkSync(join(ROOT, 'docs'), join(folder, 'docs'));
}

interface ShellOptions {
  cwd: string;
  env: Record<string, string | undefined>;
}

function runShell(
  script: string,
  options: ShellOptions,
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      '/bin/sh',
      ['-c', script],
      { ...options, maxBuffer: 16 << 20 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

test('a wrong output is noticed', () => {
  assert.ok(matchesTour('a … c\nd\n', 'a b c\nd\n'));
  assert.ok(!matchesTour('a … c\nd\n', 'a b c\ne\n'));
  assert.ok(!matchesTour('a\n', 'a\nb\n'));
});
