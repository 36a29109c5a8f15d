/**
 * The version hint: a small file beside the metadata that tells readers without a catalog which version is current.
 *
 * Not the pointer, which is the store's: the hint follows the commit, best effort, and may lag behind. Readers put the
 * text before `.metadata.json` (DuckDB's `iceberg_scan` and Hadoop catalogs do).
 */
export const HINT_NAME = 'version-hint.text';

/** The text of the hint for a metadata file: its name without the ending. */
export function hintOf(metadataLocation: string): string {
  const name = metadataLocation.slice(metadataLocation.lastIndexOf('/') + 1);
  return name.replace(/^v(?=\d+\.metadata\.json$)/, '').replace(/\.metadata\.json$/, '');
}
