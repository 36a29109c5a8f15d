/**
 * What somebody may be, while it is written: a draft over what the mesh has, what it changes, and what is wrong with it.
 *
 * Not a decision: the API decides. Invariant: what was not touched is not sent, so that nobody undoes what he did not see.
 */
import type { Role, User, UserChange } from './people-queries.ts';

export interface AttributeRow {
  name: string;
  values: string[];
}

export interface RightsDraft {
  name: string;
  roles: Role[];
  domains: string[];
  attributes: AttributeRow[];
}

export type DraftFault =
  | 'name'
  | 'role'
  | 'domain-role'
  | 'attribute-name'
  | 'attribute-twice'
  | 'attribute-value';

/** In the order in which they are offered. The role of a node is given by its token alone. */
export const ROLES = ['consumer', 'producer', 'steward', 'privacy_officer', 'platform'] as const;
const FOR_DOMAINS: readonly Role[] = ['producer', 'steward'];

type Rights = Pick<User, 'name' | 'roles' | 'domains' | 'attributes'>;
type Attributes = Record<string, string | string[]>;

export function draftOf({ name, roles, domains, attributes }: Rights): RightsDraft {
  return {
    name,
    roles,
    domains,
    attributes: Object.entries(attributes).map(([key, value]) => ({
      name: key,
      values: (Array.isArray(value) ? value : [value]).map(String),
    })),
  };
}

/** Attributes as the mesh keeps them: one value is a text, several are a list. */
export function attributesOf(rows: readonly AttributeRow[]): Attributes {
  return Object.fromEntries(
    written(rows).map(({ name, values }) => [
      name.trim(),
      values.length === 1 ? (values[0] ?? '') : values,
    ]),
  );
}

/** Rows in which nothing is written yet are none. */
function written(rows: readonly AttributeRow[]): AttributeRow[] {
  return rows.filter(({ name, values }) => name.trim() !== '' || values.length > 0);
}

/** What a draft changes; null when that is nothing. */
export function changeOf(before: Rights, draft: RightsDraft): UserChange | null {
  const was = draftOf(before);
  const attributes = changedAttributes(was.attributes, draft.attributes);
  const change: UserChange = {
    ...(draft.name.trim() === was.name ? {} : { name: draft.name.trim() }),
    ...(isSameSet(draft.roles, was.roles) ? {} : { roles: draft.roles }),
    ...(isSameSet(draft.domains, was.domains) ? {} : { domains: draft.domains }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  };
  return Object.keys(change).length === 0 ? null : change;
}

function changedAttributes(was: readonly AttributeRow[], is: readonly AttributeRow[]) {
  const before = new Map(was.map(({ name, values }) => [name, values]));
  const now = attributesOf(is);
  const changed = Object.entries(now).filter(
    ([name, value]) => !isSameSet([value].flat(), before.get(name) ?? null),
  );
  const gone = [...before.keys()].filter((name) => !Object.hasOwn(now, name));
  return Object.fromEntries([...changed, ...gone.map((name) => [name, null] as const)]);
}

function isSameSet(one: readonly string[], other: readonly string[] | null): boolean {
  return (
    other !== null && one.length === other.length && one.every((value) => other.includes(value))
  );
}

/** The first thing that is wrong; null when it can be sent. */
export function faultOf({ name, roles, domains, attributes }: RightsDraft): DraftFault | null {
  const rows = written(attributes);
  const names = rows.map((row) => row.name.trim());
  if (name.trim() === '') return 'name';
  if (roles.length === 0) return 'role';
  if (domains.length > 0 && !speaksForDomains(roles)) return 'domain-role';
  if (names.includes('')) return 'attribute-name';
  if (new Set(names).size < names.length) return 'attribute-twice';
  return rows.some(({ values }) => values.length === 0) ? 'attribute-value' : null;
}

export function speaksForDomains(roles: readonly Role[]): boolean {
  return FOR_DOMAINS.some((role) => roles.includes(role));
}

/** Whether what was kept, by an older app perhaps, is a draft still. */
export function isRightsDraft(value: unknown): value is RightsDraft {
  if (typeof value !== 'object' || value === null) return false;
  const { name, roles, domains, attributes } = value as Partial<RightsDraft>;
  const areTexts = (list: unknown): boolean =>
    Array.isArray(list) && list.every((text) => typeof text === 'string');
  return (
    typeof name === 'string' &&
    areTexts(roles) &&
    areTexts(domains) &&
    Array.isArray(attributes) &&
    attributes.every((row) => typeof row?.name === 'string' && areTexts(row?.values))
  );
}
