/**
 * What stands in the address of the market.
 */
import { choiceParam, type RawSearch, readable, textParam } from '../../lib/search-params.ts';

export const SORTS = [
  'fit',
  'title',
  'freshness',
  'frequency',
  'good',
  'consumers',
  'rows',
] as const;
export type Sort = (typeof SORTS)[number];

export interface MarketSearch {
  q?: string;
  where?: string;
  sort?: Sort;
}

export const marketSearch = (raw: RawSearch): MarketSearch =>
  readable({
    q: textParam(raw, 'q'),
    where: textParam(raw, 'where'),
    sort: choiceParam(raw, 'sort', SORTS),
  });

export interface CompareSearch {
  /** Products, separated by commas; at most four are compared. */
  p?: string | undefined;
}

export const COMPARED_MAX = 4;

const NAME = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/;

/** The products that an address names, each once. */
export function readCompared(text: string): string[] {
  return [...new Set(text.split(','))].filter((name) => NAME.test(name)).slice(0, COMPARED_MAX);
}

export const compareSearch = (raw: RawSearch): CompareSearch =>
  readable({ p: textParam(raw, 'p') });
