/**
 * The sets of a policy before it is in force: read from what its owner wrote, and checked against what he himself may read.
 *
 * Not their lists, which nodes read and keep (`key-lists.ts`). Invariants: a set is either written down or read from one
 * column, never both; what is read is what whoever applies the policy may read now, unmasked and row by row, so nobody
 * lends a policy rights that he does not have; every key that is written down has the type that conditions compare.
 */
import { nearestNames } from '@weft/core/contract/schema-check';
import { type ErrorPlace, isWeftError } from '@weft/core/lib/error';
import { predicateColumns } from '@weft/core/lib/predicate';
import {
  readSetSource,
  SET_KEY_TYPES,
  SET_LIMITS,
  SET_NAME,
  type SetDeclaration,
  type SetKeyType,
} from '@weft/core/lib/set-declaration';
import type { AccessDecision, DecisionColumn } from '@weft/core/policy/decide';
import { canonicalKey, keyTypeOf } from '@weft/core/policy/key-sets';
import { compileRowFilter } from '@weft/core/policy/row-filter';
import type { Subject } from '@weft/core/registry/types';
import { tableFacts } from './access-facts.ts';
import { type AccessContext, decideFrom, readFacts } from './access-service.ts';

/** A set as it is written. */
export interface SetRequest {
  keys?: SetKeyType | undefined;
  from?: string | null | undefined;
  key?: string | null | undefined;
  subject?: string | null | undefined;
  where?: string | null | undefined;
  purpose?: string | null | undefined;
  values?: readonly Key[] | Record<string, readonly Key[]> | null | undefined;
}

/** Keys that are integers may be written as numbers. */
type Key = string | number;

export type SetRequests = Readonly<Record<string, SetRequest>>;

/** The sets in the form in which they are kept. */
export function declaredSets(requests: SetRequests = {}): Record<string, SetDeclaration> {
  const names = Object.keys(requests).sort();
  return Object.fromEntries(names.map((name) => [name, declarationOf(requests[name] ?? {})]));
}

function declarationOf(request: SetRequest): SetDeclaration {
  const text = (value: string | null | undefined): string | null => value?.trim() || null;
  return {
    keys: request.keys ?? 'string',
    from: text(request.from),
    key: text(request.key),
    subject: text(request.subject),
    where: text(request.where),
    purpose: text(request.purpose),
    values: valuesOf(request),
  };
}

function valuesOf({ values }: SetRequest): SetDeclaration['values'] {
  if (values === null || values === undefined) return null;
  // Why the cast: `Array.isArray` does not narrow lists that are read alone.
  if (Array.isArray(values)) return (values as readonly Key[]).map(String);
  return Object.fromEntries(Object.entries(values).map(([who, keys]) => [who, keys.map(String)]));
}

/** The type of each set's keys, as the schema of Cedar names them. */
export function setTypes(sets: Record<string, SetDeclaration>): Record<string, SetKeyType> {
  return Object.fromEntries(Object.entries(sets).map(([name, { keys }]) => [name, keys]));
}

/** What is wrong with the sets, asked by the one who would put them in force. */
export async function setFaults(
  context: AccessContext,
  by: Subject,
  sets: Record<string, SetDeclaration>,
): Promise<ErrorPlace[]> {
  const faults: ErrorPlace[] = [];
  if (Object.keys(sets).length > SET_LIMITS.sets)
    faults.push(fault('$.sets', `a policy has at most ${SET_LIMITS.sets} sets`, 'Leave some out.'));
  const written = Object.values(sets).reduce((sum, set) => sum + writtenKeys(set).length, 0);
  if (written > SET_LIMITS.written) {
    const limit = `a policy writes down at most ${SET_LIMITS.written} keys`;
    faults.push(fault('$.sets', limit, 'Keep longer lists in a product, and name it with from.'));
  }
  for (const [name, set] of Object.entries(sets)) {
    const path = `$.sets.${name}`;
    if (!SET_NAME.test(name)) {
      const remedy = 'Write small letters, digits and _, a letter first, at most 63.';
      faults.push(fault(path, `"${name}" is no name of a set`, remedy));
    }
    faults.push(...formFaults(path, set), ...valueFaults(path, set));
    if (set.from !== null) faults.push(...(await sourceFaults(context, by, { path, set })));
  }
  return faults;
}

function fault(path: string, message: string, remedy: string): ErrorPlace {
  return { code: 'POLICY_SET', path, message, remedy };
}

function writtenKeys({ values }: SetDeclaration): string[] {
  if (values === null) return [];
  return Array.isArray(values) ? values : Object.values(values).flat();
}

const EXAMPLE =
  'Write `from`, `key` and `purpose` for a list of a product, or `values` for one that you write down.';

function formFaults(path: string, set: SetDeclaration): ErrorPlace[] {
  const { from, values, key, purpose, subject, where } = set;
  if ((from === null) === (values === null))
    return [fault(path, 'a set has either `from` or `values`', EXAMPLE)];
  if (from !== null) {
    const missing = Object.entries({ key, purpose }).filter(([, value]) => value === null);
    return missing.map(([name]) => fault(path, `${name} is missing`, EXAMPLE));
  }
  const odd = Object.entries({ key, purpose, subject, where }).filter(([, text]) => text !== null);
  return odd.map(([name]) => fault(`${path}.${name}`, `${name} needs \`from\``, EXAMPLE));
}

