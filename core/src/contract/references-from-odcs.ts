/**
 * ODCS `relationships` to the references of columns: which column of which object a value must exist in.
 *
 * Not the check itself. Only foreign keys of one column are carried; composite keys, and references into files that
 * are no contract of the mesh, are reported as such. A reference is looked up once and never followed, so cycles between objects are harmless.
 * Source: ODCS "References": `object.property` by name, `schema/ID/properties/ID` by stable id.
 */
import type { Diagnoser } from './diagnose.ts';
import type { JsonObject } from './document.ts';
import type { DocumentPath } from './document-path.ts';
import { objectsOf, textOf } from './json-access.ts';
import type { ContractProperty } from './model.ts';

type Reference = ContractProperty['references'][number];

/**
 * A reference into the contract of another product: by convention its file is named after the table, `DOMAIN.TABLE`.
 * The table's name, not the object's id, is what the node looks the value up in.
 */
const PRODUCT_REFERENCE =
  /(?:^|\/)(?<product>[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\.odcs\.ya?ml#\/?schema\/[\w-]+\/properties\/(?<column>[a-z][a-z0-9_]*)$/;

/** `schema`, i, `properties`, j. */
const COLUMN_PATH_LENGTH = 4;

export interface ReferenceReader {
  /** References of the property at `path`; of a column, its object's relationships included. */
  ofProperty(property: JsonObject, path: DocumentPath): Reference[];
}

/** A reader over all objects of the document. */
export function createReferenceReader(data: JsonObject, diagnoser: Diagnoser): ReferenceReader {
  const index = indexElements(data);
  const objectNames = new Set(objectsOf(data, 'schema').map(({ item }) => textOf(item, 'name')));
  const read = (to: unknown, path: DocumentPath): Reference[] => {
    if (typeof to !== 'string') {
      diagnoser.add(
        'ODCS_REFERENCE',
        path,
        'a relationship of several columns is kept, but not checked',
      );
      return [];
    }
    const product = PRODUCT_REFERENCE.exec(to)?.groups;
    if (product?.['product'] !== undefined && product['column'] !== undefined) {
      return [{ object: product['product'], column: product['column'] }];
    }
    if (to.includes('#')) {
      diagnoser.add('ODCS_REFERENCE', path, `${to} stands in another file and is not checked`, {
        remedy:
          'Weft checks references to `DOMAIN.TABLE.odcs.yaml#/schema/ID/properties/COLUMN` of the same mesh.',
      });
      return [];
    }
    const found = index.get(to) ?? index.get(to.replace(/^\//, ''));
    if (found !== undefined) return [found];
    const [object, column, ...rest] = to.split('.');
    const isName = object !== undefined && column !== undefined && rest.length === 0;
    if (isName && objectNames.has(object)) {
      diagnoser.add(
        'REFERENCE_TARGET',
        path,
        `${object} of this contract has no column ${column}`,
        {
          remedy: 'Name one of its properties.',
        },
      );
      return [];
    }
    diagnoser.add('ODCS_REFERENCE', path, `${to} is not in this contract`, {
      severity: to.includes('/') ? 'warning' : 'info',
    });
    return isName && !to.includes('/') ? [{ object, column }] : [];
  };
  const fromObjects = referencesOfObjects(data, { index, diagnoser, read });
  return {
    ofProperty(property, path) {
      const own = objectsOf(property, 'relationships').flatMap(({ item, index: r }) =>
        read(item['to'], [...path, 'relationships', r, 'to']),
      );
      // Why: a relationship of the object names columns, and a place inside one may have the name of another column.
      if (path.length > COLUMN_PATH_LENGTH) return distinct(own);
      const object = objectsOf(data, 'schema').find((o) => o.index === path[1])?.item;
      const name = `${textOf(object ?? {}, 'name')}.${textOf(property, 'name')}`;
      return distinct([...own, ...(fromObjects.get(name) ?? [])]);
    },
  };
}

/** The relationships that stand at objects, by the column that they start from. */
function referencesOfObjects(
  data: JsonObject,
  by: {
    index: Map<string, Reference>;
    diagnoser: Diagnoser;
    read(to: unknown, path: DocumentPath): Reference[];
  },
): Map<string, Reference[]> {
  const { index, diagnoser } = by;
  const found = new Map<string, Reference[]>();
  for (const { item: object, index: i } of objectsOf(data, 'schema')) {
    for (const { item, index: r } of objectsOf(object, 'relationships')) {
      const path = ['schema', i, 'relationships', r];
      checkLengths(item, path, diagnoser);
      const from = typeof item['from'] === 'string' ? sourceOf(item['from'], index) : null;
      const references = by.read(item['to'], [...path, 'to']);
      if (from === null && typeof item['from'] === 'string') {
        const message = `${item['from']} is no column of this contract, so it is not checked`;
        diagnoser.add('ODCS_REFERENCE', [...path, 'from'], message, {
          remedy:
            'Name `object.column`; inside a nested column write the relationship at the field.',
        });
      }
      if (from !== null) found.set(from, [...(found.get(from) ?? []), ...references]);
    }
  }
  return found;
}

/** Every column of the document by each way to name it. */
function indexElements(data: JsonObject): Map<string, Reference> {
  const index = new Map<string, Reference>();
  for (const { item: object } of objectsOf(data, 'schema')) {
    const objectName = textOf(object, 'name') ?? '';
    const objectId = textOf(object, 'id');
    for (const { item: property } of objectsOf(object, 'properties')) {
      const column = textOf(property, 'name') ?? '';
      const reference = { object: objectName, column };
      index.set(`${objectName}.${column}`, reference);
      const propertyId = textOf(property, 'id');
      if (objectId !== null && propertyId !== null) {
        index.set(`schema/${objectId}/properties/${propertyId}`, reference);
      }
    }
  }
  return index;
}

function sourceOf(from: string, index: Map<string, Reference>): string | null {
  const source = index.get(from) ?? index.get(from.replace(/^\//, ''));
  return source === undefined ? null : `${source.object}.${source.column}`;
}

// Why: the standard leaves the length of composite keys to implementations.
function checkLengths(item: JsonObject, path: DocumentPath, diagnoser: Diagnoser): void {
  const { from, to } = item;
  if (!Array.isArray(from) || !Array.isArray(to) || from.length === to.length) return;
  diagnoser.add('ODCS_VALUE', path, `from has ${from.length} columns, to has ${to.length}`, {
    remedy: 'Name as many columns on both sides.',
  });
}

function distinct(references: Reference[]): Reference[] {
  const seen = new Set<string>();
  return references.filter(({ object, column }) => {
    const key = `${object}.${column}`;
    return seen.has(key) ? false : seen.add(key) !== null;
  });
}
