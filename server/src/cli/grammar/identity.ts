/**
 * Commands about subjects and what speaks for them.
 */
import { ROLES } from '@weft/core/registry/types';
import type { CommandSpec, OptionSpec } from '../command.ts';
import { PAGE } from './shared-options.ts';

const user = () => import('../commands/user.ts');
const key = () => import('../commands/key.ts');

const RIGHTS: readonly OptionSpec[] = [
  {
    flags: '--role <role>',
    text: 'role (several times)',
    many: true,
    choices: ROLES.filter((role) => role !== 'node'),
  },
  { flags: '--domain <name>', text: 'domain that its roles are for (several times)', many: true },
  {
    flags: '--attribute <pair>',
    text: 'NAME=VALUE, which policies may ask for; one name several times is a list',
    many: true,
  },
  { flags: '--name <text>', text: 'name for people' },
];

export const IDENTITY: readonly CommandSpec[] = [
  {
    path: 'user create',
    args: '<subject>',
    summary: 'make a subject: a person, or a program with --service (platform only)',
    example: 'weft user create ana --role consumer --attribute region=EU --as platform',
    options: [...RIGHTS, { flags: '--service', text: 'it is a program: a service account' }],
    load: async () => (await user()).create,
  },
  {
    path: 'user list',
    summary: 'all subjects (platform, privacy officers)',
    example: 'weft user list --like ana --as platform',
    options: [...PAGE, { flags: '--like <text>', text: 'those whose id or name has this text' }],
    load: async () => (await user()).list,
  },
  {
    path: 'user show',
    args: '<subject>',
    summary: 'one subject: roles, domains, attributes, state',
    example: 'weft user show ana --as platform',
    load: async () => (await user()).show,
  },
  {
    path: 'user change',
    args: '<subject>',
    summary:
      'replace the roles or domains that are given, change single attributes (platform only)',
    example: 'weft user change ana --role consumer --role steward --as platform',
    options: [
      ...RIGHTS,
      { flags: '--without <name>', text: 'take this attribute away (several times)', many: true },
    ],
    load: async () => (await user()).change,
  },
  {
    path: 'user disable',
    args: '<subject>',
    summary: 'believe nothing any more that speaks for it; running queries end (platform only)',
    example: 'weft user disable ana --as platform',
    load: async () => (await user()).disable,
  },
  {
    path: 'user enable',
    args: '<subject>',
    summary: 'enable it again: its keys work, its old tokens do not (platform only)',
    example: 'weft user enable ana --as platform',
    load: async () => (await user()).enable,
  },
  {
    path: 'user signout',
    args: '<subject>',
    summary: 'refuse the tokens and sessions that it has now; keys stay',
    example: 'weft user signout ana --as platform',
    load: async () => (await user()).signout,
  },
  {
    path: 'key create',
    args: '<name>',
    summary: 'make an API key for yourself, or for a subject (platform only); shown once',
    example: 'weft key create nightly-load --for loader --ttl P90D --as platform',
    options: [
      { flags: '--for <subject>', text: 'whose key it is (default: yours)' },
      { flags: '--ttl <duration>', text: 'how long it holds (default P90D, at most P366D)' },
    ],
    load: async () => (await key()).create,
  },
  {
    path: 'key list',
    summary: 'API keys and when they were used; never their text',
    example: 'weft key list --for loader --as platform',
    options: [
      ...PAGE,
      { flags: '--for <subject>', text: 'of this subject only' },
      { flags: '--all', text: 'tokens, sessions of browsers and links to them, too' },
    ],
    load: async () => (await key()).list,
  },
  {
    path: 'key revoke',
    args: '<id>',
    summary: 'revoke a key, a session or a token by its id; running queries end',
    example: 'weft key revoke key_01JD5X3Z8W6Y7R9T0V2B4N6M8K --as platform',
    load: async () => (await key()).revoke,
  },
];
