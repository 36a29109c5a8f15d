/**
 * Objects and properties of two versions: structure, keys, names, addresses, and the meaning of each column.
 *
 * Part of `compatibility.ts`; types and values of one column are judged in `compare-values.ts`, rules in
 * `compare-quality.ts`.
 */

import { nestedPairs } from './compare-nested.ts';
import { compareQuality } from './compare-quality.ts';
import { compareTypes, compareValues } from './compare-values.ts';
import type { Change, Side } from './compatibility.ts';
import { tablesOf } from './compile/tables.ts';
import { typeName } from './data-type.ts';
import type { ContractModel, ContractObject, ContractProperty } from './model.ts';
import { isOpenTo, openToText } from './open-references.ts';

/** Pairs by stable id, then what is left by name. */
export function matchById<T extends { id: string; name: string }>(
  before: readonly T[],
  after: readonly T[],
  keys: readonly (keyof T)[] = ['id', 'name'],
): { before: T | null; after: T | null }[] {
  const rest = new Set(after);
  const partner = new Map<T, T>();
  for (const key of keys) {
    for (const old of before) {
      if (partner.has(old)) continue;
      const found = [...rest].find((item) => item[key] === old[key]);
      if (found === undefined) continue;
      partner.set(old, found);
      rest.delete(found);
    }
  }
  return [
    ...before.map((old) => ({ before: old, after: partner.get(old) ?? null })),
    ...[...rest].map((item) => ({ before: null, after: item })),
  ];
}

/** Columns that a file calls the same are the same ones, whatever the contract calls them. */
export const matchColumns = (
  before: readonly ContractProperty[],
  after: readonly ContractProperty[],
): { before: ContractProperty | null; after: ContractProperty | null }[] =>
  matchById(before, after, ['id', 'name', 'sourceName']);

/** Changes of all objects. */
export function compareObjects(before: ContractModel, after: ContractModel): Change[] {
  const isPositional = !before.weft.csv.header && !after.weft.csv.header;
  return matchById(before.objects, after.objects).flatMap(({ before: old, after: now }) => {
    if (now === null) {
      const name = old?.name ?? '';
      const message = `object ${name} is gone, and batches for it are refused`;
      return [change(name, 'object.removed', ['break', 'break'], message)];
    }
    if (old === null) {
      const message = `object ${now.name} is new`;
      return [change(now.name, 'object.added', ['safe', 'warn'], message)];
    }
    const wasFirst = before.objects[0] === old;
    const isFirst = after.objects[0] === now;
    return [
      ...(wasFirst === isFirst ? [] : compareTables(before, after, { old, now })),
      ...compareObject(old, now, wasFirst && isFirst),
      ...(isPositional ? comparePositions(old, now) : []),
    ];
  });
}

/** An object that becomes the first, or no longer is: its rows move to a table of another name. */
function compareTables(
  before: ContractModel,
  after: ContractModel,
  { old, now }: { old: ContractObject; now: ContractObject },
): Change[] {
  const from = tablesOf(before).find(({ object }) => object === old)?.table;
  const to = tablesOf(after).find(({ object }) => object === now)?.table;
  if (from === to) return [];
  const message = `${now.name}: table ${from} is now ${to}, since the first object has the product's name`;
  return [change(now.name, 'address.changed', ['break', 'break'], message)];
}

/** In files without a header line a column is known by its position alone. */
function comparePositions(before: ContractObject, after: ContractObject): Change[] {
  const pairs = matchColumns(before.properties, after.properties);
  const partner = new Map(pairs.map((pair) => [pair.before, pair.after]));
  const isSame =
    before.properties.length === after.properties.length &&
    before.properties.every((column, i) => partner.get(column) === after.properties[i]);
  if (isSame) return [];
  const message = `${after.name}: files have no header line, and columns stand at other places in them now`;
  return [change(after.name, 'property.order_changed', ['safe', 'break'], message)];
}

