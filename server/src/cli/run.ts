/**
 * Runs one command: context in, exit code out, every error as a person or a script expects it.
 *
 * Exit codes: 0 done, 1 failed, 2 usage, 3 a check says no, 4 denied, 5 not found, 6 conflict, 7 unavailable or timed
 * out, 130 interrupted.
 */
import { type ProblemDocument, toProblem, WeftError } from '@weft/core/lib/error';
import { type ApiClient, createClient, RemoteProblem } from './client.ts';
import { type CommandSpec, readOptions } from './command.ts';
import { readContext, resolveIdentity } from './context.ts';
import { fileError } from './file-error.ts';
import type { CliIo } from './io.ts';
import { createOutput, type Output } from './output.ts';
import { renderProblem } from './problem-text.ts';
import { readSeconds } from './text.ts';

export interface Invocation {
  spec: CommandSpec;
  args: string[];
  options: Record<string, unknown>;
  io: CliIo;
  /** Aborts when the user interrupts. */
  interrupt: AbortSignal;
}

/** Longest time that a timer takes; a longer --timeout is none. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export async function runCommand({
  spec,
  args,
  options,
  io,
  interrupt,
}: Invocation): Promise<number> {
  const reader = readOptions(options);
  const json = reader.flag('json');
  const out = createOutput(io, { json, quiet: reader.flag('quiet'), color: useColor(io, options) });
  const deadline = new AbortController();
  const signal = AbortSignal.any([interrupt, deadline.signal]);
  let timer: NodeJS.Timeout | undefined;
  try {
    const timeout = reader.text('timeout');
    if (timeout !== undefined) timer = startTimer(timeout, deadline);
    const as = reader.text('as');
    let client: ApiClient | null = null;
    const api = (node: string | null = null): ApiClient => {
      const { renewable, ...known } = resolveIdentity(io.env, as);
      const identity = renewable === true ? { ...known, renew: () => renewedToken(io) } : known;
      if (node !== null) return createClient({ ...identity, url: node, signal });
      client ??= createClient({ ...identity, signal });
      return client;
    };
    const pinnedRoot = (): string | null => readContext(io.env)?.rootKey ?? null;
    const handler = await spec.load();
    return (await handler({ io, out, args, options: reader, signal, api, pinnedRoot })) ?? 0;
  } catch (error) {
    out.progress(null);
    return reportError({ error: signal.aborted ? signal.reason : error, out, io });
  } finally {
    clearTimeout(timer);
    out.progress(null);
  }
}

async function renewedToken(io: CliIo): Promise<string | null> {
  return (await import('./oidc-context.ts')).currentToken(io);
}

function useColor(io: CliIo, options: Record<string, unknown>): boolean {
  const { NO_COLOR: none = '', TERM: terminal = '' } = io.env;
  return io.isTerminal && options['color'] !== false && none === '' && terminal !== 'dumb';
}

function startTimer(text: string, deadline: AbortController): NodeJS.Timeout | undefined {
  const ms = readSeconds(text, 'timeout') * 1000;
  if (ms > TIMER_MS_MAX) return undefined;
  return setTimeout(() => deadline.abort(new WeftError('TIMED_OUT', `not done after ${text}`)), ms);
}

interface Report {
  error: unknown;
  out: Output;
  io: CliIo;
}

/** Shows an error and gives its exit code. */
export function reportError({ error, out, io }: Report): number {
  const { problem, exitCode } = describe(error);
  if (out.json) io.stderr(`${JSON.stringify(problem)}\n`);
  else io.stderr(renderProblem(problem, out.colors));
  if ((io.env['WEFT_DEBUG'] ?? '') !== '') io.stderr(`${traceOf(error)}\n`);
  return exitCode;
}

function describe(error: unknown): { problem: ProblemDocument; exitCode: number } {
  if (error instanceof RemoteProblem) return { problem: error.problem, exitCode: error.exitCode };
  const known = error instanceof WeftError ? error : (fileError(error) ?? unexpected(error));
  return { problem: toProblem(known), exitCode: known.exitCode };
}

function unexpected(error: unknown): WeftError {
  const detail = error instanceof Error ? error.message : String(error);
  return new WeftError('INTERNAL', detail, {
    remedy: 'Run it again with WEFT_DEBUG=1 to see where, and report that.',
    cause: error,
  });
}

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${traceOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
