/**
 * Who am I and where is the mesh: WEFT_URL and WEFT_TOKEN, else the context file that `weft login` and `weft up` write.
 *
 * Not configuration of the server. Invariants: the file is mode 0600, since it holds tokens, and it is replaced whole; a
 * token of the file is only ever sent to the mesh that it was written for.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isWeftError, WeftError } from '@weft/core/lib/error';

export interface ContextFile {
  url: string;
  token: string | null;
  /** The mesh root key that this user pinned at login. */
  rootKey: string | null;
  /** Example subjects of a local mesh: name to token. */
  subjects: Record<string, string>;
  /** Where a local mesh has its data. */
  data?: string;
  /** How `token` is renewed, when an identity provider gave it. */
  oidc?: OidcContext;
}

export interface OidcContext {
  issuer: string;
  clientId: string;
  resource: string | null;
  /** Milliseconds since the epoch. */
  expires: number;
  refresh: string | null;
}

export interface Identity {
  url: string;
  token: string | null;
  /** True when the token is the one of the context file, and may have to be renewed. */
  renewable?: boolean;
}

type Env = Record<string, string | undefined>;

export function contextPath(env: Env): string {
  const named = textOf(env['WEFT_CONTEXT']);
  if (named !== undefined) return named;
  return join(textOf(env['XDG_CONFIG_HOME']) ?? join(homedir(), '.config'), 'weft', 'context.json');
}

/** The context file, or null when there is none. Throws USAGE for one that cannot be read. */
export function readContext(env: Env): ContextFile | null {
  const path = contextPath(env);
  const file = parseContext(path);
  if (file === null) return null;
  if (typeof file.url !== 'string') throw unreadable(path, 'it names no mesh');
  return {
    url: file.url,
    token: file.token ?? null,
    rootKey: file.rootKey ?? null,
    subjects: file.subjects ?? {},
    ...(typeof file.data === 'string' ? { data: file.data } : {}),
    ...(isOidcContext(file.oidc) ? { oidc: file.oidc } : {}),
  };
}

/** The data directory that is meant: the given one, else that of the mesh which this command line speaks to; else undefined. */
export function dataMeant(env: Env, given: string | undefined): string | undefined {
  const named = given ?? textOf(env['WEFT_DATA']);
  if (named !== undefined || textOf(env['WEFT_URL']) !== undefined) return named;
  try {
    return readContext(env)?.data;
  } catch (error) {
    if (isWeftError(error, 'USAGE')) return undefined;
    throw error;
  }
}

function parseContext(path: string): Partial<ContextFile> | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below, the same for text that is no JSON and for JSON that is no object.
  }
  throw unreadable(path, 'it is no JSON document');
}

function isOidcContext(value: Partial<OidcContext> | undefined): value is OidcContext {
  return (
    typeof value?.issuer === 'string' &&
    typeof value.clientId === 'string' &&
    typeof value.expires === 'number'
  );
}

function unreadable(path: string, why: string): WeftError {
  return new WeftError('USAGE', `the context file ${path} cannot be read: ${why}`, {
    remedy: 'Remove it and sign in again with `weft login URL`.',
  });
}

/** Subjects that the context has for the mesh of a root key; none when it cannot be read, since it is written anew. */
export function subjectsOf(env: Env, rootKey: string): Record<string, string> {
  try {
    const context = readContext(env);
    return context?.rootKey === rootKey ? context.subjects : {};
  } catch (error) {
    if (isWeftError(error, 'USAGE')) return {};
    throw error;
  }
}

export function writeContext(env: Env, context: ContextFile): void {
  const path = contextPath(env);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  // Why: a file that an earlier process left behind would keep its own mode.
  rmSync(temporary, { force: true });
  writeFileSync(temporary, `${JSON.stringify(context, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(temporary, path);
}

/** Address and token of this command; `as` names an example subject of a local mesh. */
export function resolveIdentity(env: Env, as: string | undefined): Identity {
  const given = textOf(env['WEFT_URL']);
  const token = textOf(env['WEFT_TOKEN']);
  const asked = given === undefined ? undefined : readMeshUrl(given, 'WEFT_URL');
  if (asked !== undefined && token !== undefined && as === undefined) return { url: asked, token };
  const context = readContext(env);
  const url = asked ?? context?.url;
  if (url === undefined) {
    throw new WeftError('USAGE', 'no mesh is known here', {
      remedy: 'Start one with `weft up`, or name one with WEFT_URL or `weft login URL`.',
    });
  }
  const own = context !== null && sameOrigin(context.url, url) ? context : null;
  if (as !== undefined) return { url, token: subjectToken(own, as) };
  if (token === undefined && own?.oidc !== undefined) {
    return { url, token: own.token, renewable: true };
  }
  return { url, token: token ?? own?.token ?? null };
}

function subjectToken(context: ContextFile | null, name: string): string {
  const known = Object.keys(context?.subjects ?? {});
  const token = known.includes(name) ? context?.subjects[name] : undefined;
  if (token !== undefined) return token;
  throw new WeftError('USAGE', `there is no example subject "${name}" here`, {
    remedy:
      known.length === 0
        ? '--as works on a local mesh that was started with an example: `weft up --example cpg`. Elsewhere set WEFT_TOKEN.'
        : `Known subjects: ${known.join(', ')}.`,
  });
}

/** The address of a mesh as scheme, host and port. Throws USAGE for what is none. */
export function readMeshUrl(text: string, source: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url.origin;
  const guess = URL.canParse(`http://${text}`) ? `http://${text}` : 'http://127.0.0.1:8787';
  throw new WeftError('USAGE', `${source} "${text}" is no address of a mesh`, {
    remedy: `Give it with its scheme, such as ${guess}.`,
  });
}

function sameOrigin(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin;
}

function textOf(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
