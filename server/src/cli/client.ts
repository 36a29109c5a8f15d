/**
 * The command line's HTTP client: the public API and nothing else.
 *
 * Invariant: an answer that is no success becomes a RemoteProblem with the document that the server sent; a mesh that
 * cannot be reached becomes UNAVAILABLE with the address.
 */
import type { Readable } from 'node:stream';
import { exitCodeOf, type ProblemDocument, WeftError } from '@weft/core/lib/error';

/** A problem+json answer, kept as sent. */
export class RemoteProblem extends Error {
  override readonly name = 'RemoteProblem';
  readonly problem: ProblemDocument;
  readonly exitCode: number;
  constructor(problem: ProblemDocument) {
    super(problem.detail);
    this.problem = problem;
    this.exitCode = exitCodeOf(problem.status, problem.code);
  }
}

export interface ClientOptions {
  url: string;
  token: string | null;
  signal: AbortSignal;
}

export interface CallOptions {
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, with `headers['content-type']`. */
  body?: string | Uint8Array | Readable;
}

export interface ApiClient {
  /** JSON of a successful answer. */
  call<T>(method: string, path: string, options?: CallOptions): Promise<T>;
  /** The answer itself, for streams. */
  open(method: string, path: string, options?: CallOptions): Promise<Response>;
  readonly url: string;
}

export function createClient(options: ClientOptions): ApiClient {
  const open = async (method: string, path: string, call: CallOptions = {}): Promise<Response> => {
    const response = await send({ options, method, path, call });
    if (response.ok) return response;
    throw await readProblem(response);
  };
  return {
    url: options.url,
    open,
    async call<T>(method: string, path: string, call?: CallOptions): Promise<T> {
      const response = await open(method, path, call);
      return (response.status === 204 ? null : await response.json()) as T;
    },
  };
}

interface Send {
  options: ClientOptions;
  method: string;
  path: string;
  call: CallOptions;
}

async function send({ options, method, path, call }: Send): Promise<Response> {
  const url = new URL(path, options.url);
  for (const [key, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) url.searchParams.set(key, String(value));
  }
  const headers: Record<string, string> = { accept: 'application/json', ...call.headers };
  if (options.token !== null) headers['authorization'] = `Bearer ${options.token}`;
  if (call.json !== undefined) headers['content-type'] = 'application/json';
  const body = call.json === undefined ? call.body : JSON.stringify(call.json);
  const init = {
    method,
    headers,
    signal: options.signal,
    ...(body === undefined
      ? {}
      : { body: body as Exclude<RequestInit['body'], undefined>, duplex: 'half' as const }),
  };
  try {
    return await fetch(url, init as RequestInit);
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    throw new WeftError('UNAVAILABLE', `${url.origin} does not answer`, {
      remedy: 'Is the mesh running? Start it with `weft up`, or name another with WEFT_URL.',
      cause: error,
    });
  }
}

async function readProblem(response: Response): Promise<RemoteProblem> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as ProblemDocument;
    if (typeof problem.code === 'string') return new RemoteProblem(problem);
  } catch {
    // Not ours: a proxy's page, for example.
  }
  return new RemoteProblem({
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    code: 'INTERNAL',
    detail: `HTTP ${response.status} from ${new URL(response.url).origin}`,
    remedy: 'Is this the address of a mesh?',
  });
}
