/**
 * Builds the ContractModel of a document that its official schema has accepted.
 *
 * Not validation by schema (`schema-check.ts`); what only building can notice (types, keys, references, rules) is
 * reported here. Invariant: the model holds nothing that the document does not say, besides documented defaults.
 */
import { must } from '../lib/assert.ts';
import type { Json } from '../lib/canonical-json.ts';
import { checkColumnLimits } from './column-limits.ts';
import type { DataType } from './data-type.ts';
import type { Diagnoser } from './diagnose.ts';
import type { ContractDocument, JsonObject } from './document.ts';
import type { DocumentPath } from './document-path.ts';
import {
  booleanOf,
  isTrue,
  listOf,
  member,
  numberOf,
  objectOf,
  objectsOf,
  scalarOf,
  textOf,
  textsOf,
} from './json-access.ts';
import { checkLayout, sortOrderOf, transformOf } from './layout-from-odcs.ts';
import type {
  ContractModel,
  ContractObject,
  ContractProperty,
  LogicalTypeOptions,
  NestedProperty,
} from './model.ts';
import { checkNestedFlags, nestedItems, nestedQuality } from './nested-from-odcs.ts';
import { isRegExp, qualityFromOdcs } from './quality-from-odcs.ts';
import { createReferenceReader, type ReferenceReader } from './references-from-odcs.ts';
import { say } from './schema-check.ts';
import { slaFromOdcs } from './sla-from-odcs.ts';
import { checkTextOptions, checkTimeFormat } from './text-options.ts';
import { typeFromOdcs } from './types-from-odcs.ts';
import { normalGranularity, weftSettings, weftValues } from './weft-properties.ts';

interface BuildContext {
  document: ContractDocument;
  diagnoser: Diagnoser;
  apiVersion: string;
  references: ReferenceReader;
  defaultTimezone: string | null;
}

/** The model of a valid document; what is noticed goes to `diagnoser`. */
export function buildModel(document: ContractDocument, diagnoser: Diagnoser): ContractModel {
  const { data } = document;
  const timezone = weftValues(data).get('weftDefaultTimezone');
  const context: BuildContext = {
    document,
    diagnoser,
    apiVersion: textOf(data, 'apiVersion') ?? '',
    references: createReferenceReader(data, diagnoser),
    defaultTimezone: typeof timezone === 'string' ? timezone : null,
  };
  const description = objectOf(data, 'description') ?? {};
  return {
    id: textOf(data, 'id') ?? '',
    version: textOf(data, 'version') ?? '',
    apiVersion: context.apiVersion,
    name: textOf(data, 'name'),
    status: textOf(data, 'status'),
    domain: textOf(data, 'domain'),
    product: textOf(data, 'dataProduct'),
    tenant: textOf(data, 'tenant'),
    tags: textsOf(data, 'tags'),
    description: {
      purpose: textOf(description, 'purpose'),
      limitations: textOf(description, 'limitations'),
      usage: textOf(description, 'usage'),
    },
    objects: objectsOf(data, 'schema').map(({ item, index }) => buildObject(item, index, context)),
    sla: slaFromOdcs(document, diagnoser),
    ...buildSurroundings(data),
    weft: weftSettings(data),
  };
}

/** Servers, people and price. */
function buildSurroundings(
  data: JsonObject,
): Pick<ContractModel, 'servers' | 'roles' | 'team' | 'support' | 'price'> {
  const price = objectOf(data, 'price');
  return {
    servers: objectsOf(data, 'servers').map(({ item }) => ({
      server: textOf(item, 'server') ?? '',
      type: textOf(item, 'type') ?? '',
      environment: textOf(item, 'environment'),
      format: textOf(item, 'format'),
    })),
    roles: objectsOf(data, 'roles').map(({ item }) => ({
      role: textOf(item, 'role') ?? '',
      access: textOf(item, 'access'),
    })),
    team: teamMembers(data).map((member) => ({
      username: textOf(member, 'username') ?? '',
      role: textOf(member, 'role'),
    })),
    support: objectsOf(data, 'support').map(({ item }) => ({
      channel: textOf(item, 'channel') ?? '',
      url: textOf(item, 'url'),
    })),
    price:
      price === null
        ? null
        : {
            amount: scalarOf(price, 'priceAmount'),
            currency: textOf(price, 'priceCurrency'),
            unit: textOf(price, 'priceUnit'),
          },
  };
}

