/**
 * `key …`: API keys, and the revocation of any credential.
 */
import type { CommandContext } from '../command.ts';
import { readList } from '../listing.ts';
import { argument, pathPart, readSeconds } from '../text.ts';

interface Credential {
  id: string;
  kind: string;
  subject: string | null;
  name: string | null;
  state: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

export async function create(context: CommandContext): Promise<undefined> {
  const ttl = context.options.text('ttl');
  const json = {
    name: argument(context, 0),
    subject: context.options.text('for'),
    ttlSeconds: ttl === undefined ? undefined : Math.round(readSeconds(ttl, 'ttl')),
  };
  const made = await context
    .api()
    .call<{ id: string; key: string; expires: string }>('POST', '/api/v1/keys', { json });
  context.out.document(made, () => made.key);
  context.out.say(
    `${made.id}, valid until ${made.expires}. It is shown once: keep it as a secret, use it as WEFT_TOKEN.`,
  );
  return undefined;
}

export async function list(context: CommandContext): Promise<undefined> {
  const found = await readList<Credential>(context, '/api/v1/keys', {
    subject: context.options.text('for'),
    all: context.options.flag('all') ? true : undefined,
  });
  context.out.list(
    found,
    [
      { head: 'ID', cell: (k) => k.id },
      { head: 'KIND', cell: (k) => k.kind },
      { head: 'SUBJECT', cell: (k) => k.subject ?? '-' },
      { head: 'NAME', cell: (k) => k.name ?? '-' },
      { head: 'STATE', cell: (k) => k.state },
      { head: 'EXPIRES', cell: (k) => k.expiresAt ?? '-' },
      { head: 'LAST USED', cell: (k) => k.lastUsedAt ?? (k.kind === 'token' ? '-' : 'never') },
    ],
    'No keys: `weft key create NAME`.',
  );
  return undefined;
}

export async function revoke(context: CommandContext): Promise<undefined> {
  const revoked = await context
    .api()
    .call<Credential>('DELETE', `/api/v1/keys/${pathPart(argument(context, 0))}`);
  context.out.document(revoked, () => `${revoked.id} is revoked.`);
  return undefined;
}
