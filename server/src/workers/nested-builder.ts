/**
 * Collects the values of one nested column, piece by piece, as the columns of values inside of it with their levels.
 *
 * Not the reading of a value (`core/src/ingest/nested-json.ts`, `avro-columns.ts`).
 * Invariant: columns come in the order of the leaves of `stage-schema.ts`; each has one level or more for each row.
 * Source: "Dremel made simple with Parquet" for what levels mean; Parquet format 2.11, "Nested Encoding".
 */
import type { DataType } from '@weft/core/contract/data-type';
import type { StageColumn } from '@weft/core/ingest/stage-parquet';
import { must } from '@weft/core/lib/assert';
import type { NestedValue, RecordValue } from '@weft/core/quality/record-value';
import { ColumnBuilder } from './column-builder.ts';

/** What a piece's columns are made by, of flat and of nested columns alike. */
export interface PieceBuilder {
  readonly rows: number;
  addNull(): void;
  add(value: Exclude<RecordValue, null>): void;
  /** What was collected; the next value starts anew. */
  takeAll(): StageColumn[];
}

export function createBuilder(type: DataType): PieceBuilder {
  switch (type.kind) {
    case 'struct':
    case 'list':
    case 'map':
      return new NestedBuilder(type);
    default: {
      const column = new ColumnBuilder(type);
      return {
        get rows() {
          return column.rows;
        },
        addNull: () => column.addNull(),
        add: (value) => column.add(value as Parameters<ColumnBuilder['add']>[0]),
        takeAll: () => [column.take()],
      };
    }
  }
}

/** Bytes that grow. */
class Levels {
  #bytes = new Uint8Array(1024);
  #size = 0;

  add(level: number): void {
    if (this.#size === this.#bytes.length) {
      const larger = new Uint8Array(this.#size * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#size++] = level;
  }

  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#size);
    this.#size = 0;
    return taken;
  }
}

/** How values of one place of the type are taken apart. */
interface Writer {
  /** `repetition`: the level at which this value repeats; `definition`: how much around it is there. */
  write(value: RecordValue, repetition: number, definition: number): void;
  takeAll(): StageColumn[];
}

class NestedBuilder implements PieceBuilder {
  rows = 0;
  readonly #writer: Writer;

  constructor(type: DataType) {
    this.#writer = writerOf(type, { repetition: 0, isOptional: true });
  }

  addNull(): void {
    this.#writer.write(null, 0, 0);
    this.rows++;
  }

  add(value: Exclude<RecordValue, null>): void {
    this.#writer.write(value, 0, 0);
    this.rows++;
  }

  takeAll(): StageColumn[] {
    this.rows = 0;
    return this.#writer.takeAll();
  }
}

/** `repetition`: how many lists and maps are around the place. */
function writerOf(type: DataType, place: { repetition: number; isOptional: boolean }): Writer {
  switch (type.kind) {
    case 'struct':
      return new StructWriter(
        type.fields.map((field) => writerOf(field.type, { ...place, isOptional: true })),
      );
    case 'list': {
      const repetition = place.repetition + 1;
      return new ListWriter(repetition, [writerOf(type.element, { repetition, isOptional: true })]);
    }
    case 'map': {
      const repetition = place.repetition + 1;
      return new ListWriter(repetition, [
        writerOf(type.key, { repetition, isOptional: false }),
        writerOf(type.value, { repetition, isOptional: true }),
      ]);
    }
    default:
      return new LeafWriter(new ColumnBuilder(type), place.isOptional);
  }
}

class LeafWriter implements Writer {
  readonly #values: ColumnBuilder;
  readonly #present: number;
  readonly #definition = new Levels();
  readonly #repetition = new Levels();

  constructor(values: ColumnBuilder, isOptional: boolean) {
    this.#values = values;
    this.#present = isOptional ? 1 : 0;
  }

  write(value: RecordValue, repetition: number, definition: number): void {
    this.#repetition.add(repetition);
    if (value === null) {
      this.#definition.add(definition);
      return;
    }
    this.#definition.add(definition + this.#present);
    this.#values.add(value as Parameters<ColumnBuilder['add']>[0]);
  }

  takeAll(): StageColumn[] {
    const { values, dictionary } = this.#values.take();
    const levels = { definition: this.#definition.take(), repetition: this.#repetition.take() };
    return [{ values, nulls: 0, validity: null, dictionary, levels }];
  }
}

class StructWriter implements Writer {
  readonly #members: Writer[];

  constructor(members: Writer[]) {
    this.#members = members;
  }

  write(value: RecordValue, repetition: number, definition: number): void {
    if (value === null) {
      for (const member of this.#members) member.write(null, repetition, definition);
      return;
    }
    const { members } = value as Extract<NestedValue, { kind: 'struct' }>;
    for (const [i, member] of this.#members.entries()) {
      member.write(members[i] ?? null, repetition, definition + 1);
    }
  }

  takeAll(): StageColumn[] {
    return this.#members.flatMap((member) => member.takeAll());
  }
}

/** A list, or a map as a list of keys and values. */
class ListWriter implements Writer {
  readonly #level: number;
  readonly #parts: Writer[];

  constructor(level: number, parts: Writer[]) {
    this.#level = level;
    this.#parts = parts;
  }

  write(value: RecordValue, repetition: number, definition: number): void {
    const parts = value === null ? [] : partsOf(value as NestedValue);
    const count = parts[0]?.length ?? 0;
    if (count === 0) {
      const known = value === null ? definition : definition + 1;
      for (const part of this.#parts) part.write(null, repetition, known);
      return;
    }
    for (const [n, part] of this.#parts.entries()) {
      const items = must(parts[n], 'keys or values');
      for (let i = 0; i < count; i++) {
        part.write(items[i] ?? null, i === 0 ? repetition : this.#level, definition + 2);
      }
    }
  }

  takeAll(): StageColumn[] {
    return this.#parts.flatMap((part) => part.takeAll());
  }
}

function partsOf(value: NestedValue): RecordValue[][] {
  if (value.kind === 'list') return [value.items];
  return value.kind === 'map' ? [value.keys, value.values] : [];
}
