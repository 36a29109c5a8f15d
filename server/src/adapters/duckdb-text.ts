/**
 * Text of DuckDB as it is: whoever imports the client library imports this as well.
 *
 * Why: the library's decoder takes U+FEFF at the beginning of a text for a byte order mark and drops it. A query would
 * show another value than is stored, a bound would be above values of its file, which pruning would then leave out, and
 * a row would get into the bucket of another value.
 */
import accessors from '@duckdb/node-api/lib/vectors/dataAccessors.js';

const library = accessors as { textDecoder: unknown };

library.textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
