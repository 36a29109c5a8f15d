/**
 * One batch from landed bytes to a verdict: stage, check part by part, keys, set rules, verdict.
 *
 * Not the commit: nothing here changes what anyone can see (`services/ingest-service.ts` does that). A batch that cannot
 * be read ends as a WeftError, and whoever asked removes the files that carry its name.
 * Invariants: records are counted by the stager's framing, good ones by the file that was written, refused and skipped
 * ones by the quarantine file; the three are added up before any verdict; every file named in the answer is durable.
 */
import { isPrimitive } from '../contract/data-type.ts';
import { pathOfUri } from '../lakehouse/paths.ts';
import type { DataFile } from '../lakehouse/types.ts';
import { checkPartitions } from '../lakehouse/write-files.ts';
import { must } from '../lib/assert.ts';
import { quoteText } from '../lib/ident-sql.ts';
import { bringsNothing } from '../lib/report-words.ts';
import { storableText } from '../lib/storable-text.ts';
import { offenderRatio } from '../quality/threshold.ts';
import { adoptParquet } from './adopt-parquet.ts';
import { type BatchFile, placeInFiles } from './batch-files.ts';
import { markedKey } from './batch-keys.ts';
import {
  type CheckedPart,
  checkPart,
  countReasons,
  type PartContext,
  reasonsOf,
} from './check-part.ts';
import { readyPlan } from './check-plan.ts';
import type { CheckedBatch, CheckPorts, CheckProgress, CheckRequest } from './check-ports.ts';
import { type DedupeResult, dedupe } from './dedupe.ts';
import { goodFiles } from './good-files.ts';
import { joinQuarantine } from './join-quarantine.ts';
import { tellJsonType } from './json-type-words.ts';
import { goodRelation, keyFiles, keyRelation, writtenFiles } from './key-sql.ts';
import type { StagePart, StageSummary } from './ports.ts';
import { lineOf } from './quarantine-search.ts';
import { decodeRecord } from './record-text.ts';
import type { QuarantineSample, RecordCounts, RuleResult } from './report.ts';
import { checkSets, skipSets } from './set-rules.ts';
import { plannedColumns } from './stage-layout.ts';
import { tellUnknownFields, UNKNOWN_FIELD } from './unknown-fields.ts';
import { decideVerdict, ruleResult } from './verdict.ts';

/** Refused records that the report shows. */
const SAMPLE_MAX = 20;
const AMBIGUOUS_QUOTE = 'structure.ambiguous_quote';

/**
 * Checks a batch. Rejects with BATCH_UNREADABLE when the file is not what the contract says at all, and with CANCELLED
 * when `signal` aborts.
 */