/** Members of the team; the list form of 3.0 is deprecated and still valid. Members with an end date have left. */
function teamMembers(data: JsonObject): JsonObject[] {
  const list = Array.isArray(data['team'])
    ? objectsOf(data, 'team')
    : objectsOf(objectOf(data, 'team') ?? {}, 'members');
  return list.map(({ item }) => item).filter((item) => textOf(item, 'dateOut') === null);
}

function buildObject(item: JsonObject, index: number, context: BuildContext): ContractObject {
  const path: DocumentPath = ['schema', index];
  const name = textOf(item, 'name') ?? '';
  const members = objectsOf(item, 'properties');
  const columns = new Map(
    members.flatMap(({ item: property }) => {
      const column = textOf(property, 'name') ?? '';
      const id = textOf(property, 'id');
      return id === null
        ? [[column, column] as const]
        : [[id, column] as const, [column, column] as const];
    }),
  );
  const bare = members.map(({ item: property, index: i }) =>
    buildProperty(property, [...path, 'properties', i], context),
  );
  checkColumnLimits(bare, [...path, 'properties'], context.diagnoser);
  const quality = {
    diagnoser: context.diagnoser,
    columns,
    usedIds: new Set<string>(),
    types: bare.map(({ name: column, type, options }) => ({
      name: column,
      type,
      defaultTimezone: options.defaultTimezone,
    })),
  };
  const properties = members.map(({ item: property, index: i }, at) => {
    const built = must(bare[at], 'property that was built');
    const place = [...path, 'properties', i];
    return {
      ...built,
      quality: qualityFromOdcs(property, [...place, 'quality'], {
        ...quality,
        column: built.name,
      }),
      nested: nestedItems(property, place, built.type).map((inner, n) => {
        const known = must(built.nested[n], 'place that was built');
        const rules = nestedQuality(inner, built.name, quality);
        return { ...known, property: { ...known.property, quality: rules } };
      }),
    };
  });
  checkUnique(members, path, context.diagnoser);
  const positioned = withPositions(properties, members, { path, diagnoser: context.diagnoser });
  const sortOrder = sortOrderOf(item);
  checkLayout({ properties: positioned, members, sortOrder, path }, context.diagnoser);
  const granularity = weftValues(item).get('weftGranularity');
  return {
    id: textOf(item, 'id') ?? name,
    name,
    physicalName: textOf(item, 'physicalName'),
    physicalType: textOf(item, 'physicalType'),
    businessName: textOf(item, 'businessName'),
    description: textOf(item, 'description'),
    granularity: typeof granularity === 'string' ? normalGranularity(granularity) : null,
    tags: textsOf(item, 'tags'),
    sortOrder,
    properties: positioned,
    quality: qualityFromOdcs(item, [...path, 'quality'], { ...quality, column: null }),
  };
}

type BareProperty = Omit<ContractProperty, 'quality'>;

function buildProperty(item: JsonObject, path: DocumentPath, context: BuildContext): BareProperty {
  const { type, problems } = typeFromOdcs(item, context.apiVersion);
  for (const { code, path: below, message, remedy } of problems) {
    context.diagnoser.add(code, [...path, ...below], message, { remedy });
  }
  return {
    ...buildPlace(item, { path, type }, context),
    nested: buildNested(item, path, type, context),
  };
}

/** What is said of each place inside a property; its type was judged with the property. */
function buildNested(
  item: JsonObject,
  path: DocumentPath,
  type: DataType,
  context: BuildContext,
): NestedProperty[] {
  if (type.kind === 'struct') checkUnique(objectsOf(item, 'properties'), path, context.diagnoser);
  return nestedItems(item, path, type).map((inner) => {
    checkNestedFlags(inner, context.diagnoser);
    if (inner.type.kind === 'struct') {
      checkUnique(objectsOf(inner.item, 'properties'), inner.place, context.diagnoser);
    }
    const place = { path: inner.place, type: inner.type };
    const built = buildPlace(inner.item, place, context);
    return { path: inner.path, property: { ...built, required: inner.required, quality: [] } };
  });
}

