/**
 * HTTP calls of tests on a running mesh, and the few things that most of them need: a domain, tokens, a contract, access.
 *
 * Not the client of the command line: it shows every answer as it came, errors too.
 */
import assert from 'node:assert/strict';
import type { SourceFormat } from '@weft/core/ingest/ports';
import type { BatchReport } from '@weft/core/ingest/report';
import type { ProblemDocument } from '@weft/core/lib/error';
import type { Agreement } from '@weft/core/registry/types';

export interface CallOptions {
  token?: string | null;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  text: string;
  /** The JSON of the answer; the text when it is none. */
  body: T;
}

export interface MeshApi {
  url: string;
  call<T>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  /** The problem of a call that must fail. */
  fail(method: string, path: string, options?: CallOptions): Promise<ProblemDocument>;
  /** The document of a call that must succeed. */
  done<T>(method: string, path: string, options?: CallOptions): Promise<T>;
  issueToken(request: { subject: string; roles: string[]; domains?: string[] }): Promise<string>;
  /** Sends a batch; resolves to its report, whatever its state is. */
  ingest(product: string, body: CallOptions['body'], options: IngestOptions): Promise<BatchReport>;
  /** Asks for access and approves it; resolves to the id of the agreement. */
  agree(options: Agree): Promise<string>;
  query<T>(sql: string, options: { token: string; purpose: string }): Promise<Answer<T>>;
}

export interface IngestOptions {
  token: string;
  format?: SourceFormat;
  key?: string;
  name?: string;
}

export interface Agree {
  product: string;
  purpose: string;
  /** Token of who asks. */
  by: string;
  /** Token of who approves. */
  approver: string;
}

/** The API of the mesh at `url`; calls without a token are those of `token`. */
export function createApi(url: string, token: string): MeshApi {
  const call = async <T>(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<Answer<T>> => send<T>({ url, token, method, path, options });
  const fail = async (method: string, path: string, options?: CallOptions) => {
    const { status, text, body, headers } = await call<ProblemDocument>(method, path, options);
    assert.ok(status >= 400 && status < 500, `${method} ${path}: ${status} ${text}`);
    assert.equal(headers.get('content-type'), 'application/problem+json; charset=utf-8');
    assert.equal(body.status, status);
    assert.ok(body.remedy.length > 10, `a remedy: ${text}`);
    return body;
  };
  const done = async <T>(method: string, path: string, options?: CallOptions): Promise<T> => {
    const { status, text, body } = await call<T>(method, path, options);
    assert.ok(status >= 200 && status < 300, `${method} ${path}: ${status} ${text}`);
    return body;
  };
  return {
    url,
    call,
    fail,
    done,
    issueToken: async (request) =>
      (await done<{ token: string }>('POST', '/api/v1/tokens', { json: request })).token,
    ingest: (product, body, options) => ingest(done, { product, body, options }),
    async agree({ product, purpose, by, approver }) {
      const json = { product, purpose };
      const asked = await done<Agreement>('POST', '/api/v1/agreements', { json, token: by });
      const path = `/api/v1/agreements/${asked.agreement}/approve`;
      await done('POST', path, { json: {}, token: approver });
      return asked.agreement;
    },
    query: (sql, { token: by, purpose }) =>
      call('POST', '/api/v1/queries', { json: { sql, purpose }, token: by }),
  };
}

interface Send {
  url: string;
  token: string;
  method: string;
  path: string;
  options: CallOptions;
}

async function send<T>({ url, token, method, path, options }: Send): Promise<Answer<T>> {
  const headers: Record<string, string> = { ...options.headers };
  const bearer = options.token === undefined ? token : options.token;
  if (bearer !== null) headers['authorization'] = `Bearer ${bearer}`;
  if (options.json !== undefined) headers['content-type'] = 'application/json';
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  const response = await fetch(`${url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) as T };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function ingest(
  done: MeshApi['done'],
  input: { product: string; body: CallOptions['body']; options: IngestOptions },
): Promise<BatchReport> {
  const { format = 'csv', key, name, token } = input.options;
  const query = new URLSearchParams({ format });
  if (key !== undefined) query.set('key', key);
  if (name !== undefined) query.set('name', name);
  const headers = { 'content-type': 'application/octet-stream' };
  const path = `/api/v1/products/${encodeURIComponent(input.product)}/batches?${query}`;
  return done('POST', path, {
    token,
    headers,
    ...(input.body === undefined ? {} : { body: input.body }),
  });
}
