/**
 * Result rows to an Arrow IPC stream, one record batch per block.
 *
 * Types that Arrow has exactly keep their type; nested and rare ones are text in their JSON form. Buffers are laid out
 * here, so that no builder's idea of a unit comes between. Source: the Arrow columnar format, "Fixed-size primitive
 * layout" and "Variable-size binary layout". Invariant: no value is rounded.
 */
import { WeftError } from '@weft/core/lib/error';
import type { RunningQuery } from '@weft/core/query/ports';
import * as arrow from 'apache-arrow';

type Cell = string | number | boolean | null | object;

export function createArrowExporter(): {
  shape: 'arrays';
  export(running: Pick<RunningQuery, 'columns' | 'blocks'>): AsyncIterable<Uint8Array>;
} {
  return { shape: 'arrays', export: exportArrow };
}

async function* exportArrow(
  running: Pick<RunningQuery, 'columns' | 'blocks'>,
): AsyncGenerator<Uint8Array> {
  const fields = running.columns.map(
    (column) => new arrow.Field(column.name, arrowType(column.type), true),
  );
  const schema = new arrow.Schema(fields);
  const writer = new arrow.RecordBatchStreamWriter({ autoDestroy: true });
  writer.reset(undefined, schema);
  let failure: unknown = null;
  const feeding = feed(writer, schema, running.blocks).then(
    () => writer.finish(),
    (error: unknown) => {
      failure = error;
      writer.abort(error);
    },
  );
  try {
    yield* writer;
  } catch (error) {
    // Why: the queue in between does not hand on what it was aborted with.
    throw failure ?? error;
  }
  await feeding;
}

async function feed(
  writer: arrow.RecordBatchStreamWriter,
  schema: arrow.Schema,
  blocks: AsyncIterable<Uint8Array>,
): Promise<void> {
  for await (const block of blocks) {
    const lines = Buffer.from(block).toString('utf8').trimEnd().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as Cell[]);
    const children = schema.fields.map((field, i) =>
      columnData(
        field.type,
        rows.map((row) => row[i] ?? null),
      ),
    );
    const type = new arrow.Struct(schema.fields);
    writer.write(
      new arrow.RecordBatch(schema, arrow.makeData({ type, length: rows.length, children })),
    );
  }
}

const DECIMAL = /^DECIMAL\((\d+), ?(\d+)\)$/;

const PLAIN_TYPES: Readonly<Record<string, () => arrow.DataType>> = {
  BOOLEAN: () => new arrow.Bool(),
  TINYINT: () => new arrow.Int8(),
  SMALLINT: () => new arrow.Int16(),
  INTEGER: () => new arrow.Int32(),
  BIGINT: () => new arrow.Int64(),
  UTINYINT: () => new arrow.Uint8(),
  USMALLINT: () => new arrow.Uint16(),
  UINTEGER: () => new arrow.Uint32(),
  UBIGINT: () => new arrow.Uint64(),
  FLOAT: () => new arrow.Float32(),
  DOUBLE: () => new arrow.Float64(),
  DATE: () => new arrow.DateDay(),
  TIMESTAMP: () => new arrow.TimestampMicrosecond(),
  'TIMESTAMP WITH TIME ZONE': () => new arrow.TimestampMicrosecond('UTC'),
};

/** The Arrow type of an engine type; text for what Arrow would not hold exactly. */
function arrowType(name: string): arrow.DataType {
  const decimal = DECIMAL.exec(name);
  if (decimal !== null) return new arrow.Decimal(Number(decimal[2]), Number(decimal[1]), 128);
  return PLAIN_TYPES[name]?.() ?? new arrow.Utf8();
}

function columnData(type: arrow.DataType, cells: readonly Cell[]): arrow.Data {
  const length = cells.length;
  const { nullBitmap, nullCount } = validity(cells);
  const base = { length, nullCount, nullBitmap };
  if (type instanceof arrow.Utf8) return textData(type, cells, base);
  if (type instanceof arrow.Bool) {
    return arrow.makeData({ type, ...base, data: bitmap(cells.map((cell) => cell === true)) });
  }
  const data = numbersOf(type, cells);
  return arrow.makeData({ type, ...base, data } as never);
}

interface Base {
  length: number;
  nullCount: number;
  nullBitmap: Uint8Array;
}

function textData(type: arrow.Utf8, cells: readonly Cell[], base: Base): arrow.Data {
  const texts = cells.map((cell) => Buffer.from(cell === null ? '' : cellText(cell), 'utf8'));
  const valueOffsets = new Int32Array(texts.length + 1);
  for (const [i, text] of texts.entries())
    valueOffsets[i + 1] = (valueOffsets[i] ?? 0) + text.length;
  return arrow.makeData({ type, ...base, valueOffsets, data: Buffer.concat(texts) });
}

function cellText(cell: Exclude<Cell, null>): string {
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

function numbersOf(type: arrow.DataType, cells: readonly Cell[]): ArrayBufferView {
  if (type instanceof arrow.Decimal) return decimals(type.scale, cells);
  if (type instanceof arrow.Timestamp) return BigInt64Array.from(cells, microseconds);
  if (type instanceof arrow.DateDay) return Int32Array.from(cells, days);
  if (type instanceof arrow.Int && type.bitWidth === 64) {
    const numbers = cells.map((cell) => BigInt((cell ?? 0) as string | number));
    return type.isSigned ? BigInt64Array.from(numbers) : BigUint64Array.from(numbers);
  }
  const numbers = cells.map((cell) => Number(cell ?? 0));
  const holder = (type as arrow.Int | arrow.Float).ArrayType as unknown as {
    from(values: number[]): ArrayBufferView;
  };
  return holder.from(numbers);
}

/** Decimals as 128-bit little-endian two's complement of the unscaled value. */
function decimals(scale: number, cells: readonly Cell[]): Uint32Array {
  const words = new Uint32Array(cells.length * 4);
  for (const [i, cell] of cells.entries()) {
    let value = BigInt.asUintN(128, unscaled(String(cell ?? '0'), scale));
    for (let word = 0; word < 4; word++) {
      words[i * 4 + word] = Number(value & 0xffff_ffffn);
      value >>= 32n;
    }
  }
  return words;
}

function unscaled(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const digits = BigInt(whole + fraction.padEnd(scale, '0'));
  return text.startsWith('-') ? -digits : digits;
}

function microseconds(cell: Cell): bigint {
  if (cell === null) return 0n;
  const text = String(cell).replace(/Z$/, '');
  // Why: the ends of the range are what DuckDB and its readers take for the infinities.
  if (text === 'infinity') return 2n ** 63n - 1n;
  if (text === '-infinity') return 1n - 2n ** 63n;
  const [seconds = '', fraction = ''] = text.split('.');
  return BigInt(instant(`${seconds}Z`)) * 1_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

function days(cell: Cell): number {
  if (cell === null) return 0;
  if (cell === 'infinity') return 2_147_483_647;
  if (cell === '-infinity') return -2_147_483_647;
  return Math.round(instant(`${String(cell)}T00:00:00Z`) / 86_400_000);
}

function instant(text: string): number {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new WeftError(
    'QUERY_FAILED',
    'A time of the result is beyond what Arrow export writes; ask for NDJSON.',
  );
}

function validity(cells: readonly Cell[]): { nullBitmap: Uint8Array; nullCount: number } {
  const present = cells.map((cell) => cell !== null);
  return { nullBitmap: bitmap(present), nullCount: present.filter((bit) => !bit).length };
}

function bitmap(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 64) * 8);
  for (const [i, bit] of bits.entries()) {
    if (bit) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7));
  }
  return bytes;
}
