/**
 * Our own settings in a contract: customProperties whose names begin with `weft`, under one JSON Schema of ours.
 *
 * Not a format of its own: the document stays valid ODCS 3.0, 3.1 and 3.2 (`vendor: weft` in 3.2 only, since the other
 * versions refuse the key). Invariant: an unknown `weft…` name, or one in the wrong part, is an error, never ignored.
 */
import type { Json } from '../lib/canonical-json.ts';
import { parseDuration } from '../lib/duration.ts';
import type { Diagnoser } from './diagnose.ts';
import type { ContractDocument, JsonObject } from './document.ts';
import type { DocumentPath } from './document-path.ts';
import { isObject, member, objectsOf, textOf } from './json-access.ts';
import type { WeftContractSettings } from './model.ts';
import { checkValue, nearestName, say } from './schema-check.ts';
import schema from './weft-properties.schema.json' with { type: 'json' };

export type WeftLevel = 'contract' | 'object' | 'property' | 'quality';

/** The weft properties of one part by name; later entries of one name win (a repeat is reported). */
export function weftValues(part: JsonObject): Map<string, Json> {
  const values = new Map<string, Json>();
  for (const { item } of objectsOf(part, 'customProperties')) {
    const name = textOf(item, 'property');
    if (name !== null && isWeftName(name)) values.set(name, member(item, 'value') ?? null);
  }
  return values;
}

/** The names that a part of this level may have. */
export function weftNames(level: WeftLevel): string[] {
  return Object.keys(schema.$defs[level].properties);
}

function isWeftName(name: string): boolean {
  return /^weft/i.test(name);
}

/** Checks every customProperties list of the document. */
export function checkWeftProperties(document: ContractDocument, diagnoser: Diagnoser): void {
  const apiVersion = textOf(document.data, 'apiVersion') ?? '';
  const visit = (value: Json, path: DocumentPath): void => {
    if (Array.isArray(value)) {
      value.forEach((item, i) => {
        visit(item, [...path, i]);
      });
    } else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'customProperties' && Array.isArray(inner)) {
          checkList(inner, { path: [...path, key], level: levelOf(path), apiVersion }, diagnoser);
        } else {
          visit(inner, [...path, key]);
        }
      }
    }
  };
  visit(document.data, []);
}

/** Which names may stand in the part at `path`; null where none may. */
function levelOf(path: DocumentPath): WeftLevel | null {
  if (path.length === 0) return 'contract';
  if (path[0] !== 'schema') return null;
  if (path.length === 2) return 'object';
  if (path.at(-2) === 'quality') return 'quality';
  return path.length === 4 && path[2] === 'properties' ? 'property' : null;
}

interface ListPlace {
  path: DocumentPath;
  level: WeftLevel | null;
  apiVersion: string;
}

function checkList(list: Json[], place: ListPlace, diagnoser: Diagnoser): void {
  const seen = new Set<string>();
  list.forEach((entry, i) => {
    if (!isObject(entry)) return;
    const path = [...place.path, i];
    const name = textOf(entry, 'property');
    checkVendor(entry, name, { path, apiVersion: place.apiVersion }, diagnoser);
    if (name === null || !isWeftName(name)) return;
    if (seen.has(name)) diagnoser.add('ODCS_DUPLICATE', path, `${name} stands twice`);
    seen.add(name);
    checkEntry(name, member(entry, 'value') ?? null, { path, level: place.level }, diagnoser);
  });
}

function checkVendor(
  entry: JsonObject,
  name: string | null,
  place: { path: DocumentPath; apiVersion: string },
  diagnoser: Diagnoser,
): void {
  const vendor = member(entry, 'vendor');
  if (vendor === undefined) return;
  const path = [...place.path, 'vendor'];
  const isOurs = name !== null && isWeftName(name);
  if (isOurs && place.apiVersion !== 'v3.2.0') {
    diagnoser.add(
      'WEFT_VENDOR',
      path,
      `vendor is a key of 3.2, this document is ${place.apiVersion}`,
    );
  } else if (isOurs && vendor !== 'weft') {
    diagnoser.add('WEFT_VENDOR', path, `${name} is a property of weft, not of ${say(vendor)}`);
  } else if (!isOurs && vendor === 'weft') {
    diagnoser.add(
      'WEFT_PROPERTY_UNKNOWN',
      [...place.path, 'property'],
      `weft has no property ${say(name)}`,
    );
  }
}

