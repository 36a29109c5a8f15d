/**
 * `up`, `control`, `node`: starts a server in this process and stays until it is asked to stop.
 *
 * Not the wiring (`compose.ts`). The ready line is the only thing on stdout; SIGTERM and SIGINT drain and exit 0.
 */
import { isWeftError, WeftError } from '@weft/core/lib/error';
import { refuseTakenPort } from '../../adapters/listen.ts';
import { createLogger } from '../../adapters/logger.ts';
import { type Running, startServer } from '../../compose.ts';
import { type Role, readConfig } from '../../config.ts';
import { loadExample } from '../../example/load-example.ts';
import type { CommandContext } from '../command.ts';
import {
  type ContextFile,
  contextPath,
  readContext,
  subjectsOf,
  writeContext,
} from '../context.ts';
import { renderWelcome } from '../welcome.ts';

export const up = (context: CommandContext): Promise<undefined> => serve(context, 'all');
export const control = (context: CommandContext): Promise<undefined> => serve(context, 'control');
export const node = (context: CommandContext): Promise<undefined> => serve(context, 'node');

async function serve(context: CommandContext, role: Role): Promise<undefined> {
  const { io, out, options } = context;
  const config = readConfig({
    role,
    data: options.text('data'),
    host: options.text('host'),
    port: options.text('port'),
    store: options.text('store'),
    control: options.text('control'),
    domains: options.text('domains'),
    url: options.text('url'),
    oidc: options.text('oidc'),
    env: io.env,
  });
  const logger = createLogger({ json: out.json, write: io.stderr, now: io.now });
  await refuseTakenPort({ host: config.host, port: config.port, asked: config.portAsked });
  out.say(`Starting, data in ${config.dataDirectory} …`);
  const running = await startServer(config, logger);
  try {
    const example = options.text('example');
    const tokens = example === undefined ? {} : await prepareExample({ context, running, example });
    running.offerPeople(Object.keys(tokens));
    announce({ context, running, tokens, data: config.dataDirectory });
    await untilStopped(context.signal);
  } finally {
    out.say('Draining …');
    await running.stop();
  }
  return undefined;
}

interface Prepare {
  context: CommandContext;
  running: Running;
  example: string;
}

async function prepareExample({
  context,
  running,
  example,
}: Prepare): Promise<Record<string, string>> {
  if (running.issueToken === null) {
    throw new WeftError('USAGE', '--example needs the control plane in this process', {
      remedy: 'Use `weft up`.',
    });
  }
  return loadExample({
    name: example,
    url: running.url,
    issueToken: running.issueToken,
    signal: context.signal,
    progress: context.out.progress,
    say: context.out.say,
  });
}

interface Announce {
  context: CommandContext;
  running: Running;
  tokens: Record<string, string>;
  data: string;
}

function announce({ context, running, tokens, data }: Announce): void {
  const { io, out } = context;
  if (running.issueToken !== null) {
    tellMoved(context, running);
    writeContext(io.env, {
      url: running.url,
      token: running.platformToken,
      rootKey: running.rootKey,
      // Why: a start without the example must not lose the subjects of a mesh that has it loaded.
      subjects: { ...subjectsOf(io.env, running.rootKey), ...tokens },
      data,
    });
  }
  if (Object.keys(tokens).length > 0) {
    out.say('To sign a browser in: weft open --as analyst prints a link that holds once.');
  }
  out.line({ ready: true, url: running.url, pid: process.pid }, () =>
    renderWelcome({ url: running.url, tokens, colors: out.colors }),
  );
}

/** Says when the context file led to another mesh until now: other terminals that use it would follow unawares. */
function tellMoved({ io }: CommandContext, running: Running): void {
  const before = contextBefore(io.env);
  if (before === null || before.rootKey === running.rootKey) return;
  // Why past --quiet and --json: commands in other terminals now reach this mesh, which nobody may find out by accident.
  io.stderr(
    `The context file ${contextPath(io.env)} led to ${before.url}; from now on it leads to ${running.url}.\n` +
      'To keep both, give each mesh a file of its own: WEFT_CONTEXT=./mesh.json weft up …\n',
  );
}

function contextBefore(env: CommandContext['io']['env']): ContextFile | null {
  try {
    return readContext(env);
  } catch (error) {
    // Why: a file that cannot be read leads nowhere, and it is written anew.
    if (isWeftError(error, 'USAGE')) return null;
    throw error;
  }
}

/** Resolves when the user or the system asks to stop; --timeout ends the server as an error, as it ends any command. */
async function untilStopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
  }
  if (!isWeftError(signal.reason, 'CANCELLED')) throw signal.reason;
}
