/**
 * The directory lock between real processes: one holder, named to the others, gone with its process however it ends.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isWeftError } from '@weft/core/lib/error';
import { lockDirectory, readHolder, tryLockDirectory } from './directory-lock.ts';

const HOLDER = fileURLToPath(new URL('../../../test/support/lock-holder.ts', import.meta.url));

let directory = '';
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-lock-'));
});
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  fs.rmSync(directory, { recursive: true, force: true });
});

interface Attempt {
  process: ChildProcess;
  answer: string;
}

async function attempt(): Promise<Attempt> {
  const child = spawn(process.execPath, [HOLDER, directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const [answer] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, answer: answer.toString().trim() };
}

async function end(holder: Attempt, signal: NodeJS.Signals): Promise<void> {
  const ended = once(holder.process, 'exit');
  holder.process.kill(signal);
  await ended;
}

function isLocked(pid: number | undefined): (error: unknown) => boolean {
  return (error) =>
    isWeftError(error, 'DATA_DIRECTORY_LOCKED') && error.message.includes(`process ${pid} `);
}

test('a second taker is refused with the pid of the holder, in this process and in another', async () => {
  const lock = lockDirectory(directory);
  assert.throws(() => lockDirectory(directory), isLocked(process.pid));
  assert.match((await attempt()).answer, new RegExp(`process ${process.pid} `));
  lock.release();
  lock.release();
  assert.equal(readHolder(directory), null);
  const next = tryLockDirectory(directory);
  assert.ok(next);
  next.release();
});

test('a living holder keeps it, a killed one loses it at once', async () => {
  const holder = await attempt();
  assert.equal(holder.answer, 'held');
  assert.throws(() => lockDirectory(directory), isLocked(holder.process.pid));
  await end(holder, 'SIGKILL');
  // The note of the dead holder is still there; the lock is not.
  assert.equal(readHolder(directory)?.pid, holder.process.pid);
  const lock = lockDirectory(directory);
  assert.equal(readHolder(directory)?.pid, process.pid);
  lock.release();
});

test('of many that try at once exactly one gets it, also after a holder died', async () => {
  await end(await attempt(), 'SIGKILL');
  const attempts = await Promise.all(Array.from({ length: 6 }, attempt));
  const holders = attempts.filter((one) => one.answer === 'held');
  assert.equal(holders.length, 1);
  for (const one of attempts)
    assert.ok(one.answer === 'held' || one.answer.includes('is in use by'), one.answer);
  for (const holder of holders) await end(holder, 'SIGKILL');
});

test('a note that says nonsense, or a pid that is alive, decides nothing', () => {
  fs.writeFileSync(path.join(directory, 'weft.lock.json'), 'nonsense');
  lockDirectory(directory).release();
  const note = { pid: process.ppid, since: '2026-01-01T00:00:00.000Z' };
  fs.writeFileSync(path.join(directory, 'weft.lock.json'), JSON.stringify(note));
  lockDirectory(directory).release();
});

test('a directory that cannot be written is an error of the store', () => {
  const file = path.join(directory, 'file');
  fs.writeFileSync(file, '');
  assert.throws(() => lockDirectory(path.join(file, 'below')));
});
