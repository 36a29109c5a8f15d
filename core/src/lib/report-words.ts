/**
 * Words of batch reports that the node writes and the command line has to know again.
 *
 * Not the reports (`ingest/report.ts`). Why here: the command line starts fast because it loads no room of core but this one.
 */

/** True of a batch that brings nothing: each of its records is one that was accepted before. */
export function bringsNothing({
  in: all,
  duplicates,
}: {
  in: number;
  duplicates: number;
}): boolean {
  return all > 0 && duplicates === all;
}

export function allThere(records: number): string {
  return records === 1
    ? 'its one record is there already'
    : `all ${records} records are there already`;
}

/** Stands between the type that a value is not of and the kind of JSON that was met. */
export const JSON_HAS = ': JSON has ';

/** True of a value whose text may be right, and whose kind of JSON is not. */
export function isJsonKind(message: string): boolean {
  return message.includes(JSON_HAS);
}