function checkEntry(
  name: string,
  value: Json,
  place: { path: DocumentPath; level: WeftLevel | null },
  diagnoser: Diagnoser,
): void {
  const allowed = place.level === null ? [] : weftNames(place.level);
  if (!allowed.includes(name)) {
    const where = (['contract', 'object', 'property', 'quality'] as const).filter((level) =>
      weftNames(level).includes(name),
    );
    const near = nearestName(name, allowed);
    const remedy =
      where.length > 0
        ? `Move ${name} to the customProperties of a ${where.join(' or ')}.`
        : near === null
          ? `Here are possible: ${allowed.join(', ') || 'none'}.`
          : `Did you mean ${near}?`;
    diagnoser.add(
      'WEFT_PROPERTY_UNKNOWN',
      [...place.path, 'property'],
      `${name} is not possible here`,
      {
        remedy,
      },
    );
    return;
  }
  if (place.level === null) return;
  const level = { ...schema, ...schema.$defs[place.level] };
  for (const message of checkWeftValue(place.level, level, name, value)) {
    diagnoser.add('WEFT_PROPERTY_INVALID', [...place.path, 'value'], `${name}: ${message}`, {
      remedy: remedyOf(place.level, name),
    });
  }
}

const levelSchemas = new Map<WeftLevel, Record<string, unknown>>();

function checkWeftValue(
  level: WeftLevel,
  levelSchema: Record<string, unknown>,
  name: string,
  value: Json,
): string[] {
  const known = levelSchemas.get(level) ?? levelSchema;
  levelSchemas.set(level, known);
  return checkValue(known, { [name]: value }).map((text) => text.replace(`.${name}: `, ''));
}

function remedyOf(level: WeftLevel, name: string): string {
  const properties = schema.$defs[level].properties as Record<
    string,
    { description?: string; $ref?: string }
  >;
  const description =
    properties[name]?.description ??
    (properties[name]?.$ref === undefined ? undefined : schema.$defs.granularity.description);
  return description ?? 'See the JSON Schema of the weft properties.';
}

// Why: FORWARD lets an old reader read new data, which is what a running consumer needs; BACKWARD lets old data pass
// under the new contract, which is what a running producer needs (Confluent Schema Registry, "Schema Evolution").
const KAFKA_NAMES: Readonly<Record<string, WeftContractSettings['compatibility']>> = {
  FORWARD: 'consumer-safe',
  BACKWARD: 'producer-safe',
  FULL: 'replay-safe',
  NONE: 'none',
};

export const DEFAULT_CSV: WeftContractSettings['csv'] = {
  delimiter: ',',
  quote: '"',
  encoding: 'utf-8',
  header: true,
  nullText: '',
};

/** The settings of a contract, with defaults; the document has passed `checkWeftProperties`. */
export function weftSettings(data: JsonObject): WeftContractSettings {
  const values = weftValues(data);
  const text = (name: string): string | null => {
    const value = values.get(name);
    return typeof value === 'string' ? value : null;
  };
  const share = values.get('weftBadShareMax');
  const purposes = values.get('weftPurposes');
  const compatibility = text('weftCompatibility') ?? 'consumer-safe';
  return {
    granularity: normalGranularity(text('weftGranularity')),
    compatibility:
      KAFKA_NAMES[compatibility] ?? (compatibility as WeftContractSettings['compatibility']),
    purposes: Array.isArray(purposes) ? purposes.map(String) : [],
    lawfulBasis: text('weftLawfulBasis'),
    licence: text('weftLicence'),
    region: text('weftRegion'),
    badShareMax: typeof share === 'number' ? share : null,
    missesAllowed: missesOf(values.get('weftMissesAllowed')),
    historySeconds: parseDuration(text('weftHistory') ?? ''),
    duplicateScope: text('weftDuplicateScope') === 'table' ? 'table' : 'batch',
    deletionAction: (text('weftDeletionAction') ??
      'delete') as WeftContractSettings['deletionAction'],
    csv: {
      ...DEFAULT_CSV,
      ...(csvOf(values.get('weftCsv')) as Partial<WeftContractSettings['csv']>),
    },
  };
}

function missesOf(value: Json | undefined): WeftContractSettings['missesAllowed'] {
  if (value === undefined || !isObject(value)) return null;
  const [count, period] = [member(value, 'count'), member(value, 'period')];
  return typeof count === 'number' && typeof period === 'string' ? { count, period } : null;
}

function csvOf(value: Json | undefined): JsonObject {
  return value !== undefined && isObject(value) ? value : {};
}

/** `store x day` and `store × day` are one granularity. */
export function normalGranularity(text: string | null): string | null {
  return text === null ? null : text.split(/ (?:×|x) /).join(' × ');
}
