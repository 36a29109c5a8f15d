/**
 * Why a sample is not of its format at all: a draft from the rest of it would promise things about rubbish.
 *
 * Not about single bad records, which the draft counts. A reason is for a person, and holds no value of the file.
 */
import { count } from './say.ts';
import type { InferSource } from './source.ts';

const LOOKED_AT = 65_536;
/** Packed and compiled files have at least a tenth of them, text in UTF-16 a half, text by accident one. */
const CONTROL_SHARE = 0.01;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Why these bytes are no text, or null. */
export function binaryReason(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  // Why: half of the bytes of UTF-16 look like control characters.
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return null;
  const start = bytes.subarray(0, LOOKED_AT);
  let controls = 0;
  for (const byte of start) {
    const isSpace = byte === TAB || byte === LINE_FEED || byte === CARRIAGE_RETURN;
    if (byte < 0x20 && !isSpace) controls++;
  }
  if (controls <= start.length * CONTROL_SHARE) return null;
  return `it is no text: ${count(controls)} of its first ${count(start.length)} bytes are control characters`;
}

/** More unreadable records than this share are no accident. */
const FAULT_SHARE = 0.5;
/** Of lines that no delimiter splits: programs, prose and logs have some that one does. */
const ONE_COLUMN_FAULT_SHARE = 0.1;
const ONE_COLUMN_FAULTS_MIN = 3;

/** Why the records read so far do not make a file of the format, or null. */
export function faultsReason(source: InferSource): string | null {
  const { format, columns, rows, faults, headerProblem } = source;
  if (headerProblem !== undefined) return headerProblem;
  const [first] = faults;
  const total = rows.length + faults.length;
  const isOneColumn = format === 'csv' && columns.length === 1;
  const isNoTable =
    isOneColumn &&
    faults.length >= ONE_COLUMN_FAULTS_MIN &&
    faults.length > total * ONE_COLUMN_FAULT_SHARE;
  if (first === undefined || (faults.length <= total * FAULT_SHARE && !isNoTable)) return null;
  const name = format === 'ndjson' ? 'JSON' : format === 'csv' ? 'CSV' : 'Parquet';
  return `${count(faults.length)} of ${count(total)} records cannot be read as ${name}, the first on line ${count(first.line)}: ${first.message}`;
}
