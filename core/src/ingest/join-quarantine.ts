/**
 * The quarantine file of a batch, out of those of its parts.
 *
 * Invariant: every record of the parts is in it, and it is durable but for its directory.
 */
import { must } from '../lib/assert.ts';
import { quoteText } from '../lib/ident-sql.ts';
import type { PartContext } from './check-part.ts';
import type { CheckFiles } from './check-ports.ts';
import { FOOTER_END_BYTES, footerLength } from './parquet-footer.ts';
import { HEAD_BYTES, type JoinedFile, joinFooters } from './parquet-join.ts';

/** Many small row groups would make the file slow to search; so few records are soon written again. */
const GROUP_ROWS_LEAST = 8_192;

/** Joins the files of refused and skipped records into one; returns its number of records per kind. */
export async function joinQuarantine(
  context: PartContext,
  paths: readonly string[],
): Promise<{ quarantined: number; duplicates: number }> {
  const { engine, files } = context.ports;
  const { quarantinePath } = context.request;
  const [only, ...more] = paths;
  if (only !== undefined && more.length === 0) await files.move(only, quarantinePath);
  else if (!(await joinPages(files, { paths, to: quarantinePath }))) {
    await engine.run(
      `COPY (FROM read_parquet([${paths.map(quoteText).join(', ')}])) TO ${quoteText(quarantinePath)}
        (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
    );
  }
  await files.syncFile(quarantinePath);
  context.ports.step?.('quarantine-synced');
  const rows = await engine.rows(
    `SELECT kind, count(*) AS n FROM read_parquet(${quoteText(quarantinePath)}) GROUP BY kind`,
  );
  const count = (kind: string): number =>
    Number(rows.find((row) => row['kind'] === kind)?.['n'] ?? 0);
  return { quarantined: count('quarantined'), duplicates: count('duplicate') };
}

/** Puts the files together without writing a value again; false where they are not such that this is right. */
async function joinPages(
  files: CheckFiles,
  { paths, to }: { paths: readonly string[]; to: string },
): Promise<boolean> {
  const parts: JoinedFile[] = [];
  for (const path of paths) parts.push(await readPart(files, path));
  const joined = joinFooters(parts);
  if (joined === null || joined.rows < joined.groups * GROUP_ROWS_LEAST) return false;
  const pieces = parts.map(({ pageBytes }, i) => ({
    path: must(paths[i], 'path of a part'),
    // Why from the beginning of the first: it has the head that the whole needs.
    from: i === 0 ? 0 : HEAD_BYTES,
    to: HEAD_BYTES + pageBytes,
  }));
  await files.join({ pieces, to, tail: joined.end });
  return true;
}

async function readPart(files: CheckFiles, path: string): Promise<JoinedFile> {
  const length = must(
    footerLength(await files.readEnd(path, FOOTER_END_BYTES)),
    'footer of a file of ours',
  );
  const footer = (await files.readEnd(path, length + FOOTER_END_BYTES)).subarray(0, length);
  const pageBytes = (await files.size(path)) - HEAD_BYTES - length - FOOTER_END_BYTES;
  return { footer, pageBytes };
}
