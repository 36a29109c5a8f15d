/**
 * The report of a batch as it begins and as it ends: what was landed, and what the check found.
 *
 * Not what is stored when (`ingest-service.ts`). Invariant: what a report says of files is in the order of the landing.
 */
import type { IngestPlan } from '@weft/core/contract/plan';
import type { CheckedBatch } from '@weft/core/ingest/check-ports';
import type { EncodingDoubt } from '@weft/core/ingest/ports';
import type { BatchReport } from '@weft/core/ingest/report';
import { ended } from './ingest-failure.ts';
import { landingOf } from './ingest-format.ts';
import type { IngestDeps, IngestRequest, LandedBytes } from './ingest-ports.ts';

export function newReport(
  deps: IngestDeps,
  options: { batch: string; plan: IngestPlan; landed: LandedBytes; request: IngestRequest },
): BatchReport {
  const { batch, plan, landed, request } = options;
  const { name, bytes, sha256, format } = landingOf(landed, request);
  return {
    batch,
    product: `${plan.domain}.${plan.product}`,
    table: plan.table,
    contract: plan.contract,
    key: request.key,
    source: { name, bytes, sha256, format, ...filesOf(landed) },
    state: 'landed',
    because: null,
    records: { in: 0, good: 0, quarantined: 0, duplicates: 0 },
    rules: [],
    quarantine: { total: 0, byRule: {}, sample: [] },
    snapshot: null,
    sequence: null,
    started: new Date(deps.clock.now()).toISOString(),
    finished: null,
    seconds: null,
  };
}

/** What the report says of files from the beginning. */
function filesOf({ stated, files }: LandedBytes): Pick<BatchReport['source'], 'stated' | 'files'> {
  const own = (count: number | undefined) => (count === undefined ? {} : { stated: count });
  if (files === undefined) return own(stated);
  return {
    files: files.map((file) => {
      const { name, bytes, sha256 } = file;
      return { name, bytes, sha256, ...own(file.stated) };
    }),
  };
}

export function finish(deps: IngestDeps, report: BatchReport, checked: CheckedBatch): BatchReport {
  const { total, byRule, sample } = checked.quarantine;
  return {
    ...report,
    state: checked.verdict.state === 'rejected' ? 'failed' : checked.verdict.state,
    because: checked.verdict.because,
    source: finishSource(report.source, checked),
    records: checked.records,
    rules: checked.rules,
    quarantine: { total, byRule, sample },
    ...ended(deps, report),
  };
}

function doubted(encodingDoubt: EncodingDoubt | undefined): { encodingDoubt?: EncodingDoubt } {
  return encodingDoubt === undefined ? {} : { encodingDoubt };
}

function finishSource(source: BatchReport['source'], checked: CheckedBatch): BatchReport['source'] {
  const lack = (lacking: readonly string[] = []) =>
    lacking.length === 0 ? {} : { lacking: [...lacking] };
  const files = source.files?.map((file, i) => {
    const found = checked.sources[i];
    const doubt = found?.encodingDoubt;
    return { ...file, records: found?.framed ?? 0, ...lack(found?.lacking), ...doubted(doubt) };
  });
  const doubt = checked.sources.find((found) => found.encodingDoubt !== undefined)?.encodingDoubt;
  return {
    ...source,
    ...(files === undefined ? {} : { files }),
    ...lack(checked.lacking),
    ...doubted(doubt),
  };
}
