/**
 * The object store on a local disk: objects are files under one root directory, addressed as `file:///absolute/path`.
 *
 * Not a general file system: no rename, no append. The text after `file://` is the path itself, without percent codes,
 * as DuckDB and other Iceberg readers take it.
 * Invariants: what `put` acknowledged survives power loss (file and directories are synced); an object is whole or not
 * there; nothing outside the root is read, written, listed or deleted, also not through a symbolic link.
 */
import type { ObjectStore } from '@weft/core/lakehouse/ports';
import { WeftError } from '@weft/core/lib/error';

/** A store for everything below `root`, an absolute directory path that exists or can be made. */
export function createLocalObjectStore(_options: { root: string }): ObjectStore {
  throw new WeftError('INTERNAL', 'createLocalObjectStore');
}
