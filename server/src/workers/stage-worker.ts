/**
 * The thread that stages CSV, NDJSON, JSON and Avro files, one after the other. It stays warm between files.
 *
 * Not here: compression and Parquet, which need no thread of ours (`adapters/stager.ts`).
 */
import { closeSync, openSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { errorInFile } from '@weft/core/ingest/batch-files';
import { flatColumns, type PlannedColumn, plannedColumns } from '@weft/core/ingest/stage-layout';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import { readAvro } from './avro-reader.ts';
import { CsvReader } from './csv-reader.ts';
import { readJson } from './json-reader.ts';
import { readNdjsonLines } from './ndjson-lines.ts';
import { NdjsonReader } from './ndjson-reader.ts';
import { SourceBytes } from './source-bytes.ts';
import {
  type JobResult,
  PartSink,
  type ReadResult,
  type SegmentTask,
  type StageJob,
} from './stage-job.ts';
import {
  CANCELLED,
  CREDITS,
  packError,
  type StageWorkerMessage,
  type StageWorkerRequest,
} from './stage-messages.ts';

const port = must(parentPort, 'this file runs as a worker thread');
const csv = new CsvReader();
const ndjson = new NdjsonReader();

port.on('message', ({ job, control }: StageWorkerRequest) => {
  try {
    send({ kind: 'done', result: runJob(job, new Int32Array(control)) });
  } catch (error) {
    send({ kind: 'failed', error: packError(error) });
  }
});

function runJob(job: StageJob, control: Int32Array): JobResult {
  const columns = plannedColumns(job.plan);
  const refuseCancelled = () => refuseIfCancelled(control);
  const sink = new PartSink({
    job,
    columns,
    waitForCredit: () => takeCredit(control),
    hand: (part) => send({ kind: 'part', part }),
    progress: (bytes) => {
      refuseCancelled();
      send({ kind: 'progress', bytes });
    },
  });
  const fd = openSync(job.plainPath, 'r');
  const segments: ReadResult[] = [];
  const jobBytes =
    job.arrival === undefined ? (job.segments.at(-1)?.end ?? 0) : Number.POSITIVE_INFINITY;
  let firstOrdinal = job.firstOrdinal;
  try {
    for (const [i, segment] of job.segments.entries()) {
      const next = job.segments[i + 1];
      const nextBytes = next === undefined ? 0 : next.end - next.start;
      const { arrival } = job;
      const source = new SourceBytes({ fd, ...segment, arrival, refuseCancelled });
      const task = {
        name: segment.name,
        source,
        firstOrdinal,
        nextBytes,
        isFirst: i === 0,
        jobBytes,
      };
      const result = readSegment({ columns, job, sink }, task);
      firstOrdinal += result.framed;
      segments.push(result);
    }
    // Why: a last file without records ends no part.
    sink.endPart(segments.at(-1)?.end ?? 0, 0);
    return { segments, nextPart: sink.parts };
  } finally {
    sink.abandon();
    closeSync(fd);
  }
}

/** What a reader needs beside the segment. */
interface OpenJob {
  columns: readonly PlannedColumn[];
  job: StageJob;
  sink: PartSink;
}

function readSegment(open: OpenJob, task: SegmentTask): ReadResult {
  const { columns, job, sink } = open;
  try {
    const flat = flatColumns(columns);
    if (job.format === 'csv') {
      return csv.read(task, must(flat, 'a CSV file has flat columns'), job, sink);
    }
    if (job.format === 'ndjson') {
      if (flat === null) return readNdjsonLines(task, columns, job, sink);
      return ndjson.read(task, flat, job, sink);
    }
    if (job.format === 'avro') return readAvro(task, columns, job, sink);
    return readJson(task, columns, job, sink);
  } catch (error) {
    throw errorInFile(task.name, error);
  }
}

function takeCredit(control: Int32Array): void {
  while (Atomics.load(control, CREDITS) === 0) {
    refuseIfCancelled(control);
    Atomics.wait(control, CREDITS, 0);
  }
  refuseIfCancelled(control);
  Atomics.sub(control, CREDITS, 1);
}

function refuseIfCancelled(control: Int32Array): void {
  if (Atomics.load(control, CANCELLED) === 1)
    throw new WeftError('CANCELLED', 'staging was cancelled');
}

function send(message: StageWorkerMessage): void {
  port.postMessage(message);
}
