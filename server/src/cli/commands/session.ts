/**
 * `login`, `whoami`, `token`, `doctor`, `completion`: who this command line is and whether things work.
 */
import { existsSync } from 'node:fs';
import { parseDuration } from '@weft/core/lib/duration';
import { WeftError } from '@weft/core/lib/error';
import { createClient } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { completionScript } from '../completion.ts';
import { contextPath, readContext, writeContext } from '../context.ts';
import { argument } from '../text.ts';

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
  const url = new URL(argument(context, 0)).origin;
  const token = context.options.text('token') ?? context.io.env['WEFT_TOKEN'] ?? null;
  const client = createClient({ url, token, signal: context.signal });
  const mesh = await client.call<Mesh>('GET', '/api/v1/mesh');
  const trust = context.options.text('trust');
  if (trust !== undefined && trust !== mesh.rootKey) {
    throw new WeftError('CONTRACT_UNTRUSTED', 'the mesh shows another root key than --trust says');
  }
  const known = readContext(context.io.env);
  if (
    trust === undefined &&
    known !== null &&
    known.url === url &&
    known.rootKey !== null &&
    known.rootKey !== mesh.rootKey
  ) {
    throw new WeftError(
      'CONTRACT_UNTRUSTED',
      'the mesh shows another root key than at the last login',
      {
        remedy: 'Ask whoever runs the mesh; if the change is right, log in with --trust KEY.',
      },
    );
  }
  const who = token === null ? null : await client.call<Who>('GET', '/api/v1/whoami');
  writeContext(context.io.env, { url, token, rootKey: mesh.rootKey, subjects: {} });
  context.out.document({ url, rootKey: mesh.rootKey, subject: who?.id ?? null }, () =>
    [
      `Mesh      ${mesh.name} (${url})`,
      `Root key  ${mesh.rootKey} (pinned)`,
      `You       ${who?.id ?? 'no token'}`,
    ].join('\n'),
  );
  return undefined;
}

export async function whoami(context: CommandContext): Promise<undefined> {
  const who = await context.api().call<Who>('GET', '/api/v1/whoami');
  context.out.document(who, () =>
    [
      `${who.id} (${who.name})`,
      `roles    ${who.roles.join(', ') || 'none'}`,
      `domains  ${who.domains.join(', ') || 'none'}`,
    ].join('\n'),
  );
  return undefined;
}

export async function token(context: CommandContext): Promise<undefined> {
  const ttl = context.options.text('ttl') ?? 'P30D';
  const seconds = parseDuration(ttl);
  if (seconds === null)
    throw new WeftError('USAGE', `--ttl "${ttl}" is no duration`, { remedy: 'Give P30D or PT1H.' });
  const json = { subject: argument(context, 0), ttlSeconds: seconds };
  const issued = await context.api().call<{ token: string }>('POST', '/api/v1/tokens', { json });
  context.out.document(issued, () => issued.token);
  return undefined;
}

interface Finding {
  check: string;
  ok: boolean;
  detail: string;
  remedy: string;
}

/** Looks at runtime, context and mesh; exit code 1 when something is not right. */
export async function doctor(context: CommandContext): Promise<number> {
  const findings: Finding[] = [
    {
      check: 'runtime',
      ok: Number(process.versions.node.split('.')[0]) >= 24,
      detail: `Node ${process.versions.node}`,
      remedy: 'Run `npm install` in the clone.',
    },
    {
      check: 'process limits',
      ok: existsSync('/usr/bin/prlimit') || existsSync('/bin/sh'),
      detail: existsSync('/usr/bin/prlimit') ? 'prlimit' : 'ulimit of /bin/sh',
      remedy: 'Install util-linux: queries run only under operating-system limits.',
    },
    contextFinding(context),
    await meshFinding(context),
  ];
  context.out.document({ findings }, () =>
    findings
      .map((f) => `${f.ok ? '✓' : '×'} ${f.check}: ${f.detail}${f.ok ? '' : `\n    ${f.remedy}`}`)
      .join('\n'),
  );
  return findings.every((finding) => finding.ok) ? 0 : 1;
}

function contextFinding({ io }: CommandContext): Finding {
  const known = readContext(io.env);
  return {
    check: 'context',
    ok: known !== null || io.env['WEFT_URL'] !== undefined,
    detail: known === null ? `no context file at ${contextPath(io.env)}` : `${known.url}`,
    remedy: 'Start a mesh with `weft up`, or sign in with `weft login URL`.',
  };
}

async function meshFinding(context: CommandContext): Promise<Finding> {
  const finding = {
    check: 'mesh',
    remedy: 'Start it with `weft up`; its log says why when it does not start.',
  };
  try {
    const ready = await context
      .api()
      .call<{ ready: boolean; checks: Record<string, string> }>('GET', '/readyz');
    const detail = Object.entries(ready.checks)
      .map(([name, state]) => `${name} ${state}`)
      .join(', ');
    return { ...finding, ok: ready.ready, detail };
  } catch (error) {
    return {
      ...finding,
      ok: false,
      detail: error instanceof Error ? error.message : String(error),
    };
  }
}

export async function completion(context: CommandContext): Promise<undefined> {
  context.io.stdout(completionScript(argument(context, 0)));
  return undefined;
}
