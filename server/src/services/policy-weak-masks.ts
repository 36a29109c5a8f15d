/**
 * Masks that leave more to see than they seem to: what they show of a short text, or of one of few values, tells the value, or
 * nearly. Told, not refused: who may know how likely that is, is the owner.
 *
 * Not here: masks that show each value, which are refused (`core/src/policy/mask-types.ts`).
 */
import type { ContractObject, ContractProperty } from '@weft/core/contract/model';
import type { ErrorPlace } from '@weft/core/lib/error';
import { readAnnotations } from '@weft/core/policy/annotations';
import { entityTypeOf } from '@weft/core/policy/cedar-schema';
import type { LintTable } from '@weft/core/policy/lint';
import type { Mask, PlainMask } from '@weft/core/policy/obligations';
import type { CedarPolicy } from '@weft/core/policy/ports';

/** Up to so many values, who knows how often each occurs tells them apart by how often their hashes do. */
const FEW_VALUES = 64;

/** `tables`: each with the object of the contract that it is of. */
export function weakMasks(
  policies: readonly CedarPolicy[],
  tables: readonly (LintTable & { object: ContractObject })[],
): ErrorPlace[] {
  return policies.flatMap((policy) =>
    tables
      .filter(({ table }) => isAbout(policy, table))
      .flatMap((table) => weakIn(policy, table))
      .map(({ message, remedy }) => ({
        code: 'POLICY_MASK_WEAK',
        message: `${policy.id}: ${message}`,
        remedy,
        path: '$.cedar',
        line: policy.line,
        column: 1,
      })),
  );
}

function isAbout({ resourceType }: CedarPolicy, table: string): boolean {
  return resourceType === null || resourceType === entityTypeOf(table);
}

interface Weakness {
  message: string;
  remedy: string;
}

function weakIn(
  policy: CedarPolicy,
  { columns, object }: LintTable & { object: ContractObject },
): Weakness[] {
  const { masks } = readAnnotations(policy, columns).obligations;
  return masks.flatMap(({ place, mask }) => {
    const property = object.properties.find(({ name }) => name === place);
    return property === undefined ? [] : plainMasks(mask).flatMap((one) => weakOf(one, property));
  });
}

function plainMasks(mask: Mask): PlainMask[] {
  if (mask.kind !== 'cells') return [mask];
  const inner = mask.cases.map((one) => one.mask);
  return mask.otherwise === null ? inner : [...inner, mask.otherwise];
}

function weakOf(mask: PlainMask, property: ContractProperty): Weakness[] {
  const { name, options } = property;
  const few = knownValues(property);
  if (mask.kind === 'hash' && few !== null && few <= FEW_VALUES) {
    return [
      {
        message: `${name} has ${few} values, so that hashes of it tell which rows have the same one, and how often each occurs tells which it is`,
        remedy: 'Hide it, or show the table rolled up by it.',
      },
    ];
  }
  const longest = options.maxLength;
  if (mask.kind === 'part' && longest !== null && mask.characters * 2 >= longest) {
    return [
      {
        message: `of ${name}, which has at most ${longest} characters, ${mask.characters} are shown`,
        remedy: 'Show fewer of them, or hash it.',
      },
    ];
  }
  return [];
}

/** How many values the contract lets the column have; null where it does not say. */
function knownValues({ type, enumValues, quality }: ContractProperty): number | null {
  if (type.kind === 'boolean') return 2;
  const allowed = quality.flatMap(({ check }) =>
    check !== null && check.kind === 'values' && check.within === undefined ? [check.values] : [],
  );
  return (enumValues ?? allowed[0])?.length ?? null;
}
