/**
 * A real disk that is full, or read-only, from a named step on: the batch fails by name, what it took is free again, nothing
 * that was acknowledged is lost, and the next batch works as soon as there is room.
 *
 * The disk is a small tmpfs in a mount namespace of its own; where the system does not let us make one, this is skipped and
 * `io-errors.test.ts` stands for it. WEFT_DISK_STEPS: `all`, or how many
 * of them WEFT_TURN picks; without it one, on one of the two.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { STEPS, type Step } from '@weft/core/lib/steps';
import type { DiskOutcome, DiskRounds } from '../support/disk-rounds.ts';
import { TURN, takeTurn } from '../support/turn.ts';

const ASKED = process.env['WEFT_DISK_STEPS'];
const WANTED = ASKED ?? '1';
const BOTH = ['full', 'readOnly'] as const;
const FAULTS = ASKED === undefined ? takeTurn(BOTH, 1) : BOTH;
const SCRIPT = fileURLToPath(new URL('../support/disk-rounds.ts', import.meta.url));
const ROUND_MILLISECONDS = 60_000;

const base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'weft-full-')));
after(() => fs.rmSync(base, { recursive: true, force: true }));

/** Not those of batches, uploads and repairs: a start, the upkeep, and the answer to a sender who waits for no verdict. */
const OTHERS = /^(recovery|operation|merge|version-(in|done)|due|strays)/;
const ROUNDS = STEPS.filter((step) => !OTHERS.test(step));

/** The command that gives a process mounts of its own; null where that is not permitted. */
function namespace(): string[] | null {
  const own = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-Urm'];
  const [command = '', ...args] = own;
  const probe = spawnSync(command, [...args, 'mount', '-t', 'tmpfs', 'tmpfs', base]);
  return probe.status === 0 ? own : null;
}

const own = namespace();
const skip =
  own === null ? 'mounting a disk of its own is not permitted here (unshare, mount)' : false;

function picked(): Step[] {
  if (WANTED === 'all') return ROUNDS;
  return takeTurn(ROUNDS, Number(WANTED));
}

async function run(fault: DiskRounds['fault'], steps: Step[]): Promise<DiskOutcome> {
  const folder = fs.mkdtempSync(join(base, `${fault}-`));
  const [command = '', ...args] = own ?? [];
  const flags = ['--disable-warning=ExperimentalWarning', SCRIPT, folder];
  const child = spawn(command, [...args, process.execPath, ...flags], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(JSON.stringify({ fault, steps } satisfies DiskRounds));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  assert.ok(out.startsWith('{'), errors.slice(-3_000));
  return JSON.parse(out) as DiskOutcome;
}

for (const fault of FAULTS) {
  const steps = picked();
  test(`a disk that is ${fault === 'full' ? 'full' : 'read-only'} from ${steps.length} steps on (turn ${TURN})`, {
    skip,
    timeout: (steps.length + 2) * ROUND_MILLISECONDS,
  }, async (t) => {
    const { broken, reached, codes } = await run(fault, steps);
    t.diagnostic(`${reached.join(', ')}; heard ${JSON.stringify(codes)}`);
    assert.deepEqual(broken, []);
    const missed = steps.filter((step) => !reached.includes(step));
    assert.deepEqual(missed, [], 'each step was reached');
    if (WANTED === 'all') assert.ok((codes['DISK_FULL'] ?? 0) + (codes['DISK_FAILED'] ?? 0) > 0);
  });
}
