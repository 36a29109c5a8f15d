/**
 * Which columns speak of persons, and what the data may be used for, as sentences.
 */
import type { ContractModel } from '@weft/core/contract/model';
import { formatName } from '../../lib/format.ts';

export function personalText(model: ContractModel): string {
  const columns = personalColumns(model);
  const about = columns.length === 0 ? 'No personal data.' : `Personal data: ${listOf(columns)}.`;
  const { purposes } = model.weft;
  const may =
    purposes.length === 0
      ? 'The contract names no purposes.'
      : `Use it for ${listOf(
          purposes.map((purpose) => formatName(purpose).toLowerCase()),
          'or',
        )}.`;
  return `${about} ${may}`;
}

/** Columns that name a person or are tagged as personal. */
export function personalColumns(model: ContractModel): string[] {
  const columns = model.objects.flatMap(({ properties }) =>
    properties.filter(
      ({ subjectKey, tags }) => subjectKey || tags.includes('personal') || tags.includes('pii'),
    ),
  );
  return [...new Set(columns.map(({ name }) => name))];
}

function listOf(items: readonly string[], word = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1) ?? ''}`;
}
