/**
 * What stands in the addresses of the policy pages.
 */
import { choiceParam, type RawSearch, readable, textParam } from '../../lib/search-params.ts';

export const POLICY_VIEWS = ['rules', 'source', 'who'] as const;
export type PolicyView = (typeof POLICY_VIEWS)[number];

export interface PolicySearch {
  view?: PolicyView;
  /** Whose readers are shown. */
  column?: string;
  table?: string;
}

export const policySearch = (raw: RawSearch): PolicySearch =>
  readable({
    view: choiceParam(raw, 'view', POLICY_VIEWS),
    column: textParam(raw, 'column'),
    table: textParam(raw, 'table'),
  });

export interface SeeAsSearch {
  subject?: string;
  product?: string;
  table?: string;
  /** With what only who decides may know. */
  whole?: 'yes';
}

export const seeAsSearch = (raw: RawSearch): SeeAsSearch =>
  readable({
    subject: textParam(raw, 'subject'),
    product: textParam(raw, 'product'),
    table: textParam(raw, 'table'),
    whole: choiceParam(raw, 'whole', ['yes'] as const),
  });
