/**
 * One record of a repair: its fields for the expressions, and the text that becomes of it.
 *
 * Pure. Invariant: a record is written only when its own text, or the text that replaced it, is one whole record of its layout
 * and the file that is written can hold every value of it; else it is skipped with the reason, and stays as it is.
 */

import { isPrimitive } from '../contract/data-type.ts';
import type { PlanColumn } from '../contract/plan.ts';
import { must } from '../lib/assert.ts';
import { decodeBase64 } from '../lib/base64.ts';
import { tokenFits, tokenOfText } from './json-record.ts';
import { type KeptEncoding, keptEncoding, type RecordLayout } from './quarantine-files.ts';
import {
  type Cell,
  decodeRecord,
  encodeRecord,
  RecordReader,
  type RecordTarget,
  writeRecord,
} from './record-text.ts';
import { parseFix } from './repair-fixes.ts';
import type { PrepareRequest, RepairSample, SkipReason } from './repair-ports.ts';
import { type GatedRule, isEmptyRule } from './repair-rule.ts';

export interface SelectedRecord {
  /** Number in the selection, from 0. */
  n: number;
  batch: string;
  record: number;
  line: number | null;
  /** Null when the quarantine has not all of it. */
  raw: Uint8Array | null;
  /** A person's own fix, or null. */
  fix: string | null;
}

export type Repaired = { bytes: Uint8Array; sample: RepairSample | null } | SkipReason;

/** Longest text of a record that a sample shows, in characters. */
const RAW_LENGTH_MAX = 4096;

/** Results of expressions: `oN` false after an error, else `vN`. */
type Values = Record<string, unknown>;

interface Known {
  layout: RecordLayout;
  reader: RecordReader;
  encoding: KeptEncoding;
  /** For each column of the target, the number of the layout's field, or -1. */
  order: number[];
  isSame: boolean;
}

export class Repairer {
  readonly target: RecordTarget;
  readonly #request: PrepareRequest;
  readonly #gated: GatedRule;
  readonly #known = new Map<string, Known | null>();
  readonly #keepsAll: boolean;

  constructor(options: PrepareRequest & { gated: GatedRule }) {
    const { gated, ...request } = options;
    this.#request = request;
    this.#gated = gated;
    this.#keepsAll = isEmptyRule(request.rule) && request.fixesPath === null;
    this.target = { format: request.format, csv: request.plan.csv, columns: this.#columns() };
  }

  /** The texts that expressions see, or null for a record that cannot be read. */
  fieldsOf(record: SelectedRecord): (string | null)[] | null {
    const known = this.#layoutOf(record.batch);
    if (known === null || record.raw === null) return null;
    const text = decodeRecord(record.raw, known.encoding);
    if (this.#gated.raw !== null) return text === null ? null : [text];
    const cells = text === null ? null : known.reader.read(text);
    if (cells === null) return null;
    return this.#request.plan.columns.map(({ id }) => {
      const at = known.layout.fields.findIndex((field) => field.id === id);
      return cells[at]?.value ?? null;
    });
  }

  repair(record: SelectedRecord, values: Values | null): Repaired {
    const known = this.#layoutOf(record.batch);
    if (known === null) return 'unreadable';
    const text = record.raw === null ? null : decodeRecord(record.raw, known.encoding);
    const renewed = this.#renew(record, { text, values, encoding: known.encoding });
    if (renewed === 'expression' || renewed === 'unreadable') return renewed;
    const cells = known.reader.read(renewed.text);
    if (cells === null) return 'unreadable';
    const before = this.target.columns.map((_, i) => this.#cellAt(known, cells, i));
    const changed = this.#change(before, record, values);
    if (changed === 'expression') return changed;
    if (!this.#keepsAll && renewed.text === text && changed.before.size === 0) return 'unchanged';
    const line = writeRecord(this.target, changed.cells, known.isSame);
    const bytes = line === null ? null : encodeRecord(line, encodingOf(this.target));
    if (bytes === null) return 'unwritable';
    return { bytes, sample: sampleOf(record, { text, renewed: renewed.text, changed }) };
  }

  #cellAt(known: Known, cells: readonly Cell[], index: number): Cell {
    return cells[known.order[index] ?? -1] ?? { value: null, source: null };
  }

  /** The text of the record after what was done to it as a whole. */
  #renew(
    record: SelectedRecord,
    options: { text: string | null; values: Values | null; encoding: KeptEncoding },
  ): { text: string } | 'expression' | 'unreadable' {
    const { text, values, encoding } = options;
    if (this.#gated.raw !== null) {
      if (values === null) return 'unreadable';
      if (values['o0'] !== true) return 'expression';
      return typeof values['v0'] === 'string' ? { text: values['v0'] } : 'unreadable';
    }
    const fix = record.fix === null ? null : parseFix(record.fix);
    const bytes = fix?.bytes == null ? null : decodeBase64(fix.bytes);
    const renewed = fix?.text ?? (bytes === null ? text : decodeRecord(bytes, encoding));
    return renewed === null ? 'unreadable' : { text: renewed };
  }