function compareObject(before: ContractObject, after: ContractObject, isFirst: boolean): Change[] {
  const { name } = after;
  const changes: Change[] = [];
  const add = (kind: string, sides: [Side, Side], message: string): void => {
    changes.push(change(name, kind, sides, message));
  };
  if (before.name !== name) {
    // Why: the first object's table is named after the product, so its own name is no address.
    const sides: [Side, Side] = isFirst ? ['warn', 'safe'] : ['break', 'safe'];
    add('object.renamed', sides, `object ${before.name} is now ${name}`);
  }
  if (before.granularity !== after.granularity) {
    add('granularity.changed', ['break', 'break'], `one row of ${name} is now another thing`);
  }
  if (before.physicalName !== after.physicalName) {
    add(
      'physicalName.changed',
      ['safe', 'warn'],
      `${name}: physicalName is now ${after.physicalName}`,
    );
  }
  if (before.physicalType !== after.physicalType) {
    add(
      'physicalType.changed',
      ['safe', 'warn'],
      `${name}: physicalType is now ${after.physicalType}`,
    );
  }
  if (before.description !== after.description || before.businessName !== after.businessName) {
    add('documentation.changed', ['safe', 'safe'], `${name}: description changed`);
  }
  if (JSON.stringify(before.tags) !== JSON.stringify(after.tags)) {
    add('tags.changed', ['safe', 'safe'], `${name}: tags changed`);
  }
  changes.push(...compareKey(before, after, 'primaryKeyPosition', 'primaryKey.changed'));
  changes.push(...compareKey(before, after, 'partitionKeyPosition', 'partitioning.changed'));
  changes.push(...compareLayout(before, after));
  const pairs = matchColumns(before.properties, after.properties);
  const renames = new Map<string, string>();
  for (const { before: old, after: now } of pairs) {
    if (old !== null && now !== null && old.name !== now.name) renames.set(old.name, now.name);
  }
  for (const pair of pairs) {
    changes.push(...compareProperty(pair.before, pair.after, { object: name, renames }));
  }
  const place = { path: name, property: null, renames };
  changes.push(...compareQuality(before.quality, after.quality, place));
  return changes;
}

function compareKey(
  before: ContractObject,
  after: ContractObject,
  key: 'primaryKeyPosition' | 'partitionKeyPosition',
  kind: string,
): Change[] {
  const columns = (object: ContractObject): ContractProperty[] =>
    object.properties
      .filter((property) => property[key] !== null)
      .sort((a, b) => (a[key] ?? 0) - (b[key] ?? 0));
  const [old, now] = [columns(before), columns(after)];
  const isSame =
    old.length === now.length &&
    old.every((column, i) => column.id === now[i]?.id || column.name === now[i]?.name);
  if (isSame) return [];
  const words = (list: ContractProperty[]): string => list.map((c) => c.name).join(', ') || 'none';
  return [change(after.name, kind, ['break', 'break'], `key ${words(old)} is now ${words(now)}`)];
}

/** How rows lie in files: nobody's query or batch depends on it. */
function compareLayout(before: ContractObject, after: ContractObject): Change[] {
  const words = (object: ContractObject): string => {
    const transforms = object.properties.flatMap(({ name, partitionTransform }) =>
      partitionTransform === null ? [] : [`${partitionTransform} of ${name}`],
    );
    const sort = object.sortOrder.map(({ column, direction }) => `${column} ${direction}`);
    return [...transforms, ...sort].join(', ') || 'the default';
  };
  const [old, now] = [words(before), words(after)];
  if (old === now) return [];
  const detail = `files laid out by ${old} are now laid out by ${now}`;
  return [change(after.name, 'layout.changed', ['safe', 'safe'], detail)];
}

function compareProperty(
  before: ContractProperty | null,
  after: ContractProperty | null,
  { object, renames }: { object: string; renames: ReadonlyMap<string, string> },
): Change[] {
  if (after === null) {
    const path = `${object}.${before?.name}`;
    // Why both: readers refuse a file, or a record, with a column that the contract does not know.
    const message = `column ${path} is gone, and files that still have it are refused`;
    return [change(path, 'property.removed', ['break', 'break'], message)];
  }
  const path = `${object}.${after.name}`;
  if (before === null) {
    // Why: an optional column leaves the data of a running producer valid, a required one does not.
    const isDemanded = after.required || after.primaryKeyPosition !== null;
    const what = isDemanded ? 'required' : 'optional';
    const message = `${what} column ${path} is new`;
    return [change(path, 'property.added', ['safe', isDemanded ? 'break' : 'safe'], message)];
  }
  const changes: Change[] = [];
  if (before.name !== after.name) {
    const message = `column ${object}.${before.name} is now ${path}`;
    changes.push(change(path, 'property.renamed', ['break', 'safe'], message));
  }
  changes.push(...compareTypes(before.type, after.type, path));
  changes.push(...comparePresence(before, after, path));
  changes.push(...compareValues(before, after, path));
  changes.push(...compareMeaning(before, after, path));
  const place = { path, property: after, renames };
  changes.push(...compareQuality(before.quality, after.quality, place));
  for (const { label, before: old, after: now, isUnnamed } of nestedPairs(before, after)) {
    const inner = `${object}.${label}`;
    // Why not of fields: whether they are required is a part of the type.
    if (isUnnamed) changes.push(...comparePresence(old, now, inner));
    changes.push(...compareValues(old, now, inner), ...compareMeaning(old, now, inner));
    const rules = { path: inner, property: now, renames };
    changes.push(...compareQuality(old.quality, now.quality, rules));
  }
  if (before.name === after.name) return changes;
  return changes.map((one) => ({ ...one, was: `${object}.${before.name}` }));
}

