/**
 * What the audit log of one schema is asked for: entries by their facts, and which actions it has.
 *
 * Not who may ask. Invariant: nothing here changes the log.
 */
import type { AuditEntry } from '@weft/core/registry/audit-chain';
import { type Kysely, sql } from 'kysely';
import type { AuditPage, AuditTables } from './audit-log.ts';

/** Entries in the order of the chain, or backwards. */
export function readEntries(db: Kysely<AuditTables>, page: AuditPage): Promise<AuditEntry[]> {
  let query = db
    .selectFrom('audit_entries')
    .select(['index', 'at', 'actor', 'action', 'subject', 'details', 'previous', 'hash'])
    .where('index', '>', page.after ?? -1);
  const { actor, actions, subject, since, until, read } = page.filter ?? {};
  const order = page.before === undefined ? 'asc' : 'desc';
  if (actor !== undefined) query = query.where('actor', '=', actor);
  if (actions !== undefined) query = query.where('action', 'in', [...actions]);
  if (subject !== undefined) query = query.where('subject', '=', subject);
  if (since !== undefined) query = query.where('at', '>=', since);
  if (until !== undefined) query = query.where('at', '<', until);
  if (read !== undefined) {
    const { product, column } = read;
    const looked = JSON.stringify({ tables: [{ product, columns: [column] }] });
    query = query
      .where('action', '=', 'query.permitted')
      .where(sql<boolean>`details::jsonb @> ${looked}::jsonb`);
  }
  if (page.before !== undefined) query = query.where('index', '<', page.before);
  return query.orderBy('index', order).limit(page.limit).execute();
}

/** Why step by step: a log has many entries of few actions, and each step is one look into the index. */
export async function readActions(db: Kysely<AuditTables>): Promise<string[]> {
  const { rows } = await sql<{ action: string }>`with recursive found as (
      (select action from audit_entries order by action limit 1)
      union all
      select (select action from audit_entries where action > found.action order by action limit 1)
      from found where found.action is not null
    ) select action from found where action is not null`.execute(db);
  return rows.map(({ action }) => action);
}