  /** The cells with the new values, and of those that changed the old ones, by the column's number. */
  #change(before: Cell[], record: SelectedRecord, values: Values | null): Changed | 'expression' {
    const cells = [...before];
    const old = new Map<number, string | null>();
    const set = (index: number, value: string | null): void => {
      const cell = must(before[index], 'cell of a column');
      const was = cell.value;
      if (value === was && !this.#isMisfit(record.batch, cell, index)) return;
      old.set(index, was);
      cells[index] = { value, source: null };
    };
    const { rule } = this.#request;
    for (const [name, change] of Object.entries(rule.columns)) {
      const index = this.#indexOf(name);
      const was = must(before[index], 'cell of a column').value;
      if ('map' in change) {
        const key = was ?? '';
        if (Object.hasOwn(change.map, key)) set(index, change.map[key] || null);
      } else {
        const no = this.#gated.columns.findIndex((column) => column.name === name);
        if (values?.[`o${no}`] !== true) return 'expression';
        const value = values[`v${no}`];
        set(index, typeof value === 'string' ? value : null);
      }
    }
    const fixed = record.fix === null ? null : parseFix(record.fix).values;
    for (const [name, value] of Object.entries(fixed ?? {})) set(this.#indexOf(name), value);
    return { cells, before: old, columns: this.target.columns };
  }

  /** True for a value of JSON whose kind is not the column's, such as "2" for a number: the same text is then a change. */
  #isMisfit(batch: string, { source }: Cell, index: number): boolean {
    const { type } = must(this.target.columns[index], 'column of the target');
    if (source === null || this.#layoutOf(batch)?.layout.csv !== null || !isPrimitive(type)) {
      return false;
    }
    return !tokenFits(type, tokenOfText(source));
  }

  #indexOf(name: string): number {
    return this.target.columns.findIndex((column) => column.name === name);
  }

  #layoutOf(batch: string): Known | null {
    const known = this.#known.get(batch);
    if (known !== undefined) return known;
    const layout = this.#request.layouts[batch] ?? null;
    const made = layout === null ? null : this.#know(layout);
    this.#known.set(batch, made);
    return made;
  }

  #know(layout: RecordLayout): Known {
    const { csv, columns } = this.target;
    return {
      layout,
      reader: new RecordReader(layout),
      encoding: layout.csv?.encoding ?? 'utf-8',
      order: columns.map(({ id }) => layout.fields.findIndex((field) => field.id === id)),
      isSame:
        layout.csv !== null &&
        layout.csv.delimiter === csv.delimiter &&
        layout.csv.quote === csv.quote &&
        layout.csv.nullText === csv.nullText,
    };
  }

  /**
   * Columns of the file: in the order of the records' own files, so that a record that nothing was done to is the same text
   * again; without a header all of them, in the contract's order.
   */
  #columns(): PlanColumn[] {
    const { plan, format, layouts, rule, fixesPath } = this.#request;
    if (format !== 'csv' || !plan.csv.header) return plan.columns;
    const ids = Object.values(layouts).flatMap(
      (layout) => layout?.fields.map(({ id }) => id) ?? [],
    );
    const set = plan.columns.filter(({ name }) => Object.hasOwn(rule.columns, name));
    const all = fixesPath === null ? [] : plan.columns;
    const wanted = new Set([...ids, ...set.map(({ id }) => id), ...all.map(({ id }) => id)]);
    return [...wanted].flatMap((id) => plan.columns.find((column) => column.id === id) ?? []);
  }
}

interface Changed {
  cells: Cell[];
  before: Map<number, string | null>;
  columns: readonly PlanColumn[];
}

function encodingOf({ format, csv }: RecordTarget): KeptEncoding {
  return format === 'csv' ? keptEncoding(csv.encoding) : 'utf-8';
}

function sampleOf(
  { batch, record, line }: SelectedRecord,
  options: { text: string | null; renewed: string; changed: Changed },
): RepairSample | null {
  const { text, renewed, changed } = options;
  const before: RepairSample['before'] = {};
  const after: RepairSample['after'] = {};
  if (renewed !== text) {
    before['raw'] = text;
    after['raw'] = renewed;
  }
  for (const [index, was] of changed.before) {
    const { name } = must(changed.columns[index], 'column that changed');
    before[name] = was;
    after[name] = changed.cells[index]?.value ?? null;
  }
  return Object.keys(after).length === 0
    ? null
    : {
        ref: `${batch}:${record}`,
        batch,
        record,
        line,
        before,
        after,
        raw: text?.slice(0, RAW_LENGTH_MAX) ?? null,
      };
}
