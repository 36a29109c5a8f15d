/**
 * The identity provider of a mesh as the administrator configures it: a YAML or JSON file, or only the issuer's address.
 *
 * Not the provider (`adapters/auth-oidc.ts`). Invariants: a setting that is unknown, of the wrong form or dangerous ends
 * the start with USAGE and says which it is; no group can be given the role `node`; secrets come from the environment or
 * the file and are never told to anybody.
 */
import { readFileSync } from 'node:fs';
import { readDocument } from '@weft/core/contract/document';
import { WeftError } from '@weft/core/lib/error';
import type { ClaimMapping } from '@weft/core/registry/claims';
import { ROLES, type Role } from '@weft/core/registry/types';

export interface OidcSettings {
  /** Begins the ids of its subjects: `corp` gives `corp:ada`. */
  name: string;
  issuer: string;
  /** The `aud` that access tokens for this mesh carry. */
  audience: string;
  /** Sign-in of browsers; null when there is none. */
  web: { clientId: string; clientSecret: string | null } | null;
  /** Public client of the command line; null when there is none. */
  cli: { clientId: string } | null;
  scopes: string[];
  /** RFC 8707 resource indicator, for providers that make JWT access tokens only for one. */
  resource: string | null;
  /** How long a browser stays signed in. */
  sessionSeconds: number;
  mapping: ClaimMapping;
}

type Env = Record<string, string | undefined>;
type Fields = Record<string, unknown>;

const KNOWN = [
  'name',
  'issuer',
  'audience',
  'web',
  'cli',
  'scopes',
  'resource',
  'session',
  'claims',
  'roles',
  'domains',
  'attributes',
  'everyone',
];
const NAME = /^[a-z][a-z0-9]{0,30}$/;
/** Beginnings of ids that mean something else. */
const TAKEN = ['node', 'policy', 'weft', 'tok', 'key', 'ses', 'lnk'];
const SESSION_SECONDS = 8 * 3_600;
const SESSION_SECONDS_MAX = 7 * 86_400;

/** The settings that `given` (a file, or an issuer's address) and the environment name; null when neither does. */
export function readOidc(given: string | undefined, env: Env): OidcSettings | null {
  const named = given ?? env['WEFT_OIDC'] ?? '';
  if (named === '') return null;
  const fields: Fields = /^https?:\/\//.test(named) ? { issuer: named } : readFile(named);
  refuseUnknown(fields, KNOWN, '');
  const name = textAt(fields, 'name') ?? 'oidc';
  if (!NAME.test(name) || TAKEN.includes(name)) {
    throw wrong(
      'name',
      `"${name}" cannot begin the ids of subjects`,
      'Give a short word such as corp.',
    );
  }
  const settings: OidcSettings = {
    name,
    issuer: readIssuer(textAt(fields, 'issuer')),
    audience: env['WEFT_OIDC_AUDIENCE'] ?? textAt(fields, 'audience') ?? 'weft-api',
    web: readWeb(fields, env),
    cli: readCli(fields, env),
    scopes: textsAt(fields, 'scopes') ?? ['openid', 'profile'],
    resource: textAt(fields, 'resource') ?? null,
    sessionSeconds: readSession(fields['session']),
    mapping: readMapping(fields),
  };
  refuseSharedAudience(settings);
  return settings;
}

function readFile(path: string): Fields {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new WeftError('USAGE', `the OIDC settings ${path} cannot be read (${why})`, {
      remedy: 'Give a file, or the https:// address of the issuer; see docs/identity.md.',
    });
  }
  const { value, diagnostics } = readDocument(text, { file: path });
  const fields: unknown = value?.data;
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new WeftError('USAGE', `the OIDC settings ${path} are no document with fields`, {
      errors: diagnostics,
    });
  }
  return fields as Fields;
}

function readIssuer(text: string | undefined): string {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : null;
  if (text === undefined || url === null) {
    throw wrong(
      'issuer',
      `"${text ?? ''}" is no address`,
      'Give the issuer as its metadata name it.',
    );
  }
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)) return text;
  throw wrong(
    'issuer',
    `${text} is not encrypted`,
    'Use https://; http:// is for this machine alone.',
  );
}

