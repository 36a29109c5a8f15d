/**
 * What stands in the addresses of the pages of producers.
 *
 * Invariant: no value of a row stands in an address; what a row is searched by stays with the page.
 */
import {
  choiceParam,
  numberParam,
  type RawSearch,
  readable,
  textParam,
  timeParam,
} from '../../lib/search-params.ts';

export const ROW_STATES = [
  'open',
  'held',
  'repaired',
  'replayed',
  'discarded',
  'duplicate',
] as const;

export interface QuarantineSearch {
  batch?: string;
  rule?: string;
  column?: string;
  reason?: string;
  since?: string;
  state?: (typeof ROW_STATES)[number];
}

export const quarantineSearch = (raw: RawSearch): QuarantineSearch =>
  readable({
    batch: textParam(raw, 'batch'),
    rule: textParam(raw, 'rule'),
    column: textParam(raw, 'column'),
    reason: textParam(raw, 'reason'),
    since: timeParam(raw, 'since'),
    state: choiceParam(raw, 'state', ROW_STATES),
  });

export interface BatchSearch {
  /** The cause in sight: rule, column. */
  rule?: string;
  column?: string;
}

export const batchSearch = (raw: RawSearch): BatchSearch =>
  readable({ rule: textParam(raw, 'rule'), column: textParam(raw, 'column') });

export interface SendSearch {
  /** The table of a product that has several. */
  table?: string;
  /** The major that it is for, of several that are served; the newest where it is left out. */
  major?: number;
}

export const sendSearch = (raw: RawSearch): SendSearch =>
  readable({ table: textParam(raw, 'table'), major: numberParam(raw, 'major') });
