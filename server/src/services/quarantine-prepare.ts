/**
 * What a decision is about, made ready: the open records that a request takes, by the batch that they are of, and the file that
 * a repair makes of them.
 *
 * Not the decisions (`quarantine-decide.ts`). Invariant: whatever is made here is gone when the work with it is done, except for
 * a mark that a new batch may need.
 */
import { compileIngestPlan } from '@weft/core/contract/compile/ingest-plan';
import type { ContractModel } from '@weft/core/contract/model';
import type { IngestPlan } from '@weft/core/contract/plan';
import { keptEncoding, type RecordLayout } from '@weft/core/ingest/quarantine-files';
import type { PreparedRecords } from '@weft/core/ingest/repair-ports';
import type { RepairRule } from '@weft/core/ingest/repair-rule';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import type { Subject } from '@weft/core/registry/types';
import { listQuarantines, type QuarantinedBatch } from '../store/node-quarantine.ts';
import type { IngestDeps } from './ingest-ports.ts';
import { nodeDb } from './ingest-tables.ts';
import { marksPathOf } from './quarantine-marks.ts';
import { type RowQuery, sourcesOf, type Target } from './quarantine-scope.ts';
import { readable } from './quarantine-service.ts';

/** Open batches that are looked through for those of a request. */
const OPEN_MAX = 5_000;

/** Open records of one batch and of what repaired it: they are repaired together. */
export interface Family {
  root: string;
  table: string;
  major: number;
  quarantines: QuarantinedBatch[];
}

export interface Asked {
  domain: string;
  target: Target;
  /** Those with records that the request takes, narrowed to the batches that have them. */
  families: Family[];
  /** The landed file of fixes, or null. */
  fixesPath: string | null;
  /** Fixes of records of batches of which nothing is open. */
  strays: number;
  /** Records that the request would take if their batches did not wait for a decision. */
  held: { batch: string; records: number }[];
  /** True when more batches are open than were looked through. */
  truncated: boolean;
}

/** Runs `work` with the open records of a request and, for fixes, the file that they were landed in. */
export async function withAsked<T>(
  deps: IngestDeps,
  options: {
    where: RowQuery;
    fixes: AsyncIterable<Uint8Array> | null;
    subject: Subject;
    /** Of a request that nobody misses when it ends early. */
    signal?: AbortSignal;
  },
  work: (asked: Asked) => Promise<T>,
): Promise<T> {
  const { where, fixes, subject, signal } = options;
  const { domain, target } = await readable(deps, where, subject);
  assertOpen(target);
  const id = deps.ids.next('bat');
  const landed = fixes === null ? null : await deps.landings.land(`${id}.fixes`, fixes);
  try {
    const open = await listQuarantines(nodeDb(deps), {
      ...target.scope,
      domains: [domain],
      openOnly: true,
      after: null,
      order: 'asc',
      limit: OPEN_MAX,
    });
    const counts =
      landed === null
        ? await countState(deps, open, { filter: { ...target.filter, state: 'open' }, signal })
        : await countFixes(deps, { path: landed.path, id, signal });
    const taken = open.filter(({ batch }) => counts.has(batch));
    const known = new Set(taken.map(({ batch }) => batch));
    const others = [...counts].filter(([batch]) => !known.has(batch));
    const strays = others.reduce((sum, [, records]) => sum + records, 0);
    const fixesPath = landed?.path ?? null;
    const held = landed === null ? await heldRows(deps, { domain, target, signal }) : [];
    const families = familiesOf(taken);
    const truncated = open.length === OPEN_MAX;
    return await work({ domain, target, families, fixesPath, strays, held, truncated });
  } finally {
    if (landed !== null) await deps.landings.remove(landed.path);
  }
}

function assertOpen({ filter }: Target): void {
  if (filter.state === null || filter.state === 'open') return;
  throw new WeftError('REQUEST_INVALID', `records that are ${filter.state} are decided`, {
    remedy: 'Leave `state` out: only open records are taken.',
  });
}

async function heldRows(
  deps: IngestDeps,
  options: { domain: string; target: Target; signal: AbortSignal | undefined },
): Promise<Asked['held']> {
  const { domain, target, signal } = options;
  const found = await listQuarantines(nodeDb(deps), {
    ...target.scope,
    domains: [domain],
    openOnly: false,
    state: 'held',
    after: null,
    order: 'asc',
    limit: OPEN_MAX,
  });
  const counts = await countState(deps, found, {
    filter: { ...target.filter, state: 'held' },
    signal,
  });
  return [...counts].map(([batch, records]) => ({ batch, records }));
}

/** Number of records of each batch that the filter takes. */
async function countState(
  deps: IngestDeps,
  quarantines: readonly QuarantinedBatch[],
  { filter, signal }: { filter: Target['filter']; signal: AbortSignal | undefined },
): Promise<Map<string, number>> {
  if (quarantines.length === 0) return new Map();
  const { source } = await sourcesOf(nodeDb(deps), quarantines);
  const { counts } = await deps.checker.work<'count'>({ task: 'count', source, filter }, signal);
  return new Map(counts.map(({ batch, records }) => [batch, records]));
}

