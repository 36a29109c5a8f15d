/**
 * From the claims of an identity provider to a subject of the mesh: which name, roles, domains and attributes they give.
 *
 * Not their verification (an adapter's) and not the register. Invariants: no claim ever gives the role `node`; what the
 * mapping does not name gives nothing; a claim of another form than the mapping expects refuses the subject instead of
 * giving him less or more than was meant; the same claims always give the same subject.
 */
import { shownNameFault } from '../lib/shown-name.ts';
import type { Role } from './types.ts';

/** Where claims are, as names (`groups`, `https://example.org/roles`) or paths (`realm_access.roles`). */
export interface ClaimMapping {
  /** The claim that names the subject within the provider. */
  id: string;
  /** Name for people. */
  name: string;
  groups: string;
  /** Group → roles that its members have. */
  roles: Record<string, Role[]>;
  /** Group → domains that its members produce for or guard, with the roles producer or steward. */
  domains: Record<string, string[]>;
  /** Attribute of the subject → claim. */
  attributes: Record<string, string>;
  /** Roles of everybody whom the provider knows. */
  everyone: Role[];
}

export interface MappedClaims {
  id: string;
  name: string;
  roles: Role[];
  domains: string[];
  attributes: Record<string, string | string[]>;
}

export type ClaimsResult = { value: MappedClaims } | { fault: string };

/** Longest text of a claim, and most values of one. */
const TEXT_MAX = 1_000;
const VALUES_MAX = 1_000;
const ID_MAX = 180;

/** What the claims say of the subject, or in which way they do not fit the mapping. */
export function mapClaims(mapping: ClaimMapping, claims: Record<string, unknown>): ClaimsResult {
  const id = claimAt(claims, mapping.id);
  if (typeof id !== 'string' || !isName(id)) {
    return { fault: `the claim ${mapping.id} does not name a subject` };
  }
  const groups = textsOf(claimAt(claims, mapping.groups));
  if (groups === null) return { fault: `the claim ${mapping.groups} is no list of texts` };
  const attributes: Record<string, string | string[]> = {};
  for (const [attribute, path] of Object.entries(mapping.attributes)) {
    const claim = claimAt(claims, path);
    if (claim === undefined || claim === null) continue;
    const texts = textsOf(claim);
    if (texts === null) return { fault: `the claim ${path} is neither a text nor a list of texts` };
    attributes[attribute] = Array.isArray(claim) ? texts : (texts[0] ?? '');
  }
  const roles = rolesOf(mapping, groups);
  const name = claimAt(claims, mapping.name);
  return {
    value: {
      id,
      name: typeof name === 'string' && isText(name) && shownNameFault(name) === null ? name : id,
      roles,
      domains: speaksForDomains(roles) ? gathered(mapping.domains, groups) : [],
      attributes,
    },
  };
}

function rolesOf(mapping: ClaimMapping, groups: readonly string[]): Role[] {
  const roles = [...mapping.everyone, ...gathered(mapping.roles, groups)];
  // Why here too, though no configuration may name it: this is the last place before it would be believed.
  return [...new Set(roles)].filter((role) => role !== 'node').sort();
}

// Why: a token that names a domain speaks for it at the node, so no other role may carry one.
function speaksForDomains(roles: readonly Role[]): boolean {
  return roles.includes('producer') || roles.includes('steward');
}

function gathered<T extends string>(table: Record<string, T[]>, groups: readonly string[]): T[] {
  const found = groups.flatMap((group) =>
    Object.hasOwn(table, group) ? (table[group] ?? []) : [],
  );
  return [...new Set(found)].sort();
}

/** A claim by its whole name, else by its path through objects. */
function claimAt(claims: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** A claim as texts: one text, number or truth value, or a list of such; null for anything else. */
function textsOf(claim: unknown): string[] | null {
  if (claim === undefined || claim === null) return [];
  const values: unknown[] = Array.isArray(claim) ? claim : [claim];
  if (values.length > VALUES_MAX) return null;
  const texts = values.map((value) =>
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
  );
  return texts.every((text) => typeof text === 'string' && isText(text))
    ? (texts as string[])
    : null;
}

function isText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return text.length <= TEXT_MAX && text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text);
}

function isName(text: string): boolean {
  return text.length > 0 && text.length <= ID_MAX && isText(text) && !/\s/.test(text);
}