/** A property, or a place inside one, apart from what is inside it. */
function buildPlace(
  item: JsonObject,
  { path, type }: { path: DocumentPath; type: DataType },
  context: BuildContext,
): BareProperty {
  const name = textOf(item, 'name') ?? '';
  const options = buildOptions(item, [...path, 'logicalTypeOptions'], context);
  const isTimestamp = type.kind === 'timestamptz';
  return {
    id: textOf(item, 'id') ?? name,
    name,
    sourceName: textOf(item, 'physicalName') ?? name,
    type,
    logicalType: textOf(item, 'logicalType') ?? type.kind,
    physicalType: textOf(item, 'physicalType'),
    required: isTrue(item, 'required'),
    unique: isTrue(item, 'unique'),
    primaryKeyPosition: null,
    partitionKeyPosition: null,
    partitionTransform: transformOf(item),
    classification: textOf(item, 'classification'),
    nestedClassifications: [...new Set(classificationsInside(item))],
    criticalDataElement: isTrue(item, 'criticalDataElement'),
    businessName: textOf(item, 'businessName'),
    description: textOf(item, 'description'),
    synonyms: objectsOf(item, 'synonyms').flatMap(({ item: s }) => textOf(s, 'synonym') ?? []),
    tags: textsOf(item, 'tags'),
    examples: listOf(item, 'examples').map(exampleText),
    enumValues: enumValues(item, path, context.diagnoser),
    options: isTimestamp
      ? { ...options, defaultTimezone: options.defaultTimezone ?? context.defaultTimezone }
      : options,
    nested: [],
    references: context.references.ofProperty(item, path),
    openTo: openTo(weftValues(item).get('weftReferences')),
    deprecated: isTrue(item, 'deprecated'),
    subjectKey: weftValues(item).get('weftSubjectKey') === true,
  };
}

function openTo(value: Json | undefined): ContractProperty['openTo'] {
  if (value === 'any') return 'any';
  return Array.isArray(value) ? value.map(String) : [];
}

/** Of the document and not of the type: what is written anywhere inside counts, also where it has no place. */
function classificationsInside(item: JsonObject): string[] {
  const map = objectOf(item, 'map') ?? {};
  const single = [objectOf(item, 'items'), objectOf(map, 'key'), objectOf(map, 'value')];
  const fields = objectsOf(item, 'properties').map(({ item: field }) => field);
  return [...fields, ...single.filter((inner) => inner !== null)].flatMap((inner) => {
    const own = textOf(inner, 'classification');
    return [...(own === null ? [] : [own]), ...classificationsInside(inner)];
  });
}

function exampleText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

// Trap: `uniqueItems` of the official schema compares whole objects, so two entries may share a value.
function enumValues(item: JsonObject, path: DocumentPath, diagnoser: Diagnoser): string[] | null {
  const entries = objectsOf(item, 'enum');
  if (entries.length === 0) return null;
  const values: string[] = [];
  for (const { item: entry, index } of entries) {
    const value = scalarOf(entry, 'value');
    if (value === null) continue;
    if (values.includes(value)) {
      diagnoser.add(
        'ODCS_DUPLICATE',
        [...path, 'enum', index, 'value'],
        `${say(value)} stands twice`,
      );
    } else {
      values.push(value);
    }
  }
  return values;
}

function buildOptions(
  item: JsonObject,
  path: DocumentPath,
  context: BuildContext,
): LogicalTypeOptions {
  const options = objectOf(item, 'logicalTypeOptions') ?? {};
  const bound = (key: string): string | null => {
    const value = member(options, key);
    if (typeof value === 'string') return value;
    // Why: the digits as written; a number would lose those beyond 2^53.
    if (typeof value === 'number')
      return context.document.scalarText([...path, key]) ?? String(value);
    return null;
  };
  const pattern = textOf(options, 'pattern');
  if (pattern !== null && !isRegExp(pattern)) {
    const message = `${say(pattern)} is no regular expression (ECMA-262)`;
    context.diagnoser.add('OPTION_INVALID', [...path, 'pattern'], message);
  } else if (textOf(item, 'logicalType') === 'string') {
    checkTextOptions({ pattern, format: textOf(options, 'format') }, path, context.diagnoser);
  }
  if (['date', 'time', 'timestamp'].includes(textOf(item, 'logicalType') ?? '')) {
    checkTimeFormat(textOf(options, 'format'), path, context.diagnoser);
  }
  checkOptionOrder(options, path, context.diagnoser);
  // Trap: up to 3.0.2 the exclusive bounds are booleans that sharpen minimum and maximum.
  const sharpMinimum = booleanOf(options, 'exclusiveMinimum') === true;
  const sharpMaximum = booleanOf(options, 'exclusiveMaximum') === true;
  return {
    minLength: numberOf(options, 'minLength'),
    maxLength: numberOf(options, 'maxLength'),
    pattern,
    format: textOf(options, 'format'),
    minimum: sharpMinimum ? null : bound('minimum'),
    maximum: sharpMaximum ? null : bound('maximum'),
    exclusiveMinimum: sharpMinimum ? bound('minimum') : bound('exclusiveMinimum'),
    exclusiveMaximum: sharpMaximum ? bound('maximum') : bound('exclusiveMaximum'),
    multipleOf: bound('multipleOf'),
    ...itemOptions(options),
    timezone: booleanOf(options, 'timezone'),
    defaultTimezone: textOf(options, 'defaultTimezone'),
  };
}

