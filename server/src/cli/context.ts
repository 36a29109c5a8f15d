/**
 * Who am I and where is the mesh: WEFT_URL and WEFT_TOKEN, else the context file that `weft login` and `weft up` write.
 *
 * Not configuration of the server. Invariant: the file is mode 0600, since it holds tokens, and it is replaced whole.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { WeftError } from '@weft/core/lib/error';

export interface ContextFile {
  url: string;
  token: string | null;
  /** The mesh root key that this user pinned at login. */
  rootKey: string | null;
  /** Example subjects of a local mesh: name to token. */
  subjects: Record<string, string>;
}

export interface Identity {
  url: string;
  token: string | null;
  rootKey: string | null;
}

type Env = Record<string, string | undefined>;

export function contextPath(env: Env): string {
  return (
    env['WEFT_CONTEXT'] ??
    join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'weft', 'context.json')
  );
}

export function readContext(env: Env): ContextFile | null {
  try {
    const file = JSON.parse(readFileSync(contextPath(env), 'utf8')) as Partial<ContextFile>;
    if (typeof file.url !== 'string') return null;
    return {
      url: file.url,
      token: file.token ?? null,
      rootKey: file.rootKey ?? null,
      subjects: file.subjects ?? {},
    };
  } catch {
    return null;
  }
}

export function writeContext(env: Env, context: ContextFile): void {
  const path = contextPath(env);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(context, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

/** Address and token of this command; `as` names an example subject of a local mesh. */
export function resolveIdentity(env: Env, as: string | undefined): Identity {
  const context = readContext(env);
  const url = env['WEFT_URL'] ?? context?.url;
  if (url === undefined) {
    throw new WeftError('USAGE', 'no mesh is known here', {
      remedy: 'Start one with `weft up`, or name one with WEFT_URL or `weft login URL`.',
    });
  }
  const rootKey = context?.rootKey ?? null;
  if (as === undefined) return { url, token: env['WEFT_TOKEN'] ?? context?.token ?? null, rootKey };
  const token = context?.subjects[as];
  if (token === undefined) {
    const known = Object.keys(context?.subjects ?? {});
    throw new WeftError('USAGE', `there is no example subject "${as}" here`, {
      remedy:
        known.length === 0
          ? '--as works on a local mesh that was started with an example.'
          : `Known subjects: ${known.join(', ')}.`,
    });
  }
  return { url, token, rootKey };
}