export async function runBatch(
  ports: CheckPorts,
  request: CheckRequest,
  options: { signal: AbortSignal; onProgress?: (progress: CheckProgress) => void },
): Promise<CheckedBatch> {
  // Why here as well: a file that is adopted comes to no stager, which refuses names of our own and too many columns.
  plannedColumns(request.plan);
  const ready = await readyPlan(request, ports.engine);
  const context: PartContext = {
    ports,
    request,
    ready,
    reasons: reasonsOf(ready, request.plan.columns),
    hasNested: request.plan.columns.some(({ type }) => !isPrimitive(type)),
  };
  const state: BatchState = {
    parts: [],
    reasons: new Map(),
    staged: 0,
    hashes: new Map(),
    hashed: Promise.resolve(),
  };
  const { summary, unique } =
    (await adoptWhole(context, state, options.signal)) ?? (await stageAll(context, state, options));
  const refusedPaths = state.parts.map((p) => p.quarantinePath).filter((path) => path !== null);
  const quarantinePaths = [...refusedPaths, ...unique.quarantinePaths];
  const refused =
    quarantinePaths.length === 0
      ? { quarantined: 0, duplicates: 0 }
      : await joinQuarantine(context, quarantinePaths);
  const good = goodFiles(unique.parts);
  for (const file of good) hashAhead(context, state, file);
  const records: RecordCounts = {
    in: summary.framed,
    good: good.reduce((sum, file) => sum + file.records, 0),
    ...refused,
  };
  const paths = good.map((file) => file.path);
  const rows = goodRelation(context, paths);
  const family = request.familyFiles ?? [];
  const wholeFiles = [...family, ...writtenFiles(paths)];
  const whole = keyRelation(context, wholeFiles);
  const rules = orderRules(request, [
    ...ready.unchecked,
    ...quarantineResults(context, state, unique.refused),
    ...(bringsNothing(records)
      ? skipSets(ready, records.in)
      : await checkSets(context, {
          good: rows,
          whole,
          files: wholeFiles,
          count: family.length === 0 ? records.good : null,
        })),
  ]);
  const files = await withProofs(state, good);
  await syncDirectories(context, quarantinePaths.length > 0);
  const counts = { state, refused: unique.refused, records, summary };
  const quarantine = await describeQuarantine(context, counts);
  const isDoubtful = quarantine.byRule[AMBIGUOUS_QUOTE] !== undefined;
  const sources = countedFiles(context, summary);
  const ambiguous = isDoubtful ? await placesOfRule(context, AMBIGUOUS_QUOTE, sources) : [];
  const { badShareMax } = request.plan;
  const miscounts = miscountsOf(request, summary);
  const verdict = decideVerdict({ records, rules, badShareMax, ambiguous, miscounts });
  const { lacking, files: staged, fields = null } = summary;
  return { lacking, sources: staged, fields, records, rules, quarantine, files, verdict };
}

interface BatchState {
  parts: CheckedPart[];
  /** Refused records per reason number, keys left out. */
  reasons: Map<number, number>;
  /** Records that could be staged: what row rules looked at. */
  staged: number;
  /** Hashes of good files by path, under way while more is checked. */
  hashes: Map<string, Promise<string>>;
  /** Resolves when those that were begun are over. */
  hashed: Promise<unknown>;
}

interface Checked {
  summary: StageSummary;
  unique: DedupeResult;
}

/** A clean file that the table can take as it is. */
async function adoptWhole(
  context: PartContext,
  state: BatchState,
  signal: AbortSignal,
): Promise<Checked | null> {
  const adopted = await adoptParquet(context, signal);
  if (adopted === null) return null;
  const { part, summary } = adopted;
  state.parts.push(part);
  state.staged = summary.framed;
  const unique = { parts: [part], duplicates: 0, refused: new Map(), quarantinePaths: [] };
  return { summary, unique };
}

async function stageAll(
  context: PartContext,
  state: BatchState,
  options: StageOptions,
): Promise<Checked> {
  const summary = await stageParts(context, state, options);
  return { summary, unique: await dedupe(context, state.parts, summary) };
}

interface StageOptions {
  signal: AbortSignal;
  onProgress?: (progress: CheckProgress) => void;
}

async function stageParts(
  context: PartContext,
  state: BatchState,
  options: StageOptions,
): Promise<StageSummary> {
  const { ports, request } = context;
  const { signal, onProgress } = options;
  let bytes = 0;
  let records = 0;
  const report = (): void => onProgress?.({ bytes, records });
  return await ports.stager.stage(
    {
      landing: request.landing,
      plan: request.plan,
      directory: request.scratch,
      signal,
      onProgress: (read) => {
        bytes = read;
        report();
      },
    },
    async (part) => {
      signal.throwIfAborted();
      const checked = await checkPart(context, part);
      state.parts.push(checked);
      for (const file of checked.files) hashAhead(context, state, file);
      checkPartitions(goodFiles(state.parts), request.layout);
      state.staged += part.staged;
      records += part.framed;
      if (checked.quarantinePath !== null) await addReasons(context, state);
      if (part.path !== null && isStageDone(context, part)) await ports.files.remove(part.path);
      report();
    },
  );
}

