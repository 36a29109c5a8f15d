/**
 * `login`, `whoami`, `token`, `completion`: who this command line is.
 *
 * Invariants: a root key that was pinned once is replaced only when the user names the new one with --trust; nobody is
 * sent to an identity provider by a mesh whose root key does not fit.
 */
import { WeftError } from '@weft/core/lib/error';
import { createClient } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { completionScript } from '../completion.ts';
import { type ContextFile, readContext, readMeshUrl, writeContext } from '../context.ts';
import { renderFacts } from '../document-text.ts';
import { readText } from '../files.ts';
import type { OidcOffer, SignedIn } from '../oidc-login.ts';
import { argument, readSeconds } from '../text.ts';

interface Mesh {
  name: string;
  rootKey: string;
  version: string;
  oidc?: OidcOffer | null;
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
  const open = createClient({ url, token: null, signal: context.signal });
  const mesh = await open.call<Mesh>('GET', '/api/v1/mesh');
  const known = readContext(context.io.env);
  const before = known !== null && known.url === url ? known : null;
  checkRootKey({ mesh, trust: context.options.text('trust'), before });
  const { token, oidc } = await signIn(context, mesh);
  const client = createClient({ url, token, signal: context.signal });
  const who = token === null ? null : await client.call<Who>('GET', '/api/v1/whoami');
  // Why: the example subjects of a local mesh stay usable with --as as long as it is the same mesh.
  const subjects = before?.rootKey === mesh.rootKey ? before.subjects : {};
  const data = before?.data === undefined ? {} : { data: before.data };
  writeContext(context.io.env, { url, token, rootKey: mesh.rootKey, subjects, ...data, ...oidc });
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

/** A token that was given, or one of the identity provider, with how it is renewed. */
async function signIn(
  context: CommandContext,
  mesh: Mesh,
): Promise<{ token: string | null; oidc: Pick<ContextFile, 'oidc'> }> {
  const clientId = context.options.text('client');
  if (!context.options.flag('oidc') && clientId === undefined) {
    return { token: await givenToken(context), oidc: {} };
  }
  const offer = mesh.oidc ?? null;
  if (offer === null) {
    throw new WeftError('USAGE', 'this mesh has no identity provider', {
      remedy: 'Sign in with a token: weft login URL --token -',
    });
  }
  const { issuer, resource } = offer;
  const { token, expires, refresh, ...by } = await signInAtProvider(context, offer, clientId);
  const oidc = { issuer, resource, clientId: by.clientId, expires, refresh };
  return { token, oidc: { oidc } };
}

async function signInAtProvider(
  context: CommandContext,
  offer: OidcOffer,
  clientId: string | undefined,
): Promise<SignedIn> {
  const { signInAsClient, signInByCode } = await import('../oidc-login.ts');
  const { io, signal } = context;
  if (clientId === undefined) {
    // Why past --json and --quiet: without the address nobody can go on.
    const show = (url: string): void => io.stderr(`Open this address and sign in:\n\n  ${url}\n\n`);
    return signInByCode(offer, { port: callbackPort(context), signal, now: io.now, show });
  }
  const secret = io.env['WEFT_OIDC_CLIENT_SECRET'] ?? '';
  if (secret === '') {
    throw new WeftError('USAGE', `the secret of the client ${clientId} is missing`, {
      remedy: 'Put it into WEFT_OIDC_CLIENT_SECRET.',
    });
  }
  return signInAsClient(offer, { clientId, secret, now: io.now() });
}

function callbackPort({ options }: CommandContext): number {
  const text = options.text('callbackPort') ?? '0';
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new WeftError('USAGE', `--callback-port "${text}" is no port`, {
    remedy: 'Give a number up to 65535, or leave it out.',
  });
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
    .call<{ id: string; token: string; expires: string }>('POST', '/api/v1/tokens', { json });
  context.out.document(issued, () => issued.token);
  context.out.say(
    `Valid until ${issued.expires}; it is shown once and kept nowhere. To revoke it: weft key revoke ${issued.id}`,
  );
  return undefined;
}

export async function completion(context: CommandContext): Promise<undefined> {
  const shell = argument(context, 0);
  const script = completionScript(shell);
  if (context.out.json) context.out.document({ shell, script }, () => '');
  else context.io.stdout(script);
  return undefined;
}