function valueFaults(path: string, set: SetDeclaration): ErrorPlace[] {
  const wrong = writtenKeys(set).find(
    (key) => key.length > SET_LIMITS.characters || canonicalKey(key, set.keys) === null,
  );
  if (wrong === undefined) return [];
  const shown = wrong.length > 50 ? `${wrong.slice(0, 50)}…` : wrong;
  const remedy = `keys: one of ${SET_KEY_TYPES.join(', ')}; a key has at most ${SET_LIMITS.characters} characters.`;
  return [fault(`${path}.values`, `"${shown}" is not a key of the type ${set.keys}`, remedy)];
}

interface Source {
  path: string;
  set: SetDeclaration;
}

/** What the one who applies the policy could not read of it, by the very decision that is made at each reading. */
async function sourceFaults(
  context: AccessContext,
  by: Subject,
  { path, set }: Source,
): Promise<ErrorPlace[]> {
  const table = readSetSource(set.from ?? '');
  if (table === null) {
    const remedy = 'Write domain.table, or domain.table@1 for one major.';
    return [fault(`${path}.from`, `"${set.from}" names no table`, remedy)];
  }
  const question = { subject: by, purpose: set.purpose ?? '', table };
  try {
    const facts = await readFacts(context, question);
    const { decision } = await decideFrom(context, question, facts);
    const contract = facts.contracts.find(({ major }) => major === decision.table.major);
    const columns =
      contract === undefined
        ? []
        : (tableFacts(contract.model).find((one) => one.table === table.table)?.columns ?? []);
    return [
      ...columnFaults(path, set, columns),
      ...accessFaults(path, set, { decision, by, columns }),
    ];
  } catch (error) {
    if (!isWeftError(error)) throw error;
    return [fault(`${path}.from`, error.message, error.remedy ?? 'Name a table of the mesh.')];
  }
}

function columnFaults(
  path: string,
  set: SetDeclaration,
  columns: readonly DecisionColumn[],
): ErrorPlace[] {
  const typeOf = (name: string | null) => columns.find((column) => column.name === name)?.type;
  const faults: ErrorPlace[] = [];
  const key = typeOf(set.key);
  const keys = key === undefined ? null : keyTypeOf(key);
  if (key === undefined) faults.push(noColumn(`${path}.key`, set.key ?? '', { set, columns }));
  else if (keys !== set.keys) {
    const remedy = keys === null ? 'Choose another column.' : `Write keys: ${keys}.`;
    faults.push(fault(`${path}.key`, `keys of "${set.key}" are not ${set.keys}`, remedy));
  }
  // Why not told of a name twice: what is wrong with it is the same.
  if (set.subject !== null && (key !== undefined || set.subject !== set.key)) {
    const subject = typeOf(set.subject);
    const place = `${path}.subject`;
    if (subject === undefined) faults.push(noColumn(place, set.subject, { set, columns }));
    else if (subject.kind !== 'string') {
      const remedy = 'The column of whose value it is holds ids of readers.';
      faults.push(fault(place, `"${set.subject}" is no column of text`, remedy));
    }
  }
  const { diagnostics } = compileRowFilter(set.where, columns, `${path}.where`);
  return [...faults, ...diagnostics];
}

const COLUMNS_NAMED = 12;

/** Names what may have been meant; all columns only where they are few. */
function noColumn(
  path: string,
  name: string,
  { set, columns }: { set: SetDeclaration; columns: readonly DecisionColumn[] },
): ErrorPlace {
  const names = columns.map((column) => column.name);
  const near = nearestNames(name, names).map((one) => `"${one}"`);
  const remedy =
    near.length > 0
      ? `Did you mean ${near.join(' or ')}?`
      : names.length <= COLUMNS_NAMED
        ? `There are: ${names.join(', ')}.`
        : `It has ${names.length} columns, which the page of the product lists.`;
  return fault(path, `"${name}" is no column of ${set.from}`, remedy);
}

function accessFaults(
  path: string,
  set: SetDeclaration,
  {
    decision,
    by,
    columns,
  }: { decision: AccessDecision; by: Subject; columns: readonly DecisionColumn[] },
): ErrorPlace[] {
  const remedy = `A set is read with the rights of whoever applies the policy: ask for access for the purpose, or have somebody apply it who has it.`;
  if (decision.decision !== 'permit')
    return [fault(`${path}.from`, `${by.id} may not read it: ${decision.reason}`, remedy)];
  const filter = compileRowFilter(set.where, columns).value;
  // Why without what is no column: that is told as that.
  const isColumn = (name: string | null) => columns.some((column) => column.name === name);
  const named = [set.key, set.subject].filter(isColumn);
  const used = [...named, ...(filter === null ? [] : predicateColumns(filter))];
  const masked = decision.masks.map(({ place }) => place.split('.')[0]);
  const unseen = used.filter(
    (name) =>
      name !== null &&
      (decision.rollUp !== null || !decision.columns.includes(name) || masked.includes(name)),
  );
  if (unseen.length === 0) return [];
  const names = unseen.join('", "');
  return [fault(`${path}.from`, `${by.id} does not see "${names}" as it is`, remedy)];
}