/** How many items a list has; the same is said of the members of an object, and of a vector by its dimensions. */
function itemOptions(
  options: JsonObject,
): Pick<LogicalTypeOptions, 'minItems' | 'maxItems' | 'uniqueItems'> {
  const count = (...keys: string[]): number | null =>
    keys.map((key) => numberOf(options, key)).find((n) => n !== null) ?? null;
  return {
    minItems: count('minItems', 'minProperties', 'dimensions'),
    maxItems: count('maxItems', 'maxProperties', 'dimensions'),
    uniqueItems: isTrue(options, 'uniqueItems'),
  };
}

function checkOptionOrder(options: JsonObject, path: DocumentPath, diagnoser: Diagnoser): void {
  for (const [low, high] of [
    ['minLength', 'maxLength'],
    ['minItems', 'maxItems'],
    ['minProperties', 'maxProperties'],
    ['minimum', 'maximum'],
  ] as const) {
    const least = member(options, low);
    const most = member(options, high);
    const comparable =
      (typeof least === 'number' && typeof most === 'number') ||
      (typeof least === 'string' && typeof most === 'string' && least.length === most.length);
    if (comparable && (least ?? 0) > (most ?? 0)) {
      diagnoser.add('OPTION_INVALID', [...path, low], `${low} is above ${high}: no value fits`);
    }
  }
}

function checkUnique(
  members: { item: JsonObject; index: number }[],
  path: DocumentPath,
  diagnoser: Diagnoser,
): void {
  for (const key of ['name', 'id', 'physicalName']) {
    const seen = new Set<string>();
    for (const { item, index } of members) {
      const value = textOf(item, key);
      if (value === null) continue;
      if (seen.has(value)) {
        const place = [...path, 'properties', index, key];
        diagnoser.add('NAME_DUPLICATE', place, `${key} ${say(value)} is used by another property`);
      }
      seen.add(value);
    }
  }
}

/** Key positions from 1 in the order that the document gives; a missing or -1 position means document order. */
function withPositions(
  properties: ContractProperty[],
  members: { item: JsonObject; index: number }[],
  place: { path: DocumentPath; diagnoser: Diagnoser },
): ContractProperty[] {
  const primary = positionsOf(members, ['primaryKey', 'primaryKeyPosition'], place);
  const partition = positionsOf(members, ['partitioned', 'partitionKeyPosition'], place);
  return properties.map((property, i) => ({
    ...property,
    primaryKeyPosition: primary.get(i) ?? null,
    partitionKeyPosition: partition.get(i) ?? null,
  }));
}

function positionsOf(
  members: { item: JsonObject; index: number }[],
  [flag, position]: readonly [string, string],
  place: { path: DocumentPath; diagnoser: Diagnoser },
): Map<number, number> {
  const keys = members
    .map(({ item, index }, i) => ({
      i,
      index,
      set: isTrue(item, flag),
      at: numberOf(item, position),
    }))
    .filter((key) => key.set);
  const given = keys.filter((key) => key.at !== null && key.at !== -1);
  const distinct = new Set(given.map((key) => key.at));
  const last = given.at(-1);
  const badPosition = given.some((key) => (key.at ?? 0) < 1);
  if (
    last !== undefined &&
    (distinct.size < given.length || given.length < keys.length || badPosition)
  ) {
    const where = [...place.path, 'properties', last.index, position];
    const positions = keys.map((key) => key.at ?? 'none').join(', ');
    place.diagnoser.add(
      'KEY_INVALID',
      where,
      `the positions are ${positions}, not 1 to ${keys.length}`,
    );
  }
  const ordered = [...keys].sort((a, b) => rank(a.at) - rank(b.at) || a.i - b.i);
  return new Map(ordered.map((key, order) => [key.i, order + 1]));
}

function rank(position: number | null): number {
  return position === null || position < 1 ? Number.MAX_SAFE_INTEGER : position;
}
