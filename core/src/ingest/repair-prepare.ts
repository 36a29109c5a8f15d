/**
 * From records in quarantine to a file that can be checked: select, repair, write, and note which came from where.
 *
 * Not the check, and nothing here changes what anyone sees. Records stream through files in one order, so memory does not
 * grow with their number.
 * Invariants: a record that is not taken is counted with its reason; the file has exactly the records that the mark names, in
 * its order; expressions run on an engine that reaches nothing but the scratch directory.
 */
import { must } from '../lib/assert.ts';
import { decodeBase64 } from '../lib/base64.ts';
import { quoteText } from '../lib/ident-sql.ts';
import { parseSafeJson } from '../lib/safe-json.ts';
import { rowsSql } from './quarantine-files.ts';
import { countMarks } from './quarantine-search.ts';
import { headerOf, type RecordTarget } from './record-text.ts';
import { loadFixes } from './repair-fixes.ts';
import type {
  LineFiles,
  LineWriter,
  PreparedRecords,
  PrepareRequest,
  RepairPorts,
  SkipReason,
} from './repair-ports.ts';
import { Repairer, type SelectedRecord } from './repair-record.ts';
import { evaluateRule, type GatedRule, gateRule } from './repair-rule.ts';
import { RECORD_BYTES_MAX } from './stage-layout.ts';

/** Skipped records that are named. */
const SKIPPED_SHOWN = 10;

/** Prepares the records of a repair. Throws REPAIR_INVALID for a rule or fixes that cannot be carried out. */
export async function prepareRepair(
  ports: RepairPorts,
  request: PrepareRequest,
): Promise<PreparedRecords> {
  const { engine, files } = ports;
  const { plan, scratch, fixesPath } = request;
  const names = plan.columns.map((column) => column.name);
  const gated = await gateRule(engine, request.rule, names);
  if (fixesPath !== null) await loadFixes(ports, { path: fixesPath, scratch, columns: names });
  const selectedPath = `${scratch}/selected.csv`;
  await selectRecords(ports, request, selectedPath);
  const result = emptyResult();
  if (fixesPath !== null) await countDecided(ports, request, { selectedPath, result });
  const repairer = new Repairer({ ...request, gated });
  const expressions = expressionsOf(gated);
  const valuesPath = expressions.length === 0 ? null : `${scratch}/values.ndjson`;
  if (valuesPath !== null) {
    await evaluate(ports, request, { gated, expressions, repairer, selectedPath, valuesPath });
  }
  const marks = `${scratch}/marks.csv`;
  await writeRecords(files, request, { repairer, selectedPath, valuesPath, marks, result });
  await files.syncFile(request.outPath);
  result.perBatch = await saveMarks(ports, request, marks);
  return result;
}

function emptyResult(): PreparedRecords {
  const skipped = { unreadable: 0, expression: 0, unwritable: 0, unchanged: 0, decided: 0 };
  return { records: 0, perBatch: [], skipped, skippedSample: [], sample: [] };
}

function expressionsOf({ columns, raw }: GatedRule): string[] {
  return raw === null ? columns.map(({ sql }) => sql) : [raw];
}

/** The open records as lines `batch,record,line,whole,raw,fix`: base64 has no comma, and empty means none. */
async function selectRecords(
  { engine }: RepairPorts,
  request: PrepareRequest,
  path: string,
): Promise<void> {
  const { source, filter, fixesPath } = request;
  const rows = `(${rowsSql(source, { ...filter, state: 'open' })}) AS q`;
  const fixes =
    fixesPath === null ? '' : 'JOIN _weft_fixes AS x ON x.batch = q.batch AND x.record = q.record';
  await engine.run(
    `COPY (SELECT q.batch, q.record, q.line, q.raw IS NOT NULL AND octet_length(q.raw) >= q.length AS whole,
        to_base64(q.raw) AS raw, ${fixesPath === null ? 'NULL' : 'x.fix'} AS fix FROM ${rows} ${fixes} ORDER BY q.batch, q.record)
      TO ${quoteText(path)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '')`,
  );
}

/** Fixes of records of these batches that are not open, or not there at all: they were decided before. */
async function countDecided(
  { engine }: RepairPorts,
  request: PrepareRequest,
  { selectedPath, result }: { selectedPath: string; result: PreparedRecords },
): Promise<void> {
  const taken = `SELECT batch, record FROM read_csv(${quoteText(selectedPath)}, auto_detect = false, header = false,
    delim = ',', quote = '', escape = '', new_line = '\\n', max_line_size = ${RECORD_BYTES_MAX * 8}, columns = {'batch': 'VARCHAR',
    'record': 'BIGINT', 'line': 'BIGINT', 'whole': 'BOOLEAN', 'raw': 'VARCHAR', 'fix': 'VARCHAR'})`;
  const own = request.source.files.map(({ batch }) => quoteText(batch)).join(', ');
  const rest = `FROM _weft_fixes WHERE batch IN (${own}) AND (batch, record) NOT IN (SELECT (batch, record) FROM (${taken}))`;
  const [row] = await engine.rows(`SELECT count(*) AS n ${rest}`);
  result.skipped.decided = Number(row?.['n']);
  if (result.skipped.decided === 0) return;
  const shown = await engine.rows(
    `SELECT batch || ':' || record AS ref ${rest} ORDER BY ref LIMIT ${SKIPPED_SHOWN}`,
  );
  for (const { ref } of shown) result.skippedSample.push({ ref: String(ref), why: 'decided' });
}