function comparePresence(
  before: ContractProperty,
  after: ContractProperty,
  path: string,
): Change[] {
  const changes: Change[] = [];
  for (const key of ['required', 'unique'] as const) {
    if (before[key] === after[key]) continue;
    const opens = key === 'required' ? 'nulls may appear' : 'duplicates may appear';
    const closes = key === 'required' ? 'nulls are refused' : 'duplicates are refused';
    changes.push(
      after[key]
        ? change(path, `${key}.tightened`, ['safe', 'break'], `${path}: ${closes} now`)
        : change(path, `${key}.loosened`, ['break', 'safe'], `${path}: ${opens} now`),
    );
  }
  return changes;
}

function compareMeaning(before: ContractProperty, after: ContractProperty, path: string): Change[] {
  const changes: Change[] = [];
  const add = (kind: string, sides: [Side, Side], message: string): void => {
    changes.push(change(path, kind, sides, `${path}: ${message}`));
  };
  if (before.classification !== after.classification) {
    const side = classificationSide(before.classification, after.classification);
    const words = `classification ${before.classification} is now ${after.classification}`;
    add('classification.changed', [side, 'safe'], words);
  }
  if (before.sourceName !== after.sourceName) {
    add(
      'sourceName.changed',
      ['safe', 'break'],
      `${before.sourceName} in files is now ${after.sourceName}`,
    );
  }
  if (
    before.physicalType !== after.physicalType &&
    typeName(before.type) === typeName(after.type)
  ) {
    add('physicalType.changed', ['safe', 'warn'], `physicalType is now ${after.physicalType}`);
  }
  if (before.subjectKey !== after.subjectKey) {
    add(
      'subjectKey.changed',
      ['warn', 'warn'],
      'which person a row is about is said by another column',
    );
  }
  if (before.deprecated !== after.deprecated) {
    const words = after.deprecated ? 'deprecated now' : 'no longer deprecated';
    add('deprecated.changed', [after.deprecated ? 'warn' : 'safe', 'safe'], words);
  }
  const said = (p: ContractProperty): string =>
    JSON.stringify([p.businessName, p.description, p.synonyms, p.criticalDataElement]);
  if (said(before) !== said(after)) add('documentation.changed', ['safe', 'safe'], 'words changed');
  if (JSON.stringify(before.tags) !== JSON.stringify(after.tags)) {
    add('tags.changed', ['safe', 'safe'], 'tags changed');
  }
  if (JSON.stringify(before.examples) !== JSON.stringify(after.examples)) {
    add('examples.changed', ['safe', 'safe'], 'examples changed');
  }
  if (JSON.stringify(before.openTo) !== JSON.stringify(after.openTo)) {
    const isWider = openNames(before).every((domain) => isOpenTo(after, domain));
    const words = `${openToText(after) ?? 'no other domain'} may refer to it now`;
    add('openTo.changed', [isWider ? 'safe' : 'warn', 'safe'], words);
  }
  changes.push(...compareReferences(before, after, path));
  return changes;
}

/** The usual order; a mesh may have other words, whose change is taken as raised. */
const CLASSIFICATIONS = ['public', 'internal', 'confidential', 'restricted'];

function classificationSide(before: string | null, after: string | null): Side {
  if (before === null) return 'warn';
  const from = CLASSIFICATIONS.indexOf(before.toLowerCase());
  const to = CLASSIFICATIONS.indexOf((after ?? '').toLowerCase());
  if (after === null || (from >= 0 && to >= 0 && to < from)) return 'warn';
  return 'break';
}

/** Why no name of a domain for `any`: only `any` covers it. */
function openNames({ openTo }: ContractProperty): string[] {
  return openTo === 'any' ? [''] : openTo;
}

function compareReferences(
  before: ContractProperty,
  after: ContractProperty,
  path: string,
): Change[] {
  const names = (p: ContractProperty): string[] =>
    p.references.map((r) => `${r.object}.${r.column}`);
  const [old, now] = [names(before), names(after)];
  return [
    ...old
      .filter((name) => !now.includes(name))
      .map((name) => {
        const message = `${path}: values need no longer exist in ${name}`;
        return change(path, 'reference.removed', ['break', 'safe'], message);
      }),
    ...now
      .filter((name) => !old.includes(name))
      .map((name) => {
        const message = `${path}: values must exist in ${name}`;
        return change(path, 'reference.added', ['safe', 'break'], message);
      }),
  ];
}

function change(path: string, kind: string, sides: [Side, Side], message: string): Change {
  return { path, kind, consumer: sides[0], producer: sides[1], message };
}
