/**
 * What stands in the addresses of people.
 */
import { type RawSearch, readable, textParam } from '../../lib/search-params.ts';

export interface PeopleSearch {
  /** A part of an id or a name. */
  q?: string;
}

export const peopleSearch = (raw: RawSearch): PeopleSearch => readable({ q: textParam(raw, 'q') });

export interface NewPersonSearch {
  /** The domain for which somebody shall produce. */
  domain?: string;
  /** The id that somebody was named by, who is not known yet. */
  id?: string;
}

export const newPersonSearch = (raw: RawSearch): NewPersonSearch =>
  readable({ domain: textParam(raw, 'domain'), id: textParam(raw, 'id') });