interface Evaluate {
  gated: GatedRule;
  expressions: string[];
  repairer: Repairer;
  selectedPath: string;
  valuesPath: string;
}

async function evaluate(
  { files, openSealed }: RepairPorts,
  request: PrepareRequest,
  { gated, expressions, repairer, selectedPath, valuesPath }: Evaluate,
): Promise<void> {
  const fieldsPath = `${request.scratch}/fields.ndjson`;
  const out = await files.create(fieldsPath);
  try {
    for await (const record of selected(files, selectedPath)) {
      const texts = repairer.fieldsOf(record);
      if (texts === null) continue;
      const members = texts.map(
        (text, i) => `"c${i}":${text === null ? 'null' : JSON.stringify(text)}`,
      );
      await out.write(`{"n":${record.n},${members.join(',')}}\n`);
    }
  } finally {
    await out.close();
  }
  const names = gated.raw === null ? request.plan.columns.map(({ name }) => name) : ['raw'];
  const sealed = await openSealed(request.scratch);
  try {
    await evaluateRule(sealed, { fieldsPath, valuesPath, names, expressions });
  } finally {
    sealed.close();
  }
}

interface Write {
  repairer: Repairer;
  selectedPath: string;
  valuesPath: string | null;
  marks: string;
  result: PreparedRecords;
}

async function writeRecords(
  files: LineFiles,
  request: PrepareRequest,
  { repairer, selectedPath, valuesPath, marks, result }: Write,
): Promise<void> {
  const values = valuesPath === null ? null : new ValueStream(files.lines(valuesPath));
  const target: RecordTarget = repairer.target;
  const out = await files.create(request.outPath);
  const notes = await files.create(marks);
  try {
    await out.write(headerOf(target));
    for await (const record of selected(files, selectedPath)) {
      const repaired = repairer.repair(record, values === null ? null : await values.of(record.n));
      if (typeof repaired === 'string') skip(result, record, repaired);
      else {
        await out.write(repaired.bytes);
        await note(notes, { record, child: request.child, number: result.records });
        result.records++;
        if (result.sample.length < request.samples && repaired.sample !== null) {
          result.sample.push(repaired.sample);
        }
      }
    }
  } finally {
    await out.close();
    await notes.close();
  }
}

function skip(result: PreparedRecords, { batch, record }: SelectedRecord, why: SkipReason): void {
  result.skipped[why]++;
  if (result.skippedSample.length < SKIPPED_SHOWN) {
    result.skippedSample.push({ ref: `${batch}:${record}`, why });
  }
}

async function note(
  notes: LineWriter,
  { record, child, number }: { record: SelectedRecord; child: string; number: number },
): Promise<void> {
  await notes.write(`${record.batch},${record.record},${child},${number}\n`);
}

/** The mark of the replay, durable, and the number of its records of each batch. */
async function saveMarks(
  { engine, files }: RepairPorts,
  { marksPath, scratch }: PrepareRequest,
  csvPath: string,
): Promise<PreparedRecords['perBatch']> {
  const path = marksPath ?? `${scratch}/marks.parquet`;
  await engine.run(
    `COPY (FROM read_csv(${quoteText(csvPath)}, auto_detect = false, header = false, delim = ',', quote = '', escape = '',
        new_line = '\\n', columns = {'batch': 'VARCHAR', 'record': 'BIGINT', 'child': 'VARCHAR', 'child_record': 'BIGINT'}))
      TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
  );
  await files.syncFile(path);
  if (marksPath !== null) await files.syncDirectory(marksPath.replace(/\/[^/]*$/, ''));
  return await countMarks(engine, path);
}

async function* selected(files: LineFiles, path: string): AsyncIterable<SelectedRecord> {
  let n = 0;
  for await (const lines of files.lines(path)) {
    for (const line of lines) {
      const [batch = '', record = '', number = '', whole, raw = '', fix = ''] = line.split(',');
      yield {
        n: n++,
        batch,
        record: Number(record),
        line: number === '' ? null : Number(number),
        raw: whole === 'true' ? decodeBase64(raw) : null,
        fix: fix === '' ? null : fix,
      };
    }
  }
}

/** Results of expressions, in the order of the records; some records have none. */
class ValueStream {
  readonly #chunks: AsyncIterator<string[]>;
  #lines: string[] = [];
  #at = 0;
  #open: Record<string, unknown> | null = null;

  constructor(chunks: AsyncIterable<string[]>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The results for record `n`, or null. Ask in ascending order. */
  async of(n: number): Promise<Record<string, unknown> | null> {
    if (this.#open === null) this.#open = await this.#next();
    if (this.#open?.['n'] !== n) return null;
    const found = this.#open;
    this.#open = null;
    return found;
  }

  async #next(): Promise<Record<string, unknown> | null> {
    while (this.#at === this.#lines.length) {
      const chunk = await this.#chunks.next();
      if (chunk.done === true) return null;
      this.#lines = chunk.value;
      this.#at = 0;
    }
    const line = must(this.#lines[this.#at++], 'line of results');
    return parseSafeJson(line) as Record<string, unknown>;
  }
}
