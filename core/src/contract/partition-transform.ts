/**
 * Partition transforms as texts and types: which there are, and what they can be applied to.
 *
 * Not their values (`lakehouse/partition.ts`). Source: spec/iceberg/format/spec.md, "Partition Transforms".
 */
import type { DataType, PrimitiveType } from './data-type.ts';

export type Transform =
  | { kind: 'identity' | 'year' | 'month' | 'day' | 'hour' }
  | { kind: 'bucket' | 'truncate'; width: number }
  /** `void`, and what other writers may have that is not known here. */
  | { kind: 'other' };

/** The transform of Iceberg's text. */
export function parseTransform(text: string): Transform {
  switch (text) {
    case 'identity':
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
      return { kind: text };
    default: {
      const match = /^(bucket|truncate)\[(\d{1,9})\]$/.exec(text);
      const width = Number(match?.[2] ?? 0);
      if (match === null || width === 0) return { kind: 'other' };
      return { kind: match[1] === 'bucket' ? 'bucket' : 'truncate', width };
    }
  }
}

/** The type of a transform's values, or null when the transform cannot be applied to the type. */
export function resultType(transform: Transform, source: PrimitiveType): PrimitiveType | null {
  const { kind } = source;
  switch (transform.kind) {
    case 'identity':
      return kind === 'double' ? null : source;
    case 'bucket':
      return kind === 'double' || kind === 'boolean' ? null : { kind: 'int' };
    case 'truncate':
      return ['int', 'long', 'decimal', 'string'].includes(kind) ? source : null;
    case 'day':
      // Why a date: the specification allows both, and Iceberg's own writers take it.
      return hasDate(kind) ? { kind: 'date' } : null;
    case 'year':
    case 'month':
      return hasDate(kind) ? { kind: 'int' } : null;
    case 'hour':
      return hasDate(kind) && kind !== 'date' ? { kind: 'int' } : null;
    default:
      return null;
  }
}

function hasDate(kind: PrimitiveType['kind']): boolean {
  return kind === 'date' || kind === 'timestamp' || kind === 'timestamptz';
}

/** What a partitioned column is partitioned by when its contract does not say: by the value, times by the day. */
export function defaultTransform(type: DataType): string {
  return type.kind === 'timestamp' || type.kind === 'timestamptz' ? 'day' : 'identity';
}
