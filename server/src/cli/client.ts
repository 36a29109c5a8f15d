/**
 * The command line's HTTP client: the public API and nothing else.
 *
 * Invariant: an answer that is no success becomes a RemoteProblem with the document that the server sent; a mesh that
 * cannot be reached, or whose answer breaks off, becomes UNAVAILABLE with the address.
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
  /** Gives the token where it may have to be renewed first; it wins over `token`. */
  renew?: () => Promise<string | null>;
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
  /** The same with its entity tag, for whoever changes what he read; null where there is none. */
  tagged<T>(path: string): Promise<{ document: T; etag: string | null }>;
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
      return (response.status === 204 ? null : await readJson(response, options.signal)) as T;
    },
    async tagged<T>(path: string) {
      const response = await open('GET', path);
      const document = (await readJson(response, options.signal)) as T;
      return { document, etag: response.headers.get('etag') };
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
  const token = options.renew === undefined ? options.token : await options.renew();
  if (token !== null) headers['authorization'] = `Bearer ${token}`;
  if (call.json !== undefined) headers['content-type'] = 'application/json';
  const body = call.json === undefined ? call.body : JSON.stringify(call.json);
  const init = {
    method,
    headers,
    signal: options.signal,
    dispatcher: patientDispatcher(),
    ...(body === undefined
      ? {}
      : { body: body as Exclude<RequestInit['body'], undefined>, duplex: 'half' as const }),
  };
  try {
    return await fetch(url, init as RequestInit);
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    throw sourceError(call.body) ?? noAnswer(url.origin, error);
  }
}

const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.1');
type Dispatcher = new (options: { headersTimeout: number }) => object;
let patient: object | undefined;

/**
 * Why: by itself `fetch` of Node gives up when the head of an answer does not come within 300 s; how long to wait is for
 * `--timeout` to say. The class is that of Node's own undici, which is no module; with another version of it `fetch` may not work.
 */
function patientDispatcher(): object | undefined {
  void Headers; // Naming it loads undici.
  const usual = Reflect.get(globalThis, GLOBAL_DISPATCHER) as object | undefined;
  if (usual !== undefined) patient ??= new (usual.constructor as Dispatcher)({ headersTimeout: 0 });
  return patient;
}

/** The error of a file that was being sent: it is why the request failed, not the mesh. */
function sourceError(body: CallOptions['body']): Error | null {
  if (typeof body !== 'object' || body instanceof Uint8Array) return null;
  return (body.errored as NodeJS.ErrnoException | null)?.code?.startsWith('E') === true
    ? body.errored
    : null;
}

function noAnswer(origin: string, cause: unknown): WeftError {
  const why = connectionError(cause);
  return new WeftError('UNAVAILABLE', `${origin} does not answer${why === '' ? '' : ` (${why})`}`, {
    remedy: 'Is the mesh running? Start it with `weft up`, or name another with WEFT_URL.',
    cause,
  });
}

/** The answer broke off on the way: what came of it is not whole. */
export function brokenOff(origin: string, cause: unknown): WeftError {
  return new WeftError('UNAVAILABLE', `the answer of ${origin} broke off`, {
    remedy: 'What was received is not whole. Try again; /readyz tells whether the mesh runs.',
    cause,
  });
}

// Why: fetch says "fetch failed" whatever happened; the reason is in its cause.
function connectionError(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

async function readJson(response: Response, signal: AbortSignal): Promise<unknown> {
  const origin = originOf(response);
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw signal.aborted ? signal.reason : brokenOff(origin, error);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new WeftError('UNAVAILABLE', `${origin} does not answer as a mesh does: no JSON`, {
      remedy: 'Is this the address of a mesh? See WEFT_URL and `weft doctor`.',
    });
  }
}

async function readProblem(response: Response): Promise<RemoteProblem> {
  const problem = parseProblem(await response.text().catch(() => ''));
  if (problem !== null) return new RemoteProblem(problem);
  // Not ours: a proxy's page, for example.
  return new RemoteProblem({
    type: 'about:blank',
    title: response.statusText === '' ? 'Failed' : response.statusText,
    status: response.status,
    code: `HTTP_${response.status}`,
    detail: `HTTP ${response.status} from ${originOf(response)}, without a problem document`,
    remedy: 'Is this the address of a mesh? See WEFT_URL and `weft doctor`.',
  });
}

function parseProblem(text: string): ProblemDocument | null {
  try {
    const problem = JSON.parse(text) as Partial<ProblemDocument> | null;
    if (typeof problem?.code !== 'string' || typeof problem.status !== 'number') return null;
    return {
      ...problem,
      type: problem.type ?? 'about:blank',
      title: problem.title ?? problem.code,
      detail: problem.detail ?? '',
      remedy: problem.remedy ?? '',
      status: problem.status,
      code: problem.code,
    };
  } catch {
    return null;
  }
}

function originOf(response: Response): string {
  return URL.canParse(response.url) ? new URL(response.url).origin : 'the mesh';
}
