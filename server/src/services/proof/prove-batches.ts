/**
 * Batches of a node: counts that add up, landed bytes, held files, quarantine files, and what was never ended.
 *
 * Not the rows in the tables (`prove-snapshots.ts`). Invariants: a batch that its sender was answered for is never ended
 * here; one that he was not answered for ends as the next start of the node would end it.
 */
import { fileOfLanding } from '@weft/core/ingest/batch-files';
import { BATCH_STATES } from '@weft/core/ingest/report';
import { pathOfUri } from '@weft/core/lakehouse/paths';
import { quoteText } from '@weft/core/lib/ident-sql';
import { type BatchRow, loadHeldFiles } from '../../store/node-batches.ts';
import type { QuarantineRow } from '../../store/node-quarantine.ts';
import { endInterrupted } from '../interrupted-batch.ts';
import type { ProofContext } from './proof-ports.ts';
import { codeOf, proofKey, proveFile } from './prove-file.ts';
import { proveMarks } from './prove-marks.ts';

const PAGE = 500;

/** What batches name on the disk. */
export interface BatchFiles {
  known: Set<string>;
  landings: Set<string>;
  held: Set<string>;
  quarantines: Set<string>;
}

export async function proveBatches(context: ProofContext): Promise<BatchFiles> {
  const { db, counts } = context;
  const named: BatchFiles = {
    known: new Set(),
    landings: new Set(),
    held: new Set(),
    quarantines: new Set(),
  };
  const acknowledged = await acknowledgedBatches(context);
  let after = '';
  for (;;) {
    const rows = await db
      .selectFrom('batches')
      .selectAll()
      .where('batch', '>', after)
      .orderBy('batch')
      .limit(PAGE)
      .execute();
    for (const row of rows) {
      counts.batches += 1;
      named.known.add(row.batch);
      await proveBatch(context, { row, named, isAcknowledged: acknowledged.has(row.batch) });
    }
    after = rows.at(-1)?.batch ?? '';
    if (rows.length < PAGE) return named;
  }
}

async function acknowledgedBatches({ db }: ProofContext): Promise<Set<string>> {
  const rows = await db
    .selectFrom('operations')
    .select('batch')
    .where('state', '=', 'running')
    .execute();
  return new Set(rows.flatMap(({ batch }) => (batch === null ? [] : [batch])));
}

interface OneBatch {
  row: BatchRow;
  named: BatchFiles;
  isAcknowledged: boolean;
}

async function proveBatch(context: ProofContext, one: OneBatch): Promise<void> {
  const { row, named } = one;
  const isOpen = row.state === 'landed' || row.state === 'checking';
  const isKept = row.state !== 'failed' && !isOpen;
  if (isOpen) await proveOpen(context, one);
  if (isKept) proveCounts(context, row);
  if (row.landing !== null && isKept) await proveLanding(context, row, named);
  if (row.state === 'held' || row.state === 'discarded') await proveHeld(context, row, named);
  if (isKept) await proveQuarantine(context, row, named);
}

function proveCounts({ findings }: ProofContext, row: BatchRow): void {
  const { records, state } = row.report;
  const sum = records.good + records.quarantined + records.duplicates;
  const isSame =
    Number(row.records_in) === records.in &&
    Number(row.records_good) === records.good &&
    state === row.state &&
    BATCH_STATES.includes(state);
  if (sum === records.in && isSame) return;
  findings.damaged({
    code: 'batch-counts',
    subject: row.batch,
    detail: `of ${records.in} records, ${records.good} are good, ${records.quarantined} in quarantine and ${records.duplicates} repeated; the store counts ${row.records_in} and ${row.records_good}, state ${row.state}`,
    affected: `what ${row.batch} of ${row.product} says of itself; its files are proven apart`,
    remedy: `Compare the report with the batch's files, and restore the store from a backup: weft batches show ${row.batch}.`,
  });
}

async function proveLanding(
  { ports, findings, counts }: ProofContext,
  row: BatchRow,
  named: BatchFiles,
): Promise<void> {
  for (const { path: uri, bytes, sha256 } of landedFilesOf(row)) {
    named.landings.add(uri);
    counts.landings += 1;
    const state = await proveFile(ports.files, { uri, bytes, proof: { uri, bytes, sha256 } });
    if (!('detail' in state)) continue;
    const isHeld = row.state === 'held';
    findings.damaged({
      code: codeOf('landing', state),
      subject: row.batch,
      detail: state.detail,
      affected: `the bytes of ${row.batch} as they came; ${isHeld ? 'its checked files' : 'its rows in the table'} do not need them`,
      remedy: `Restore the file from a backup, or keep the producer's own: its SHA-256 is ${sha256}.`,
    });
  }
}

