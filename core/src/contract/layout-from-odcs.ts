/**
 * What a contract says of the layout of files: partition transforms and the sort order, and whether they can be.
 *
 * Not the partition key itself, which is ODCS's own (`build-model.ts`). Invariant: a layout that a table could not be
 * written in is an error of the document, not of the first batch.
 */
import { isPrimitive } from './data-type.ts';
import type { Diagnoser } from './diagnose.ts';
import type { JsonObject } from './document.ts';
import type { DocumentPath } from './document-path.ts';
import type { ContractObject, ContractProperty } from './model.ts';
import { defaultTransform, parseTransform, resultType } from './partition-transform.ts';
import { weftValues } from './weft-properties.ts';

/** `weftPartitionTransform` of a property, or null. */
export function transformOf(item: JsonObject): string | null {
  const value = weftValues(item).get('weftPartitionTransform');
  return typeof value === 'string' ? value : null;
}

/** `weftSortOrder` of an object; the document has passed `checkWeftProperties`. */
export function sortOrderOf(item: JsonObject): ContractObject['sortOrder'] {
  const value = weftValues(item).get('weftSortOrder');
  if (!Array.isArray(value)) return [];
  return value.map((entry) => {
    const [column = '', direction] = String(entry).split(' ');
    return { column, direction: direction === 'desc' ? 'desc' : 'asc' };
  });
}

interface LayoutPlace {
  properties: readonly ContractProperty[];
  members: readonly { index: number }[];
  sortOrder: ContractObject['sortOrder'];
  path: DocumentPath;
}

/** Reports transforms that do not fit, and sort columns that are not there. */
export function checkLayout(place: LayoutPlace, diagnoser: Diagnoser): void {
  const { properties, members, sortOrder, path } = place;
  properties.forEach((property, i) => {
    const where = [...path, 'properties', members[i]?.index ?? i];
    const { name, type, partitionKeyPosition, partitionTransform } = property;
    if (partitionKeyPosition === null) {
      if (partitionTransform === null) return;
      diagnoser.add('KEY_INVALID', where, `${name} has a transform and is not partitioned`, {
        remedy: 'Write `partitioned: true` beside weftPartitionTransform.',
      });
      return;
    }
    const transform = partitionTransform ?? defaultTransform(type);
    const fits = isPrimitive(type) && resultType(parseTransform(transform), type) !== null;
    if (fits) return;
    diagnoser.add(
      'KEY_INVALID',
      where,
      `${name} (${type.kind}) cannot be partitioned by ${transform}`,
      {
        remedy:
          'Times: year, month, day, hour. Numbers and text: bucket[N], truncate[N], identity. Not possible: double, struct, list, map.',
      },
    );
  });
  for (const { column } of sortOrder) {
    const property = properties.find((candidate) => candidate.name === column);
    if (property !== undefined && isPrimitive(property.type)) continue;
    diagnoser.add(
      'KEY_INVALID',
      [...path, 'customProperties'],
      `files cannot be sorted by ${column}`,
      {
        remedy: 'Name columns of this object in weftSortOrder, of simple types.',
      },
    );
  }
}
