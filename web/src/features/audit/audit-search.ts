/**
 * What stands in the address of the audit log.
 */
import {
  choiceParam,
  type RawSearch,
  readable,
  textParam,
  timeParam,
} from '../../lib/search-params.ts';

export const CHAINS = ['control', 'node'] as const;
export const SPANS = ['P1D', 'P7D', 'P30D', 'P90D'] as const;
export type Span = (typeof SPANS)[number];

export interface AuditSearch {
  actor?: string;
  action?: string;
  /** What it was done to. */
  subject?: string;
  /** DOMAIN.PRODUCT.COLUMN: who was let at it. */
  column?: string;
  chain?: (typeof CHAINS)[number];
  /** So long until now; else `since` and `until`. */
  span?: Span;
  since?: string;
  until?: string;
  /** The entry that is open: its chain and number. */
  entry?: string;
}

export const auditSearch = (raw: RawSearch): AuditSearch =>
  readable({
    actor: textParam(raw, 'actor'),
    action: textParam(raw, 'action'),
    subject: textParam(raw, 'subject'),
    column: columnParam(raw),
    chain: choiceParam(raw, 'chain', CHAINS),
    span: choiceParam(raw, 'span', SPANS),
    since: timeParam(raw, 'since'),
    until: timeParam(raw, 'until'),
    entry: textParam(raw, 'entry'),
  });

function columnParam(raw: RawSearch): string | undefined {
  const text = textParam(raw, 'column');
  return text !== undefined && /^[^.\s]+\.[^.\s]+\.[^.\s]+$/.test(text) ? text : undefined;
}
