/**
 * Which columns speak of persons.
 */
import type { ContractModel } from '@weft/core/contract/model';

/** Columns that name a person or are tagged as personal. */
export function personalColumns(model: ContractModel): string[] {
  const columns = model.objects.flatMap(({ properties }) =>
    properties.filter(
      ({ subjectKey, tags }) => subjectKey || tags.includes('personal') || tags.includes('pii'),
    ),
  );
  return [...new Set(columns.map(({ name }) => name))];
}
