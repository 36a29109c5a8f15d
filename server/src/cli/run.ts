/**
 * Runs one command: context in, exit code out, every error as a person or a script expects it.
 *
 * Exit codes: 0 done, 1 failed, 2 usage, 3 a check says no, 4 denied, 5 not found, 6 conflict, 7 unavailable or timed
 * out, 130 interrupted.
 */
import { parseDuration } from '@weft/core/lib/duration';
import { type ProblemDocument, toProblem, WeftError } from '@weft/core/lib/error';
import { type ApiClient, createClient, RemoteProblem } from './client.ts';
import { type CommandSpec, readOptions } from './command.ts';
import { readContext, resolveIdentity } from './context.ts';
import type { CliIo } from './io.ts';
import { createOutput, type Output, renderPlaces } from './output.ts';

export interface Invocation {
  spec: CommandSpec;
  args: string[];
  options: Record<string, unknown>;
  io: CliIo;
  /** Aborts when the user interrupts. */
  interrupt: AbortSignal;
}

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
  let timer: NodeJS.Timeout | undefined;
  try {
    const timeout = reader.text('timeout');
    if (timeout !== undefined) timer = startTimer(timeout, deadline);
    const signal = AbortSignal.any([interrupt, deadline.signal]);
    const as = reader.text('as');
    let client: ApiClient | null = null;
    const api = (): ApiClient => {
      client ??= createClient({ ...resolveIdentity(io.env, as), signal });
      return client;
    };
    const pinnedRoot = (): string | null => readContext(io.env)?.rootKey ?? null;
    const handler = await spec.load();
    return (await handler({ io, out, args, options: reader, signal, api, pinnedRoot })) ?? 0;
  } catch (error) {
    return reportError({ error, out, io, json });
  } finally {
    clearTimeout(timer);
    out.progress(null);
  }
}

function useColor(io: CliIo, options: Record<string, unknown>): boolean {
  return io.isTerminal && options['color'] !== false && (io.env['NO_COLOR'] ?? '') === '';
}

function startTimer(text: string, deadline: AbortController): NodeJS.Timeout {
  const seconds =
    parseDuration(text) ?? (/^\d+(\.\d+)?s?$/.test(text) ? Number.parseFloat(text) : null);
  if (seconds === null || seconds <= 0) {
    throw new WeftError('USAGE', `--timeout "${text}" is no duration`, {
      remedy: 'Give PT30S, or 30s.',
    });
  }
  return setTimeout(
    () => deadline.abort(new WeftError('TIMED_OUT', `not done after ${text}`)),
    seconds * 1000,
  );
}

interface Report {
  error: unknown;
  out: Output;
  io: CliIo;
  json: boolean;
}

/** Shows an error and gives its exit code. */
export function reportError({ error, out, io, json }: Report): number {
  const { problem, exitCode } = describe(error);
  if (json) io.stderr(`${JSON.stringify(problem)}\n`);
  else io.stderr(renderProblem(problem, out));
  return exitCode;
}

function describe(error: unknown): { problem: ProblemDocument; exitCode: number } {
  if (error instanceof RemoteProblem) return { problem: error.problem, exitCode: error.exitCode };
  if (error instanceof WeftError) return { problem: toProblem(error), exitCode: error.exitCode };
  if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT') {
    const path = (error as NodeJS.ErrnoException).path ?? '';
    const missing = new WeftError('NOT_FOUND', `there is no file ${path}`, {
      remedy: 'Check the path.',
    });
    return { problem: toProblem(missing), exitCode: missing.exitCode };
  }
  const detail = error instanceof Error ? error.message : String(error);
  const failed = new WeftError('INTERNAL', detail, {
    remedy: 'Run it again with WEFT_DEBUG=1 to see where.',
  });
  return { problem: toProblem(failed), exitCode: 1 };
}

function renderProblem(problem: ProblemDocument, out: Output): string {
  const head = `${out.colors.red('✗')} ${problem.title}: ${problem.detail} [${problem.code}]`;
  const places =
    problem.errors === undefined || problem.errors.length === 0
      ? ''
      : `\n${renderPlaces(problem.errors)}`;
  return `${head}${places}\n  ${problem.remedy}\n`;
}
