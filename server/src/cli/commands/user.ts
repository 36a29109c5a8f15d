/**
 * `user …`: the people and programs of a mesh.
 */
import { WeftError } from '@weft/core/lib/error';
import type { CommandContext } from '../command.ts';
import { renderFields } from '../document-text.ts';
import { readList } from '../listing.ts';
import { argument, pathPart } from '../text.ts';

interface User {
  id: string;
  name: string;
  kind: string;
  roles: string[];
  domains: string[];
  attributes: Record<string, string | string[]>;
  state: string;
}

export async function create(context: CommandContext): Promise<undefined> {
  const id = argument(context, 0);
  const roles = context.options.list('role');
  if (roles === undefined) {
    throw new WeftError('USAGE', '--role is needed', {
      remedy: `For example: weft user create ${id} --role consumer`,
    });
  }
  const kind = context.options.flag('service') ? 'service' : 'user';
  const json = { id, kind, ...rights(context), roles };
  const made = await context.api().call<User>('POST', '/api/v1/users', { json });
  context.out.document(made, () => `${made.kind} ${made.id} made.`);
  context.out.say(
    kind === 'service'
      ? `It needs a key: weft key create NAME --for ${id}`
      : `A token for it: weft token ${id}; an API key: weft key create NAME --for ${id}`,
  );
  return undefined;
}

export async function list(context: CommandContext): Promise<undefined> {
  const found = await readList<User>(context, '/api/v1/users', {
    q: context.options.text('like'),
  });
  context.out.list(
    found,
    [
      { head: 'SUBJECT', cell: (u) => u.id },
      { head: 'NAME', cell: (u) => u.name },
      { head: 'KIND', cell: (u) => u.kind },
      { head: 'STATE', cell: (u) => u.state },
      { head: 'ROLES', cell: (u) => u.roles.join(', ') },
      { head: 'DOMAINS', cell: (u) => u.domains.join(', ') || '-' },
    ],
    'No subjects.',
  );
  return undefined;
}

export async function show(context: CommandContext): Promise<undefined> {
  const found = await context.api().call<User>('GET', userPath(context));
  context.out.document(found, () => renderFields({ ...found }));
  return undefined;
}

export async function change(context: CommandContext): Promise<undefined> {
  const without = context.options.list('without') ?? [];
  const { attributes = {}, ...others } = rights(context);
  const changes = {
    ...(attributes as Record<string, unknown>),
    ...Object.fromEntries(without.map((name) => [name, null])),
  };
  const json = { ...others, ...(Object.keys(changes).length === 0 ? {} : { attributes: changes }) };
  if (Object.keys(json).length === 0) {
    throw new WeftError('USAGE', 'nothing is given that shall be another', {
      remedy:
        'Give --role, --domain or --name, which replace what was, or --attribute and --without, which change one.',
    });
  }
  const changed = await context.api().call<User>('PATCH', userPath(context), { json });
  context.out.document(changed, () => `${changed.id} changed: ${changed.roles.join(', ')}.`);
  context.out.say('Tokens that were issued before are refused from now on.');
  return undefined;
}

export const disable = (context: CommandContext): Promise<undefined> => step(context, 'disable');
export const enable = (context: CommandContext): Promise<undefined> => step(context, 'enable');
export const signout = (context: CommandContext): Promise<undefined> => step(context, 'signout');

async function step(context: CommandContext, name: string): Promise<undefined> {
  const user = await context.api().call<User>('POST', `${userPath(context)}/${name}`);
  context.out.document(user, () =>
    name === 'signout' ? `${user.id} is signed out everywhere.` : `${user.id} is ${user.state}.`,
  );
  return undefined;
}

function userPath(context: CommandContext): string {
  return `/api/v1/users/${pathPart(argument(context, 0))}`;
}

function rights({ options }: CommandContext): Record<string, unknown> {
  const given = {
    name: options.text('name'),
    roles: options.list('role'),
    domains: options.list('domain'),
    attributes: readAttributes(options.list('attribute')),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function readAttributes(
  pairs: string[] | undefined,
): Record<string, string | string[]> | undefined {
  if (pairs === undefined) return undefined;
  const attributes = new Map<string, string[]>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) {
      throw new WeftError('USAGE', `--attribute "${pair}" is no NAME=VALUE`, {
        remedy: 'For example: --attribute region=EU',
      });
    }
    const name = pair.slice(0, at);
    attributes.set(name, [...(attributes.get(name) ?? []), pair.slice(at + 1)]);
  }
  return Object.fromEntries(
    [...attributes].map(([name, values]) => [
      name,
      values.length === 1 ? (values[0] ?? '') : values,
    ]),
  );
}
