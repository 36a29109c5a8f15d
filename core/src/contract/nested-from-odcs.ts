/**
 * The places inside an ODCS property: members of an object, items of an array, keys and values of a map, at any depth.
 *
 * Not their types (`types-from-odcs.ts`) nor what is said of each (`build-model.ts`). What only columns can be, such as a
 * part of a key, is reported here; rules about many rows are, too, since nobody could say what a row is inside of a list.
 * Invariant: places come in the order of the document, outer ones first, and only those that the type has.
 */
import type { DataType } from './data-type.ts';
import type { Diagnoser } from './diagnose.ts';
import type { JsonObject } from './document.ts';
import type { DocumentPath } from './document-path.ts';
import { isTrue, objectOf, objectsOf, textOf } from './json-access.ts';
import type { QualityDeclaration } from './model.ts';
import { type NestedPath, type NestedStep, pathLabel } from './nested-path.ts';
import { type Check, isSetCheck } from './plan.ts';
import { type QualityContext, qualityFromOdcs } from './quality-from-odcs.ts';

/** What the document says of one place. */
export interface NestedItem {
  path: NestedPath;
  item: JsonObject;
  /** Where it stands in the document. */
  place: DocumentPath;
  type: DataType;
  required: boolean;
}

/** All places inside a property of `type` that stands at `place`. */
export function nestedItems(item: JsonObject, place: DocumentPath, type: DataType): NestedItem[] {
  return childrenOf({ path: [], item, place, type, required: false }).flatMap(withInside);
}

function withInside(place: NestedItem): NestedItem[] {
  return [place, ...childrenOf(place).flatMap(withInside)];
}

function childrenOf(parent: NestedItem): NestedItem[] {
  const { item, type } = parent;
  const child = (options: {
    step: NestedStep;
    inner: JsonObject | null;
    below: DocumentPath;
    type: DataType;
    required?: boolean;
  }): NestedItem[] => {
    const { step, inner, below, required } = options;
    if (inner === null) return [];
    return [
      {
        path: [...parent.path, step],
        item: inner,
        place: [...parent.place, ...below],
        type: options.type,
        required: required ?? isTrue(inner, 'required'),
      },
    ];
  };
  switch (type.kind) {
    case 'struct':
      return objectsOf(item, 'properties').flatMap(({ item: inner, index }, i) => {
        const field = type.fields[i];
        if (field === undefined) return [];
        const below = ['properties', index];
        const { name, required } = field;
        return child({ step: { field: name }, inner, below, type: field.type, required });
      });
    case 'list': {
      const inner = objectOf(item, 'items');
      return child({ step: 'items', inner, below: ['items'], type: type.element });
    }
    case 'map': {
      const map = objectOf(item, 'map') ?? {};
      return (['key', 'value'] as const).flatMap((step) =>
        child({ step, inner: objectOf(map, step), below: ['map', step], type: type[step] }),
      );
    }
    default:
      return [];
  }
}

/** Reports what a place inside a column cannot be. */
export function checkNestedFlags({ item, place }: NestedItem, diagnoser: Diagnoser): void {
  for (const key of ['primaryKey', 'unique', 'partitioned'] as const) {
    if (!isTrue(item, key)) continue;
    diagnoser.add('KEY_INVALID', [...place, key], `${key} cannot hold inside a nested column`, {
      remedy:
        key === 'unique'
          ? 'Take it out; `uniqueItems: true` of an array says that no item stands twice in it.'
          : 'Take it out, or make the value a column of its own.',
    });
  }
}

/** Rules that stand at a place inside `column`. */
export function nestedQuality(
  { item, place, path, type }: NestedItem,
  column: string,
  context: Omit<QualityContext, 'column'>,
): QualityDeclaration[] {
  const label = pathLabel(column, path);
  const named = { name: label, type, defaultTimezone: defaultTimezoneOf(item) };
  const declared = qualityFromOdcs(item, [...place, 'quality'], {
    ...context,
    column: label,
    types: [...context.types, named],
  });
  return declared.flatMap((declaration) => {
    const { check } = declaration;
    if (check === null) return [declaration];
    const placed = placedCheck(check, { label, column, path });
    if (placed !== null) return [{ ...declaration, check: placed }];
    context.diagnoser.add(
      'QUALITY_INVALID',
      [...place, 'quality'],
      `the rule ${declaration.id} cannot be checked inside a nested column`,
      {
        remedy:
          'Inside a nested column rules look at each value. Write the rule at the object, as SQL that unnests the column.',
      },
    );
    return [];
  });
}

function placedCheck(
  check: Check,
  { label, column, path }: { label: string; column: string; path: NestedPath },
): Check | null {
  if (isSetCheck(check) || check.kind === 'type' || check.kind === 'expression') return null;
  return check.column === label ? { ...check, column, within: path } : null;
}

function defaultTimezoneOf(item: JsonObject): string | null {
  return textOf(objectOf(item, 'logicalTypeOptions') ?? {}, 'defaultTimezone');
}
