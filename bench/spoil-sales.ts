/**
 * Faults for generated rows: evenly spread, of eight kinds, and exact duplicates.
 *
 * Not random: which row is spoiled, and how, follows from its number. Invariant: a spoiled row breaks the contract in one
 * place and never stands in the way of the rows around it.
 */

const REPEAT_DISTANCE = 500;

/** Columns: line_id, store_id, basket_id, product_code, description, quantity, sales_value, sold_at, country. */
const FAULTS: readonly ((fields: string[]) => string[])[] = [
  (fields) => fields.with(5, '1.5'),
  (fields) => fields.with(3, 'X123'),
  (fields) => fields.slice(0, 8),
  (fields) => fields.with(1, '5000'),
  (fields) => fields.with(8, 'Atlantis'),
  (fields) => fields.with(3, ''),
  (fields) => fields.with(7, '2025-02-30 00:00:00'),
  (fields) => fields.with(6, '1.005'),
];

/** Spoils every `every`-th row, one kind after the other. */
export function spoilEvery(every: number): (line: string, id: number) => string {
  return (line, id) => {
    if (id % every !== 0) return line;
    const fault = FAULTS[(id / every) % FAULTS.length];
    return fault === undefined ? line : `${fault(line.trimEnd().split(',')).join(',')}\n`;
  };
}

/** After every `every`-th row comes once more the row that stood 500 rows before. */
export function repeatEvery(every: number): (line: string, id: number) => string {
  const earlier: string[] = [];
  return (line, id) => {
    const slot = id % REPEAT_DISTANCE;
    const repeated = id % every === 0 ? (earlier[slot] ?? '') : '';
    earlier[slot] = line;
    return line + repeated;
  };
}
