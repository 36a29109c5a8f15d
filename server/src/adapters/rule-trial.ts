/**
 * Tries the SQL rules of contracts in a process of its own: text that somebody wrote reaches no engine of the process that
 * serves the API.
 *
 * Not what is tried (core `ingest/try-rules.ts`). Invariants: one trial at a time; a process that gives no answer in its time is
 * killed and its trial rejects with TIMED_OUT; one without work ends soon.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { IngestPlan } from '@weft/core/contract/plan';
import type { SqlRuleProblem } from '@weft/core/ingest/try-rules';
import { WeftError } from '@weft/core/lib/error';
import type { RuleTrial } from '../services/registry-publish.ts';

const ENTRY = fileURLToPath(new URL('../workers/rule-trial-child.ts', import.meta.url));
const IDLE_MS = 5_000;

export interface TrialAnswer {
  problems: SqlRuleProblem[];
  /** True when the engine refuses whatever it is asked from now on. */
  isLost: boolean;
}

/** `directory`: an empty place of the engine's own, made when missing. */
export function createRuleTrial(options: {
  directory: string;
  secondsMax: number;
}): RuleTrial & { close(): void } {
  return new Trial(options.directory, options.secondsMax);
}

class Trial implements RuleTrial {
  readonly #directory: string;
  readonly #secondsMax: number;
  #child: ChildProcess | null = null;
  #idle: NodeJS.Timeout | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(directory: string, secondsMax: number) {
    this.#directory = directory;
    this.#secondsMax = secondsMax;
  }

  try(plans: readonly IngestPlan[]): Promise<SqlRuleProblem[]> {
    const tried = this.#last.then(() => this.#try(plans));
    this.#last = tried.catch(() => undefined);
    return tried;
  }

  close(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  async #try(plans: readonly IngestPlan[]): Promise<SqlRuleProblem[]> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const signal = AbortSignal.timeout(this.#secondsMax * 1_000);
    try {
      const child = await this.#started(signal);
      child.send([...plans]);
      const { problems, isLost } = (await answerOf(child, signal)) as TrialAnswer;
      if (isLost) this.close();
      else this.#idle = setTimeout(() => this.close(), IDLE_MS).unref();
      return problems;
    } catch (error) {
      this.close();
      if (!signal.aborted) throw error;
      throw new WeftError('TIMED_OUT', 'the SQL rules of the contract were not tried in time');
    }
  }

  async #started(signal: AbortSignal): Promise<ChildProcess> {
    if (this.#child?.connected === true) return this.#child;
    await mkdir(this.#directory, { recursive: true });
    const child = fork(ENTRY, [this.#directory], {
      execArgv: ['--max-old-space-size=128', '--disable-warning=ExperimentalWarning'],
      env: { TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child = child;
    child.unref();
    await answerOf(child, signal);
    return child;
  }
}

/** The next message; rejects with UNAVAILABLE when the child ends before. */
async function answerOf(child: ChildProcess, signal: AbortSignal): Promise<unknown> {
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new WeftError('UNAVAILABLE', 'the process that tries SQL rules ended');
  });
  const answered = once(child, 'message', { signal }).then(([message]: unknown[]) => message);
  ended.catch(() => undefined);
  return await Promise.race([answered, ended]);
}
