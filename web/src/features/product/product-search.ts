/**
 * What stands in the address of a product's tabs.
 */
import { choiceParam, type RawSearch, readable, textParam } from '../../lib/search-params.ts';

export interface ColumnsSearch {
  /** Which table of the product; its first when left out. */
  table?: string;
}

export const columnsSearch = (raw: RawSearch): ColumnsSearch =>
  readable({ table: textParam(raw, 'table') });

export const QUALITY_STATES = ['all', 'open'] as const;

export interface QualitySearch {
  /** `open`: only what is missed, close, or set rows aside. */
  show?: (typeof QUALITY_STATES)[number];
}

export const qualitySearch = (raw: RawSearch): QualitySearch =>
  readable({ show: choiceParam(raw, 'show', QUALITY_STATES) });

export const BATCH_STATES = [
  'landed',
  'checking',
  'committed',
  'held',
  'discarded',
  'failed',
] as const;
export type BatchState = (typeof BATCH_STATES)[number];

export interface BatchesSearch {
  state?: BatchState;
  /** The day of UTC whose batches are shown, `YYYY-MM-DD`. */
  day?: string;
}

export const batchesSearch = (raw: RawSearch): BatchesSearch =>
  readable({ state: choiceParam(raw, 'state', BATCH_STATES), day: dayParam(raw) });

function dayParam(raw: RawSearch): string | undefined {
  const day = textParam(raw, 'day');
  return day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : undefined;
}

export const LINEAGE_VIEWS = ['graph', 'list'] as const;

export interface LineageSearch {
  view?: (typeof LINEAGE_VIEWS)[number];
  /** The node that is looked at; the product itself when left out. */
  focus?: string;
}

export const lineageSearch = (raw: RawSearch): LineageSearch =>
  readable({ view: choiceParam(raw, 'view', LINEAGE_VIEWS), focus: textParam(raw, 'focus') });

export const VERSION_VIEWS = ['words', 'source'] as const;

export interface VersionsSearch {
  view?: (typeof VERSION_VIEWS)[number];
}

export const versionsSearch = (raw: RawSearch): VersionsSearch =>
  readable({ view: choiceParam(raw, 'view', VERSION_VIEWS) });

export const DOORS = [
  'weft',
  'curl',
  'python',
  'duckdb',
  'spark',
  'iceberg',
  'powerbi',
  'javascript',
] as const;
export type Door = (typeof DOORS)[number];

export interface ConnectSearch {
  door?: Door;
}

export const connectSearch = (raw: RawSearch): ConnectSearch =>
  readable({ door: choiceParam(raw, 'door', DOORS) });
