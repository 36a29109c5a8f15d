/**
 * People's own fixes as a file: one JSON object a line, each tied to its record by `ref` (or `batch` and `record`), with the
 * new text of the record (`raw` or `rawBase64`) or new values (`values`). An export is such a file before it is mended.
 *
 * Invariant: the file is read as a whole before anything is taken from it, and every fault is told with its line.
 */
import { must } from '../lib/assert.ts';
import { decodeBase64, encodeBase64 } from '../lib/base64.ts';
import { type ErrorPlace, WeftError } from '../lib/error.ts';
import { quoteText } from '../lib/ident-sql.ts';
import { parseSafeJson, stringifySafeJson } from '../lib/safe-json.ts';
import type { SqlEngine } from './ports.ts';
import { countBy } from './quarantine-search.ts';
import type { BatchCount, LineFiles } from './repair-ports.ts';
import { RECORD_BYTES_MAX } from './stage-layout.ts';

const FAULTS_MAX = 100;
const REF = /^(bat_[0-9A-HJKMNP-TV-Z]{26}):(\d{1,10})$/;

/** What is done to a record, as it travels through the engine: base64, so that no text needs a quote. */
interface Fix {
  batch: string;
  record: number;
  /** The new bytes, or the new text, or neither. */
  bytes: string | null;
  text: string | null;
  values: Record<string, string | null> | null;
}

/**
 * Reads the fixes into a table `_weft_fixes` (batch, record, fix), `fix` being JSON in base64. `columns`: those that values may
 * be for, or null for any. Throws REPAIR_INVALID with the faulty lines.
 */
export async function loadFixes(
  ports: { engine: SqlEngine; files: LineFiles },
  options: { path: string; scratch: string; columns: readonly string[] | null },
): Promise<void> {
  const { engine, files } = ports;
  const outPath = `${options.scratch}/fixes.csv`;
  const out = await files.create(outPath);
  const faults: ErrorPlace[] = [];
  let line = 0;
  let count = 0;
  try {
    for await (const lines of files.lines(options.path)) {
      for (const text of lines) {
        line++;
        if (text.trim() === '') continue;
        const fix = readFix(text, options.columns);
        if (typeof fix === 'string') {
          if (faults.length < FAULTS_MAX)
            faults.push({ code: 'REPAIR_INVALID', line, message: fix });
          continue;
        }
        count++;
        const body = encodeBase64(new TextEncoder().encode(JSON.stringify(fix)));
        await out.write(`${fix.batch},${fix.record},${line},${body}\n`);
      }
    }
  } finally {
    await out.close();
  }
  if (faults.length === 0 && count === 0) {
    faults.push({ code: 'REPAIR_INVALID', message: 'the file names no record' });
  }
  refuse(faults);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE _weft_fixes AS SELECT * FROM read_csv(${quoteText(outPath)}, auto_detect = false, header = false,
      delim = ',', quote = '', escape = '', new_line = '\\n', max_line_size = ${RECORD_BYTES_MAX * 8},
      columns = {'batch': 'VARCHAR', 'record': 'BIGINT', 'line': 'BIGINT', 'fix': 'VARCHAR'})`,
  );
  const twice = await engine.rows(
    `SELECT batch || ':' || record AS ref, max(line) AS line FROM _weft_fixes GROUP BY batch, record HAVING count(*) > 1
      ORDER BY line LIMIT ${FAULTS_MAX}`,
  );
  refuse(
    twice.map((row) => ({
      code: 'REPAIR_INVALID',
      line: Number(row['line']),
      message: `${row['ref']} is fixed twice`,
    })),
  );
}

function refuse(faults: ErrorPlace[]): void {
  if (faults.length === 0) return;
  const [first] = faults;
  const place = first?.line === undefined ? '' : `line ${first.line}: `;
  const more = faults.length === 1 ? '' : `, and ${faults.length - 1} more`;
  throw new WeftError('REPAIR_INVALID', `${place}${first?.message}${more}`, { errors: faults });
}

/** Of how many records of which batch a file has fixes. Throws REPAIR_INVALID for a file that is none. */
export async function countFixes(
  ports: { engine: SqlEngine; files: LineFiles },
  { path, scratch }: { path: string; scratch: string },
): Promise<BatchCount[]> {
  await loadFixes(ports, { path, scratch, columns: null });
  return await countBy(ports.engine, '_weft_fixes');
}

/** A fix as a line tells it, or what is wrong with it. */
function readFix(text: string, columns: readonly string[] | null): Fix | string {
  if (text.length > RECORD_BYTES_MAX * 4) return 'the line is longer than any record may be';
  let line: Record<string, unknown>;
  try {
    const value = parseSafeJson(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error();
    line = value as Record<string, unknown>;
  } catch {
    return 'it is no JSON object';
  }
  const { ref, batch, record, raw, rawBase64, values } = line;
  const [, ofRef, numberOfRef] = REF.exec(String(ref ?? `${batch}:${record}`)) ?? [];
  if (ofRef === undefined) return 'it has no `ref` such as bat_…:12';
  const fixed = readValues(values, columns);
  if (typeof fixed === 'string') return fixed;
  const bytes = typeof raw !== 'string' && typeof rawBase64 === 'string' ? rawBase64 : null;
  if (bytes !== null && decodeBase64(bytes) === null) return '`rawBase64` is no base64';
  const newText = typeof raw === 'string' ? raw : null;
  if (newText === null && bytes === null && fixed === null) {
    return 'it has neither `raw` nor `values`';
  }
  return { batch: ofRef, record: Number(numberOfRef), bytes, text: newText, values: fixed };
}

function readValues(
  values: unknown,
  columns: readonly string[] | null,
): Record<string, string | null> | null | string {
  if (values === undefined || values === null) return null;
  if (typeof values !== 'object' || Array.isArray(values)) return '`values` is no object';
  const fixed: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(values)) {
    if (columns?.includes(name) === false) return `the contract has no column ${name}`;
    if (value === null || typeof value === 'string') fixed[name] = value;
    else fixed[name] = typeof value === 'object' ? stringifySafeJson(value) : String(value);
  }
  return fixed;
}

/** A fix as it comes back from the engine. */
export function parseFix(body: string): Pick<Fix, 'bytes' | 'text' | 'values'> {
  return JSON.parse(new TextDecoder().decode(must(decodeBase64(body), 'a fix of ours'))) as Fix;
}
