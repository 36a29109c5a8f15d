/**
 * What is taken away ends open answers: no row arrives after it, whether the answer is read, waits for its turn, or
 * nobody reads it; what takes nothing away ends none.
 *
 * With the real engine in its processes; only the control plane is played, since what matters is when it is heard.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { must } from '@weft/core/lib/assert';
import { isWeftError } from '@weft/core/lib/error';
import type { ErrorCode } from '@weft/core/lib/error-catalog';
import { createIdSource } from '@weft/core/lib/id';
import { refusalOf, type Standing } from '@weft/core/registry/standing';
import type { Subject } from '@weft/core/registry/types';
import {
  createQueryProcesses,
  type QueryProcesses,
  sealedUser,
} from '../../server/src/adapters/query-process.ts';
import { createArrowExporter } from '../../server/src/adapters/result-arrow.ts';
import { createParquetExporter } from '../../server/src/adapters/result-parquet.ts';
import { systemClock, systemRandom } from '../../server/src/adapters/runtime-ports.ts';
import {
  createQueryService,
  type QueryAnswer,
  type QueryService,
} from '../../server/src/services/query-service.ts';
import { openQueryFixture, type QueryFixture } from '../hostile/support.ts';
import { openProjections, SILENT, type TestProjections } from '../support/projections.ts';

let fixture: QueryFixture;
let engine: QueryProcesses;
let kept: TestProjections;
let queries: QueryService;
let decisions = 0;
/** What keeps the next decision from arriving once it was made. */
let delay: Promise<void> | null = null;
const events: string[] = [];
const listeners = new Set<() => void>();
let standing: Standing;

/** Rows enough that an answer cannot be in anybody's buffers whole. */
const LONG = `SELECT a.id, b.id AS other, repeat('x', 200) AS filler
  FROM sales.orders a CROSS JOIN sales.orders b`;

