/**
 * A small program that makes the prepared image: `node pglite-image-maker.ts DIRECTORY`.
 *
 * Not imported by anything: `pglite-image.ts` starts it, so that the memory which `initdb` needs is gone afterwards.
 * Invariant: exit status 0 means that the directory is whole; it is synced by whoever publishes it.
 */
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { must } from '@weft/core/lib/assert';

const directory = must(process.argv[2], 'usage: pglite-image-maker.ts DIRECTORY');
// Why: segments of 1 MB instead of 16 keep an empty mesh below 30 MB.
const pg = new PGlite({ fs: new NodeFS(directory), initDbStartParams: ['--wal-segsize=1'] });
await pg.waitReady;
await pg.close();
