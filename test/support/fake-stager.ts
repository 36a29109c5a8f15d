/**
 * A stager for tests of what comes after it: records are given as data, and the stage is written by DuckDB.
 *
 * It shares nothing with the real stager but the port, so both sides of the port are tested on their own.
 */
import * as fs from 'node:fs/promises';
import { duckdbType } from '@weft/core/contract/data-type';
import type { IngestPlan } from '@weft/core/contract/plan';
import { markedKey } from '@weft/core/ingest/batch-keys';
import type { SqlEngine, StagePart, StageRequest, Stager } from '@weft/core/ingest/ports';
import { STRUCTURAL_FAULTS, type StructuralFault } from '@weft/core/ingest/ports';
import { LEX_SEEN } from '@weft/core/ingest/stage-layout';
import { quoteIdent, quoteText } from '@weft/core/lib/ident-sql';

export interface FakeRecord {
  raw: string;
  /** Text of each column; NULL when absent. */
  values: Record<string, string>;
  /** Columns whose text is not of their type. */
  lexical?: string[];
  fault?: StructuralFault;
}

/** Which records are marked as having a key that came before: none, as a JSON reader; those; or others with them. */
export type FakeMarks = 'none' | 'sure' | 'doubtful';

export function createFakeStager(
  engine: SqlEngine,
  records: FakeRecord[],
  partSize: number,
  marks: FakeMarks = 'none',
): Stager {
  return {
    async stage(request, onPart) {
      const plainPath = `${request.directory}/plain`;
      await fs.writeFile(plainPath, records.map((r) => `${r.raw}\n`).join(''));
      const marked = markedOf(request.plan, records, marks);
      let start = 0;
      for (let at = 0; at < records.length; at += partSize) {
        const slice = records.slice(at, at + partSize);
        const part = await writePart(engine, {
          request,
          slice,
          at,
          index: at / partSize,
          start,
          marked,
        });
        await onPart({ ...part, isMarked: marks !== 'none', plainPath });
        start = part.end;
      }
      return {
        framed: records.length,
        bytes: start,
        keyAscending: ascends(request.plan, records),
        keysMarked: marks !== 'none',
        lacking: [],
        files: [{ framed: records.length, lacking: [] }],
      };
    },
  };
}

/** Numbers of the records that a reader would mark. */
function markedOf(
  plan: IngestPlan,
  records: readonly FakeRecord[],
  marks: FakeMarks,
): ReadonlySet<number> {
  const columns = markedKey(plan)?.columns ?? [];
  const seen = new Set<string>();
  const marked = new Set<number>();
  for (const [i, { fault, lexical, values }] of records.entries()) {
    const key = columns.map((name) => (lexical?.includes(name) ? undefined : values[name]));
    if (marks === 'none' || fault !== undefined || key.includes(undefined)) continue;
    if (seen.has(JSON.stringify(key)) || (marks === 'doubtful' && i % 3 === 0)) marked.add(i);
    seen.add(JSON.stringify(key));
  }
  return marked;
}

function ascends(plan: IngestPlan, records: readonly FakeRecord[]): boolean {
  const [key = '', ...more] = plan.primaryKey;
  if (more.length > 0) return false;
  const keys = records.map((r) =>
    r.fault === undefined && !r.lexical?.includes(key) ? r.values[key] : undefined,
  );
  return keys.every((k, i) => i === 0 || (k !== undefined && BigInt(k) > BigInt(keys[i - 1] ?? k)));
}

async function writePart(
  engine: SqlEngine,
  options: {
    request: StageRequest;
    slice: FakeRecord[];
    at: number;
    index: number;
    start: number;
    marked: ReadonlySet<number>;
  },
): Promise<Omit<StagePart, 'plainPath' | 'isMarked'>> {
  const { request, slice, at, index, start, marked } = options;
  const { plan, directory } = request;
  const staged: string[] = [];
  const lexical: string[] = [];
  const bad: string[] = [];
  let offset = 0;
  for (const [i, record] of slice.entries()) {
    const ord = at + i;
    const length = Buffer.byteLength(record.raw);
    if (record.fault !== undefined) {
      bad.push(
        `(${ord}, ${offset}, ${length}, ${STRUCTURAL_FAULTS.indexOf(record.fault) + 1}, ${ord + 2})`,
      );
    } else {
      staged.push(stageRow(plan, record, { ord, offset, length, isMarked: marked.has(ord) }));
      for (const name of record.lexical ?? []) {
        const column = plan.columns.findIndex((c) => c.name === name);
        lexical.push(`(${ord}, ${column}, ${quoteText(record.values[name] ?? '')})`);
      }
    }
    offset += length + 1;
  }
  const names = [
    ...plan.columns.map((c) => quoteIdent(c.name)),
    '_ord',
    '_line',
    '_off',
    '_len',
    '_lex',
  ];
  const path = await copy(engine, `${directory}/stage-${index}.parquet`, staged, names);
  const lexPath = await copy(engine, `${directory}/lex-${index}.parquet`, lexical, [
    'ord',
    'col',
    'txt',
  ]);
  const badPath = await copy(engine, `${directory}/bad-${index}.parquet`, bad, [
    'ord',
    'off',
    'len',
    'code',
    'line',
  ]);
  return {
    index,
    path,
    lexPath,
    badPath,
    staged: staged.length,
    framed: slice.length,
    lexical: slice.filter((r) => r.fault === undefined && (r.lexical ?? []).length > 0).length,
    seen: slice.filter((_, i) => marked.has(at + i)).length,
    bad: bad.length,
    start,
    end: start + offset,
  };
}

function stageRow(
  plan: IngestPlan,
  record: FakeRecord,
  at: { ord: number; offset: number; length: number; isMarked: boolean },
): string {
  let bits = at.isMarked ? LEX_SEEN : 0n;
  const values = plan.columns.map((column, i) => {
    const isWrong = record.lexical?.includes(column.name) ?? false;
    if (isWrong) bits |= 2n ** BigInt(i);
    const text = record.values[column.name];
    const value = text === undefined || isWrong ? 'NULL' : quoteText(text);
    return `${value}::${duckdbType(column.type)}`;
  });
  return `(${[...values, `${at.ord}::INTEGER`, `${at.ord + 2}::INTEGER`, `${at.offset}::INTEGER`, `${at.length}::INTEGER`, `${bits}::BIGINT`].join(', ')})`;
}

async function copy(
  engine: SqlEngine,
  path: string,
  rows: string[],
  names: string[],
): Promise<string | null> {
  if (rows.length === 0) return null;
  await engine.run(
    `COPY (SELECT * FROM (VALUES ${rows.join(', ')}) AS t(${names.join(', ')})) TO ${quoteText(path)} (FORMAT parquet)`,
  );
  return path;
}
