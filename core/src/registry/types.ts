/**
 * The nouns of the control plane as plain data: subjects, domains, products, agreements, policies.
 *
 * Not the store's rows and not the wire's schemas, though their names agree with both (CLI documents).
 */
import type { Expression } from '../lib/expression.ts';
import type { SetDeclaration } from '../lib/set-declaration.ts';

export const ROLES = [
  'producer',
  'consumer',
  'steward',
  'privacy_officer',
  'platform',
  'node',
] as const;
export type Role = (typeof ROLES)[number];

/** What spoke for a subject: a token of the mesh or of its provider, an API key, a session of a browser. */
export interface Credential {
  /** `tok_…`, `key_…`, `ses_…`, or `PROVIDER:…` for a token of the provider. */
  id: string;
  /** When its claims were made, in milliseconds since the epoch; null where each use reads the register anew. */
  issued: number | null;
  /** When it ends by itself, in milliseconds since the epoch. */
  expires: number;
}

/** Who asks: taken from a verified credential and nothing else. */
export interface Subject {
  id: string;
  name: string;
  roles: Role[];
  /** Domains whose products the subject owns or produces for. */
  domains: string[];
  attributes: Record<string, string | string[]>;
  /** Absent in the register, and where nothing was presented: the first start, a node's own work. */
  credential?: Credential;
}

export interface Domain {
  name: string;
  title: string;
  description: string | null;
  owners: string[];
  stewards: string[];
  /** Base URL of the node that holds the domain's data. */
  node: string | null;
}

export const AGREEMENT_STATES = [
  'requested',
  'approved',
  'denied',
  'countered',
  'active',
  'expired',
  'revoked',
] as const;
export type AgreementState = (typeof AGREEMENT_STATES)[number];

/** Approved access: who, what, purpose, until. Facts of an agreement only narrow what the policy permits. */
/** The terms of a request as they were asked for. */
export type AskedTerms = Pick<Agreement, 'columns' | 'filter' | 'granularity' | 'until'>;

export interface Agreement {
  agreement: string;
  product: string;
  /** Major version agreed to. */
  major: number;
  subject: string;
  purpose: string;
  /** Columns that are offered or agreed to, of a request those asked for; null for all that the policy permits. */
  columns: string[] | null;
  /** Row narrowing in expression text, or null. */
  filter: string | null;
  masks: Record<string, string>;
  granularity: string | null;
  until: string | null;
  /** The terms of the request, which an approval may narrow and a counter-offer replaces; null where they are not known. */
  asked: AskedTerms | null;
  state: AgreementState;
  why: string | null;
  requestedAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  because: string | null;
  /** From 1; each step adds one. Whoever answers names the one that he saw. */
  version: number;
}

/** An owner's policy of one product: a text in Cedar, and short forms for what is common. */
export interface ProductPolicy {
  product: string;
  version: number;
  /** `--where` language over the table's columns; null for all rows. */
  rowFilter: string | null;
  hiddenClassifications: string[];
  /** Agreements of these purposes are approved without a person. */
  autoApprovePurposes: string[];
  /** Policies in Cedar; null permits whoever has an agreement. */
  cedar: string | null;
  /** Names of subject attributes that the text may ask for, beside those that a subject of the mesh has. */
  subjectAttributes: string[];
  /** Lists of keys that the text may ask, by name. */
  sets: Record<string, SetDeclaration>;
  updatedBy: string;
  updatedAt: string;
}

/** The platform's policies, over all products. */
export interface MeshPolicy {
  version: number;
  cedar: string;
  subjectAttributes: string[];
  /** Tags that all tables of a domain have unless contracts say otherwise: by domain, by key. */
  domainTags: Record<string, Record<string, string[]>>;
  /** Domains whose policies are changed only after a plan of the same change. */
  productionDomains: string[];
  updatedBy: string;
  updatedAt: string;
}

export type ParsedFilter = Expression;
