/**
 * ODCS types to the types of Weft columns: `logicalType` decides the family, `physicalType` and the options the width.
 *
 * Not the check of values (`compile/property-checks.ts`). Always gives a type, so that a contract can be shown and
 * completed; whatever could not be decided is a problem beside it, and `required.ts` refuses to publish with one.
 * Source: ODCS "Schema", "Logical Type Options"; 3.0 knows no timestamp and time, so `date` covers them there.
 */
import type { DataType, StructField } from './data-type.ts';
import type { JsonObject } from './document.ts';
import { booleanOf, isTrue, objectOf, objectsOf, textOf } from './json-access.ts';

export interface TypeProblem {
  code: 'TYPE_UNKNOWN' | 'TYPE_CONFLICT';
  /** Path below the property. */
  path: (string | number)[];
  message: string;
  remedy: string;
}

export interface TypeDecision {
  type: DataType;
  problems: TypeProblem[];
}

/** Decides the type of a property (or of `items`, `map.key`, `map.value`). `apiVersion` such as `v3.1.0`. */
export function typeFromOdcs(property: JsonObject, apiVersion: string): TypeDecision {
  const problems: TypeProblem[] = [];
  const type = new TypeReader(apiVersion, problems).read(property, []);
  return { type, problems };
}

type Path = (string | number)[];

/** A physical type such as `DECIMAL(10, 2)` in parts. */
interface PhysicalType {
  name: string;
  args: number[];
  family: Family | null;
}

type Family =
  | 'text'
  | 'int'
  | 'long'
  | 'decimal'
  | 'double'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz';

const FAMILIES: readonly (readonly [RegExp, Family])[] = [
  [/^(TINYINT|SMALLINT|MEDIUMINT|INT|INTEGER|INT2|INT4|INT8_T|INT16|INT32|SHORT|BYTE)$/, 'int'],
  [/^(BIGINT|LONG|INT8|INT64|HUGEINT|BIGSERIAL|UBIGINT|UINTEGER)$/, 'long'],
  [/^(DECIMAL|NUMERIC|NUMBER|DEC|MONEY|BIGNUMERIC)$/, 'decimal'],
  [/^(DOUBLE|DOUBLE PRECISION|FLOAT|FLOAT4|FLOAT8|FLOAT32|FLOAT64|REAL)$/, 'double'],
  [/^(BOOLEAN|BOOL|BIT)$/, 'boolean'],
  [/^DATE$/, 'date'],
  [/^(TIME|TIME WITHOUT TIME ZONE)$/, 'time'],
  [
    /^(TIMESTAMPTZ|TIMESTAMP WITH (LOCAL )?TIME ZONE|TIMESTAMP_TZ|TIMESTAMP_LTZ|DATETIMEOFFSET)$/,
    'timestamptz',
  ],
  [
    /^(TIMESTAMP|TIMESTAMP WITHOUT TIME ZONE|TIMESTAMP_NTZ|DATETIME|DATETIME2|SMALLDATETIME)$/,
    'timestamp',
  ],
  [
    /^(VARCHAR2?|NVARCHAR2?|CHAR|NCHAR|CHARACTER|CHARACTER VARYING|TEXT|STRING|CLOB|UUID|JSONB?|XML|BPCHAR|NAME)$/,
    'text',
  ],
];

class TypeReader {
  readonly #problems: TypeProblem[];
  readonly #apiVersion: string;

  constructor(apiVersion: string, problems: TypeProblem[]) {
    this.#apiVersion = apiVersion;
    this.#problems = problems;
  }

  read(property: JsonObject, path: Path): DataType {
    const physical = parsePhysicalType(textOf(property, 'physicalType'));
    const logical = textOf(property, 'logicalType');
    switch (logical) {
      case 'string':
      case 'boolean':
        return this.#plain(logical, physical, path);
      case 'integer':
        return this.#integer(property, physical, path);
      case 'number':
        return this.#number(property, physical, path);
      case 'date':
        return this.#date(property, physical, path);
      case 'timestamp':
        return { kind: this.#isZoned(property, physical) ? 'timestamptz' : 'timestamp' };
      case 'time':
        return { kind: 'time' };
      case 'object':
        return this.#struct(property, path);
      case 'array':
        return this.#list(property, path);
      case 'map':
        return this.#map(property, path);
      case 'vector':
        return { kind: 'list', element: { kind: 'double' } };
      default:
        return this.#physicalOnly(physical, path);
    }
  }

  #plain(kind: 'string' | 'boolean', physical: PhysicalType | null, path: Path): DataType {
    if (kind === 'boolean') this.#compare('boolean', physical, ['boolean', 'int', 'text'], path);
    return { kind };
  }

