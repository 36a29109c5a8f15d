/**
 * Why a value inside a nested column can be refused by the stager, numbered.
 *
 * A reason of this list has in the lexical side file the number of columns and its own number, and its place beside it
 * (`stage-layout.ts`). The column as a whole (a list where an object is promised) has the column's own number.
 * Invariant: stagers, checks and the validator of single records number alike, since they all ask here.
 */
import { type DataType, isPrimitive } from '../contract/data-type.ts';
import { type NestedPath, nestedNodes, pathLabel } from '../contract/nested-path.ts';
import { nestedTypeWords } from '../quality/reasons.ts';
import type { StructuralFault } from './ports.ts';

/** Faults of a structure that can stand inside a column and leave the rest of the record readable. */
export const INNER_FAULTS = ['unknown_field', 'duplicate_field'] as const;
export type InnerFault = (typeof INNER_FAULTS)[number] & StructuralFault;

export type NestedReason =
  | { kind: 'fault'; fault: InnerFault; words: string }
  | { kind: 'type'; column: string; label: string; words: string };

interface NamedType {
  name: string;
  type: DataType;
}

const FAULT_WORDS: Readonly<Record<InnerFault, string>> = {
  unknown_field: 'is not in the contract',
  duplicate_field: 'stands twice',
};

/** All reasons of a plan's columns; none when no column is nested. */
export function nestedReasons(columns: readonly NamedType[]): NestedReason[] {
  const nested = columns.filter(({ type }) => !isPrimitive(type));
  if (nested.length === 0) return [];
  return [
    ...INNER_FAULTS.map(
      (fault): NestedReason => ({ kind: 'fault', fault, words: FAULT_WORDS[fault] }),
    ),
    ...nested.flatMap(({ name, type }) =>
      innerNodes(type).map(
        ({ path, type: inner }): NestedReason => ({
          kind: 'type',
          column: name,
          label: pathLabel(name, path),
          words: nestedTypeWords(inner),
        }),
      ),
    ),
  ];
}

function innerNodes(type: DataType): { path: NestedPath; type: DataType }[] {
  return nestedNodes(type).filter(({ path }) => path.length > 0);
}

/** Numbers of the reasons in the lexical side file. */
export class ReasonNumbers {
  readonly #labels: Map<string, number>;
  readonly #faults: Map<string, number>;

  constructor(columns: readonly NamedType[]) {
    const reasons = nestedReasons(columns).entries();
    const numbered = [...reasons].map(([i, reason]) => ({ reason, no: columns.length + i }));
    this.#labels = new Map(columns.map(({ name }, i) => [name, i]));
    this.#faults = new Map();
    for (const { reason, no } of numbered) {
      if (reason.kind === 'fault') this.#faults.set(reason.fault, no);
      else this.#labels.set(innerKey(reason.label), no);
    }
  }

  /** Of a value at `path` that is not of its type. */
  typeAt(column: string, path: NestedPath): number {
    const key = path.length === 0 ? column : innerKey(pathLabel(column, path));
    return this.#labels.get(key) ?? -1;
  }

  faultAt(fault: InnerFault): number {
    return this.#faults.get(fault) ?? -1;
  }
}

/** A column may be named as a place inside another one is labelled. */
function innerKey(label: string): string {
  return `in ${label}`;
}
