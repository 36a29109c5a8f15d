/**
 * Checks one staged part: what the rules refuse is kept aside, and all others are written. As long as nothing was refused,
 * asking and writing are one statement.
 *
 * Not here: keys and set rules, which need the whole batch (`dedupe.ts`, `set-rules.ts`).
 * Invariants: a record of the part is in exactly one of the two files; a record in the quarantine file has at least one
 * reason; good and refused records are counted apart and add up.
 */
import type { IngestPlan, PlanColumn, ValueCheck } from '../contract/plan.ts';
import type { DataFile } from '../lakehouse/types.ts';
import { assert, must } from '../lib/assert.ts';
import { WeftError } from '../lib/error.ts';
import { quoteIdent, quoteText } from '../lib/ident-sql.ts';
import { allEnded } from '../lib/settled.ts';
import { placesSql, reasonTextSql } from '../quality/nested-sql.ts';
import { reasonWords, typeWords } from '../quality/reasons.ts';
import { type ReadyPlan, reasonTableSql } from './check-plan.ts';
import type { CheckPorts, CheckRequest } from './check-ports.ts';
import { writeGood } from './good-files.ts';
import { nestedReasons } from './nested-reasons.ts';
import {
  type SourceFormat,
  STRUCTURAL_FAULTS,
  type StagePart,
  type StructuralFault,
} from './ports.ts';
import { recordJsonSql } from './record-json-sql.ts';
import { setAside } from './set-aside.ts';
import { LEX_SEEN, RECORD_BYTES_MAX } from './stage-layout.ts';

export interface PartContext {
  ports: CheckPorts;
  request: CheckRequest;
  ready: ReadyPlan;
  reasons: Reasons;
  /** True for a plan with nested columns. */
  hasNested: boolean;
}

export interface CheckedPart {
  part: StagePart;
  /** Files of the good records: one, or one per partition; none when there is no such record. */
  files: DataFile[];
  /** Parquet of refused records in the scratch directory, or null. */
  quarantinePath: string | null;
  quarantined: number;
  /** Good records whose key may have come before; they are in `_weft_aside` and in no file. */
  aside: number;
  /** True for the part of records that were set aside and let in after all. */
  isLetIn: boolean;
}

/** Rules per bit mask; a mask is a BIGINT. */
const MASK_BITS = 60;

/** All reasons for which a record of this plan can be refused, numbered. */
export interface Reasons {
  list: { id: string; column: string | null; words: string }[];
  /** Number of the first quarantine rule; the others follow in the plan's order. */
  firstRule: number;
  /** Number of the reason "not of its type" of the first column; the others follow, then those inside nested columns. */
  firstType: number;
  /** Number of the first structural fault; the others follow. */
  firstFault: number;
  /** Number of the first key. */
  firstKey: number;
  /** Of a reason inside a nested column, the reason of the same rule that it counts for. */
  countsAs: Map<number, number>;
}

export function reasonsOf(ready: ReadyPlan, columns: readonly PlanColumn[]): Reasons {
  const rules = ready.quarantine.map(({ rule }) => ({
    id: rule.id,
    column: rule.column,
    words: reasonWords(rule.check),
  }));
  const plan = { rules: ready.types };
  const types = columns.map((column) => {
    const { name } = column;
    return { id: typeRuleId(plan, name), column: name, words: typeWords(column) };
  });
  const inner = nestedReasons(columns).map((reason) => {
    const isFault = reason.kind === 'fault';
    const id = isFault ? `structure.${reason.fault}` : typeRuleId(plan, reason.column);
    return { id, column: isFault ? null : reason.column, words: reason.words };
  });
  const faults = STRUCTURAL_FAULTS.map((fault) => ({
    id: `structure.${fault}`,
    column: null,
    words: faultWords(fault),
  }));
  const keys = ready.keys.map(({ id, columns: names }) => ({
    id,
    column: names.length === 1 ? (names[0] ?? null) : null,
    words: `another record has the same ${names.join(', ')} and other values; the first one wins`,
  }));
  const list = [...rules, ...types, ...inner, ...faults, ...keys];
  const firstType = rules.length;
  const firstFault = firstType + types.length + inner.length;
  const firstKey = firstFault + faults.length;
  const countsAs = new Map(
    inner.map(({ id }, i) => [firstType + types.length + i, list.findIndex((r) => r.id === id)]),
  );
  return { list, firstRule: 0, firstType, firstFault, firstKey, countsAs };
}