  #integer(property: JsonObject, physical: PhysicalType | null, path: Path): DataType {
    this.#compare('integer', physical, ['int', 'long', 'decimal'], path);
    const format = textOf(objectOf(property, 'logicalTypeOptions') ?? {}, 'format');
    if (format !== null) {
      if (/^([iu](8|16)|i32)$/.test(format)) return { kind: 'int' };
      if (format === 'u64') return { kind: 'decimal', precision: 20, scale: 0 };
      if (/^[iu]128$/.test(format)) return { kind: 'decimal', precision: 38, scale: 0 };
      return { kind: 'long' };
    }
    if (physical?.family === 'int') return { kind: 'int' };
    const [precision, scale] = physical?.args ?? [];
    if (physical?.family === 'decimal' && precision !== undefined && precision > 18) {
      return { kind: 'decimal', precision: Math.min(precision, 38), scale: scale ?? 0 };
    }
    return { kind: 'long' };
  }

  #number(property: JsonObject, physical: PhysicalType | null, path: Path): DataType {
    this.#compare('number', physical, ['int', 'long', 'decimal', 'double'], path);
    if (physical?.family === 'decimal') return this.#decimal(physical, path);
    // Why: a number stored as an integer stays exact as one; a double would round long ids.
    if (physical?.family === 'int' || physical?.family === 'long') return { kind: physical.family };
    const format = textOf(objectOf(property, 'logicalTypeOptions') ?? {}, 'format');
    if (format !== null && /^[iu]\d/.test(format)) return this.#integer(property, physical, path);
    return { kind: 'double' };
  }

  #decimal(physical: PhysicalType, path: Path): DataType {
    const [precision, scale = 0] = physical.args;
    if (precision === undefined) {
      this.#report('TYPE_UNKNOWN', [...path, 'physicalType'], {
        message: `${physical.name} has no precision and scale`,
        remedy: `Write physicalType: ${physical.name}(18, 2), with the digits that you need.`,
      });
      return { kind: 'decimal', precision: 38, scale: 9 };
    }
    if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
      this.#report('TYPE_UNKNOWN', [...path, 'physicalType'], {
        message: `${physical.name}(${physical.args.join(', ')}) is outside 1 to 38 digits`,
        remedy: 'Use at most 38 digits, of which the scale is a part.',
      });
      return { kind: 'decimal', precision: 38, scale: 9 };
    }
    return { kind: 'decimal', precision, scale };
  }

  #date(property: JsonObject, physical: PhysicalType | null, path: Path): DataType {
    const parts = formatParts(textOf(objectOf(property, 'logicalTypeOptions') ?? {}, 'format'));
    const hasTime = parts?.hasTime ?? false;
    // Why: 3.0 has no other temporal type than date, so format and physical type say which one is meant.
    if (this.#apiVersion.startsWith('v3.0.')) {
      const family = physical?.family;
      if (family === 'time' || (hasTime && parts?.hasDate === false)) return { kind: 'time' };
      if (family === 'timestamp' || family === 'timestamptz' || hasTime) {
        return { kind: this.#isZoned(property, physical) ? 'timestamptz' : 'timestamp' };
      }
      return { kind: 'date' };
    }
    if (hasTime) {
      this.#report('TYPE_CONFLICT', [...path, 'logicalTypeOptions', 'format'], {
        message: 'the format of a date has a time of day',
        remedy: 'Use logicalType: timestamp (or time), or a format of a date only.',
      });
    }
    this.#compare('date', physical, ['date', 'text'], path);
    return { kind: 'date' };
  }

  #isZoned(property: JsonObject, physical: PhysicalType | null): boolean {
    const options = objectOf(property, 'logicalTypeOptions') ?? {};
    const timezone = booleanOf(options, 'timezone');
    if (timezone !== null) return timezone;
    if (physical?.family === 'timestamptz') return true;
    if (textOf(options, 'defaultTimezone') !== null) return true;
    return formatParts(textOf(options, 'format'))?.hasZone ?? false;
  }

  #struct(property: JsonObject, path: Path): DataType {
    const members = objectsOf(property, 'properties');
    if (members.length === 0) {
      this.#report('TYPE_UNKNOWN', path, {
        message: 'an object without properties has no columns',
        remedy: 'List its properties, or use logicalType: string for JSON text.',
      });
      return { kind: 'string' };
    }
    const options = objectOf(property, 'logicalTypeOptions') ?? {};
    const demanded = Array.isArray(options['required']) ? options['required'] : [];
    const fields = members.map(({ item, index }): StructField => {
      const name = textOf(item, 'name') ?? `field_${index}`;
      const type = this.read(item, [...path, 'properties', index]);
      const required = isTrue(item, 'required') || demanded.includes(name);
      const sourceName = textOf(item, 'physicalName') ?? name;
      const renamed = sourceName === name ? {} : { sourceName };
      return { id: textOf(item, 'id') ?? name, name, ...renamed, type, required };
    });
    return { kind: 'struct', fields };
  }

  #list(property: JsonObject, path: Path): DataType {
    const items = objectOf(property, 'items');
    if (items === null) {
      this.#report('TYPE_UNKNOWN', path, {
        message: 'an array without items has no element type',
        remedy: 'Add items, for example `items: {logicalType: string}`.',
      });
      return { kind: 'list', element: { kind: 'string' } };
    }
    return { kind: 'list', element: this.read(items, [...path, 'items']) };
  }

  #map(property: JsonObject, path: Path): DataType {
    const map = objectOf(property, 'map') ?? {};
    const key = objectOf(map, 'key') ?? {};
    const value = objectOf(map, 'value') ?? {};
    return {
      kind: 'map',
      key: this.read(key, [...path, 'map', 'key']),
      value: this.read(value, [...path, 'map', 'value']),
    };
  }

  #physicalOnly(physical: PhysicalType | null, path: Path): DataType {
    const family = physical?.family ?? null;
    if (physical !== null && family === 'decimal') return this.#decimal(physical, path);
    switch (family) {
      case 'text':
        return { kind: 'string' };
      case null:
      case 'decimal':
        this.#report('TYPE_UNKNOWN', path, {
          message:
            physical === null
              ? 'neither logicalType nor physicalType is given'
              : `physicalType ${physical.name} does not say which logical type is meant`,
          remedy: 'Add a line such as `logicalType: string`.',
        });
        return { kind: 'string' };
      default:
        return { kind: family };
    }
  }

  #compare(
    logical: string,
    physical: PhysicalType | null,
    fitting: readonly Family[],
    path: Path,
  ): void {
    const family = physical?.family ?? null;
    if (physical === null || family === null || fitting.includes(family)) return;
    // Why: text columns of a source often hold numbers and dates; the contract types what they mean.
    if (family === 'text') return;
    this.#report('TYPE_CONFLICT', [...path, 'physicalType'], {
      message: `logicalType ${logical} and physicalType ${physical.name} do not fit`,
      remedy: 'Correct one of them; the logical type is used.',
    });
  }

  #report(code: TypeProblem['code'], path: Path, text: { message: string; remedy: string }): void {
    this.#problems.push({ code, path, ...text });
  }
}

/** Name, arguments and family of a physical type; null when there is none. */
function parsePhysicalType(text: string | null): PhysicalType | null {
  if (text === null || text.trim() === '') return null;
  const args = /\(([\d\s,-]*)\)/.exec(text)?.[1] ?? '';
  const name = text
    .replace(/\([^)]*\)/, '')
    .trim()
    .replace(/\s+/g, ' ')
    .toUpperCase();
  const family = FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
  const numbers = args.split(',').filter((arg) => arg.trim() !== '');
  return { name, args: numbers.map(Number), family };
}

/** Which parts a JDK DateTimeFormatter pattern has; quoted text is skipped. Null without a pattern. */
function formatParts(
  format: string | null,
): { hasDate: boolean; hasTime: boolean; hasZone: boolean } | null {
  if (format === null) return null;
  // Why: documents write the T of ISO 8601 unquoted; it is no pattern letter.
  const letters = format.replace(/'[^']*'/g, '').replaceAll('T', '');
  return {
    hasDate: /[yYuMLdDeEQqw]/.test(letters),
    hasTime: /[HhKkmsSnNAa]/.test(letters),
    hasZone: /[ZXxzVO]/.test(letters),
  };
}
