/**
 * The search for anything that tells of what is hidden: each question is put to both worlds, and the answers must be the
 * same to the last byte.
 *
 * Not which questions (`throwing.ts`, `query-forms.ts`) and not whether it is red (the tests). Nothing here asserts, so that the
 * controls can run it on weakened builds.
 * Invariant: what is compared is all that a consumer gets (rows, names and types of columns, counts, errors); only the ids
 * of query and snapshot and the seconds are left out. What is searched for marks is that, the log and the audit entries.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { currentColumns, everyFieldId, groupingFieldIds } from '@weft/core/lakehouse/table';
import { must } from '@weft/core/lib/assert';
import { isWeftError } from '@weft/core/lib/error';
import type { AccessDecision } from '@weft/core/policy/decide';
import { buildProjection, openedTables } from '@weft/core/query/project';
import { partOf } from './plan.ts';
import { bindCase, decideCase, type PolicyCase } from './policies.ts';
import { PLAIN_QUESTIONS, QUERY_FORMS } from './query-forms.ts';
import { CANARIES, GUARDED_COLUMNS } from './rows.ts';
import type { Expression } from './throwing.ts';
import type { TableForm, World, Worlds } from './worlds.ts';

export interface Finding {
  where: string;
  sql: string;
  problem: string;
}

/** One policy on one form of table. */
export interface Block {
  policy: PolicyCase;
  form: TableForm;
}

export interface Tally {
  findings: Finding[];
  asked: number;
  /** Questions that both worlds refused with the same error: they prove little. */
  refused: number;
}

export interface SearchOptions {
  expressions: readonly Expression[];
  /** Asks for what is masked, too (default true). */
  isMasked?: boolean;
  /** One of so many combinations of expression and form. */
  every: number;
  seed: number;
  /** Stops at the first finding. */
  isHasty?: boolean;
}

/** What is masked, by itself: values that are no longer there cannot be found by predicates, orders, groups and joins. */
const MASKED: readonly Expression[] = GUARDED_COLUMNS.map(({ name }) => ({
  name: `masked ${name}`,
  sql: name,
  column: name,
}));

/** Puts a part of all combinations to both worlds. */
export async function searchBlock(
  worlds: Worlds,
  block: Block,
  options: SearchOptions,
): Promise<Tally> {
  const decision = await decide(worlds, block);
  const shown = new Set(decision.columns);
  const tally: Tally = { findings: [], asked: 0, refused: 0 };
  const masked = options.isMasked === false ? [] : MASKED;
  const expressions = [...masked, ...options.expressions].filter(({ column }) => shown.has(column));
  const table = `attacks.${block.form}`;
  const key = block.policy.key ?? 'id';
  for (const [name, make] of Object.entries(PLAIN_QUESTIONS)) {
    const where = `${block.policy.name}, ${block.form}, ${name}`;
    await compare(worlds, { sql: make({ table, key }), where }, tally);
  }
  const forms = Object.entries(QUERY_FORMS);
  for (const [i, expression] of expressions.entries()) {
    for (const [j, [form, make]] of forms.entries()) {
      if ((i * forms.length + j + options.seed) % options.every !== 0) continue;
      const sql = make({ table, value: expression.sql, key });
      const where = `${block.policy.name}, ${block.form}, ${form}, ${expression.name}`;
      if (options.isHasty === true && tally.findings.length > 0) return tally;
      await compare(worlds, { sql, where }, tally);
    }
  }
  tally.findings.push(...searchLogs(worlds));
  return tally;
}

/** Sets the block's decision in both worlds. */
export async function decide(worlds: Worlds, { policy, form }: Block): Promise<AccessDecision> {
  const decision = await decideCase(policy, form);
  for (const { queries, name } of [worlds.secret, worlds.clean]) {
    queries.decisions.set(decision.product, bindCase(policy, decision, name));
  }
  return decision;
}

/** Puts one question to both worlds. */
export async function compare(
  worlds: Worlds,
  question: { sql: string; where: string },
  tally: Tally,
): Promise<void> {
  const [secret, clean] = await Promise.all([
    askAll(worlds.secret, question.sql),
    askAll(worlds.clean, question.sql),
  ]);
  tally.asked++;
  if (secret.startsWith('error') && secret === clean) tally.refused++;
  const mark = markIn(secret) ?? markIn(clean);
  if (mark !== null) tally.findings.push({ ...question, problem: `${mark} came out: ${secret}` });
  else if (secret !== clean)
    tally.findings.push({ ...question, problem: `${cut(secret)} instead of ${cut(clean)}` });
}

const cut = (text: string): string => text.slice(0, 600);

/** All that the consumer gets, but for what names this very query. */
export async function askAll({ queries }: World, sql: string): Promise<string> {
  try {
    const text = await queries.ask(sql);
    return text
      .replace(/"(?:query|snapshot)":"[^"]*"/g, '')
      .replace(/"(?:seconds|cpuSeconds)":[0-9.e-]+/g, '');
  } catch (error) {
    if (!isWeftError(error)) return `error of the process: ${String(error)}`;
    const { code, message, remedy, errors } = error;
    return `error ${JSON.stringify({ code, message, remedy, errors })}`;
  }
}

