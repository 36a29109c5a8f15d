/**
 * Contract to JSON Schema (draft 2020-12): one row of an object as a JSON object.
 *
 * Not the whole contract: keys, references, thresholds and SQL rules speak of more than one row. Text holds exact
 * 64-bit integers and decimals (`row-form.ts`); a JSON number is accepted for both as well, within its range, and there
 * the places after the point are not counted, since validators compute in doubles. Ranges of decimals are checked on
 * numbers, and on text as far as its sign tells; multiples are checked on `int` alone.
 * Invariant: an unknown field is refused, a required one must be there and not null.
 */
import { plainDecimal } from '../../lib/decimal-text.ts';
import { FORMAT_PATTERNS } from '../../lib/formats.ts';
import { COUNTRY_CODES, CURRENCY_CODES } from '../../lib/iso-codes.ts';
import { stringifySafeJson } from '../../lib/safe-json.ts';
import type { DataType, PrimitiveType, StructField } from '../data-type.ts';
import { isPrimitive, typeName } from '../data-type.ts';
import type { ContractModel, ContractObject, ContractProperty } from '../model.ts';
import { type NestedPath, pathLabel } from '../nested-path.ts';
import type { RowCheck, TextFormat } from '../plan.ts';
import { derivePropertyChecks } from './property-checks.ts';
import { textPattern } from './row-form.ts';

type Schema = Record<string, unknown>;
type Range = Extract<RowCheck, { kind: 'range' }>;

export interface JsonSchemaOptions {
  /** `source` names the fields as the producer's files do; `weft` (the default) as the table does. */
  names?: 'weft' | 'source';
}

const SAFE = 2 ** 53 - 1;
/** Formats that the drafts define too; a validator that knows them may say more than the pattern. */
const STANDARD_FORMATS: readonly string[] = [
  'email',
  'uuid',
  'uri',
  'hostname',
  'ipv4',
  'ipv6',
  'date',
];

