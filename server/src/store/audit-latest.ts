/**
 * The newest entry of a kind in the audit log of one schema.
 *
 * Not the log (`audit-log.ts`), and no proof: whoever shows an entry shows what was written, unverified.
 */
import type { AuditEntry } from '@weft/core/registry/audit-chain';
import type { AuditTables } from './audit-log.ts';
import type { SchemaName, Store } from './store.ts';

export async function latestEntry(
  store: Store,
  schema: SchemaName,
  { action, subject }: { action: string; subject: string },
): Promise<AuditEntry | null> {
  const entry = await store
    .schema<AuditTables>(schema)
    .selectFrom('audit_entries')
    .select(['index', 'at', 'actor', 'action', 'subject', 'details', 'previous', 'hash'])
    .where('action', '=', action)
    .where('subject', '=', subject)
    .orderBy('index', 'desc')
    .limit(1)
    .executeTakeFirst();
  return entry ?? null;
}
