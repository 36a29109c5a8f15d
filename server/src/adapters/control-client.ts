/**
 * A domain node's way to the control plane: HTTP with the node's own signed token, also when both share a process.
 *
 * Not a cache of permissions: every decision is asked anew, so a revocation acts on the next query. Invariants: an answer
 * that does not come, is no answer of a control plane, or none to this question (`control-client-decisions.ts`), is UNAVAILABLE and never a permit; contract bundles are handed
 * on as they came, since the node proves them itself under the pinned root.
 */
import type { ContractBundle } from '@weft/core/contract/bundle';
import { type ProblemDocument, WeftError } from '@weft/core/lib/error';
import type { ErrorCode } from '@weft/core/lib/error-catalog';
import { ERROR_CATALOG } from '@weft/core/lib/error-catalog';
import type { AccessDecider } from '@weft/core/query/ports';
import type { Standing } from '@weft/core/registry/standing';
import type { Subject } from '@weft/core/registry/types';
import { PolicyVersions, readDecisions } from './control-client-decisions.ts';

const DECIDE = '/api/v1/access/decide';

export interface ControlClientOptions {
  /** Base URL, asked for at each call: in one process it is known only once it listens. */
  url(): string;
  /** A token that is valid now. */
  token(): string;
  timeoutMs: number;
}

/** What a mesh says of itself to anybody. */
export interface MeshInfo {
  name: string;
  rootKey: string;
  /** Public key of the token issuer, base64url. */
  tokenKey: string;
  issuer: string;
  version: string;
}

export interface ControlClient extends AccessDecider {
  mesh(): Promise<MeshInfo>;
  /** The bundle of the contract line that `domain.table` (or a product) belongs to. */
  bundle(ref: string): Promise<ContractBundle>;
  /** Sends events, reports and measurements; at least once, the receiver drops repeats. */
  report(report: unknown): Promise<void>;
  /** Who may act no more, as soon as its version is not `after`; at least every ten seconds. */
  standing(after: string, signal: AbortSignal): Promise<Standing>;
  /** The subject of a bearer that only the control plane can verify. */
  identify(bearer: string): Promise<Subject>;
  /** Says where this node answers. */
  announce(url: string): Promise<void>;
}

export function createControlClient(options: ControlClientOptions): ControlClient {
  const call = <T>(method: string, path: string, body?: unknown): Promise<T> =>
    readControl<T>({ options, method, path, body });
  const known: KnownBundles = new Map();
  const versions = new PolicyVersions();
  return {
    mesh: () => call('GET', '/api/v1/mesh'),
    bundle: (ref) => fetchBundle(options, known, ref),
    standing: (after, signal) =>
      readControl<Standing>({
        options,
        method: 'GET',
        path: `/api/v1/node/standing?after=${encodeURIComponent(after)}`,
        signal,
      }),
    identify: (bearer) => call('POST', '/api/v1/node/identify', { bearer }),
    async report(report) {
      await call('POST', '/api/v1/node/reports', report);
    },
    async announce(url) {
      await call('POST', '/api/v1/node/address', { url });
    },
    async decide(request) {
      const ask = async () => readDecisions(request, await call('POST', DECIDE, request));
      // Why once more: an answer that was overtaken by another one is no fault of the control plane.
      for (let asked = 0; asked < 2; asked++) {
        const decisions = await ask();
        if (versions.follow(decisions)) return decisions;
      }
      throw new WeftError(
        'UNAVAILABLE',
        'the control plane decided by an older policy than before',
        {
          remedy:
            'Ask again. After the control plane was restored from a backup, start this node anew.',
        },
      );
    },
  };
}

interface Call {
  options: ControlClientOptions;
  method: string;
  path: string;
  body?: unknown;
  /** Of the answer that is known already. */
  tag?: string | undefined;
  signal?: AbortSignal;
}

/** By reference: the last bundle and its `ETag`; the one that was asked for longest ago is first. */
type KnownBundles = Map<string, { tag: string; bundle: ContractBundle }>;

const BUNDLES_MAX = 500;

/** The bundle as it is now; the one that is known, when the control plane says that it is still the same. */
async function fetchBundle(
  options: ControlClientOptions,
  known: KnownBundles,
  ref: string,
): Promise<ContractBundle> {
  const before = known.get(ref);
  const path = `/api/v1/contracts/${encodeURIComponent(ref)}/bundle`;
  const response = await callControl({ options, method: 'GET', path, tag: before?.tag });
  known.delete(ref);
  if (response.status === 304 && before !== undefined) {
    known.set(ref, before);
    return before.bundle;
  }
  const bundle = await readAnswer<ContractBundle>(response);
  const tag = response.headers.get('etag');
  if (tag !== null) known.set(ref, { tag, bundle });
  const [oldest] = known.keys();
  if (known.size > BUNDLES_MAX && oldest !== undefined) known.delete(oldest);
  return bundle;
}

async function readControl<T>(call: Call): Promise<T> {
  return readAnswer<T>(await callControl(call));
}

async function callControl({ options, method, path, body, tag, signal }: Call): Promise<Response> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${options.token()}`,
    accept: 'application/json',
  };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (tag !== undefined) headers['if-none-match'] = tag;
  const patience = AbortSignal.timeout(options.timeoutMs);
  try {
    return await fetch(new URL(path, options.url()), {
      method,
      headers,
      signal: signal === undefined ? patience : AbortSignal.any([patience, signal]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new WeftError('UNAVAILABLE', 'the control plane does not answer', { cause: error });
  }
}

async function readAnswer<T>(response: Response): Promise<T> {
  if (!response.ok) throw await toError(response);
  try {
    return (await response.json()) as T;
  } catch (error) {
    throw new WeftError('UNAVAILABLE', 'the control plane answered something unreadable', {
      cause: error,
    });
  }
}

async function toError(response: Response): Promise<WeftError> {
  const problem = (await response.json().catch(() => null)) as Partial<ProblemDocument> | null;
  const code = problem?.code;
  if (response.status < 500 && code !== undefined && code in ERROR_CATALOG) {
    const { remedy, errors } = problem ?? {};
    return new WeftError(code as ErrorCode, problem?.detail ?? code, {
      ...(remedy === undefined ? {} : { remedy }),
      ...(errors === undefined ? {} : { errors }),
    });
  }
  return new WeftError('UNAVAILABLE', `the control plane answered HTTP ${response.status}`);
}
