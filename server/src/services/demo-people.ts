/**
 * The people of the example that a local mesh was started with, as whom a browser of the same machine may sign in.
 *
 * Not the decision whether a request comes from there (`api/local-request.ts`). Invariant: nobody stands here unless the
 * process that loaded the example put him here, and none of it outlives the process.
 */
import type { Role } from '@weft/core/registry/types';
import type { Kysely } from 'kysely';
import { readStoredSubject } from '../store/control-identity.ts';
import type { ControlTables } from '../store/control-tables.ts';

export interface DemoPerson {
  id: string;
  name: string;
  roles: Role[];
}

export interface DemoPeople {
  offer(ids: readonly string[]): void;
  includes(id: string): boolean;
  /** Null when there is no example. */
  list(): Promise<DemoPerson[] | null>;
}

export function createDemoPeople(db: Kysely<ControlTables>): DemoPeople {
  const offered = new Set<string>();
  return {
    offer(ids) {
      for (const id of ids) offered.add(id);
    },
    includes: (id) => offered.has(id),
    async list() {
      if (offered.size === 0) return null;
      const people: DemoPerson[] = [];
      for (const id of offered) {
        const known = await readStoredSubject(db, id);
        if (known === null || known.disabledAt !== null || known.roles.includes('node')) continue;
        people.push({ id, name: known.name, roles: known.roles });
      }
      return people;
    },
  };
}