/** The rule that a value of the column breaks which is not of its type. */
export function typeRuleId(plan: Pick<IngestPlan, 'rules'>, column: string): string {
  const rule = plan.rules.find(({ check }) => check.kind === 'type' && check.column === column);
  return rule?.id ?? `${column}.type`;
}

/** Why a record that cannot be read is refused. */
export function faultWords(fault: StructuralFault): string {
  if (fault === 'ambiguous_quote')
    return 'the record cannot be read: its quoted field ends on a later line, by a quote that is misplaced';
  return `the record cannot be read: ${fault.replaceAll('_', ' ')}`;
}

/** Checks a part and writes its files; both are durable when it resolves. */
export async function checkPart(context: PartContext, part: StagePart): Promise<CheckedPart> {
  assert(part.framed === part.staged + part.bad, 'staged and bad records are all records');
  const isPartitioned = context.request.layout.partition.length > 0;
  const tried = isPartitioned ? null : await writeUnrefused(context, part);
  const isClean = tried !== null && recordsOf(tried) === part.staged && part.bad === 0;
  const rest = isClean ? null : await restOf(context, part, tried);
  const refused = isClean ? 0 : await findRefused(context, part, rest);
  assert(refused >= part.lexical, 'a record with a wrong value was taken as good');
  const aside = rest === null ? 0 : await setAside(context, part, rest);
  const good = tried ?? (await writeUnlisted(context, part, refused));
  assert(
    recordsOf(good) + aside + refused === part.staged,
    'a record is good or refused, and not both',
  );
  const quarantinePath = refused + part.bad > 0 ? await copyRefused(context, part, refused) : null;
  return {
    part,
    files: good,
    quarantinePath,
    quarantined: refused + part.bad,
    aside,
    isLetIn: false,
  };
}

/** The records of a stage that no quarantine rule refuses. */
export function goodRowsSql(stagePath: string, ready: ReadyPlan): string {
  return `read_parquet(${quoteText(stagePath)}) WHERE _lex = 0 AND ${ready.ok}`;
}

/** Writes what no rule refuses in the statement that asks the rules: nothing else has to be done where that is all. */
async function writeUnrefused(context: PartContext, part: StagePart): Promise<DataFile[]> {
  if (part.path === null) return [];
  const staged = `read_parquet(${quoteText(part.path)})`;
  // Why coalesce: as a value the rules are asked once for each entry of a dictionary, as conditions for each row.
  const unrefused = `coalesce(_lex = 0 AND ${context.ready.ok}, FALSE)`;
  return await writeGood(context, part, `${staged} WHERE ${unrefused}`);
}

/** Writes the records of the stage that are not in `_weft_refused`: asking the rules again costs as much as writing. */
async function writeUnlisted(
  context: PartContext,
  part: StagePart,
  refused: number,
): Promise<DataFile[]> {
  const { path, seen } = part;
  if (path === null) return [];
  const staged = `read_parquet(${quoteText(path)})`;
  const unmarked = seen === 0 ? staged : `(SELECT * FROM ${staged} WHERE _lex <> ${LEX_SEEN})`;
  const rows =
    refused === 0 ? unmarked : `${unmarked} AS s ANTI JOIN _weft_refused AS r ON s._ord = r._ord`;
  return await writeGood(context, part, rows);
}

/**
 * The relation in which to look for what was not written: the stage, or its marked records where all others were written. Null
 * without a stage.
 */
async function restOf(
  { ports }: PartContext,
  { path, staged, lexical, seen }: StagePart,
  written: readonly DataFile[] | null,
): Promise<string | null> {
  if (path === null) return null;
  const stage = `read_parquet(${quoteText(path)})`;
  const isMarksOnly = lexical === 0 && written !== null && recordsOf(written) === staged - seen;
  if (!isMarksOnly) return stage;
  await ports.engine.run(
    `CREATE OR REPLACE TEMP TABLE _weft_marked AS SELECT * FROM ${stage} WHERE _lex <> 0`,
  );
  return '_weft_marked';
}

