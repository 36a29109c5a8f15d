/**
 * Does a file have the columns that the contract promises? Compared by name, in any order.
 *
 * Invariant: a file is read only when each of the plan's source names occurs once, or not at all where a record may lack it,
 * and no other name does; all differences are told at once.
 */
import { type ErrorPlace, WeftError } from '../lib/error.ts';
import { clipText, storableText } from '../lib/storable-text.ts';
import type { PlannedColumn } from './stage-layout.ts';

/** For each column of the file, the number of the plan's column. Throws BATCH_UNREADABLE with every difference. */
export function matchColumns(
  planned: readonly PlannedColumn[],
  names: readonly string[],
): number[] {
  const { order, differences } = compareColumns(planned, names);
  if (differences.count > 0) throw columnsDiffer(differences.places, differences.count);
  return order.filter((index) => index !== null);
}

/** For each column of the file, the number of the plan's column or null, and how the names differ. */
export function compareColumns(
  planned: readonly PlannedColumn[],
  names: readonly string[],
): { order: (number | null)[]; differences: Differences } {
  const position = new Map(planned.map((column, i) => [column.sourceName, i]));
  const seen = new Set<string>();
  const differences = new Differences();
  const hint = renameHint(planned, names);
  const order: (number | null)[] = [];
  for (const [i, name] of names.entries()) {
    const index = position.get(name);
    const isTwice = seen.has(name);
    if (isTwice) differences.add('duplicate_column', name, i, 'occurs twice');
    else if (index === undefined) {
      differences.add('unknown_column', name, i, `is not in the contract${hint(name)}`);
    }
    order.push(isTwice ? null : (index ?? null));
    seen.add(name);
  }
  for (const { sourceName, required } of planned) {
    if (required && !seen.has(sourceName)) {
      differences.add('missing_column', sourceName, null, 'is missing in the file');
    }
  }
  return { order, differences };
}

/** Names of the plan's columns that no column of the file is for, in the plan's order. */
export function lackingColumns(
  planned: readonly PlannedColumn[],
  order: readonly (number | null)[],
): string[] {
  return planned.filter((_, i) => !order.includes(i)).map(({ name }) => name);
}

/** Places that an error names; of the others it says how many there are. */
const PLACES_MAX = 100;
const PLACES_TOLD = 20;
const NAME_LENGTH_MAX = 100;
const SEND_OTHERS =
  'Send a file with the columns of the contract and no others (in any order), or publish a contract version with these columns.';

const WRITE_TYPES =
  'Write the file with the types of the contract; docs/lexical-types.md lists which fit.';

/** Throws BATCH_UNREADABLE when names or types differ; all differences are told, those of names first. */
export function refuseDifferences(names: Differences, types: readonly ErrorPlace[]): void {
  const count = names.count + types.length;
  if (count === 0) return;
  const remedy =
    names.count === 0
      ? WRITE_TYPES
      : `${SEND_OTHERS}${types.length === 0 ? '' : ` ${WRITE_TYPES}`}`;
  throw columnsDiffer([...names.places, ...types], count, remedy);
}

/** The BATCH_UNREADABLE of a file whose columns are not those of the contract; `count`: of all, also those not named. */
export function columnsDiffer(
  places: ErrorPlace[],
  count = places.length,
  remedy = SEND_OTHERS,
): WeftError {
  const told = places.slice(0, PLACES_TOLD).map((place) => place.message);
  if (count > told.length) told.push(`and ${count - told.length} more`);
  const errors = places.slice(0, PLACES_MAX);
  return new WeftError('BATCH_UNREADABLE', `the file's columns differ: ${told.join('; ')}`, {
    remedy,
    errors,
  });
}

/** Differences as they are found: a file may have any number of them, and names of any length. */
export class Differences {
  readonly places: ErrorPlace[] = [];
  count = 0;

  add(code: string, name: string, index: number | null, what: string): void {
    this.count++;
    if (this.places.length === PLACES_MAX) return;
    const shown = storableText(clipText(name, NAME_LENGTH_MAX));
    const place: ErrorPlace = { code, path: shown, message: `the column \`${shown}\` ${what}` };
    this.places.push(index === null ? place : { ...place, column: index + 1 });
  }
}

/** What an unknown name was meant to be: one that differs in case or outer spaces, or the only one that is left over. */
function renameHint(
  planned: readonly PlannedColumn[],
  names: readonly string[],
): (name: string) => string {
  const given = new Set(names);
  const absent = planned.filter(({ sourceName }) => !given.has(sourceName));
  const known = new Set(planned.map(({ sourceName }) => sourceName));
  const isOnly = absent.length === 1 && names.filter((name) => !known.has(name)).length === 1;
  const plain = (text: string) => text.trim().toLowerCase();
  return (name) => {
    const near = planned.find(({ sourceName }) => plain(sourceName) === plain(name));
    const meant = near ?? (isOnly ? absent[0] : undefined);
    return meant === undefined ? '' : `; did you mean \`${meant.sourceName}\`?`;
  };
}
