/**
 * The thread that stages CSV, NDJSON and JSON files, one after the other. It stays warm between files.
 *
 * Not here: compression and Parquet, which need no thread of ours (`adapters/stager.ts`).
 */
import { closeSync, openSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { plannedColumns } from '@weft/core/ingest/stage-layout';
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import { CsvReader } from './csv-reader.ts';
import { readJson } from './json-reader.ts';
import { NdjsonReader } from './ndjson-reader.ts';
import { PartSink, type ReadResult, type StageJob } from './stage-job.ts';
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

function runJob(job: StageJob, control: Int32Array): ReadResult {
  const columns = plannedColumns(job.plan);
  const sink = new PartSink({
    job,
    columns,
    waitForCredit: () => takeCredit(control),
    hand: (part) => send({ kind: 'part', part }),
    progress: (bytes) => {
      refuseCancelled(control);
      send({ kind: 'progress', bytes });
    },
  });
  const fd = openSync(job.plainPath, 'r');
  try {
    if (job.format === 'csv') return csv.read(fd, columns, job, sink);
    if (job.format === 'ndjson') return ndjson.read(fd, columns, job, sink);
    return readJson(fd, columns, job, sink);
  } finally {
    sink.abandon();
    closeSync(fd);
  }
}

function takeCredit(control: Int32Array): void {
  while (Atomics.load(control, CREDITS) === 0) {
    refuseCancelled(control);
    Atomics.wait(control, CREDITS, 0);
  }
  refuseCancelled(control);
  Atomics.sub(control, CREDITS, 1);
}

function refuseCancelled(control: Int32Array): void {
  if (Atomics.load(control, CANCELLED) === 1)
    throw new WeftError('CANCELLED', 'staging was cancelled');
}

function send(message: StageWorkerMessage): void {
  port.postMessage(message);
}