function recordsOf(files: readonly DataFile[]): number {
  return files.reduce((sum, file) => sum + file.records, 0);
}

async function copyRefused(
  context: PartContext,
  part: StagePart,
  refused: number,
): Promise<string> {
  const { engine } = context.ports;
  await engine.run(
    'CREATE OR REPLACE TEMP TABLE _weft_why (ord INTEGER, no INTEGER, val VARCHAR, place VARCHAR)',
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE _weft_pos AS
      SELECT _ord AS ord, _line AS line, _off AS off, _len AS len FROM _weft_refused
      UNION ALL SELECT ord, line, off, len FROM ${faultsSql(part)}`,
  );
  const positions = await copyPositions(context, part);
  // Why at the same time: bytes are cut by this process, while reasons are found by the engine.
  const [body] = await allEnded([
    recordsAt(context, part, positions),
    refused > 0 ? findReasons(context, part) : undefined,
  ]);
  await engine.run(
    `INSERT INTO _weft_why SELECT ord, ${context.reasons.firstFault - 1} + code, NULL, NULL FROM ${faultsSql(part)}`,
  );
  const path = `${context.request.scratch}/refused-${part.index}.parquet`;
  const written = await writeQuarantine(context, { part, path, kind: 'quarantined', body });
  assert(written === refused + part.bad, 'a refused record has no reason');
  context.ports.step?.('refused-written');
  return path;
}

function noRecordsSql(): string {
  return '(SELECT 0 AS _ord, 0 AS _line, 0 AS _off, 0 AS _len WHERE FALSE)';
}

function faultsSql(part: StagePart): string {
  return part.badPath === null
    ? '(SELECT 0 AS ord, 0 AS line, 0 AS off, 0 AS len, 1 AS code WHERE FALSE)'
    : `read_parquet(${quoteText(part.badPath)})`;
}

/**
 * Fills `_weft_refused` with the records of the stage that are refused, and masks of the rules that each breaks; returns
 * their number. Each rule is asked apart of these only, since asking all at once costs less.
 */
async function findRefused(
  { ports, request, ready }: PartContext,
  part: StagePart,
  rest: string | null,
): Promise<number> {
  const { engine } = ports;
  const names = [
    '_ord',
    '_line',
    '_off',
    '_len',
    ...request.plan.columns.map((c) => quoteIdent(c.name)),
    ...maskColumns(ready.quarantine.map(({ sql }) => sql.offends)),
  ];
  const rows =
    rest === null
      ? noRecordsSql()
      : `(SELECT ${names.join(', ')} FROM ${rest}
          WHERE (${part.seen === 0 ? '_lex = 0' : `_lex IN (0, ${LEX_SEEN})`} AND ${ready.ok}) IS NOT TRUE)`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE _weft_refused AS SELECT * FROM ${rows}`);
  const [row] = await engine.rows('SELECT count(*) AS n FROM _weft_refused');
  return Number(row?.['n']);
}

