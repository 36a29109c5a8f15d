/**
 * Contract to TypeScript: one exported interface per object, for rows as queries return them (`row-form.ts`).
 *
 * Not a validator: ranges, lengths and patterns are no types. Invariant: the text compiles under `strict` whatever the
 * contract's names and descriptions hold.
 */
import type { DataType } from '../data-type.ts';
import { typeName } from '../data-type.ts';
import type { ContractModel, ContractProperty } from '../model.ts';

const ENUM_MAX = 200;

/** A module with an interface for each object of the contract. */
export function compileTypeScript(model: ContractModel): string {
  const names = interfaceNames(model);
  const head = comment([
    `Rows of the data contract ${model.id}, version ${model.version}.`,
    'Integers beyond 2^53 and decimals are strings of digits; dates and times are ISO 8601 text.',
  ]);
  const interfaces = model.objects.map((object, i) => {
    const lines = object.properties.map(propertyLines);
    const about = [object.businessName, object.description].filter((text) => text !== null);
    return `${comment(about)}export interface ${names[i]} {\n${lines.join('')}}\n`;
  });
  return [head, ...interfaces].join('\n');
}

/** Interface names of the objects in order: Pascal case, unique. */
export function interfaceNames(model: ContractModel): string[] {
  const taken = new Set<string>();
  return model.objects.map((object) => {
    const base = pascalCase(object.name);
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}${n}`;
    taken.add(name);
    return name;
  });
}

function pascalCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[A-Z]/.test(joined) ? joined : `Row${joined}`;
}

function propertyLines(property: ContractProperty): string {
  const isRequired = property.required || property.primaryKeyPosition !== null;
  const type = property.enumValues === null ? tsType(property.type) : enumType(property);
  const about = [
    ...[property.businessName, property.description].filter((text) => text !== null),
    `Type ${typeName(property.type)}.`,
    ...(property.deprecated ? ['@deprecated'] : []),
  ];
  return `${comment(about, '  ')}  ${key(property.name)}: ${type}${isRequired ? '' : ' | null'};\n`;
}

function enumType(property: ContractProperty): string {
  return enumLiterals(property)?.join(' | ') ?? tsType(property.type);
}

/** The allowed values as literal types; null where they cannot be written so. */
export function enumLiterals(property: ContractProperty): string[] | null {
  const values = property.enumValues ?? [];
  const isText = property.type.kind === 'string' || property.type.kind === 'decimal';
  const isNumber = property.type.kind === 'int' && values.every((v) => /^-?\d+$/.test(v));
  if (values.length === 0 || values.length > ENUM_MAX || !(isText || isNumber)) return null;
  // Why: a decimal comes with all its places, which the contract's text of it may lack.
  if (property.type.kind === 'decimal') return null;
  const literals = values.map((value) =>
    isNumber ? String(Number(value)) : JSON.stringify(value),
  );
  return [...new Set(literals)];
}

function tsType(type: DataType): string {
  switch (type.kind) {
    case 'boolean':
      return 'boolean';
    case 'int':
    case 'double':
      return 'number';
    case 'long':
      return 'number | string';
    case 'struct': {
      const fields = type.fields.map(
        (f) => `${key(f.name)}: ${tsType(f.type)}${f.required ? '' : ' | null'}`,
      );
      return `{ ${fields.join('; ')} }`;
    }
    case 'list':
      return `(${tsType(type.element)} | null)[]`;
    case 'map':
      return `Record<string, ${tsType(type.value)} | null>`;
    default:
      return 'string';
  }
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function comment(paragraphs: readonly string[], indent = ''): string {
  const lines = paragraphs
    .flatMap((text) => text.split(/[\r\n\u2028\u2029]+/))
    .map((line) => line.trim().replaceAll('*/', '*\\/'))
    .filter((line) => line !== '');
  if (lines.length === 0) return '';
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}