/** False where keys may have to be compared in the stage once more: marks alone decide over one key of one file. */
function isStageDone(context: PartContext, part: StagePart): boolean {
  const [key, ...more] = context.ready.keys;
  if (key === undefined) return true;
  const isOneFile = context.request.landing.files === undefined;
  const isDecided = part.isMarked && isOneFile && key.id === markedKey(context.request.plan)?.id;
  return isDecided && more.length === 0 && keyFiles(context, key).length === 0;
}

async function addReasons(context: PartContext, state: BatchState): Promise<void> {
  for (const [no, count] of await countReasons(context)) {
    state.reasons.set(no, (state.reasons.get(no) ?? 0) + count);
  }
}

/** Results of the rules that took records away: row rules, types, keys. */
function quarantineResults(
  context: PartContext,
  state: BatchState,
  refusedKeys: ReadonlyMap<string, number>,
): RuleResult[] {
  const { ready, reasons, request } = context;
  const result = (rule: (typeof ready.types)[number], failed: number): RuleResult =>
    ruleResult(rule, {
      checked: state.staged,
      failed,
      value: offenderRatio(failed, state.staged, rule.must.unit),
    });
  const typed = ready.types.map((rule) => {
    const column = rule.check.kind === 'type' ? rule.check.column : '';
    const index = request.plan.columns.findIndex((c) => c.name === column);
    return result(rule, state.reasons.get(reasons.firstType + index) ?? 0);
  });
  const rows = ready.quarantine.map(({ rule }, i) =>
    result(rule, state.reasons.get(reasons.firstRule + i) ?? 0),
  );
  const keys = ready.keys.flatMap(({ id, rule }) =>
    rule === null ? [] : [result(rule, refusedKeys.get(id) ?? 0)],
  );
  return [...typed, ...rows, ...keys];
}

/** Results in the plan's order. */
function orderRules(request: CheckRequest, results: readonly RuleResult[]): RuleResult[] {
  return request.plan.rules.map((rule) =>
    must(
      results.find((result) => result.id === rule.id),
      `result of rule ${rule.id}`,
    ),
  );
}

async function syncDirectories(context: PartContext, hasQuarantine: boolean): Promise<void> {
  const { files } = context.ports;
  const { dataDirectory, quarantinePath } = context.request;
  await files.syncDirectory(dataDirectory);
  if (hasQuarantine) await files.syncDirectory(quarantinePath.replace(/\/[^/]*$/, ''));
  context.ports.step?.('files-synced');
}

async function describeQuarantine(
  context: PartContext,
  counts: {
    state: BatchState;
    refused: ReadonlyMap<string, number>;
    records: RecordCounts;
    summary: StageSummary;
  },
): Promise<CheckedBatch['quarantine']> {
  const { ports, request, reasons } = context;
  const { state, refused, records } = counts;
  const byRule: Record<string, number> = {};
  for (const [no, count] of [...state.reasons].sort(([a], [b]) => a - b)) {
    const { id } = must(reasons.list[no], 'number of a reason');
    byRule[id] = (byRule[id] ?? 0) + count;
  }
  for (const [id, count] of refused) byRule[id] = (byRule[id] ?? 0) + count;
  const listed = records.quarantined + records.duplicates;
  const path = request.quarantinePath;
  return {
    total: records.quarantined,
    byRule,
    sample:
      records.quarantined === 0
        ? []
        : await readSample(context, countedFiles(context, counts.summary)),
    file: listed === 0 ? null : { path, ...(await proofOf(ports, path)), records: listed },
  };
}

async function proofOf({ files }: CheckPorts, path: string) {
  return { bytes: await files.size(path), sha256: await files.hash(path) };
}

/**
 * Hashes a file, one after the other, unless that was asked before. A file that is written again has another name, and the
 * hash of one that is removed is asked by nobody.
 */
