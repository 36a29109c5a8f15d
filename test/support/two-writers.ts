/**
 * Two nodes on one store that write to one table at the same time, and what of it does not add up.
 *
 * Not two processes: two services, each with lanes of its own, so that only the store stands between them. Controls load
 * this module from a weakened copy of the sources.
 */
import { loadTable } from '@weft/core/lakehouse/commit';
import { planScan } from '@weft/core/lakehouse/scan';
import { must } from '@weft/core/lib/assert';
import type { IngestDeps } from '../../server/src/services/ingest-ports.ts';
import { createIngestService } from '../../server/src/services/ingest-service.ts';
import { createLanes } from '../../server/src/services/lanes.ts';
import { bodyOf, LINES_CONTRACT, nodeDbOf, openTestIngest, producer } from './ingest.ts';

/** Resolves to what does not add up; `each` batches per writer. */
export async function writeTwice(each: number): Promise<string[]> {
  await using node = await openTestIngest();
  node.publish(LINES_CONTRACT);
  const write = async (service: typeof node.service, from: number): Promise<number> => {
    let good = 0;
    for (let no = 0; no < each; no++) {
      const report = await service.ingest({
        product: 'sales.lines',
        body: bodyOf(`id\n${from + no}\n`),
        key: `${from + no}`,
        format: 'csv',
        name: null,
        subject: producer,
      });
      // Why counted by the answer: a writer that lost every race was told so, and lost nothing.
      if (report.state === 'committed') good += report.records.good;
    }
    return good;
  };
  const meet = meeting(2);
  const writer = () =>
    createIngestService({
      ...node.deps,
      lanes: createLanes(),
      lakehouse: meetingPorts(node.deps, meet),
    });
  const counts = await Promise.all([write(writer(), 0), write(writer(), 1_000)]);
  const acknowledged = counts.reduce((a, b) => a + b, 0);
  const row = await nodeDbOf(node.store).selectFrom('tables').selectAll().executeTakeFirstOrThrow();
  const metadata = await loadTable(
    node.deps.lakehouse,
    must(row.metadata_location, 'pointer of a table with commits'),
  );
  const files = await planScan(node.deps.lakehouse, metadata);
  const rows = files.reduce((sum, file) => sum + file.records, 0);
  const broken: string[] = [];
  if (acknowledged < each) broken.push(`only ${acknowledged} rows were committed`);
  if (rows !== acknowledged)
    broken.push(`${acknowledged} rows were acknowledged, ${rows} are there`);
  if (Number(row.rows) !== acknowledged) broken.push(`the store counts ${row.rows}`);
  if (Number(row.next_sequence) - 1 !== acknowledged)
    broken.push(`${Number(row.next_sequence) - 1} numbers for ${acknowledged} commits`);
  return broken;
}

/** Why: two commits on one parent must happen in every run, whatever the machine does. */
const MEET_MILLISECONDS = 400;

/** Resolves for all who wait when so many do, and for one who waits alone after a while. */
function meeting(size: number): () => Promise<void> {
  let waiting: (() => void)[] = [];
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      setTimeout(resolve, MEET_MILLISECONDS);
      if (waiting.length < size) return;
      for (const go of waiting) go();
      waiting = [];
    });
}

/** Both writers have written their next version before either sets the pointer. */
function meetingPorts({ lakehouse }: IngestDeps, meet: () => Promise<void>) {
  const { objects } = lakehouse;
  return {
    ...lakehouse,
    objects: {
      get: (uri: string) => objects.get(uri),
      delete: (uri: string) => objects.delete(uri),
      list: (prefix: string) => objects.list(prefix),
      async put(uri: string, bytes: Uint8Array, options?: { ifNoneMatch?: boolean }) {
        await objects.put(uri, bytes, options);
        if (uri.endsWith('.metadata.json')) await meet();
      },
    },
  };
}
