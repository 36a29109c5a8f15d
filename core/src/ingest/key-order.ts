/**
 * Several keys judged together, in the order of the records: a record is good when none of its keys was taken by an earlier
 * good one, or stands in the table where the contract says so.
 *
 * Not the way of one key, nor of several whose repeats are the same records (`dedupe.ts`, `set-aside.ts`): there the first
 * holder of each key wins without asking who refused whom. Only records that share a key with another one come here.
 * Invariant: what is decided is decided by earlier records alone, so nothing depends on the order in which the engine finds them.
 */
import { must } from '../lib/assert.ts';
import type { BatchKey } from './batch-keys.ts';
import type { PartContext } from './check-part.ts';
import { hasKeySql, keyFiles, keyRelation, keySql, namesSql, recordSql } from './key-sql.ts';
import type { SqlEngine } from './ports.ts';

/** Suspects that are read at once: some megabytes of text. */
const CHUNK = 100_000;

/** Where a key of a suspect stands in the table. */
const Known = { nowhere: 0, sameRecord: 1, otherRecord: 2 } as const;

/** A suspect as numbers. Equal keys, and equal records, have equal numbers below the number of all suspects. */
export interface Suspect {
  record: number;
  /** For each key its number, or -1 for a record without that key, and where it stands in the table. */
  keys: { number: number; known: number }[];
}

/** Why a record is not good: the first of its keys that was taken, and whether a taker is the same record. */
export interface Loss {
  key: number;
  isSame: boolean;
}

/** Who holds which key so far; records come in their order. */
export class KeyHolders {
  /** For each key and number the record that took it, by its number plus one. */
  #takers: Uint32Array[];

  constructor(keys: number, suspects: number) {
    this.#takers = Array.from({ length: keys }, () => new Uint32Array(suspects));
  }

