/**
 * What rules did to an answer: which of its columns are veiled, and each rule as a sentence.
 *
 * From what the API explains of each product in the answer. Not protection: what may not be seen is not there.
 */
import type { AccessExplanation } from '../../api/access.ts';
import type { GridColumn } from '../../components/grid/grid-cells.ts';
import type { ResultColumn } from '../../lib/result-splitter.ts';
import { columnsFrom } from '../../lib/sql-text.ts';
import { words } from './words.ts';

export interface Rule {
  kind: 'mask' | 'hidden' | 'rows' | 'cells' | 'limit';
  product: string;
  /** What it is about; in mono where it is a name. */
  subject: string;
  text: string;
}

/** Columns of the answer, those that come of a masked column with what stands in place of its values. */
export function veiledColumns(
  columns: readonly ResultColumn[],
  sql: string,
  explanations: readonly AccessExplanation[],
): GridColumn[] {
  const masks = masksOf(explanations);
  if (masks.size === 0) return [...columns];
  const origins = columnsFrom(sql, [...masks.keys()]);
  return columns.map((column) => {
    const origin = origins.get(column.name.toLowerCase());
    const mask = origin === undefined ? undefined : masks.get(origin);
    return mask === undefined ? column : { ...column, veil: words.maskOf(mask) };
  });
}

function masksOf(explanations: readonly AccessExplanation[]): Map<string, string> {
  return new Map(
    explanations.flatMap(({ seen }) =>
      (seen?.columns ?? []).flatMap(({ name, mask }) =>
        mask === null ? [] : [[name, mask] as [string, string]],
      ),
    ),
  );
}

export function rulesOf(
  explanations: readonly AccessExplanation[],
  columns: readonly ResultColumn[],
  sql: string,
): Rule[] {
  const origins = columnsFrom(sql, [...masksOf(explanations).keys()]);
  return explanations.flatMap((explanation) => {
    const { seen, product } = explanation;
    if (seen === null) return [];
    const rules: Rule[] = maskRules(explanation, columns, origins);
    if (seen.granularity !== null) {
      const { by, minimum } = seen.granularity;
      const cell = by.map(({ column, unit }) =>
        unit === null ? column : words.unitOf(unit, column),
      );
      rules.push({ kind: 'cells', product, subject: product, text: words.cells(cell, minimum) });
    }
    if (seen.rows !== null) {
      rules.push({ kind: 'rows', product, subject: product, text: words.rows(seen.rows) });
    }
    if (seen.hidden.length > 0) {
      const hidden = seen.hidden.map(({ column }) => column);
      rules.push({
        kind: 'hidden',
        product,
        subject: hidden.join(', '),
        text: words.hidden(hidden.length),
      });
    }
    if (seen.rowLimit !== null) {
      rules.push({ kind: 'limit', product, subject: product, text: words.rowLimit(seen.rowLimit) });
    }
    return rules;
  });
}

/** Masks of columns that the answer has something of. */
function maskRules(
  { seen, product }: AccessExplanation,
  columns: readonly ResultColumn[],
  origins: ReadonlyMap<string, string>,
): Rule[] {
  return (seen?.columns ?? []).flatMap(({ name, mask }) => {
    if (mask === null) return [];
    const shown = columns.find((column) => origins.get(column.name.toLowerCase()) === name);
    if (shown === undefined) return [];
    const text = words.masked(shown.name === name ? null : name, mask);
    return [{ kind: 'mask' as const, product, subject: shown.name, text }];
  });
}

/** Why the answer may not leave as a file; null when it may. */
export function exportRefusal(explanations: readonly AccessExplanation[]): string | null {
  const forbidding = explanations.find(({ seen }) => seen?.mayExport === false);
  return forbidding === undefined ? null : words.exportForbidden(forbidding.product);
}
