/**
 * Drafts a contract from a sample file in a process of its own.
 *
 * Not the drafting (`workers/sample-child.ts`). Invariants: one sample at a time; nothing of a file stays when its answer
 * is there or its time is over; a process that gives no answer in its time is killed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { WeftError } from '@weft/core/lib/error';
import type {
  Inference,
  SampleAnswer,
  SampleInference,
  SampleJob,
} from '../services/inference-ports.ts';

const ENTRY = fileURLToPath(new URL('../workers/sample-child.ts', import.meta.url));

/** `directory`: where samples lie while they are read; made when missing. */
export function createSampleInference(options: {
  directory: string;
  bytesMax: number;
  secondsMax: number;
}): SampleInference {
  let last: Promise<unknown> = Promise.resolve();
  let cleared: Promise<void> | null = null;
  return {
    async infer(body, job) {
      // Why: a process that was killed may have left a sample.
      cleared ??= rm(options.directory, { recursive: true, force: true });
      await cleared;
      await mkdir(options.directory, { recursive: true, mode: 0o700 });
      const folder = await mkdtemp(join(options.directory, 'sample-'));
      try {
        const path = join(folder, 'sample');
        await pipeline(bounded(body, options.bytesMax), createWriteStream(path, { mode: 0o600 }));
        const turn = last.then(() => run({ ...job, path }, options.secondsMax));
        last = turn.catch(() => undefined);
        return await turn;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function* bounded(body: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > most) {
      throw new WeftError('PAYLOAD_TOO_LARGE', `a sample has at most ${most} bytes`, {
        remedy: 'Send the beginning of the file: some thousand records are enough.',
      });
    }
    yield chunk;
  }
}

async function run(job: SampleJob, secondsMax: number): Promise<Inference> {
  const signal = AbortSignal.timeout(secondsMax * 1_000);
  const child = fork(ENTRY, [], {
    execArgv: ['--max-old-space-size=1024', '--disable-warning=ExperimentalWarning'],
    env: { TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  try {
    await answerOf(child, signal);
    child.send(job);
    const answer = (await answerOf(child, signal)) as SampleAnswer;
    if (!('failed' in answer)) return answer;
    const { code, message, remedy } = answer.failed;
    throw new WeftError(code, message, remedy === null ? {} : { remedy });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new WeftError('TIMED_OUT', 'the sample was not read in time', {
      remedy: 'Send a smaller one.',
    });
  } finally {
    child.kill('SIGKILL');
  }
}

/** The next message; rejects with UNAVAILABLE when the process ends before. */
async function answerOf(child: ChildProcess, signal: AbortSignal): Promise<unknown> {
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new WeftError('UNAVAILABLE', 'the process that reads samples ended');
  });
  ended.catch(() => undefined);
  const answered = once(child, 'message', { signal }).then(([message]: unknown[]) => message);
  answered.catch(() => undefined);
  return await Promise.race([answered, ended]);
}
