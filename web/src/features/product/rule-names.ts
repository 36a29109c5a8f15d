/**
 * What a contract itself calls its rules: its words are better than a query's result.
 */
import type { ContractModel } from '@weft/core/contract/model';
import type { RuleNames } from '../../components/words-promise.ts';

export function ruleNames(model: ContractModel): RuleNames {
  const declared = model.objects.flatMap(({ quality, properties }) => [
    ...quality,
    ...properties.flatMap((property) => property.quality),
  ]);
  return new Map(
    declared.flatMap(({ id, name, description }) => {
      const words = name ?? description;
      return words === null ? [] : [[id, words] as const];
    }),
  );
}
