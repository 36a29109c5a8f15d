/**
 * Numbers of a draft as they are written: one that nobody changes keeps every character, and a typed one has the digits that were typed.
 *
 * Why: `0.1000000000000000055`, `1.50E+3` and `0x1F` are read as numbers of JavaScript, which are written otherwise.
 */
import { isScalar, type ScalarTag, type SchemaOptions, type Tags } from 'yaml';

const NUMBERS = ['tag:yaml.org,2002:int', 'tag:yaml.org,2002:float'];

const isOfNumbers = (tag: Tags[number]): tag is ScalarTag =>
  typeof tag === 'object' && NUMBERS.includes(tag.tag) && tag.collection === undefined;

/** To be read with, so that it is written so. */
export const AS_WRITTEN: Pick<SchemaOptions, 'customTags'> = {
  customTags: (tags) => {
    const numbers = tags.filter(isOfNumbers);
    return tags.map((tag) =>
      isOfNumbers(tag)
        ? {
            ...tag,
            stringify: (node, context, onComment, onChompKeep) =>
              sourceOf(node, numbers) ??
              tag.stringify?.(node, context, onComment, onChompKeep) ??
              String(node.value),
          }
        : tag,
    );
  },
};

/** Null where the value is another than the source says. */
function sourceOf(
  { source, value }: { source?: string; value: unknown },
  numbers: readonly ScalarTag[],
): string | null {
  const tag = numbers.find(({ test }) => source !== undefined && test?.test(source));
  if (source === undefined || tag === undefined) return null;
  const read: unknown = tag.resolve(source, () => undefined, { intAsBigInt: true });
  return Object.is(isScalar(read) ? read.value : read, value) ? source : null;
}

/** As it is written; null for what is no text and no number. */
export function spelled(node: unknown): string | null {
  if (!isScalar(node)) return null;
  const { value, source } = node;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? (source ?? String(value)) : null;
}
