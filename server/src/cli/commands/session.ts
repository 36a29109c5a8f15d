/**
 * `login`, `whoami`, `token`, `completion`: who this command line is.
 *
 * Invariant: a root key that was pinned once is replaced only when the user names the new one with --trust.
 */
import { WeftError } from '@weft/core/lib/error';
import { createClient } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { completionScript } from '../completion.ts';
import { type ContextFile, readContext, readMeshUrl, writeContext } from '../context.ts';
import { renderFacts } from '../document-text.ts';
import { readText } from '../files.ts';
import { argument, readSeconds } from '../text.ts';

interface Mesh {
  name: string;
  rootKey: string;
  version: string;
}

interface Who {
  id: string;
  name: string;
  roles: string[];
  domains: string[];
}

/** Checks the token at the mesh, pins its root key and writes the context file. */
export async function login(context: CommandContext): Promise<undefined> {
  const url = readMeshUrl(argument(context, 0), 'the address');
  const token = await givenToken(context);
  const client = createClient({ url, token, signal: context.signal });
  const mesh = await client.call<Mesh>('GET', '/api/v1/mesh');
  const known = readContext(context.io.env);
  const before = known !== null && known.url === url ? known : null;
  checkRootKey({ mesh, trust: context.options.text('trust'), before });
  const who = token === null ? null : await client.call<Who>('GET', '/api/v1/whoami');
  // Why: the example subjects of a local mesh stay usable with --as as long as it is the same mesh.
  const subjects = before?.rootKey === mesh.rootKey ? before.subjects : {};
  writeContext(context.io.env, { url, token, rootKey: mesh.rootKey, subjects });
  context.out.document({ url, rootKey: mesh.rootKey, subject: who?.id ?? null }, () =>
    renderFacts([
      ['mesh', `${mesh.name} (${url})`],
      ['root key', `${mesh.rootKey} (pinned)`],
      ['you', who === null ? 'nobody: no token was given' : `${who.id} (${who.name})`],
    ]),
  );
  if (who === null)
    context.out.say(`Sign in with a token: weft login ${url} --token - (reads it from stdin)`);
  return undefined;
}

async function givenToken(context: CommandContext): Promise<string | null> {
  const given = context.options.text('token') ?? context.io.env['WEFT_TOKEN'] ?? '';
  const token = given === '-' ? (await readText(context.io, '-')).trim() : given;
  if (given === '-' && token === '') {
    throw new WeftError('USAGE', 'there is no token on standard input', {
      remedy: 'For example: weft token analyst --as platform | weft login URL --token -',
    });
  }
  return token === '' ? null : token;
}

interface RootKeyCheck {
  mesh: Mesh;
  trust: string | undefined;
  before: ContextFile | null;
}

function checkRootKey({ mesh, trust, before }: RootKeyCheck): void {
  if (trust !== undefined) {
    if (trust === mesh.rootKey) return;
    throw new WeftError(
      'CONTRACT_UNTRUSTED',
      `the mesh shows the root key ${mesh.rootKey}, not the one of --trust`,
      { remedy: 'Ask whoever runs the mesh which key is right. Nothing was stored.' },
    );
  }
  const pinned = before?.rootKey ?? null;
  if (pinned === null || pinned === mesh.rootKey) return;
  throw new WeftError(
    'CONTRACT_UNTRUSTED',
    `the mesh shows the root key ${mesh.rootKey}, at the last login it was ${pinned}`,
    {
      remedy:
        'Ask whoever runs the mesh; if the change is right, log in with --trust KEY. Nothing was stored.',
    },
  );
}

export async function whoami(context: CommandContext): Promise<undefined> {
  const who = await context.api().call<Who>('GET', '/api/v1/whoami');
  context.out.document(who, () =>
    [
      `${who.id} (${who.name})`,
      renderFacts([
        ['roles', who.roles.join(', ') || 'none'],
        ['domains', who.domains.join(', ') || 'none'],
        ['mesh', context.api().url],
      ]),
    ].join('\n'),
  );
  return undefined;
}

export async function token(context: CommandContext): Promise<undefined> {
  const ttlSeconds = Math.round(readSeconds(context.options.text('ttl') ?? 'P30D', 'ttl'));
  const { options } = context;
  const json = {
    subject: argument(context, 0),
    ttlSeconds,
    name: options.text('name'),
    roles: options.list('role'),
    domains: options.list('domain'),
  };
  const issued = await context
    .api()
    .call<{ token: string; expires: string }>('POST', '/api/v1/tokens', { json });
  context.out.document(issued, () => issued.token);
  context.out.say(`Valid until ${issued.expires}; it is shown once and kept nowhere.`);
  return undefined;
}

export async function completion(context: CommandContext): Promise<undefined> {
  const shell = argument(context, 0);
  const script = completionScript(shell);
  if (context.out.json) context.out.document({ shell, script }, () => '');
  else context.io.stdout(script);
  return undefined;
}