/** Where the bytes of a batch are: in a file, or in a directory of the files of a batch of several. */
function landedFilesOf(row: BatchRow): { path: string; bytes: number; sha256: string }[] {
  const path = row.landing ?? '';
  const { files, bytes, sha256 } = row.report.source;
  if (files === undefined) return [{ path, bytes, sha256 }];
  return files.map((file, i) => ({ ...file, path: fileOfLanding(path, i) }));
}

async function proveHeld(
  { ports, db, proofs, findings, counts }: ProofContext,
  row: BatchRow,
  named: BatchFiles,
): Promise<void> {
  const files = await loadHeldFiles(db, row.batch);
  let records = 0;
  const remedy =
    'Restore it from a backup, or discard the batch and send its bytes again: its landing is kept.';
  for (const file of files) {
    counts.heldFiles += 1;
    records += file.records;
    named.held.add(pathOfUri(file.path));
    const proof =
      file.sha256 === undefined
        ? proofs.get(proofKey(file.path))
        : { uri: file.path, bytes: file.bytes, sha256: file.sha256 };
    const state = await proveFile(ports.files, { uri: file.path, bytes: file.bytes, proof });
    if (!('detail' in state)) continue;
    // Why: nobody needs the rows of a batch that was given up, and the upkeep of its table deletes them in time.
    if (row.state === 'discarded' && state.is === 'missing') continue;
    findings.damaged({
      code: codeOf('held-file', state),
      subject: row.batch,
      detail: state.detail,
      affected: `${file.records} good records of ${row.batch}, which is ${row.state}: it must not be released`,
      remedy,
    });
  }
  if (records === row.report.records.good) return;
  findings.damaged({
    code: 'held-counts',
    subject: row.batch,
    detail: `its files have ${records} records, and its report says ${row.report.records.good}`,
    affected: `${row.batch} of ${row.product}, which is ${row.state}: it must not be released`,
    remedy,
  });
}

async function proveQuarantine(
  context: ProofContext,
  row: BatchRow,
  named: BatchFiles,
): Promise<void> {
  const { db, ports, proofs, findings, counts } = context;
  const { quarantined, duplicates } = row.report.records;
  if (quarantined + duplicates === 0) return;
  const found = await db
    .selectFrom('quarantine')
    .selectAll()
    .where('batch', '=', row.batch)
    .executeTakeFirst();
  const damaged = (code: string, detail: string): void =>
    findings.damaged({
      code,
      subject: row.batch,
      detail,
      affected: `${quarantined} refused and ${duplicates} repeated records of ${row.batch}; its good rows do not need them`,
      remedy: `Restore the file from a backup, or find the records in the landed bytes${row.landing === null ? '' : ` (${row.landing})`}.`,
    });
  if (found === undefined) return damaged('quarantine-unlisted', 'the store names no file of them');
  counts.quarantineFiles += 1;
  named.quarantines.add(found.path);
  await proveMarks(context, found, named.quarantines);
  const { path: uri } = found;
  const state = await proveFile(ports.files, {
    uri,
    bytes: Number(found.bytes),
    proof: proofs.get(proofKey(uri)),
  });
  if ('detail' in state) return damaged(codeOf('quarantine-file', state), state.detail);
  const counted = await countKinds(context, found);
  const said = `${quarantined} and ${duplicates}`;
  if (counted !== said)
    damaged('quarantine-counts', `${uri} has ${counted} records, and the report says ${said}`);
}

async function countKinds({ ports }: ProofContext, { path }: QuarantineRow): Promise<string> {
  try {
    const rows = await ports.engine.rows(
      `SELECT kind, count(*) AS n FROM read_parquet(${quoteText(path)}) GROUP BY kind`,
    );
    const count = (kind: string): number =>
      Number(rows.find((row) => row['kind'] === kind)?.['n'] ?? 0);
    return `${count('quarantined')} and ${count('duplicate')}`;
  } catch (error) {
    return `unreadable (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** A batch that the last process did not end. */
async function proveOpen(context: ProofContext, one: OneBatch): Promise<void> {
  const { row, named, isAcknowledged } = one;
  if (!isAcknowledged) return repairOpen(context, row);
  await proveLanding(context, row, named);
  context.findings.note({
    code: 'batch-waiting',
    subject: row.batch,
    detail: 'its sender was answered, and it was not checked to its end',
    affected: `${row.batch} of ${row.product}`,
    remedy: 'Nothing: the next start of the node takes it up again.',
  });
}

function repairOpen({ findings, db, ports }: ProofContext, row: BatchRow): void {
  findings.repairable(
    {
      code: 'batch-unfinished',
      subject: row.batch,
      detail: `it is ${row.state} since ${row.report.started}, and nothing works on it`,
      affected: `its key${row.key === null ? '' : ` ${row.key}`}, until it is ended; its sender was never answered`,
    },
    async () => {
      const now = ports.clock.now();
      await endInterrupted(db, { row, now, eventId: ports.nextEventId() });
      return 'It ended as failed; its sender can send it again.';
    },
  );
}
