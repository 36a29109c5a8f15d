/**
 * Puts the key lists of sets together: governed queries of their own, for those with whose rights lists are read.
 *
 * Why apart from the queries of consumers: a query that waits for a list holds a place, and the list needs one, too.
 */
import type { IdSource } from '@weft/core/lib/id';
import type { Clock, Logger } from '@weft/core/lib/ports';
import { SET_LIMITS } from '@weft/core/lib/set-declaration';
import type { AccessDecider } from '@weft/core/query/ports';
import type { KeyListReport } from '@weft/core/registry/key-list';
import type { Kysely } from 'kysely';
import type { Keyring } from './adapters/keyring.ts';
import type { ListReadDeps } from './services/key-list-read.ts';
import { createKeyLists, type KeyLists } from './services/key-lists.ts';
import { createQueryService, type QueryServiceDeps } from './services/query-service.ts';
import type { NodeTables } from './store/node-tables.ts';

export interface KeyListsInput {
  /** What queries of consumers stand on, but for the decider, which is made here. */
  queries: Omit<QueryServiceDeps, 'decide' | 'onPlanned' | 'admission'>;
  control: AccessDecider & { report(report: unknown): Promise<void> };
  db: Kysely<NodeTables>;
  keys: Pick<Keyring, 'sha256' | 'deriveKey'>;
  ids: IdSource;
  clock: Clock;
  logger: Logger;
}

const SECRET = 'sets';

export function composeKeyLists({ queries, control, db, keys, ...rest }: KeyListsInput): KeyLists {
  const service = createQueryService({
    ...queries,
    limits: { ...queries.limits, rows: SET_LIMITS.rows + 1 },
    // Why so many: lists may be read by way of others, and each waits for the one before it.
    admission: { running: 8, perSubject: 8, waiting: 64, waitSeconds: 30 },
    decide: {
      decide: ({ subject, ...request }) =>
        lists.decider.decide({
          ...request,
          // Why by the id: the rights are those that the register has now.
          subject: typeof subject === 'string' ? subject : subject.id,
        }),
    },
  });
  const query: ListReadDeps['query'] = async ({ subject: id, purpose, sql }) => {
    const subject = { id, name: id, roles: [], domains: [], attributes: {} };
    const { signal } = new AbortController();
    const answer = await service.submit({
      subject,
      purpose,
      sql,
      format: 'json',
      limits: {},
      signal,
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    const { rows, truncated } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
      rows: unknown[][];
      truncated: boolean;
    };
    return { rows, truncated };
  };
  const lists = createKeyLists({
    ...rest,
    db,
    control,
    tables: queries.tables,
    query,
    crypto: keys,
    nameOf: (hash) =>
      Buffer.from(keys.deriveKey(SECRET, `weft key list ${hash}`))
        .toString('hex')
        .slice(0, 32),
    report: (list: KeyListReport) =>
      control.report({ events: [], reports: [], measurements: [], lists: [list] }),
  });
  return lists;
}
