/**
 * Faults for order lines: evenly spread, of eight kinds, and exact duplicates.
 *
 * Not random: which row is spoiled, and how, follows from its number. Invariant: a spoiled row breaks the contract in one
 * place and never stands in the way of the rows around it.
 */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

const REPEAT_DISTANCE = 500;
const CHUNK = 1 << 20;

/** Makes one or more lines of a good one; `id` counts from 1. */
export type RecordChange = (line: string, id: number) => string;

/**
 * Columns: line_id, invoice_no, stock_code, description, quantity, ordered_at, unit_price, customer_id, country. A
 * description may hold a comma, so what stands behind it is counted from the end.
 */
const FAULTS: readonly ((fields: string[]) => string[])[] = [
  (fields) => fields.with(-5, '1.5'),
  (fields) => fields.with(1, 'X123'),
  (fields) => fields.slice(0, -1),
  (fields) => fields.with(-2, '5000'),
  (fields) => fields.with(-1, 'Atlantis'),
  (fields) => fields.with(2, ''),
  (fields) => fields.with(-4, '2011-02-30 00:00:00'),
  (fields) => fields.with(2, 'NOT SOLD'),
];

/** Spoils every `every`-th row, one kind after the other. */
export function spoilEvery(every: number): RecordChange {
  return (line, id) => {
    if (id % every !== 0) return line;
    const fault = FAULTS[(id / every) % FAULTS.length];
    return fault === undefined ? line : `${fault(line.trimEnd().split(',')).join(',')}\n`;
  };
}

/** After every `every`-th row comes once more the row that stood 500 rows before. */
export function repeatEvery(every: number): RecordChange {
  const earlier: string[] = [];
  return (line, id) => {
    const slot = id % REPEAT_DISTANCE;
    const repeated = id % every === 0 ? (earlier[slot] ?? '') : '';
    earlier[slot] = line;
    return line + repeated;
  };
}

/** Copies a CSV that has one record a line, each record through `change`. */
export async function rewriteRecords(
  source: string,
  target: string,
  change: RecordChange,
): Promise<void> {
  const out = createWriteStream(target);
  let id = 0;
  let buffer = '';
  for await (const line of createInterface({ input: createReadStream(source) })) {
    // The header is record 0.
    buffer += id === 0 ? `${line}\n` : change(`${line}\n`, id);
    id++;
    if (buffer.length < CHUNK) continue;
    if (!out.write(buffer)) await once(out, 'drain');
    buffer = '';
  }
  out.end(buffer);
  await once(out, 'finish');
}
