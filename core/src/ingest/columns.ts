/**
 * Does a file have the columns that the contract promises? Compared by name, in any order.
 *
 * Invariant: a file is read only when each of the plan's source names occurs once, or not at all where a record may lack it,
 * and no other name does; all differences are told at once.
 */
import { type ErrorPlace, WeftError } from '../lib/error.ts';
import type { PlannedColumn } from './stage-layout.ts';

/** For each column of the file, the number of the plan's column. Throws BATCH_UNREADABLE with every difference. */
export function matchColumns(
  planned: readonly PlannedColumn[],
  names: readonly string[],
): number[] {
  const position = new Map(planned.map((column, i) => [column.sourceName, i]));
  const seen = new Set<string>();
  const places: ErrorPlace[] = [];
  const order: number[] = [];
  for (const [i, name] of names.entries()) {
    const index = position.get(name);
    if (seen.has(name)) places.push(difference('duplicate_column', name, i, 'occurs twice'));
    else if (index === undefined) {
      places.push(
        difference('unknown_column', name, i, `is not in the contract${hint(name, planned)}`),
      );
    } else order.push(index);
    seen.add(name);
  }
  // Why optional ones too once a name is wrong: a column that was renamed is told with both its names.
  const isWrong = places.length > 0;
  for (const { sourceName, required } of planned) {
    if ((required || isWrong) && !seen.has(sourceName)) {
      places.push(difference('missing_column', sourceName, null, 'is missing in the file'));
    }
  }
  if (places.length > 0) throw columnsDiffer(places);
  return order;
}

/** Names of the plan's columns that no column of the file is for, in the plan's order. */
export function lackingColumns(
  planned: readonly PlannedColumn[],
  order: readonly number[],
): string[] {
  return planned.filter((_, i) => !order.includes(i)).map(({ name }) => name);
}

/** The BATCH_UNREADABLE of a file whose columns are not those of the contract. */
export function columnsDiffer(
  places: ErrorPlace[],
  remedy = 'Send a file with the columns of the contract and no others (in any order), or publish a contract version with these columns.',
): WeftError {
  const told = places.slice(0, 20).map((place) => place.message);
  if (places.length > told.length) told.push(`and ${places.length - told.length} more`);
  return new WeftError('BATCH_UNREADABLE', `the file's columns differ: ${told.join('; ')}`, {
    remedy,
    errors: places,
  });
}

function difference(code: string, name: string, index: number | null, what: string): ErrorPlace {
  const place: ErrorPlace = { code, path: name, message: `the column \`${name}\` ${what}` };
  return index === null ? place : { ...place, column: index + 1 };
}

/** Names that differ only in case or outer spaces are the usual slip. */
function hint(name: string, planned: readonly PlannedColumn[]): string {
  const plain = (text: string) => text.trim().toLowerCase();
  const near = planned.find(({ sourceName }) => plain(sourceName) === plain(name));
  return near === undefined ? '' : `; did you mean \`${near.sourceName}\`?`;
}
