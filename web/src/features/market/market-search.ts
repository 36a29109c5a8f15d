/**
 * What stands in the address of the market.
 */
import { choiceParam, present, type RawSearch, textParam } from '../../lib/search-params.ts';

export const SORTS = ['fit', 'title', 'freshness', 'rows'] as const;
export type Sort = (typeof SORTS)[number];

export interface MarketSearch {
  q?: string;
  where?: string;
  sort?: Sort;
}

export const marketSearch = (raw: RawSearch): MarketSearch =>
  present({
    q: textParam(raw, 'q'),
    where: textParam(raw, 'where'),
    sort: choiceParam(raw, 'sort', SORTS),
  });

export interface CompareSearch {
  /** Products, separated by commas; at most four are compared. */
  p?: string;
}

export const compareSearch = (raw: RawSearch): CompareSearch => present({ p: textParam(raw, 'p') });
