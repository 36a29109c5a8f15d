/**
 * A slow framer of CSV made of regular expressions: the oracle for the fast one. Bytes stand as Latin-1 characters.
 */
import type { Row } from './support.ts';

const QUOTED = /"([^"]*(?:""[^"]*)*)"(?!")/y;
const PLAIN = /[^,"\r\n]*/y;
const LINE = /[^\n]*/y;
/** As `RECORD_BYTES_MAX`. */
const RECORD_MAX = 1 << 20;

interface Outcome {
  fault: string | null;
  fields: (string | null)[];
  contentEnd: number;
  next: number;
}

export function frameCsv(
  bytes: Buffer,
  { fields, nullText }: { fields: number; nullText: string },
): { rows: Row[]; bad: Row[] } {
  const text = bytes.toString('latin1');
  const rows: Row[] = [];
  const bad: Row[] = [];
  let at = 0;
  let line = 1;
  for (let ord = 0; at < text.length; ord++) {
    const outcome = readRecord(text, at, { fields, nullText });
    const place = { ord, line, off: at, len: outcome.contentEnd - at };
    if (outcome.fault === null) rows.push({ ...place, fields: outcome.fields });
    else bad.push({ ...place, fault: outcome.fault });
    line += text.slice(at, outcome.next).split('\n').length - 1;
    at = outcome.next;
  }
  return { rows, bad };
}

function readRecord(
  text: string,
  start: number,
  options: { fields: number; nullText: string },
): Outcome {
  const fields: (string | null)[] = [];
  let at = start;
  while (true) {
    const quoted = text[at] === '"';
    const pattern = quoted ? QUOTED : PLAIN;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return giveUp(text, start, 'bad_quote');
    at = pattern.lastIndex;
    const value = quoted ? (match[1] ?? '').replaceAll('""', '"') : match[0];
    fields.push(!quoted && (value === '' || value === options.nullText) ? null : value);
    const rest = text.slice(at, at + 2);
    if (rest[0] === ',') {
      if (fields.length === options.fields) return giveUp(text, start, 'too_many_fields');
      at++;
      continue;
    }
    if (rest !== '' && rest[0] !== '\n' && rest[0] !== '\r')
      return giveUp(text, start, 'bad_quote');
    if (rest[0] === '\r' && rest !== '\r\n') return giveUp(text, start, 'bare_carriage_return');
    if (fields.length < options.fields) return giveUp(text, start, 'too_few_fields');
    const end = at + (rest[0] === '\r' ? 2 : rest[0] === '\n' ? 1 : 0);
    if (at - start > RECORD_MAX) return ending('too_long', [start, at, end]);
    return decode({ fault: null, fields, contentEnd: at, next: end });
  }
}

function decode(outcome: Outcome): Outcome {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const decodeField = (field: string | null) =>
      field === null ? null : decoder.decode(Buffer.from(field, 'latin1'));
    return { ...outcome, fields: outcome.fields.map(decodeField) };
  } catch {
    return { ...outcome, fault: 'bad_encoding' };
  }
}

/** The whole record, when its quotes say where it ends; else all up to the end of the line of the field that does not. */
function giveUp(text: string, start: number, fault: string): Outcome {
  for (let at = start; ; ) {
    const quoted = text[at] === '"';
    const pattern = quoted ? QUOTED : PLAIN;
    pattern.lastIndex = at;
    const field = pattern.exec(text)?.[0] ?? null;
    if (field === null) {
      const isCutOff = text.indexOf('\n', at) !== -1 && !text.endsWith('\n');
      return dropLine(text, [start, at], isCutOff ? 'ambiguous_quote' : 'bad_quote');
    }
    const end = at + field.length;
    const rest = text.slice(end, end + 2);
    if (rest === '') return ending(fault, [start, end, end]);
    if (rest === '\r\n') return ending(fault, [start, end, end + 2]);
    if (rest[0] === '\n') return ending(fault, [start, end, end + 1]);
    if (rest === '\r') return ending(fault, [start, end + 1, end + 1]);
    if (rest[0] !== ',' && rest[0] !== '\r') {
      const spansLines = quoted && field.includes('\n');
      return dropLine(text, [start, at], spansLines ? 'ambiguous_quote' : 'bad_quote');
    }
    at = end + 1;
  }
}

function dropLine(text: string, [start, at]: [number, number], fault: string): Outcome {
  LINE.lastIndex = at;
  const line = LINE.exec(text)?.[0] ?? '';
  const end = at + line.length;
  if (end === text.length) return ending(fault, [start, end, end]);
  return ending(fault, [start, line.endsWith('\r') ? end - 1 : end, end + 1]);
}

function ending(fault: string, [start, contentEnd, next]: [number, number, number]): Outcome {
  const isTooLong = fault !== 'ambiguous_quote' && contentEnd - start > RECORD_MAX;
  return { fault: isTooLong ? 'too_long' : fault, fields: [], contentEnd, next };
}