/** Fills `_weft_why` with each reason of the records in `_weft_refused`. */
async function findReasons(context: PartContext, part: StagePart): Promise<void> {
  const { ports, ready, reasons } = context;
  const { engine } = ports;
  const lexical =
    part.lexPath === null
      ? '(SELECT 0 AS ord, 0 AS col, NULL::VARCHAR AS txt WHERE FALSE)'
      : `read_parquet(${quoteText(part.lexPath)})`;
  const place = part.lexPath !== null && context.hasNested ? "nullif(place, '')" : 'NULL::VARCHAR';
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE _weft_lex AS SELECT ord, col, txt, ${place} AS place FROM ${lexical}`,
  );
  await engine.run(
    `INSERT INTO _weft_why SELECT ord, ${reasons.firstType} + col, txt, place FROM _weft_lex`,
  );
  for (const no of await brokenRules(engine, ready.quarantine.length)) {
    await engine.run(`INSERT INTO _weft_why ${reasonRowsSql(context, no)}`);
  }
  const [row] = await engine.rows(
    'SELECT count(*) AS unexplained FROM _weft_refused WHERE _ord NOT IN (SELECT ord FROM _weft_why)',
  );
  if (row?.['unexplained'] !== 0) {
    throw new WeftError('INTERNAL', `part ${part.index}: a refused record has no reason`);
  }
}

function maskColumns(offends: readonly string[]): string[] {
  const masks: string[] = [];
  for (let at = 0; at < offends.length; at += MASK_BITS) {
    const bits = offends
      .slice(at, at + MASK_BITS)
      .map((sql, i) => `CASE WHEN ${sql} THEN ${2n ** BigInt(i)}::BIGINT ELSE 0::BIGINT END`);
    masks.push(`(${bits.join(' | ')}) AS _m${at / MASK_BITS}`);
  }
  return masks;
}

/** Numbers of the quarantine rules that at least one refused record breaks. */
async function brokenRules(engine: CheckPorts['engine'], rules: number): Promise<number[]> {
  const masks = Math.ceil(rules / MASK_BITS);
  if (masks === 0) return [];
  const columns = Array.from(
    { length: masks },
    (_, i) => `CAST(bit_or(_m${i}) AS VARCHAR) AS m${i}`,
  );
  const [row] = await engine.rows(`SELECT ${columns.join(', ')} FROM _weft_refused`);
  const words = columns.map((_, i) => BigInt(String(row?.[`m${i}`] ?? '0')));
  return Array.from({ length: rules }, (_, no) => no).filter(
    (no) => ((words[Math.floor(no / MASK_BITS)] ?? 0n) >> BigInt(no % MASK_BITS)) % 2n === 1n,
  );
}

/** The records that break one rule. A value that is not of its type is not also reported as not being there. */
function reasonRowsSql(context: PartContext, no: number): string {
  const { request, ready, reasons } = context;
  const { rule, check } = must(ready.quarantine[no], 'number of a rule');
  const broken = `_m${Math.floor(no / MASK_BITS)} & ${2n ** BigInt(no % MASK_BITS)} <> 0`;
  if ('within' in check && check.within !== undefined) {
    return nestedReasonRowsSql({ context, check, number: reasons.firstRule + no, broken });
  }
  const index = request.plan.columns.findIndex((c) => 'column' in check && c.name === check.column);
  const name = rule.column ?? ('column' in check ? check.column : null);
  const column = request.plan.columns.find((c) => c.name === name);
  const value =
    column === undefined ? 'NULL' : reasonTextSql(quoteIdent(column.name), column.type, check);
  const isMuted = check.kind === 'required' || check.kind === 'missing';
  const muted = isMuted ? ` AND _ord NOT IN (SELECT ord FROM _weft_lex WHERE col = ${index})` : '';
  return `SELECT _ord, ${reasons.firstRule + no}, ${value}, NULL FROM _weft_refused WHERE ${broken}${muted}`;
}

/** The places inside a column that break one rule. */
function nestedReasonRowsSql(options: {
  context: PartContext;
  check: ValueCheck;
  number: number;
  broken: string;
}): string {
  const { context, check, number, broken } = options;
  const { request, ready } = context;
  const column = must(
    request.plan.columns.find((c) => c.name === check.column),
    'column of a rule',
  );
  const offends = must(ready.inside.get(check), 'condition inside a column');
  const places = placesSql({ relation: `_weft_refused WHERE ${broken}`, column, check, offends });
  const isMuted = check.kind === 'required' || check.kind === 'missing';
  const muted = isMuted
    ? ` WHERE (ord, place) NOT IN (SELECT (ord, place) FROM _weft_lex WHERE place IS NOT NULL)`
    : '';
  return `SELECT ord, ${number}, val, place FROM (${places})${muted}`;
}

/**
 * A relation (ord, line, off, len, raw BLOB) of the records in `_weft_pos` with their bytes: cut from the plain bytes, or,
 * for sources without text, the record as JSON.
 */
export async function recordBytes(context: PartContext, part: StagePart): Promise<string> {
  return await recordsAt(context, part, await copyPositions(context, part));
}

/** Writes where the records in `_weft_pos` stand to a file, in their order; null for sources without text. */
async function copyPositions(
  { ports, request }: PartContext,
  part: StagePart,
): Promise<string | null> {
  if (isWithoutText(request.landing.format)) return null;
  const path = `${request.scratch}/positions-${part.index}.csv`;
  await ports.engine.run(
    `COPY (SELECT off, len, ord, line FROM _weft_pos ORDER BY off) TO ${quoteText(path)} (FORMAT csv, HEADER false)`,
  );
  return path;
}

/** Asks nothing of the engine. */
async function recordsAt(
  { ports, request }: PartContext,
  part: StagePart,
  positionsPath: string | null,
): Promise<string> {
  if (positionsPath === null) return parquetRecords(part, request.plan.columns);
  const outPath = `${request.scratch}/records-${part.index}.parquet`;
  await ports.files.cutRecords({
    plainPath: part.plainPath,
    start: part.start,
    positionsPath,
    outPath,
    bytesMax: RECORD_BYTES_MAX,
  });
  await ports.files.remove(positionsPath);
  // Why the positions come back with the bytes: joining them again would sort and copy every record.
  return `read_parquet(${quoteText(outPath)})`;
}

/** Files of these formats have neither records as text nor lines. */
function isWithoutText(format: SourceFormat): boolean {
  return format === 'parquet' || format === 'avro';
}

function parquetRecords(part: StagePart, columns: readonly PlanColumn[]): string {
  const rows =
    part.path === null
      ? '(SELECT NULL::INTEGER AS _ord, NULL::BLOB AS raw WHERE FALSE)'
      : `(SELECT _ord, encode(${recordJsonSql(columns)}) AS raw
          FROM read_parquet(${quoteText(part.path)}) WHERE _ord IN (SELECT ord FROM _weft_pos))`;
  return `(SELECT p.ord, p.line, p.off, p.len, b.raw FROM _weft_pos AS p LEFT JOIN ${rows} AS b ON b._ord = p.ord)`;
}

/**
 * Writes the records of `body` with their reasons in `_weft_why` and returns their number. Columns: record, line, offset,
 * length, raw, kind, reasons (rule, column, value, message).
 */
export async function writeQuarantine(
  context: PartContext,
  options: { part: StagePart; path: string; kind: 'quarantined' | 'duplicate'; body: string },
): Promise<number> {
  const { part, path, kind, body } = options;
  const { engine } = context.ports;
  const hasLines = !isWithoutText(context.request.landing.format);
  const words = reasonTableSql(context.reasons.list);
  const reason = `{'rule': w.id, 'column': coalesce(y.place, w.col), 'value': y.val, 'message': w.words}`;
  const from = `FROM _weft_why AS y JOIN ${words} ON w.no = y.no`;
  // Why two ways: nearly all records have one reason, and gathering lists in groups costs many times more.
  await engine.run(
    'CREATE OR REPLACE TEMP TABLE _weft_multi AS SELECT ord FROM _weft_why GROUP BY ord HAVING count(*) > 1',
  );
  const reasons = `SELECT y.ord, [${reason}] AS reasons ${from} WHERE y.ord NOT IN (SELECT ord FROM _weft_multi)
    UNION ALL SELECT y.ord, list(${reason} ORDER BY y.no, length(y.place), y.place) ${from} WHERE y.ord IN (SELECT ord FROM _weft_multi) GROUP BY y.ord`;
  const [row] = await engine.rows(
    `COPY (SELECT b.ord::BIGINT AS record, ${hasLines ? 'b.line' : 'NULL'}::BIGINT AS line, ${part.start}::BIGINT + b.off AS "offset",
        b.len AS length, b.raw AS raw, ${quoteText(kind)} AS kind, r.reasons AS reasons
      FROM ${body} AS b JOIN (${reasons}) AS r ON r.ord = b.ord)
      TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd, RETURN_STATS, USE_TMP_FILE false)`,
  );
  return Number(row?.['count'] ?? 0);
}

/** Number of records per rule number in `_weft_why`; inside a nested column a record has a reason for each place. */
export async function countReasons(context: PartContext): Promise<Map<number, number>> {
  const { ports, hasNested, reasons } = context;
  const same = [...reasons.countsAs].map(([no, as]) => `WHEN ${no} THEN ${as}`).join(' ');
  const sql = hasNested
    ? `SELECT CASE no ${same} ELSE no END AS no, count(DISTINCT ord) AS n FROM _weft_why GROUP BY 1`
    : 'SELECT no, count(*) AS n FROM _weft_why GROUP BY no';
  const rows = await ports.engine.rows(sql);
  return new Map(rows.map((row) => [Number(row['no']), Number(row['n'])]));
}