before(async () => {
  fixture = await openQueryFixture();
  engine = createQueryProcesses({
    directory: path.join(fixture.directory, 'run'),
    memory: '300MB',
    threads: 1,
    addressSpaceBytes: 2_000_000_000,
    user: sealedUser(),
    searchPath: process.env['PATH'] ?? '',
    logger: SILENT,
    idleSeconds: 60,
    spare: true,
    sessions: 2,
  });
  kept = await openProjections(path.join(fixture.directory, 'kept'));
  queries = createQueryService({
    decide: {
      async decide(request) {
        decisions++;
        const made = structuredClone(await fixture.decide.decide(request));
        const late = delay;
        delay = null;
        await late;
        return made;
      },
    },
    standing: {
      refusal: (subject) => refusalOf(standing, subject),
      since: (subject) => standing.subjects[subject]?.since ?? null,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    tables: fixture.tables,
    projections: kept.files,
    engine,
    exporters: {
      parquet: createParquetExporter({ directory: fixture.directory, memory: '200MB' }),
      arrow: createArrowExporter(),
    },
    audit: { record: async ({ event, code }) => void events.push(`${event} ${code ?? 'well'}`) },
    crypto: { sha256: (data) => createHash('sha256').update(data).digest('hex') },
    ids: createIdSource({ clock: systemClock, random: systemRandom }),
    clock: systemClock,
    logger: SILENT,
    limits: { seconds: 20, rows: 1_000_000, bytes: 1_000_000_000 },
    admission: { running: 1, perSubject: 4, waiting: 10, waitSeconds: 20 },
  });
});
after(async () => {
  await engine.close();
  kept.maker.close();
  fixture.remove();
});

beforeEach(() => {
  standing = { version: '1', subjects: {}, credentials: [] };
  events.length = 0;
  assert.equal(listeners.size, 0, 'nobody watches when no answer is open');
});

function heard(): void {
  for (const listener of listeners) listener();
}

const subject = (): Subject => ({
  ...fixture.analyst,
  credential: { id: 'tok_1', issued: 1_000, expires: 9e15 },
});

const submit = (sql: string, format: 'ndjson' | 'json' = 'ndjson'): Promise<QueryAnswer> =>
  queries.submit({
    subject: subject(),
    purpose: 'forecasting',
    sql,
    format,
    limits: {},
    signal: new AbortController().signal,
  });

const fails = (code: ErrorCode) => (error: unknown) => isWeftError(error, code);

/** Blocks that come after the first one, and the error that ends them. */
async function readOn(
  body: AsyncIterator<Uint8Array>,
): Promise<{ blocks: number; error: unknown; whole: boolean }> {
  for (let blocks = 0; ; blocks++) {
    try {
      if ((await body.next()).done === true) return { blocks, error: null, whole: true };
    } catch (error) {
      return { blocks, error, whole: false };
    }
  }
}

async function openAnswer(): Promise<{ answer: QueryAnswer; body: AsyncIterator<Uint8Array> }> {
  const answer = await submit(LONG);
  const body = answer.body[Symbol.asyncIterator]();
  assert.equal((await body.next()).done, false);
  return { answer, body };
}

const TAKEN: [string, ErrorCode, () => () => void][] = [
  [
    'a disabled subject',
    'UNAUTHENTICATED',
    () => {
      standing = { ...standing, subjects: { ana: { disabled: true, since: null } } };
      return () => undefined;
    },
  ],
  [
    'a revoked token',
    'UNAUTHENTICATED',
    () => {
      standing = { ...standing, credentials: ['tok_1'] };
      return () => undefined;
    },
  ],
  [
    'a change of rights',
    'UNAUTHENTICATED',
    () => {
      standing = { ...standing, subjects: { ana: { disabled: false, since: 2_000 } } };
      return () => undefined;
    },
  ],
  [
    'a revoked agreement',
    'ACCESS_DENIED',
    () => {
      const agreement = must(fixture.agreements[0], 'agreement');
      agreement.state = 'revoked';
      return () => {
        agreement.state = 'active';
      };
    },
  ],
  [
    'a policy that hides more',
    'ACCESS_DENIED',
    () => {
      const policy = must(fixture.policies.get('sales.orders'), 'policy');
      const before = policy.rowFilter;
      policy.rowFilter = "region = 'DE' and store = 1";
      return () => {
        policy.rowFilter = before;
      };
    },
  ],
];

for (const [i, [what, code, take]] of TAKEN.entries()) {
  test(`${what}: no block comes after it was heard, and the answer ends by name`, async () => {
    const { answer, body } = await openAnswer();
    const giveBack = take();
    try {
      heard();
      const { blocks, error } = await readOn(body);
      assert.deepEqual([blocks, isWeftError(error, code)], [0, true], String(error));
      assert.equal(answer.revoked.aborted, true);
      assert.equal(queries.show(answer.query, subject()).state, 'failed');
      assert.deepEqual(events, ['permitted well', `finished ${code}`]);
    } finally {
      giveBack();
    }
  });

  // Why two of them: both ways, by standing and by decision; the others go one of these.
  if (i !== 0 && i !== 3) continue;
  test(`${what}: an answer that nobody reads ends as well`, async () => {
    const { answer } = await openAnswer();
    const giveBack = take();
    try {
      const ended = new Promise((resolve) => answer.revoked.addEventListener('abort', resolve));
      heard();
      await ended;
      assert.ok(isWeftError(answer.revoked.reason, code));
      await answer.body[Symbol.asyncIterator]()
        .next()
        .catch(() => undefined);
    } finally {
      giveBack();
    }
  });
}

test('an agreement that ends by time: the answer ends with it, and nobody told', async () => {
  const agreement = must(fixture.agreements[0], 'agreement');
  const before = agreement.until;
  const { answer } = await openAnswer();
  try {
    const ended = new Promise((resolve) => answer.revoked.addEventListener('abort', resolve));
    agreement.until = new Date(Date.now() + 300).toISOString();
    await ended;
    assert.ok(isWeftError(answer.revoked.reason, 'ACCESS_DENIED'));
    const next = answer.body[Symbol.asyncIterator]().next();
    await assert.rejects(next, fails('ACCESS_DENIED'));
  } finally {
    agreement.until = before;
  }
});

test('what takes nothing away from this answer leaves it whole', async () => {
  const { answer, body } = await openAnswer();
  const policy = must(fixture.policies.get('sales.orders'), 'policy');
  policy.version++;
  standing = {
    ...standing,
    subjects: { eve: { disabled: true, since: 5 } },
    credentials: ['tok_2'],
  };
  heard();
  const { whole, error } = await readOn(body);
  assert.ok(whole, String(error));
  assert.equal(queries.show(answer.query, subject()).rowCount, 267 * 267);
  assert.equal(listeners.size, 0);
});

test('what waits for its turn is refused, and what prepares too', async () => {
  const { body } = await openAnswer();
  const waiting = submit('SELECT count(*) FROM stores.stores');
  while (listeners.size < 2) await new Promise((resolve) => setImmediate(resolve));
  standing = { ...standing, credentials: ['tok_1'] };
  heard();
  await assert.rejects(waiting, fails('UNAUTHENTICATED'));
  assert.deepEqual((await readOn(body)).blocks, 0);
});

test('a change while it is decided is not missed', async () => {
  const agreement = must(fixture.agreements[0], 'agreement');
  const before = decisions;
  const arrives = Promise.withResolvers<void>();
  delay = arrives.promise;
  const answer = submit('SELECT count(*) AS n FROM sales.orders');
  while (decisions === before || delay !== null) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  agreement.state = 'revoked';
  heard();
  await new Promise((resolve) => setImmediate(resolve));
  arrives.resolve();
  try {
    await assert.rejects(answer, fails('ACCESS_DENIED'));
  } finally {
    agreement.state = 'active';
  }
});

test('a control plane that cannot say whether it may go on ends it', async () => {
  const { body } = await openAnswer();
  const decide = fixture.decide.decide;
  fixture.decide.decide = async () => {
    throw new Error('no answer');
  };
  try {
    heard();
    const { blocks, whole } = await readOn(body);
    assert.deepEqual([blocks, whole], [0, false]);
  } finally {
    fixture.decide.decide = decide;
  }
});
