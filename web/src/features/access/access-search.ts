/**
 * What stands in the address of the pages of access.
 */
import { choiceParam, type RawSearch, readable, textParam } from '../../lib/search-params.ts';

export const WHOSE = ['mine', 'asked'] as const;
export type Whose = (typeof WHOSE)[number];
export const STANDINGS = ['open', 'active', 'ended'] as const;
export type Standing = (typeof STANDINGS)[number];

export interface AgreementsSearch {
  whose?: Whose;
  standing?: Standing;
}

export const agreementsSearch = (raw: RawSearch): AgreementsSearch =>
  readable({
    whose: choiceParam(raw, 'whose', WHOSE),
    standing: choiceParam(raw, 'standing', STANDINGS),
  });

export interface TableSearch {
  /** Which table is looked at; the first one when left out. */
  table?: string;
}

export const tableSearch = (raw: RawSearch): TableSearch =>
  readable({ table: textParam(raw, 'table') });

export interface ReviewSearch {
  kind?: string;
}

export const reviewSearch = (raw: RawSearch): ReviewSearch =>
  readable({ kind: textParam(raw, 'kind') });
