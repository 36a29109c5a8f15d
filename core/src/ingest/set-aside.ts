/**
 * Good records whose key may stand in an earlier record of the batch: kept out of the data files until all are read, so that
 * no file is written twice because of them.
 *
 * Not the marks (`core/wasm/seen.ts`) and not the other keys (`dedupe.ts`). The first good record of a key is accepted:
 * often it stands in a data file, and where it was refused or the mark was mistaken, it is let in from here.
 * Invariant: afterwards a record that was set aside is either in `_weft_removed` or in the part that this makes.
 */
import { assert } from '../lib/assert.ts';
import { quoteText } from '../lib/ident-sql.ts';
import type { BatchKey } from './batch-keys.ts';
import type { CheckedPart, PartContext } from './check-part.ts';
import { goodFiles, writeGood } from './good-files.ts';
import { goodRelation, planColumnsSql, removeLosers } from './key-sql.ts';
import type { SqlEngine, StagePart } from './ports.ts';
import { LEX_SEEN } from './stage-layout.ts';

/**
 * Adds the marked records of a part, which are in the relation `rest`, to `_weft_aside`, those in `_weft_refused` left out;
 * returns their number.
 */
export async function setAside(
  context: PartContext,
  part: StagePart,
  rest: string,
): Promise<number> {
  if (part.seen === 0) return 0;
  const { engine } = context.ports;
  const marked = `SELECT ${part.index} AS _part, s._ord, s._line, s._off, s._len, ${planColumnsSql(context)}
    FROM (SELECT * FROM ${rest} WHERE _lex = ${LEX_SEEN}) AS s
    WHERE s._ord NOT IN (SELECT _ord FROM _weft_refused)`;
  await engine.run(`CREATE TEMP TABLE IF NOT EXISTS _weft_aside AS ${marked} LIMIT 0`);
  await engine.run(`INSERT INTO _weft_aside ${marked}`);
  const [row] = await engine.rows(
    `SELECT count(*) AS n FROM _weft_aside WHERE _part = ${part.index}`,
  );
  return Number(row?.['n']);
}

/** Forgets what was set aside; the next batch on this connection may have other columns. */
export async function dropAside(engine: SqlEngine): Promise<void> {
  await engine.run('DROP TABLE IF EXISTS _weft_aside');
}

/** Judges by one key what was set aside. Returns the part of those that are let in after all; null when there is none. */
export async function judgeAside(
  context: PartContext,
  parts: readonly CheckedPart[],
  key: BatchKey,
): Promise<CheckedPart | null> {
  const files = goodFiles(parts).map((file) => file.path);
  await removeLosers(context, {
    key,
    suspects: '(SELECT *, NULL::INTEGER AS _home FROM _weft_aside)',
    accepted: files.length === 0 ? null : goodRelation(context, files),
  });
  return await letIn(context, parts);
}

/** The part of the records that were set aside and are not in `_weft_removed`; null when there is none. */
export async function letIn(
  context: PartContext,
  parts: readonly CheckedPart[],
): Promise<CheckedPart | null> {
  const { engine } = context.ports;
  const path = `${context.request.scratch}/let-in.parquet`;
  const [row] = await engine.rows(
    `COPY (SELECT _part AS _from, _ord, _line, _off, _len, 0::BIGINT AS _lex, ${planColumnsSql(context)}
      FROM _weft_aside WHERE _ord NOT IN (SELECT ord FROM _weft_removed) ORDER BY _ord)
      TO ${quoteText(path)} (FORMAT parquet, RETURN_STATS, USE_TMP_FILE false)`,
  );
  const staged = Number(row?.['count'] ?? 0);
  if (staged === 0) return null;
  const part = partOf(parts, path, staged);
  const files = await writeGood(context, part, `read_parquet(${quoteText(path)})`);
  const written = files.reduce((sum, file) => sum + file.records, 0);
  assert(written === staged, 'a record that is let in is written once');
  return { part, files, quarantinePath: null, quarantined: 0, aside: 0, isLetIn: true };
}

/** Its records are counted in the parts that they came from, and their bytes are there (`_from`). */
function partOf(parts: readonly CheckedPart[], path: string, staged: number): StagePart {
  const index = Math.max(...parts.map(({ part }) => part.index)) + 1;
  const none = {
    framed: 0,
    lexical: 0,
    seen: 0,
    isMarked: false,
    bad: 0,
    lexPath: null,
    badPath: null,
  };
  return { ...none, index, path, staged, plainPath: '', start: 0, end: 0 };
}
