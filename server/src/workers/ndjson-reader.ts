/**
 * Stages one NDJSON file with the reader of `core/wasm/ndjson.ts`: a record per line, its fields by name.
 *
 * Not here: pieces and columns (`text-reader.ts`); documents of JSON (`json-reader.ts`).
 */
import type { FlatColumn } from '@weft/core/ingest/stage-layout';
import { contentOf } from './json-rows.ts';
import type { PartSink, ReadResult, SegmentTask, StageJob } from './stage-job.ts';
import { placeTextMemory } from './text-memory.ts';
import { instantiateNdjson, type NdjsonModule } from './text-module.ts';
import { TextFile, TextMemory } from './text-reader.ts';

/** As `Name` in `core/wasm/ndjson.ts`. */
const NAME_WORDS = 5;
const NO_COLUMN = 0xffffffff;
/** `{}`, at the end of the file. */
const RECORD_BYTES_MIN = 2;
/** Names with these stand in a file with escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes exactly these.
const ESCAPED = /["\\\u0000-\u001f]/;

/** Keeps its memory from file to file. */
export class NdjsonReader {
  #memory = new TextMemory();
  #module: NdjsonModule = instantiateNdjson(this.#memory.memory, this.#memory.host);

  /** Reads a segment. Throws WeftError BATCH_UNREADABLE. */
  read(
    task: SegmentTask,
    columns: readonly FlatColumn[],
    job: StageJob,
    sink: PartSink,
  ): ReadResult {
    const start = contentOf(task.source);
    const names = columns.map(({ sourceName }) => Buffer.from(sourceName));
    const table = (names.length + 1) * NAME_WORDS * 4;
    const layout = this.#memory.layOut({
      plan: job.plan,
      columns,
      fileColumns: columns.length,
      recordBytesMin: RECORD_BYTES_MIN,
      latin1: false,
      ownBytes: table + names.reduce((sum, name) => sum + name.length, 0),
      pieceBytes: job.pieceBytes,
      jobBytes: task.jobBytes,
      heapBase: this.#module.heapBase(),
    });
    placeTextMemory(this.#module, this.#memory.memory, layout);
    if (task.isFirst) this.#module.forgetKeys();
    this.#placeNames(layout.own, names, table);
    this.#module.setNames(layout.own, layout.scratch);
    this.#module.startFile(1, task.firstOrdinal);
    const file = new TextFile({
      source: task.source,
      module: this.#module,
      memory: this.#memory.memory,
      bytes: this.#memory.bytes,
      layout,
      order: columns.map((_, i) => i),
      sink,
    });
    return file.read(start, task);
  }

  /** Lines are expected to have their fields in the plan's order, until one has another. */
  #placeNames(at: number, names: readonly Buffer[], table: number): void {
    const { bytes, memory } = this.#memory;
    const words = new Uint32Array(memory.buffer, at, (names.length + 1) * NAME_WORDS);
    let textAt = at + table;
    for (const [i, name] of names.entries()) {
      const isPlain = !ESCAPED.test(name.toString());
      const follower = i + 1 < names.length ? i + 1 : NO_COLUMN;
      words.set([textAt, name.length, isPlain ? 1 : 0, 0, follower], i * NAME_WORDS);
      bytes.set(name, textAt);
      textAt += name.length;
    }
    words.set([0, 0, 0, 0, names.length > 0 ? 0 : NO_COLUMN], names.length * NAME_WORDS);
  }
}
