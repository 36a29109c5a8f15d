/**
 * What a policy may speak of: the tables of a product with their columns, from the Cedar schema that the API checks against.
 *
 * Not all columns: those without an exact form in Cedar are missing here and cannot stand in a condition.
 */
export type PlaceType = 'text' | 'number' | 'decimal' | 'time' | 'truth';

/** A column, or a field inside one, that conditions may look at. */
export interface Place {
  /** `address.zip`. */
  path: string;
  type: PlaceType;
  /** True where there may be no value: a condition has to ask for one first. */
  isOptional: boolean;
}

export interface PolicyTable {
  table: string;
  /** As heads of policies name it: `Table::orders`. */
  entity: string;
  places: readonly Place[];
}

export interface PolicyScope {
  /** None for policies of the mesh, which know no columns. */
  tables: readonly PolicyTable[];
  /** Names of attributes that subjects have. */
  attributes: readonly string[];
  /** Sets that the policy declares, with the type of their keys. */
  sets: readonly { name: string; type: PlaceType }[];
}

const TYPES: Readonly<Record<string, PlaceType>> = {
  String: 'text',
  Long: 'number',
  decimal: 'decimal',
  datetime: 'time',
  Bool: 'truth',
};

/** The places of each table, out of the schema's text; tables that cannot be read are left out. */
export function readScope(schema: string, attributes: readonly string[]): PolicyScope {
  const tables = [
    ...schema.matchAll(/^ {2}entity (\w+) in \[[^\]]*\] \{.*?\brow: (\{.*\}) \} tags /gm),
  ];
  return {
    attributes,
    sets: readSets(schema),
    tables: tables.flatMap(([, name = '', row = '']) => {
      const read = readRecord(row, 0, { prefix: '', isOptional: false });
      const table = name.replace(/_$/, '');
      return read === null ? [] : [{ table, entity: `Table::${name}`, places: read.places }];
    }),
  };
}

function readSets(schema: string): { name: string; type: PlaceType }[] {
  const inside = /\bsets: \{([^}]*)\}/.exec(schema)?.[1] ?? '';
  return [...inside.matchAll(/"((?:[^"\\]|\\.)*)": Set<(\w+)>/g)].flatMap(([, name, keys = '']) => {
    const type = TYPES[keys];
    return type === undefined ? [] : [{ name: JSON.parse(`"${name}"`) as string, type }];
  });
}

const MEMBER = /\s*(?:"((?:[^"\\]|\\.)*)"(\?)?:\s*|(\}))/y;
const TYPE = /(\w+)|(\{)/y;

interface Around {
  prefix: string;
  isOptional: boolean;
}

function readRecord(
  text: string,
  start: number,
  around: Around,
): { places: Place[]; at: number } | null {
  const places: Place[] = [];
  let at = start + 1;
  for (;;) {
    MEMBER.lastIndex = at;
    const member = MEMBER.exec(text);
    if (member === null) return null;
    at = MEMBER.lastIndex;
    if (member[3] !== undefined) return { places, at };
    const path = `${around.prefix}${JSON.parse(`"${member[1]}"`)}`;
    const isOptional = around.isOptional || member[2] !== undefined;
    TYPE.lastIndex = at;
    const type = TYPE.exec(text);
    if (type?.[2] !== undefined) {
      const inside = readRecord(text, at, { prefix: `${path}.`, isOptional });
      if (inside === null) return null;
      places.push(...inside.places);
      at = inside.at;
    } else {
      const known = TYPES[type?.[1] ?? ''];
      if (known === undefined) return null;
      places.push({ path, type: known, isOptional });
      at = TYPE.lastIndex;
    }
    if (text[at] === ',') at++;
  }
}

/** What a policy for the table may look at; for all tables what each of them has. */
export function placesFor({ tables }: PolicyScope, table: string | null): Place[] {
  const [first, ...others] = tables.filter((one) => table === null || one.table === table);
  if (first === undefined) return [];
  return first.places.flatMap((place) => {
    const found = others.map(({ places }) =>
      places.find(({ path, type }) => path === place.path && type === place.type),
    );
    if (found.includes(undefined)) return [];
    return [
      { ...place, isOptional: place.isOptional || found.some((one) => one?.isOptional === true) },
    ];
  });
}
