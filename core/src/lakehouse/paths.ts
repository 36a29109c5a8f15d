/**
 * File locations: URIs as tables hold them, paths as DuckDB takes them.
 *
 * Not URL handling: the text after the scheme is the path itself, without percent codes, as Iceberg engines write it.
 * Invariant: two locations of one local file are equal after `normalUri`.
 */
import { WeftError } from '../lib/error.ts';

/** The path of a `file:` URI (either slash form, no percent codes), or the absolute path itself. */
export function pathOfUri(uri: string): string {
  const path = uri.startsWith('file:') ? normalUri(uri).slice('file://'.length) : uri;
  // Why: DuckDB expands these in file names, so such a path could open other files than the one that is meant.
  if (!path.startsWith('/') || path.startsWith('//') || /[*?[\]{}]/.test(path)) {
    throw new WeftError('TABLE_UNSUPPORTED', `The file path ${uri} cannot be read from here.`);
  }
  return path;
}

/** The `file:///` URI of an absolute path; a URI stays as it is. */
export function uriOfPath(path: string): string {
  return path.startsWith('/') ? `file://${path}` : path;
}

/** One form for `file:/path` (Hadoop's) and `file:///path`; other URIs stay as they are. */
export function normalUri(uri: string): string {
  return uri.replace(/^file:\/(?!\/)/, 'file:///');
}

/** What the metadata files of one table have in common: the folder that they are in. */
export function metadataFolder(location: string): string {
  return location.slice(0, location.lastIndexOf('/') + 1);
}

/** The number at the start of a metadata file's name (`00012-….metadata.json`, `v12.metadata.json`), or null. */
export function metadataVersion(location: string): number | null {
  const match = /(?:^|\/)v?(\d{1,15})(?:-[^/]*)?\.metadata\.json$/.exec(location);
  return match === null ? null : Number(match[1]);
}