function readWeb(fields: Fields, env: Env): OidcSettings['web'] {
  const web = fieldsAt(fields, 'web');
  refuseUnknown(web, ['clientId', 'clientSecret'], 'web.');
  const clientId = env['WEFT_OIDC_CLIENT_ID'] ?? textAt(web, 'clientId');
  if (clientId === undefined) return null;
  const secret = env['WEFT_OIDC_CLIENT_SECRET'] ?? textAt(web, 'clientSecret');
  return { clientId, clientSecret: secret ?? null };
}

function readCli(fields: Fields, env: Env): OidcSettings['cli'] {
  const cli = fieldsAt(fields, 'cli');
  refuseUnknown(cli, ['clientId'], 'cli.');
  const clientId = env['WEFT_OIDC_CLI_CLIENT_ID'] ?? textAt(cli, 'clientId');
  return clientId === undefined ? null : { clientId };
}

function readSession(value: unknown): number {
  if (value === undefined) return SESSION_SECONDS;
  if (typeof value === 'number' && value >= 60 && value <= SESSION_SECONDS_MAX)
    return Math.floor(value);
  throw wrong('session', `${JSON.stringify(value)} is no time`, 'Give seconds from 60 to 604800.');
}

function readMapping(fields: Fields): ClaimMapping {
  const claims = fieldsAt(fields, 'claims');
  refuseUnknown(claims, ['id', 'name', 'groups'], 'claims.');
  const lists = (name: string): Record<string, string[]> => {
    const table = fieldsAt(fields, name);
    return Object.fromEntries(
      Object.keys(table).map((key) => [key, textsAt(table, key, name) ?? []]),
    );
  };
  const attributes = fieldsAt(fields, 'attributes');
  return {
    id: textAt(claims, 'id') ?? 'sub',
    name: textAt(claims, 'name') ?? 'name',
    groups: textAt(claims, 'groups') ?? 'groups',
    roles: Object.fromEntries(
      Object.entries(lists('roles')).map(([group, roles]) => [
        group,
        readRoles(roles, `roles.${group}`),
      ]),
    ),
    domains: lists('domains'),
    attributes: Object.fromEntries(
      Object.keys(attributes).map((name) => [name, textAt(attributes, name, 'attributes') ?? name]),
    ),
    everyone: readRoles(textsAt(fields, 'everyone') ?? ['consumer'], 'everyone'),
  };
}

function readRoles(names: readonly string[], path: string): Role[] {
  const known: readonly string[] = ROLES;
  return names.map((name) => {
    if (name === 'node') {
      throw wrong(
        path,
        'a group cannot be given the role node',
        'Nodes have tokens of the mesh: weft token node:NAME.',
      );
    }
    if (known.includes(name)) return name as Role;
    const roles = ROLES.filter((role) => role !== 'node').join(', ');
    throw wrong(path, `there is no role "${name}"`, `There are: ${roles}.`);
  });
}

// Why: an ID token is made for a client. If that were the mesh's audience too, one would pass for an access token.
function refuseSharedAudience({ audience, web, cli }: OidcSettings): void {
  if (audience !== web?.clientId && audience !== cli?.clientId) return;
  throw wrong(
    'audience',
    `"${audience}" is the id of a client, too`,
    'Give the mesh an audience of its own, such as weft-api, and let the provider add it to access tokens.',
  );
}

function refuseUnknown(fields: Fields, known: readonly string[], prefix: string): void {
  const unknown = Object.keys(fields).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  throw wrong(
    `${prefix}${unknown[0]}`,
    'there is no such setting',
    `There are: ${known.join(', ')}.`,
  );
}

function textAt(fields: Fields, key: string, parent?: string): string | undefined {
  const value = fields[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(parent === undefined ? key : `${parent}.${key}`, 'it is no text', 'Give one text.');
}

function textsAt(fields: Fields, key: string, parent?: string): string[] | undefined {
  const value = fields[key];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw wrong(
    parent === undefined ? key : `${parent}.${key}`,
    'it is no list of texts',
    'Give [a, b].',
  );
}

function fieldsAt(fields: Fields, key: string): Fields {
  const value = fields[key];
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Fields;
  throw wrong(key, 'it has no fields', 'Write its settings below it, indented.');
}

function wrong(path: string, why: string, remedy: string): WeftError {
  return new WeftError('USAGE', `OIDC setting ${path}: ${why}`, { remedy });
}