/** The mark of hidden values that a text has. */
export function markIn(text: string): string | null {
  return CANARIES.find((mark) => text.includes(mark)) ?? null;
}

/** Marks in what the nodes logged and recorded since the last search. */
export function searchLogs({ secret, clean }: Worlds): Finding[] {
  return [secret, clean].flatMap(({ name, queries }) => {
    const told = [...queries.logged.splice(0), JSON.stringify(queries.audit.splice(0))];
    const mark = told.map(markIn).find((found) => found !== null);
    return mark === undefined || mark === null
      ? []
      : [{ where: `log of the ${name} world`, sql: '', problem: `${mark} is in the log` }];
  });
}

/** The files that a query's process can open: the same in both worlds, byte for byte, and hold no mark. */
export async function searchFiles(worlds: Worlds, block: Block): Promise<Finding[]> {
  const decision = await decide(worlds, block);
  const where = `${block.policy.name}, ${block.form}`;
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const findings: Finding[] = [];
  const digests: string[] = [];
  for (const world of [worlds.secret, worlds.clean]) {
    let digest = '';
    for (const file of await openedFiles(world, bindCase(block.policy, decision, world.name))) {
      const text = await contentOf(connection, file);
      const mark = markIn(text) ?? CANARIES.find((one) => fs.readFileSync(file).includes(one));
      if (mark !== undefined) findings.push({ where, sql: '', problem: `${mark} is in a file` });
      digest += createHash('sha256').update(fs.readFileSync(file)).digest('hex');
    }
    digests.push(digest);
  }
  connection.closeSync();
  instance.closeSync();
  if (digests[0] !== digests[1])
    findings.push({ where, sql: '', problem: 'the files of the two worlds differ' });
  return findings;
}

/** Cells and bounds as text: pages are compressed, so bytes alone would prove nothing. */
export async function contentOf(connection: DuckDBConnection, file: string): Promise<string> {
  const rows = await connection.runAndReadAll(
    `SELECT CAST(t AS VARCHAR) FROM read_parquet('${file}') AS t`,
  );
  const bounds = await connection.runAndReadAll(
    `SELECT concat_ws(' ', stats_min, stats_max, stats_min_value, stats_max_value) FROM parquet_metadata('${file}')`,
  );
  return [...rows.getRows(), ...bounds.getRows()].flat().join('\n');
}

async function openedFiles(world: World, decision: AccessDecision): Promise<readonly string[]> {
  const { domain, table } = decision.table;
  const metadata = must(await world.tables.load(decision.table), 'a table');
  const { files: kept } = world.queries.kept;
  const projection = buildProjection(
    [
      {
        gate: { domain, table, major: 1, name: table, mentioned: null },
        decision,
        columns: currentColumns(metadata),
        storedFieldIds: everyFieldId(metadata),
        groupedBy: groupingFieldIds(metadata),
        files: await world.tables.files(metadata, decision.rowFilter),
      },
    ],
    { keyGeneration: kept.keyGeneration },
  );
  const patience = { seconds: 60, signal: new AbortController().signal };
  return openedTables(projection, await kept.open(projection.parts, patience)).files;
}

/** Texts that fail on visible values, of all kinds of errors: neither the consumer nor the log is told a value. */
export async function searchErrors(worlds: Worlds, block: Block): Promise<Finding[]> {
  const { product } = await decide(worlds, block);
  const { queries } = worlds.secret;
  const findings: Finding[] = [];
  for (const value of partOf(FAILING, 3)) {
    const sql = `SELECT ${value} FROM ${product}`;
    const told = [await askAll(worlds.secret, sql), ...queries.logged.splice(0)];
    const isSilent = told.length > 1 && told[0]?.startsWith('error') === true;
    if (!isSilent) findings.push({ where: 'errors', sql, problem: 'it does not fail' });
    const found = told.find((text) => VISIBLE_MARKS.some((mark) => text.includes(mark)));
    if (found !== undefined) findings.push({ where: 'errors', sql, problem: found });
  }
  return findings;
}

/** What visible cells hold, and no text of a query. */
const VISIBLE_MARKS = ['open-', '6ba7b810', '"a"', '1010'];
const FAILING = [
  'CAST(brand AS INTEGER)',
  'list_transform([code], lambda x: CAST(x AS DATE))',
  "strptime(brand, '%d')",
  'json_extract(brand, 2)',
  'regexp_matches(brand, brand || chr(40))',
  'CAST(sec AS TINYINT)',
  'CAST([brand] AS INTEGER[])',
  'CAST(doc AS INTEGER)',
];

/** Two agreements of one subject cannot be joined by what is hashed for them. */
export async function searchHashes(worlds: Worlds, block: Block): Promise<Finding[]> {
  const { queries } = worlds.secret;
  const seen = new Set<unknown>();
  for (const agreement of ['agr_1', 'agr_2']) {
    const decision = await decideCase(block.policy, block.form, agreement);
    queries.decisions.set(decision.product, decision);
    const sql = `SELECT DISTINCT household FROM ${decision.product}`;
    for (const [hash] of await queries.rows(sql)) {
      if (seen.has(hash))
        return [{ where: 'hashes', sql, problem: `${hash} under two agreements` }];
    }
    for (const [hash] of await queries.rows(sql)) seen.add(hash);
  }
  return [];
}
