/**
 * Decisions about refused records: every mark that the store counts has its file, with as many records of the batch as the store
 * says, and no record is decided about twice.
 *
 * Not the refused records themselves (`prove-batches.ts`). Nothing is repaired here: which records were decided about is known
 * from these files alone.
 */
import { quoteText } from '@weft/core/lib/ident-sql';
import type { MarkRow, QuarantineRow } from '../../store/node-quarantine.ts';
import type { ProofContext } from './proof-ports.ts';
import { codeOf, proofKey, proveFile } from './prove-file.ts';

/** Proves the marks of one batch; their files are added to those that are named. */
export async function proveMarks(
  context: ProofContext,
  quarantine: QuarantineRow,
  named: Set<string>,
): Promise<void> {
  const { db, ports, proofs } = context;
  const { batch, open, records } = quarantine;
  const marks = await db
    .selectFrom('quarantine_marks')
    .selectAll()
    .where('batch', '=', batch)
    .orderBy('mark')
    .execute();
  for (const { path } of marks) named.add(path);
  const marked = marks.reduce((sum, mark) => sum + Number(mark.records), 0);
  const damaged = (code: string, detail: string): void => damagedMark(context, batch, code, detail);
  if (Number(open) + marked !== Number(records)) {
    damaged(
      'quarantine-open',
      `of ${records} refused records ${open} are open and ${marked} decided about`,
    );
  }
  if (marks.length === 0) return;
  for (const path of new Set(marks.map((mark) => mark.path))) {
    const state = await proveFile(ports.files, {
      uri: path,
      bytes: null,
      proof: proofs.get(proofKey(path)),
    });
    if ('detail' in state) return damaged(codeOf('mark-file', state), state.detail);
  }
  const found = await countMarked(context, batch, marks);
  if (typeof found === 'string') return damaged('mark-file-unreadable', found);
  if (found.records !== marked)
    damaged('mark-counts', `its marks have ${found.records} records, and the store says ${marked}`);
  if (found.distinct !== found.records)
    damaged('mark-twice', `${found.records - found.distinct} records are decided about twice`);
}

async function countMarked(
  { ports }: ProofContext,
  batch: string,
  marks: readonly MarkRow[],
): Promise<{ records: number; distinct: number } | string> {
  const files = marks.map(({ path }) => quoteText(path)).join(', ');
  try {
    const [row] = await ports.engine.rows(
      `SELECT count(*) AS n, count(DISTINCT record) AS d FROM read_parquet([${files}]) WHERE batch = ${quoteText(batch)}`,
    );
    return { records: Number(row?.['n']), distinct: Number(row?.['d']) };
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

function damagedMark(
  { findings }: ProofContext,
  batch: string,
  code: string,
  detail: string,
): void {
  findings.damaged({
    code,
    subject: batch,
    detail,
    affected: `which refused records of ${batch} were sent again or given up; no row of a table needs that`,
    remedy: 'Restore the quarantine directory and the store from one backup.',
  });
}
