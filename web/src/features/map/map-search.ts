/**
 * What stands in the address of the map.
 */
import { choiceParam, type RawSearch, readable, textParam } from '../../lib/search-params.ts';

export const LENSES = ['references', 'agreements', 'freshness'] as const;
export type Lens = (typeof LENSES)[number];

export interface MapSearch {
  lens?: Lens;
  /** The node in the middle of the story. */
  focus?: string;
  /** One domain and what its products are joined to. */
  domain?: string;
  view?: 'list';
}

export const mapSearch = (raw: RawSearch): MapSearch =>
  readable({
    lens: choiceParam(raw, 'lens', LENSES),
    focus: textParam(raw, 'focus'),
    domain: textParam(raw, 'domain'),
    view: choiceParam(raw, 'view', ['list'] as const),
  });
