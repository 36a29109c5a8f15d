/**
 * What nodes tell the control plane: batch reports, measurements, events. At least once, in any number of repeats.
 *
 * Not a place for rows. Invariants: a report with samples is refused whole, before anything is written; a node speaks
 * only for its own domains; a repeat changes nothing; an older report or measurement never replaces a newer one.
 */
import { checkEvent, type WeftEvent } from '@weft/core/events/event';
import type { BatchReport, BatchState } from '@weft/core/ingest/report';
import { WeftError } from '@weft/core/lib/error';
import type { KeyListReport } from '@weft/core/registry/key-list';
import type { TableMeasurement } from '@weft/core/registry/measurement';
import type { Subject } from '@weft/core/registry/types';
import { sql } from 'kysely';
import { writeKeyList } from '../store/control-key-lists.ts';
import { readProduct } from '../store/control-registry.ts';
import { json } from '../store/control-rows.ts';
import { type ControlContext, type ControlUnit, runControl } from './control-context.ts';
import { refreshProduct } from './registry-products.ts';

export interface NodeReport {
  events: WeftEvent[];
  reports: BatchReport[];
  measurements: TableMeasurement[];
  /** Of sets: versions and sizes. Absent from nodes that know none. */
  lists?: KeyListReport[] | undefined;
}

export interface NodeAnswer {
  /** Items that are in the store now, whether they were new or not. */
  accepted: number;
  /** Items of products that this mesh does not know; the node may drop them. */
  refused: { item: string; because: string }[];
}

export interface ReportsService {
  /** Throws FORBIDDEN (not a node, or another domain) and REQUEST_INVALID (samples, malformed events). */
  take(by: Subject, report: NodeReport): Promise<NodeAnswer>;
}

export function createReportsService(context: ControlContext): ReportsService {
  return { take: (by, report) => takeReport(context, by, report) };
}

async function takeReport(
  context: ControlContext,
  by: Subject,
  report: NodeReport,
): Promise<NodeAnswer> {
  if (!by.roles.includes('node')) throw new WeftError('FORBIDDEN', 'only nodes report');
  refuseValues(report.reports);
  refuseEvents(report.events);
  requireDomains(by, report);
  return runControl(context, by.id, async (unit) => {
    const known = await knownProducts(unit, report);
    const refused: NodeAnswer['refused'] = [];
    const isKnown = (product: string, item: string): boolean => {
      if (known.has(product)) return true;
      refused.push({ item, because: `there is no product ${product}` });
      return false;
    };
    const reports = report.reports.filter((batch) => isKnown(batch.product, batch.batch));
    for (const batch of reports) await writeBatch(unit, batch);
    const measurements = report.measurements.filter((m) =>
      isKnown(m.product, `${m.product}/${m.table}`),
    );
    for (const measurement of measurements) await writeMeasurement(unit, measurement);
    const ended = reports.filter((batch) => batch.finished !== null || batch.state === 'held');
    const changed = [...ended, ...measurements].map((item) => item.product);
    // Why sorted: two nodes that report on the same products lock them in one order.
    for (const product of [...new Set(changed)].sort()) {
      await refreshProduct(unit, context, product);
    }
    for (const event of report.events) unit.forward(event);
    const lists = (report.lists ?? []).filter((list) =>
      isKnown(list.product, `${list.product}/${list.set}`),
    );
    for (const list of lists) await writeKeyList(unit.tx, list);
    const accepted = reports.length + measurements.length + report.events.length + lists.length;
    return { accepted, refused };
  });
}

function refuseValues(reports: readonly BatchReport[]): void {
  const bad = reports.filter(
    ({ quarantine, problem }) => quarantine.sample.length > 0 || (problem?.errors.length ?? 0) > 0,
  );
  if (bad.length === 0) return;
  throw new WeftError('REQUEST_INVALID', 'a report holds samples of rows', {
    remedy: 'Send counts only; samples stay in the node.',
    errors: bad.map((report) => ({
      code: 'REPORT_HAS_VALUES',
      message: `batch ${report.batch} has quarantine.sample or places of a problem`,
      path: '$.reports',
    })),
  });
}

function refuseEvents(events: readonly WeftEvent[]): void {
  const errors = events.flatMap((event, i) =>
    checkEvent(event).map((fault) => ({
      ...fault,
      path: (fault.path ?? '$').replace('$', `$.events[${i}]`),
    })),
  );
  if (errors.length === 0) return;
  throw new WeftError('REQUEST_INVALID', 'an event is not a CloudEvent of Weft', {
    errors: errors.slice(0, 50),
  });
}

// Why an empty list is all: the node of a mesh that runs in one process holds every domain.
function requireDomains(by: Subject, report: NodeReport): void {
  const products = productsOf(report);
  const named = products.map((product) => product.split('.')[0] ?? '');
  const sources = report.events.map(
    (event) => /^\/domains\/([a-z0-9_]+)\//.exec(event.source)?.[1] ?? '',
  );
  if (sources.includes('')) {
    throw new WeftError('REQUEST_INVALID', 'the source of an event begins with /domains/NAME/');
  }
  const odd = [...named, ...sources].find(
    (domain) => by.domains.length > 0 && !by.domains.includes(domain),
  );
  if (odd === undefined) return;
  throw new WeftError('FORBIDDEN', `${by.id} does not speak for domain ${odd}`);
}

function productsOf({ reports, measurements, lists = [] }: NodeReport): string[] {
  return [...reports, ...measurements, ...lists].map((item) => item.product);
}

// Why sorted: two nodes that report on the same products lock them in one order.
async function knownProducts(unit: ControlUnit, report: NodeReport): Promise<Set<string>> {
  const known = new Set<string>();
  for (const product of [...new Set(productsOf(report))].sort()) {
    if ((await readProduct(unit.tx, product)) !== null) known.add(product);
  }
  return known;
}

/** A later state never gives way to an earlier one that arrives late. */
const STATE_RANK: Readonly<Record<BatchState, number>> = {
  landed: 0,
  checking: 1,
  held: 2,
  discarded: 3,
  failed: 3,
  committed: 3,
};

async function writeBatch(unit: ControlUnit, report: BatchReport): Promise<void> {
  const before = await unit.tx
    .selectFrom('batches')
    .select('state')
    .where('batch', '=', report.batch)
    .forUpdate()
    .executeTakeFirst();
  const values = {
    product: report.product,
    domain: report.product.split('.')[0] ?? '',
    table_name: report.table,
    state: report.state,
    records_in: report.records.in,
    records_good: report.records.good,
    started: report.started,
    finished: report.finished,
    report: json(report),
  };
  if (before === undefined) {
    await unit.tx
      .insertInto('batches')
      .values({ batch: report.batch, ...values })
      .onConflict((conflict) => conflict.column('batch').doNothing())
      .execute();
    return;
  }
  if (STATE_RANK[report.state] < STATE_RANK[before.state as BatchState]) return;
  await unit.tx.updateTable('batches').set(values).where('batch', '=', report.batch).execute();
}

async function writeMeasurement(unit: ControlUnit, measurement: TableMeasurement): Promise<void> {
  const values = { measured_at: measurement.measuredAt, measurement: json(measurement) };
  await unit.tx
    .insertInto('measurements')
    .values({
      product: measurement.product,
      table_name: measurement.table,
      major: measurement.major,
      ...values,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['product', 'table_name', 'major'])
        .doUpdateSet(values)
        .where(sql<boolean>`measurements.measured_at <= excluded.measured_at`),
    )
    .execute();
}
