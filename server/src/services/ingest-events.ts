/**
 * Events about batches: those that tell of data, with the table's own number, and those about a batch alone.
 *
 * Not the outbox. Invariant: an event is thin, it has no count of rows.
 */
import { type EventDraft, type EventKind, tableSource } from '@weft/core/events/event';
import type { BatchReport } from '@weft/core/ingest/report';
import { must } from '@weft/core/lib/assert';
import { addEvent, type NodeTx, type TableName } from '../store/node-batches.ts';
import type { IngestDeps } from './ingest-ports.ts';

/** The data event of a commit, with the table's own gapless sequence. */
export function committedEvent(
  deps: IngestDeps,
  { report, table }: { report: BatchReport; table: TableName },
): EventDraft {
  return {
    ...eventHead(deps, report),
    kind: 'batch.committed',
    source: tableSource(table),
    sequence: must(report.sequence, 'sequence of a commit'),
    // Why thin: counts of rows would tell readers with a row filter what they may not see.
    data: {
      batch: report.batch,
      table: report.table,
      snapshot: must(report.snapshot, 'snapshot of a commit'),
    },
  };
}

/** An event about a batch that changes no data: order is promised, a sequence without gaps is not. */
export async function emitBatchEvent(
  tx: NodeTx,
  deps: IngestDeps,
  options: {
    kind: Extract<EventKind, `batch.${string}` | 'rows.quarantined'>;
    report: BatchReport;
  },
): Promise<void> {
  const { kind, report } = options;
  const domain = report.product.split('.')[0] ?? '';
  await addEvent(tx, {
    ...eventHead(deps, report),
    kind,
    source: `/domains/${domain}/batches`,
    sequence: null,
    data: { batch: report.batch, table: report.table, state: report.state },
  });
}

function eventHead(deps: IngestDeps, report: BatchReport) {
  return {
    id: deps.ids.next('evt'),
    subject: `${report.product}@${report.contract.version}`,
    time: deps.clock.now(),
    dataref: `/api/v1/batches/${report.batch}`,
    contractHash: report.contract.hash,
  };
}

export function nowText(deps: Pick<IngestDeps, 'clock'>): string {
  return new Date(deps.clock.now()).toISOString();
}