  /** Null for a record that is good; it holds its keys from now on. */
  judge({ record, keys }: Suspect): Loss | null {
    let first: number | null = null;
    let isSame = false;
    for (const [i, { number, known }] of keys.entries()) {
      if (number < 0) continue;
      const taker = this.#takers[i]?.[number] ?? 0;
      if (known === Known.nowhere && taker === 0) continue;
      first ??= i;
      isSame ||= known === Known.sameRecord || taker === record + 1;
    }
    if (first !== null) return { key: first, isSame };
    for (const [i, { number }] of keys.entries()) {
      const takers = must(this.#takers[i], 'takers of a key');
      if (number >= 0) takers[number] = record + 1;
    }
    return null;
  }
}

/**
 * Adds to `_weft_removed` the losers among the records that share a key with another one. `staged` are the good records with
 * the columns of a suspect (`removeLosers`), and `keyed` the same ones, to be read for their keys alone.
 */
export async function removeLosersInOrder(
  context: PartContext,
  options: { keys: readonly BatchKey[]; staged: string; keyed: string },
): Promise<void> {
  const { engine } = context.ports;
  const { keys } = options;
  const suspects = await createSuspects(context, options);
  const holders = new KeyHolders(keys.length, suspects);
  await engine.run(
    'CREATE OR REPLACE TEMP TABLE _weft_lost (pos INTEGER, verdict INTEGER, no INTEGER)',
  );
  for (let from = 0; from < suspects; from += CHUNK) {
    await addLost(engine, judgeChunk(holders, await readChunk(engine, keys.length, from), from));
  }
  const { ready, reasons } = context;
  const chosen = (of: (key: BatchKey, i: number) => string): string =>
    `CASE l.no ${keys.map((key, i) => `WHEN ${i} THEN ${of(key, i)}`).join(' ')} END`;
  await engine.run(
    `INSERT INTO _weft_removed SELECT _part, _home, _ord, _line, _off, _len, l.verdict,
      ${chosen((key) => String(reasons.firstKey + ready.keys.indexOf(key)))}, ${chosen((_, i) => `_text${i}`)}
      FROM _weft_suspects AS s JOIN _weft_lost AS l ON l.pos = s._at`,
  );
  await engine.run('DROP TABLE _weft_suspects');
  await engine.run('DROP TABLE _weft_lost');
}

/** Makes `_weft_suspects`, numbered in the order of the records; returns how many there are. */
async function createSuspects(
  context: PartContext,
  options: { keys: readonly BatchKey[]; staged: string; keyed: string },
): Promise<number> {
  const { engine } = context.ports;
  const { keys, staged, keyed } = options;
  for (const [i, key] of keys.entries())
    await findShared(context, { key, keyed, name: `_weft_shared_${i}` });
  const isShared = keys.map((key, i) => `${keySql(key)} IN (SELECT k FROM _weft_shared_${i})`);
  const values = keys.map(
    (key, i) => `CASE WHEN ${hasKeySql(key)} THEN ${keySql(key)} END AS _key${i},
    left(concat_ws(', ', ${namesSql(key)}), 500) AS _text${i}`,
  );
  const numbers = keys.map(
    (_, i) => `CASE WHEN _key${i} IS NULL THEN -1
    ELSE min(_at) OVER (PARTITION BY _key${i}) END AS _number${i}, _text${i}, ${knownSql(context, keys, i)} AS _known${i}`,
  );
  const tables = keys.map((key, i) => tableJoinSql(context, key, i));
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE _weft_suspects AS
      WITH found AS (SELECT *, ${recordSql(context)} AS _record, ${values.join(', ')} FROM ${staged} WHERE ${isShared.join(' OR ')}),
      placed AS (SELECT *, (row_number() OVER (ORDER BY _ord) - 1)::INTEGER AS _at FROM found)
      SELECT _at, _part, _home, _ord, _line, _off, _len, min(_at) OVER (PARTITION BY _record) AS _same, ${numbers.join(', ')}
      FROM placed ${tables.join(' ')}`,
  );
  for (const i of keys.keys()) await engine.run(`DROP TABLE _weft_shared_${i}`);
  const [row] = await engine.rows('SELECT count(*) AS n FROM _weft_suspects');
  return Number(row?.['n']);
}

/** Makes a table of the values that a key has in more than one record, or in a record and in the table. */
async function findShared(
  context: PartContext,
  options: { key: BatchKey; keyed: string; name: string },
): Promise<void> {
  const { key, keyed, name } = options;
  const k = keySql(key);
  const files = keyFiles(context, key);
  const own = `SELECT ${k} AS k FROM ${keyed} WHERE ${hasKeySql(key)}`;
  const inTable = `UNION SELECT k FROM (${own}) WHERE k IN (SELECT ${k} FROM ${keyRelation(context, files)})`;
  await context.ports.engine.run(
    `CREATE OR REPLACE TEMP TABLE ${name} AS
      SELECT k FROM (${own}) GROUP BY k HAVING count(*) > 1 ${files.length > 0 ? inTable : ''}`,
  );
}

/** The records of the table that have a key of a suspect, joined to it. */
function tableJoinSql(context: PartContext, key: BatchKey, i: number): string {
  const files = keyFiles(context, key);
  if (files.length === 0) return '';
  const k = keySql(key);
  return `LEFT JOIN (SELECT ${k} AS k, list(${recordSql(context)}) AS records FROM ${keyRelation(context, files)}
    WHERE ${k} IN (SELECT _key${i} FROM found) GROUP BY ALL) AS table${i} ON table${i}.k = _key${i}`;
}

function knownSql(context: PartContext, keys: readonly BatchKey[], i: number): string {
  const key = must(keys[i], 'number of a key');
  if (keyFiles(context, key).length === 0) return String(Known.nowhere);
  return `CASE WHEN table${i}.records IS NULL THEN ${Known.nowhere}
    WHEN list_contains(table${i}.records, _record) THEN ${Known.sameRecord} ELSE ${Known.otherRecord} END`;
}

/** Suspects in their order, as one text: an object for each would cost many times its numbers. */
async function readChunk(engine: SqlEngine, keys: number, from: number): Promise<Suspect[]> {
  const numbers = Array.from({ length: keys }, (_, i) => `_number${i}, _known${i}`);
  const [row] = await engine.rows(
    `SELECT string_agg(concat_ws(' ', _same, ${numbers.join(', ')}), ',' ORDER BY _at) AS suspects
      FROM _weft_suspects WHERE _at >= ${from} AND _at < ${from + CHUNK}`,
  );
  return String(row?.['suspects'])
    .split(',')
    .map((text) => {
      const [record = 0, ...pairs] = text.split(' ').map(Number);
      const keysOf = Array.from({ length: keys }, (_, i) => ({
        number: must(pairs[2 * i], 'number of a key'),
        known: must(pairs[2 * i + 1], 'place of a key'),
      }));
      return { record, keys: keysOf };
    });
}

/** Positions of the losers, by verdict and key, as in `_weft_lost`. */
function judgeChunk(
  holders: KeyHolders,
  suspects: readonly Suspect[],
  from: number,
): Map<string, number[]> {
  const lost = new Map<string, number[]>();
  for (const [i, suspect] of suspects.entries()) {
    const loss = holders.judge(suspect);
    if (loss === null) continue;
    const kind = `${loss.isSame ? 1 : 2}, ${loss.key}`;
    const positions = lost.get(kind) ?? [];
    positions.push(from + i);
    lost.set(kind, positions);
  }
  return lost;
}

async function addLost(engine: SqlEngine, lost: ReadonlyMap<string, number[]>): Promise<void> {
  for (const [kind, positions] of lost) {
    await engine.run(
      `INSERT INTO _weft_lost SELECT unnest(string_split('${positions.join(',')}', ',')::INTEGER[]), ${kind}`,
    );
  }
}