/** The schema of one row of `object` as JSON text. */
export function compileJsonSchema(
  model: ContractModel,
  object: ContractObject,
  options: JsonSchemaOptions = {},
): string {
  const nameOf = (p: ContractProperty) => (options.names === 'source' ? p.sourceName : p.name);
  const required = object.properties.filter(isRequired).map(nameOf);
  const description = object.description ?? model.description.purpose;
  const schema: Schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:weft:${encodeURIComponent(model.id)}:${encodeURIComponent(model.version)}:${encodeURIComponent(object.name)}`,
    title: object.businessName ?? object.name,
    ...(description === null ? {} : { description }),
    type: 'object',
    properties: Object.fromEntries(
      object.properties.map((p) => [nameOf(p), propertySchema(p, options.names ?? 'weft')]),
    ),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
  return `${stringifySafeJson(schema, 2)}\n`;
}

function isRequired(property: ContractProperty): boolean {
  return property.required || property.primaryKeyPosition !== null;
}

type Names = NonNullable<JsonSchemaOptions['names']>;

function propertySchema(property: ContractProperty, names: Names): Schema {
  const inside: Inside = (path, type, required) => {
    const label = pathLabel('', path);
    const place = property.nested.find((nested) => pathLabel('', nested.path) === label);
    const isDemanded = required || place?.property.required === true;
    const within: Inside = (more, ...rest) => inside([...path, ...more], ...rest);
    return placeSchema(place?.property ?? null, { type, required: isDemanded, names }, within);
  };
  const { type } = property;
  const place = { type, required: isRequired(property), names };
  return { ...annotations(property), ...placeSchema(property, place, inside) };
}

/** The schema of a place inside the one that is asked. */
type Inside = (path: NestedPath, type: DataType, required: boolean) => Schema;

/** What a value at one place may be: a column, or a place inside one, of which the contract may say nothing. */
function placeSchema(
  property: ContractProperty | null,
  { type, required, names }: { type: DataType; required: boolean; names: Names },
  inside: Inside,
): Schema {
  const checks = property === null ? [] : derivePropertyChecks(property, false);
  const constraints = checks.flatMap(({ check }) => constraintOf(check, type));
  const range = checks.map(({ check }) => check).find((check) => check.kind === 'range');
  const isNumeric = ['int', 'long', 'decimal', 'double'].includes(type.kind);
  const plain = typeSchema(type, names, inside);
  const base = range !== undefined && isNumeric ? withRange(plain, range) : plain;
  const value = { ...base, ...mergeConstraints(constraints) };
  return required ? value : { anyOf: [{ type: 'null' }, value] };
}

function annotations(property: ContractProperty): Schema {
  return {
    ...(property.businessName === null ? {} : { title: property.businessName }),
    ...(property.description === null ? {} : { description: property.description }),
    ...(property.deprecated ? { deprecated: true } : {}),
    $comment: typeName(property.type),
  };
}

function typeSchema(type: DataType, names: Names, inside: Inside): Schema {
  if (isPrimitive(type)) return primitiveSchema(type);
  switch (type.kind) {
    case 'struct': {
      const nameOf = ({ name, sourceName = name }: StructField): string =>
        names === 'source' ? sourceName : name;
      const required = type.fields.filter((f) => f.required).map(nameOf);
      return {
        type: 'object',
        properties: Object.fromEntries(
          type.fields.map((f) => [nameOf(f), inside([{ field: f.name }], f.type, f.required)]),
        ),
        ...(required.length === 0 ? {} : { required }),
        additionalProperties: false,
      };
    }
    case 'list':
      return { type: 'array', items: inside(['items'], type.element, false) };
    case 'map': {
      // Why only texts: JSON has no other keys, and the forms of the other types speak of values.
      const key = type.key.kind === 'string' ? inside(['key'], type.key, true) : {};
      const { type: _, ...keys } = key;
      return {
        type: 'object',
        ...(Object.keys(keys).length === 0 ? {} : { propertyNames: keys }),
        additionalProperties: inside(['value'], type.value, false),
      };
    }
  }
}

function primitiveSchema(type: PrimitiveType): Schema {
  const pattern = textPattern(type);
  switch (type.kind) {
    case 'boolean':
    case 'string':
      return { type: type.kind };
    case 'int':
      return { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
    case 'long':
      return {
        anyOf: [
          { type: 'integer', minimum: -SAFE, maximum: SAFE },
          { type: 'string', pattern },
        ],
      };
    case 'double':
      return { type: 'number' };
    case 'decimal': {
      const limit = 10 ** (type.precision - type.scale);
      return {
        anyOf: [
          { type: 'number', exclusiveMinimum: -limit, exclusiveMaximum: limit },
          { type: 'string', pattern },
        ],
      };
    }
    case 'date':
      return { type: 'string', format: 'date', pattern };
    default:
      return { type: 'string', pattern };
  }
}

/** What a check adds to the schema of its column; nothing for what the type and `required` say already. */
function constraintOf(check: RowCheck, type: DataType): Schema[] {
  switch (check.kind) {
    case 'length':
      return [
        {
          ...(check.min === null ? {} : { minLength: check.min }),
          ...(check.max === null ? {} : { maxLength: check.max }),
        },
      ];
    case 'pattern':
      return [{ pattern: check.pattern }];
    case 'values':
      return [{ enum: check.values.flatMap((value) => jsonForms(value, type)) }];
    case 'format':
      return [formatSchema(check.format)];
    case 'items': {
      if (type.kind === 'struct') return [];
      const [least, most] =
        type.kind === 'list' ? ['minItems', 'maxItems'] : ['minProperties', 'maxProperties'];
      return [
        {
          ...(check.min === null || least === undefined ? {} : { [least]: check.min }),
          ...(check.max === null || most === undefined ? {} : { [most]: check.max }),
        },
      ];
    }
    case 'uniqueItems':
      return [{ uniqueItems: true }];
    case 'multipleOf':
      return type.kind === 'int' ? [{ multipleOf: Number(check.divisor) }] : [];
    default:
      return [];
  }
}

function rangeSchema({ min, max }: Range): Schema {
  return {
    ...(min === null
      ? {}
      : { [min.inclusive ? 'minimum' : 'exclusiveMinimum']: Number(min.value) }),
    ...(max === null
      ? {}
      : { [max.inclusive ? 'maximum' : 'exclusiveMaximum']: Number(max.value) }),
  };
}

/** A range on a type with two forms stands in each of them: bounds for the number, the sign for the text. */
function withRange(schema: Schema, range: Range): Schema {
  if (!Array.isArray(schema['anyOf'])) return { ...schema, ...rangeSchema(range) };
  const isNeverNegative = range.min !== null && !range.min.value.startsWith('-');
  const branches = (schema['anyOf'] as Schema[]).map((branch) => {
    if (branch['type'] !== 'string') return { ...branch, ...rangeSchema(range) };
    return isNeverNegative
      ? { ...branch, pattern: String(branch['pattern']).replace('^-?', '^') }
      : branch;
  });
  return { ...schema, anyOf: branches };
}

function formatSchema(format: TextFormat): Schema {
  if (format === 'country') return { enum: [...COUNTRY_CODES] };
  if (format === 'currency') return { enum: [...CURRENCY_CODES] };
  const pattern = `^(?:${FORMAT_PATTERNS[format]})$`;
  return STANDARD_FORMATS.includes(format) ? { format, pattern } : { pattern };
}

/** The JSON values that mean `text` in a column of `type`. */
function jsonForms(text: string, type: DataType): unknown[] {
  switch (type.kind) {
    case 'boolean':
      return [text === 'true'];
    case 'int':
    case 'double':
      return [Number(text)];
    case 'long':
      return Number.isSafeInteger(Number(text)) ? [Number(text), text] : [text];
    case 'decimal':
      return [...new Set<unknown>([Number(text), text, fixedDecimal(text, type.scale)])];
    default:
      return [text];
  }
}

/** The decimal with all places of its column, as queries write it. */
function fixedDecimal(text: string, scale: number): string {
  const [whole = '0', fraction = ''] = (plainDecimal(text) ?? text).split('.');
  return scale === 0 ? whole : `${whole}.${fraction.padEnd(scale, '0')}`;
}

/** One schema of all constraints; those that use a keyword a second time stand under `allOf`. */
function mergeConstraints(constraints: readonly Schema[]): Schema {
  const merged: Schema = {};
  const rest: Schema[] = [];
  for (const constraint of constraints) {
    if (Object.keys(constraint).some((key) => key in merged)) rest.push(constraint);
    else Object.assign(merged, constraint);
  }
  return rest.length === 0 ? merged : { ...merged, allOf: rest };
}
