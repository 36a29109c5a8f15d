/**
 * Stages one Avro container file: its records, column by column.
 *
 * Not here: the container (`avro-file.ts`) and which types fit (`core/src/ingest/avro-columns.ts`).
 * Invariants: a value that is not of its column's type is NULL, marked in `_lex`, and its text is kept; a damaged file is
 * refused whole. Records have no text: `_off` and `_len` are 0, `_line` is the number in the file.
 */
import { bindAvro, type Cell } from '@weft/core/ingest/avro-columns';
import { avroFields } from '@weft/core/ingest/avro-schema';
import {
  ascendingKeyIndex,
  type PlannedColumn,
  RECORDS_MAX,
  tooManyRecords,
} from '@weft/core/ingest/stage-layout';
import { type AvroBlock, AvroFile, damaged, undamaged } from './avro-file.ts';
import { RowBuilder } from './json-rows.ts';
import type { PartSink, ReadResult, SegmentTask, StageJob } from './stage-job.ts';

/** Rows of a row group, at most. */
const ROWS_MAX = 65_536;

/** Reads a segment. Throws WeftError BATCH_UNREADABLE. */
export function readAvro(
  task: SegmentTask,
  columns: readonly PlannedColumn[],
  job: StageJob,
  sink: PartSink,
): ReadResult {
  const { source, firstOrdinal, nextBytes } = task;
  const { start, end } = source;
  const file = new AvroFile(source);
  const { fields, lacking } = bindAvro(columns, avroFields(file.schema));
  const rows = new RowBuilder(columns, ascendingKeyIndex(job.plan));
  const cells: Cell[] = columns.map(() => null);
  let framed = 0;
  let position = start;
  let pending = 0;
  const readRecords = ({ records, reader }: AvroBlock): void => {
    for (let i = 0; i < records; i++) {
      for (const { read, position: at } of fields) cells[at] = read(reader);
      const ordinal = firstOrdinal + framed;
      if (ordinal >= RECORDS_MAX) throw tooManyRecords();
      rows.addCells(cells, { ordinal, line: framed, offset: 0, length: 0 });
      framed++;
      if (rows.count === ROWS_MAX) rows.writeTo(sink.part(position));
    }
    if (!reader.done()) throw damaged('a block is longer than its records');
  };
  for (let block = file.next(); block !== null; block = file.next()) {
    const present = block;
    undamaged(() => readRecords(present));
    position = block.end;
    pending += block.bytes;
    if (pending >= job.pieceBytes) {
      rows.writeTo(sink.part(position));
      sink.endPart(position, job.pieceBytes);
      pending = 0;
    }
    sink.progress(position);
  }
  if (rows.count > 0) rows.writeTo(sink.part(end));
  sink.endPart(end, nextBytes);
  const keys = { keyAscending: rows.isKeyAscending, keysMarked: false };
  return { framed, end, bytes: end - start, ...keys, lacking };
}