function hashAhead({ ports }: PartContext, state: BatchState, { path }: DataFile): void {
  if (state.hashes.has(path)) return;
  const hash = state.hashed.then(() => ports.files.hash(pathOfUri(path)));
  state.hashed = hash.catch(() => {});
  state.hashes.set(path, hash);
}

async function withProofs(state: BatchState, files: readonly DataFile[]): Promise<DataFile[]> {
  const proven: DataFile[] = [];
  for (const file of files) {
    const sha256 = await must(state.hashes.get(file.path), 'hash of a good file');
    proven.push({ ...file, sha256 });
  }
  return proven;
}

/** The files of a batch of several with their records; none in a batch of one. */
function countedFiles({ request }: PartContext, summary: StageSummary): CountedFile[] {
  return (request.landing.files ?? []).map(({ name }, i) => ({
    name,
    records: summary.files[i]?.framed ?? 0,
  }));
}

type CountedFile = Pick<BatchFile, 'name' | 'records'>;

/** Files that have other numbers of records than their sender said. */
function miscountsOf({ landing }: CheckRequest, summary: StageSummary): string[] {
  return (landing.files ?? [landing]).flatMap(({ name, stated }, i) => {
    const found = summary.files[i]?.framed ?? 0;
    if (stated === undefined || stated === found) return [];
    return [`${name ?? 'the file'} has ${found} records, but ${stated} were announced`];
  });
}

async function readSample(
  context: PartContext,
  files: readonly CountedFile[],
): Promise<QuarantineSample[]> {
  const rows = await context.ports.engine.rows(
    `SELECT record, line, r."column" AS col, r."value" AS val, r.rule AS rule, r.message AS message,
        CASE WHEN r.rule = ${quoteText(UNKNOWN_FIELD)} OR r.message LIKE 'is no %' THEN raw END AS raw FROM
      (SELECT record, line, raw, unnest(reasons) AS r FROM
        (SELECT * FROM read_parquet(${quoteText(context.request.quarantinePath)}) WHERE kind = 'quarantined'
          ORDER BY record LIMIT ${SAMPLE_MAX}))
      LIMIT ${SAMPLE_MAX}`,
  );
  const known = new Set(context.request.plan.columns.map(({ sourceName }) => sourceName));
  const { landing, plan } = context.request;
  const fields = plan.columns.map(({ name, sourceName }) => ({ column: name, name: sourceName }));
  const isJson = landing.format === 'ndjson' || landing.format === 'json';
  const messageOf = (row: Record<string, unknown>): string => {
    const column = textOrNull(row['col']);
    const message = String(row['message']);
    const raw =
      row['raw'] instanceof Uint8Array ? decodeRecord(row['raw'], 'utf-8', { fatal: false }) : null;
    if (!isJson || column === null) {
      return tellUnknownFields({ rule: String(row['rule']), column, message }, known, raw);
    }
    return tellJsonType(message, { column, raw, fields });
  };
  return rows.map((row) => ({
    ...placeInFiles(files, Number(row['record'])),
    record: Number(row['record']),
    line: lineOf(row['line']),
    column: textOrNull(row['col']),
    value: textOrNull(row['val']),
    rule: String(row['rule']),
    message: storableText(messageOf(row)),
  }));
}

/** Places of the records that a rule refused, in order. */
async function placesOfRule(
  { ports, request }: PartContext,
  rule: string,
  files: readonly CountedFile[],
): Promise<string[]> {
  const rows = await ports.engine.rows(
    `SELECT record, line FROM read_parquet(${quoteText(request.quarantinePath)})
      WHERE list_contains(list_transform(reasons, r -> r.rule), ${quoteText(rule)}) ORDER BY record`,
  );
  return rows.map((row) => {
    const { file } = placeInFiles(files, Number(row['record']));
    return `line ${row['line']}${file === undefined ? '' : ` of ${file}`}`;
  });
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? storableText(value) : null;
}
