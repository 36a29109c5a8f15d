/**
 * A mesh of a few answers, put where `fetch` reaches the network: everything above it is the app as it runs.
 *
 * Not a server. Each answer is typed by the OpenAPI document of the real one, so a test cannot answer what no mesh would.
 * Invariant: what a test did not foresee is answered with 501 and fails the test.
 */
import { expect, onTestFinished, vi } from 'vitest';
import type { paths } from '../api/generated/openapi.js';
import type { ProblemDocument } from '../api/problem.ts';
import type { Me } from '../api/types.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: object }> ? P : never;
}[keyof paths];

type Content<R> = R extends { content: { 'application/json': infer Body } } ? Body : never;

type BodyOf<M extends Method, P> = P extends keyof paths
  ? paths[P] extends Record<M, { responses: infer R }>
    ? { [Status in keyof R]: Status extends 200 | 201 | 202 ? Content<R[Status]> : never }[keyof R]
    : never
  : never;

export interface Asked {
  method: Method;
  /** As the document writes it: `/api/v1/products/{product}`. */
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
}

type Answer<T> = T | Response | ((asked: Asked) => T | Response | Promise<T | Response>);

interface Route {
  method: Method;
  path: string;
  pattern: RegExp;
  answer: Answer<object>;
}

export interface Mesh {
  /** Answers a request; what is said later holds before what was said earlier. */
  on<M extends Method, P extends PathOf<M>>(method: M, path: P, answer: Answer<BodyOf<M, P>>): void;
  /** For the paths that the document leaves open. */
  onOpen(method: Method, path: string, answer: Answer<object>): void;
  /** What was asked of a path, in order. */
  asked(method: Method, path: string): Asked[];
}

/** Why a bound: who asks for page after page of an answer without an end would hold the test, its time limit included. */
const ASKED_MAX = 500;

/** Puts a mesh at the network for the length of one test. */
export function startMesh(): Mesh {
  const routes: Route[] = [];
  const log: Asked[] = [];
  const unforeseen: string[] = [];
  let count = 0;
  const reply = async (request: Request): Promise<Response> => {
    const asked = await readAsked(request);
    if (++count > ASKED_MAX) {
      unforeseen.push(`more than ${ASKED_MAX} requests, the last ${asked.method} ${asked.path}`);
      return problem(501, 'UNFORESEEN', { detail: asked.path });
    }
    const route = routes.findLast(({ method, pattern }) => fits(asked, method, pattern));
    if (route === undefined) {
      unforeseen.push(`${asked.method} ${asked.path}`);
      return problem(501, 'UNFORESEEN', { detail: asked.path });
    }
    asked.params = { ...route.pattern.exec(asked.path)?.groups };
    asked.path = route.path;
    log.push(asked);
    const { answer } = route;
    const body = typeof answer === 'function' ? await answer(asked) : answer;
    const response = body instanceof Response ? body.clone() : Response.json(body);
    // Why not of what went through something else: that is no answer of the mesh.
    if (!response.headers.has('via')) response.headers.set('weft-version', '0.0.0');
    // As an answer from the network has it.
    return Object.defineProperty(response, 'url', { value: request.url });
  };
  vi.stubGlobal('fetch', (input: Request | string, init?: RequestInit) => {
    const address = typeof input === 'string' ? new URL(input, location.origin).href : input;
    return reply(new Request(address, init));
  });
  onTestFinished(() => expect(unforeseen).toEqual([]));
  const add = (method: Method, path: string, answer: Answer<object>) =>
    routes.push({ method, path, pattern: patternOf(path), answer });
  // Why foreseen: whatever shows a person or a domain asks what they are called. A test that is about names says more.
  add('get', '/api/v1/names', { items: [] });
  add('get', '/api/v1/domains', { items: [], next: null });
  return {
    on: (method, path, answer) => void add(method, path, answer),
    onOpen: (method, path, answer) => void add(method, path, answer),
    asked: (method, path) => log.filter((one) => one.method === method && one.path === path),
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

const fits = (asked: Asked, method: Method, pattern: RegExp): boolean =>
  asked.method === method && pattern.test(asked.path);

async function readAsked(request: Request): Promise<Asked> {
  const { pathname, searchParams } = new URL(request.url);
  const text = await request.text();
  return {
    method: request.method.toLowerCase() as Method,
    path: decodeURIComponent(pathname),
    params: {},
    query: searchParams,
    headers: request.headers,
    body: readBody(text, request.headers.get('content-type') ?? ''),
  };
}

/** JSON as what it says, anything else as its text. */
function readBody(text: string, type: string): unknown {
  if (text === '') return null;
  return type === '' || type.includes('json') ? JSON.parse(text) : text;
}

/** A refusal as the API writes it. */
export function problem(
  status: number,
  code: string,
  facts: Partial<ProblemDocument> = {},
): Response {
  const document = { status, code, title: code, detail: `Refused: ${code}.`, ...facts };
  return new Response(JSON.stringify(document), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });
}

/** What the frame of every page asks for by itself, for tests of whole pages. */
export function answerFrame(mesh: Mesh, me: Me): void {
  mesh.on('get', '/api/v1/whoami', me);
  mesh.on('get', '/api/v1/queue', { capped: false, items: [], next: null, total: 0 });
  mesh.on('get', '/api/v1/contracts/{ref}', problem(404, 'NOT_FOUND'));
  mesh.on('get', '/api/v1/search', { facets: {}, items: [], next: null, total: 0, capped: false });
}
