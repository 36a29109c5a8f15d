/**
 * What people and programs are called, for who may see their ids anyway.
 *
 * Not who they are (`users-service.ts`). Invariant: an id that is not there and one that is not for the reader are left
 * out alike, so nobody learns by asking who is in the mesh.
 */
import { decidesForDomain, seesAll } from '@weft/core/registry/authority';
import type { Subject } from '@weft/core/registry/types';
import { readNames } from '../store/control-identity.ts';
import { readDomains } from '../store/control-registry.ts';
import { sharedWith } from '../store/control-saved.ts';
import type { ControlContext } from './control-context.ts';

export interface SubjectName {
  id: string;
  name: string;
}

type Db = ControlContext['db'];

/** Those of the ids that have a name and are for the reader. */
export async function namesFor(
  { db }: ControlContext,
  by: Subject,
  ids: readonly string[],
): Promise<SubjectName[]> {
  const found = await readNames(db, ids);
  if (found.length === 0 || seesAll(by)) return found;
  const known = new Set([by.id, ...(await sharers(db, by.id, ids))]);
  const decided: string[] = [];
  for await (const domain of domainsOf(db)) {
    for (const id of [...domain.owners, ...domain.stewards]) known.add(id);
    if (decidesForDomain(by, domain)) decided.push(domain.name);
  }
  for (const id of await partners(db, { by: by.id, decided, ids })) known.add(id);
  return found.filter(({ id }) => known.has(id));
}

async function* domainsOf(db: Db) {
  const limit = 200;
  let after = '';
  for (;;) {
    const page = await readDomains(db, { after, limit });
    yield* page;
    if (page.length < limit) return;
    after = page.at(-1)?.name ?? '';
  }
}

/** Who shares saved work with the reader: his list of it has their ids. */
async function sharers(db: Db, by: string, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('saved_work')
    .select('owner')
    .distinct()
    .where('owner', 'in', ids)
    .where(sharedWith(by))
    .execute();
  return rows.map(({ owner }) => owner);
}

/** Whose agreements the reader decides on, and who decided on his. */
async function partners(
  db: Db,
  { by, decided, ids }: { by: string; decided: readonly string[]; ids: readonly string[] },
): Promise<string[]> {
  const asked = await db
    .selectFrom('agreements')
    .select('subject')
    .distinct()
    .where('subject', 'in', ids)
    .where('domain', 'in', decided.length === 0 ? [''] : decided)
    .execute();
  const own = await db
    .selectFrom('agreements')
    .select('decided_by')
    .distinct()
    .where('subject', '=', by)
    .where('decided_by', 'in', ids)
    .execute();
  return [...asked.map(({ subject }) => subject), ...own.flatMap((row) => row.decided_by ?? [])];
}