/** Number of fixes of each batch. */
async function countFixes(
  deps: IngestDeps,
  { path, id, signal }: { path: string; id: string; signal: AbortSignal | undefined },
): Promise<Map<string, number>> {
  const scratch = `${deps.directories.scratch}/${id}`;
  try {
    await deps.files.makeDirectory(scratch);
    const { counts } = await deps.checker.work<'fixes'>({ task: 'fixes', path, scratch }, signal);
    return new Map(counts.map(({ batch, records }) => [batch, records]));
  } finally {
    await deps.files.removeDirectory(scratch);
  }
}

function familiesOf(quarantines: readonly QuarantinedBatch[]): Family[] {
  const families = new Map<string, Family>();
  for (const row of quarantines) {
    const root = row.root ?? row.batch;
    const { table_name: table, major } = row;
    const family = families.get(root) ?? { root, table, major, quarantines: [] };
    family.quarantines.push(row);
    families.set(root, family);
  }
  return [...families.values()].sort((a, b) => (a.root < b.root ? -1 : 1));
}

export interface Prepared {
  batch: string;
  scratch: string;
  outPath: string;
  marksPath: string;
  plan: IngestPlan;
  model: ContractModel;
  format: RecordLayout['format'];
  family: Family;
  prepared: PreparedRecords;
}

export interface Wanted {
  family: Family;
  asked: Asked;
  rule: RepairRule;
  /** Whether marks are kept for the batch that the records become. */
  marks: boolean;
  samples: number;
  /** Of a request that nobody misses when it ends early. */
  signal?: AbortSignal;
}

/** Repairs the records of one family into a file, under the present contract of its major, and removes it after `work`. */
export async function withPrepared(
  deps: IngestDeps,
  wanted: Wanted,
  work: (made: Prepared) => Promise<void>,
): Promise<void> {
  const { family, asked, marks } = wanted;
  const { root, table, major, quarantines } = family;
  const product = must(quarantines[0], 'a family has members').product;
  const { ref, model } = await deps.contracts.current(`${product}@${major}`);
  const compiled = compileIngestPlan(model, { hash: ref.hash, object: table });
  // Why no limit of bad records: they were counted when the batch came, and a repair only makes them fewer.
  // Why another encoding: the file is written as the records were kept, so that it can hold every character.
  const csv = { ...compiled.csv, encoding: keptEncoding(compiled.csv.encoding) };
  const plan: IngestPlan = { ...compiled, csv, badShareMax: null };
  const format = formatOf(root, quarantines);
  const batch = deps.ids.next('bat');
  const scratch = `${deps.directories.scratch}/${batch}.repair`;
  const outPath = `${scratch}/repaired`;
  const marksPath = marksPathOf(`${deps.directories.quarantine}/${asked.domain}`, batch);
  const place = { batch, scratch, outPath, marksPath: marks ? marksPath : null };
  let isTaken = false;
  try {
    await deps.files.makeDirectory(scratch);
    const prepared = await prepare(deps, { wanted, place, plan, format });
    isTaken = prepared.records > 0;
    await work({ batch, scratch, outPath, marksPath, plan, model, format, family, prepared });
  } finally {
    await deps.files.removeDirectory(scratch);
    if (!isTaken) await deps.files.removeFile(marksPath);
  }
}

async function prepare(
  deps: IngestDeps,
  options: {
    wanted: Wanted;
    place: { batch: string; scratch: string; outPath: string; marksPath: string | null };
    plan: IngestPlan;
    format: RecordLayout['format'];
  },
): Promise<PreparedRecords> {
  const { wanted, place, plan, format } = options;
  const { family, asked, rule, samples, signal } = wanted;
  const { batch: child, ...paths } = place;
  const sources = await sourcesOf(nodeDb(deps), family.quarantines);
  const { filter } = asked.target;
  const { fixesPath } = asked;
  const request = { ...sources, ...paths, child, filter, rule, fixesPath, plan, format, samples };
  return (await deps.checker.work<'prepare'>({ task: 'prepare', request }, signal)).prepared;
}

/** The format of a repaired file: that of the records, which are all of one family. */
function formatOf(root: string, quarantines: readonly QuarantinedBatch[]): RecordLayout['format'] {
  const formats = new Set(quarantines.flatMap(({ layout }) => layout?.format ?? []));
  const [only] = formats;
  if (only === undefined) {
    throw new WeftError(
      'CONFLICT',
      `the fields of ${root} are not known, so it cannot be repaired`,
      {
        remedy:
          'It was checked by an earlier release: discard its records and send the mended file.',
      },
    );
  }
  return formats.size === 1 ? only : 'json';
}
