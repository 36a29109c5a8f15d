/*
 * Finds the Node 24 that Weft runs on. Plain JavaScript for any Node from 18 on, without dependencies.
 *
 * Not part of the server: it only answers "which binary". The pinned one comes from the npm package `node`; when
 * install scripts are switched off that package has no binary, and the machine's own Node is taken if it is new enough.
 */
'use strict';
const { execFileSync, spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const { constants } = require('node:os');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');
const MAJOR_MIN = 24;

function majorOf(version) {
  return Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0);
}

/** Path of a Node >= 24, or null. */
function findRuntime() {
  if (majorOf(process.version) >= MAJOR_MIN) return process.execPath;
  const pinned = join(
    ROOT,
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(pinned) && runs(pinned)) return pinned;
  return null;
}

function runs(binary) {
  try {
    // Why stderr is left out: what a broken binary prints would stand before our own explanation.
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return majorOf(execFileSync(binary, ['--version'], options).trim()) >= MAJOR_MIN;
  } catch {
    return false;
  }
}

/** Flags that every Weft process runs with. */
const FLAGS = ['--disable-warning=ExperimentalWarning'];

/** Commands that stay, and serve. */
const SERVING = ['up', 'node', 'control'];
/** Why: the engine lets the young generation grow to what a web page needs, and never gives it back. In MB. */
const BOUNDED_YOUNG = '--max-semi-space-size=16';

/** The flags of the process that a command is. */
function flagsOf(command) {
  return SERVING.includes(command) ? [...FLAGS, BOUNDED_YOUNG] : FLAGS;
}

/** Its environment. Why few arenas: glibc keeps freed memory for each of the many threads. */
function environmentOf(command) {
  if (!SERVING.includes(command)) return process.env;
  return { ...process.env, MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? '2' };
}

/**
 * Begins this process anew with what its command runs with: flags and allocator count from the start of a process only.
 * Does nothing where they are set already, where a launcher holds a line to this process, or where the system cannot.
 */
function restartBounded(command) {
  if (!SERVING.includes(command) || process.execArgv.includes(BOUNDED_YOUNG)) return;
  if (process.connected || process.execve === undefined || process.platform === 'win32') return;
  const flags = new Set([...process.execArgv, ...flagsOf(command)]);
  const args = [process.execPath, ...flags, ...process.argv.slice(1)];
  process.execve(process.execPath, args, environmentOf(command));
}

function explainMissing() {
  return [
    `Weft needs Node ${MAJOR_MIN} or newer; this is ${process.version}.`,
    'The pinned one comes with `npm install` (package "node"), whose install script fetches the binary.',
    'It is missing here: run `npm install` in the clone with install scripts allowed (`npm config get ignore-scripts`),',
    `or install Node ${MAJOR_MIN} on this machine.`,
  ].join('\n');
}

/**
 * Runs a command in the place of this process: its streams, its signals, its exit code (128 + n when a signal ended it).
 * `isTied`: it hears when this process is gone, even by kill -9, and ends (`endWithLauncher`).
 */
function runChild(
  binary,
  args,
  { endsWithParent = false, isTied = false, env = process.env } = {},
) {
  const streams = ['inherit', 'inherit', 'inherit'];
  const child = spawn(binary, args, { env, stdio: isTied ? [...streams, 'ipc'] : streams });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  // Why: a signal to npm ends npm and its shell, and nobody tells what they started.
  const parent = process.ppid;
  if (endsWithParent) {
    setInterval(() => {
      if (process.ppid !== parent) child.kill('SIGTERM');
    }, 1000).unref();
  }
  child.on('error', (error) => {
    process.stderr.write(`${binary} does not start: ${error.message}\n`);
    process.exitCode = 7;
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 1));
  });
}

/** In a tied process: asks itself to end once its launcher is gone, as a signal would ask it. Costs nothing in any other. */
function endWithLauncher() {
  const end = () => process.kill(process.pid, 'SIGTERM');
  // Why looked at as well: the launcher may be gone before this runs.
  if (process.connected === false) end();
  if (!process.connected) return;
  process.once('disconnect', end);
  // Why: a command that is done ends, whether or not its launcher still listens.
  process.channel.unref();
}

module.exports = {
  ROOT,
  FLAGS,
  flagsOf,
  environmentOf,
  restartBounded,
  findRuntime,
  explainMissing,
  runChild,
  endWithLauncher,
};
