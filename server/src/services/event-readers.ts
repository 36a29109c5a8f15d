/**
 * Which events of the mesh's log a subject is shown: all but those of agreements that are between others.
 *
 * Who wants what for which purpose, and what he is offered, is seen by him, by whoever decides on it, and by who sees
 * everything. That there were some is told all the same: positions count them. Invariant: rights are looked up for the events at hand, so that a stream which is open follows them.
 */
import type { WeftEvent } from '@weft/core/events/event';
import { decidesForDomain, seesAll } from '@weft/core/registry/authority';
import type { Subject } from '@weft/core/registry/types';
import type { Kysely } from 'kysely';
import { readPartiesOf } from '../store/control-access.ts';
import { readDomainsNamed } from '../store/control-registry.ts';
import type { ControlTables } from '../store/control-tables.ts';

/** The rows whose events the subject may read, in their order. */
export async function readableEvents<T extends { event: WeftEvent }>(
  db: Kysely<ControlTables>,
  subject: Subject,
  rows: readonly T[],
): Promise<T[]> {
  const asked = new Set(rows.flatMap(({ event }) => agreementOf(event) ?? []));
  if (asked.size === 0 || seesAll(subject)) return [...rows];
  const shown = await agreementsShown(db, subject, [...asked]);
  return rows.filter(({ event }) => {
    const agreement = agreementOf(event);
    return agreement === null || shown.has(agreement);
  });
}

/** The agreement that the event is about; null for another event. */
function agreementOf({ type, data }: WeftEvent): string | null {
  if (!/^io\.weft\.agreement\./.test(type)) return null;
  const { agreement } = data as { agreement?: unknown };
  // Why not null: one that names none is about somebody's access all the same.
  return typeof agreement === 'string' ? agreement : '';
}

async function agreementsShown(
  db: Kysely<ControlTables>,
  subject: Subject,
  ids: readonly string[],
): Promise<Set<string>> {
  const parties = await readPartiesOf(db, ids);
  const names = [...new Set(parties.map(({ domain }) => domain))];
  const decided = new Set(
    (await readDomainsNamed(db, names))
      .filter((domain) => decidesForDomain(subject, domain))
      .map(({ name }) => name),
  );
  const shown = parties.filter((one) => one.subject === subject.id || decided.has(one.domain));
  return new Set(shown.map(({ agreement }) => agreement));
}
