/**
 * What stands in the address of the workbench: the saved query, and how its answer is looked at. Never the text of a query.
 */
import { choiceParam, type RawSearch, readable, textParam } from '../../lib/search-params.ts';

export const VIEWS = ['both', 'grid', 'chart'] as const;
export type WorkbenchView = (typeof VIEWS)[number];

export interface WorkbenchSearch {
  /** A saved query. */
  saved?: string;
  /** A product to begin with. */
  from?: string;
  view?: WorkbenchView;
  chart?: 'bar' | 'line' | 'scatter';
  x?: string;
  y?: string;
  by?: string;
}

export const workbenchSearch = (raw: RawSearch): WorkbenchSearch =>
  readable({
    saved: textParam(raw, 'saved'),
    from: textParam(raw, 'from'),
    view: choiceParam(raw, 'view', VIEWS),
    chart: choiceParam(raw, 'chart', ['bar', 'line', 'scatter'] as const),
    x: textParam(raw, 'x'),
    y: textParam(raw, 'y'),
    by: textParam(raw, 'by'),
  });
