/**
 * The command line inside a test: memory instead of a terminal, and a small mesh that answers what the test recorded.
 *
 * Not a mesh: a recorded answer proves how the command line reads it, and nothing of the server. Invariant: a request that
 * no record fits is answered 599, so that no test passes by an answer nobody wrote.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { CliIo } from '../../server/src/cli/io.ts';
import { runProgram } from '../../server/src/cli/program.ts';

export interface CliOptions {
  env?: Record<string, string | undefined>;
  stdin?: string | Uint8Array;
  /** Standard output and error are a terminal of this width. */
  terminal?: number;
  interrupt?: AbortSignal;
  now?: Date;
  /** Called with every piece of stdout. */
  onOut?(text: string): void;
  /** Called with every piece of stderr. */
  onErr?(text: string): void;
}

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface MemoryIo extends CliIo {
  out(): string;
  err(): string;
}

export function memoryIo(options: CliOptions = {}): MemoryIo {
  const out: Uint8Array[] = [];
  const err: string[] = [];
  return {
    stdout: (text) => {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      out.push(bytes);
      options.onOut?.(Buffer.from(bytes).toString());
    },
    drained: async () => undefined,
    stderr: (text) => {
      err.push(text);
      options.onErr?.(text);
    },
    stdin: async function* () {
      yield Buffer.from(options.stdin ?? '');
    },
    env: options.env ?? {},
    isTerminal: options.terminal !== undefined,
    isErrorTerminal: options.terminal !== undefined,
    isInputTerminal: false,
    columns: options.terminal ?? 100,
    now: () => options.now ?? new Date('2026-11-22T12:00:00Z'),
    out: () => Buffer.concat(out).toString(),
    err: () => err.join(''),
  };
}

/** Runs `weft ARGS…` in this process. */
export async function runCli(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const io = memoryIo(options);
  const interrupt = options.interrupt ?? new AbortController().signal;
  const code = await runProgram(args, { io, version: '9.9.9', interrupt });
  return { code, stdout: io.out(), stderr: io.err() };
}

export interface RecordedRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** JSON of an answer; a status other than 200 with `status`; anything else by writing to the response. */
export type Answer =
  | { status?: number; json?: unknown; headers?: Record<string, string>; text?: string }
  | ((request: RecordedRequest, response: ServerResponse) => void | Promise<void>);

export interface RecordedMesh {
  url: string;
  requests: RecordedRequest[];
  /** Environment of a command line that knows this mesh by WEFT_URL and has no context file. */
  env: Record<string, string>;
  /** A folder of the test, removed after it. */
  folder: string;
}

const NODES = 'GET /api/v1/mesh';

/** Answers by `METHOD /path`, for the time of the test. The list of nodes is empty and left out of the requests. */
export async function recordMesh(
  t: TestContext,
  answers: Record<string, Answer>,
): Promise<RecordedMesh> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (message, response) => {
    const url = new URL(message.url ?? '/', 'http://mesh');
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const request = {
      method: message.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: message.headers,
      body: Buffer.concat(chunks),
    };
    const asked = `${request.method} ${request.path}`;
    // Why: which node to ask is looked up before many commands; one process that is all of the mesh says no other address.
    if (asked === NODES && answers[NODES] === undefined) {
      sendAnswer(response, { json: { nodes: [] } });
      return;
    }
    requests.push(request);
    const answer = answers[asked] ?? { status: 599, json: {} };
    if (typeof answer === 'function') await answer(request, response);
    else sendAnswer(response, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = tempFolder(t);
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, requests, folder, env: meshEnv(url, folder) };
}

function meshEnv(url: string, folder: string): Record<string, string> {
  return { WEFT_URL: url, WEFT_TOKEN: 'a-token', WEFT_CONTEXT: join(folder, 'context.json') };
}

function sendAnswer(response: ServerResponse, answer: Exclude<Answer, () => unknown>): void {
  const {
    status = 200,
    json,
    headers = {},
    text,
  } = answer as {
    status?: number;
    json?: unknown;
    headers?: Record<string, string>;
    text?: string;
  };
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(text ?? JSON.stringify(json));
}

/** A folder that is removed after the test. */
export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'weft-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a context file as `weft up` would, and gives the environment that names it. */
export function contextEnv(
  folder: string,
  context: Record<string, unknown>,
): { WEFT_CONTEXT: string } {
  const path = join(folder, 'context.json');
  writeFileSync(path, JSON.stringify(context), { mode: 0o600 });
  return { WEFT_CONTEXT: path };
}

/** A problem document as the server sends it. */
export function problem(status: number, code: string, more: Record<string, unknown> = {}) {
  return {
    type: `/docs/errors#${code.toLowerCase()}`,
    title: `Title of ${code}`,
    status,
    code,
    detail: `detail of ${code}`,
    instance: 'req-1',
    remedy: `remedy of ${code}`,
    ...more,
  };
}
