/**
 * The SQL rules of a contract for whoever tries them: the plans that have some, and the places of those that fail.
 *
 * Not the trial (`ingest/try-rules.ts`), which needs an engine.
 */
import type { Diagnostic } from '../lib/diagnostic.ts';
import { compileIngestPlan } from './compile/ingest-plan.ts';
import { createDiagnoser } from './diagnose.ts';
import type { ContractDocument, JsonObject } from './document.ts';
import type { DocumentPath } from './document-path.ts';
import { isObject, objectsOf, textOf } from './json-access.ts';
import type { ContractModel } from './model.ts';
import type { IngestPlan } from './plan.ts';
import { batchQuery } from './quality-from-odcs.ts';

const REMEDY =
  'Write one SELECT over `batch` (or {object}) and the columns of the contract that gives one number, and try it with `weft contract lint`.';

/** The plans of the objects that have SQL rules; none where domain or product are missing, since such a contract has no plan. */
export function plansWithSql(model: ContractModel): IngestPlan[] {
  if (model.domain === null || model.product === null) return [];
  return model.objects
    .map((object) => compileIngestPlan(model, { hash: '0'.repeat(64), object: object.id }))
    .filter(({ rules }) => rules.some(({ check }) => check.kind === 'sql'));
}

/** What was found about some queries, at the places where the document has them. */
export function sqlRuleDiagnostics(
  { document, model }: { document: ContractDocument; model: ContractModel },
  problems: readonly { objectId: string; query: string; problem: string }[],
): Diagnostic[] {
  const diagnoser = createDiagnoser(document);
  for (const { objectId, query, problem } of problems) {
    const index = model.objects.findIndex(({ id }) => id === objectId);
    const { item } = objectsOf(document.data, 'schema').find((o) => o.index === index) ?? {};
    const path: DocumentPath = ['schema', index];
    const place = item === undefined ? null : placeOfQuery(item, { path, query, column: null });
    diagnoser.add('QUALITY_INVALID', place ?? path, `the query cannot be carried out: ${problem}`, {
      remedy: REMEDY,
    });
  }
  return diagnoser.diagnostics;
}

/** The path of the first SQL rule below `element` that has this query; `column` is the property that it stands in. */
function placeOfQuery(
  element: JsonObject,
  at: { path: DocumentPath; query: string; column: string | null },
): DocumentPath | null {
  const { path, query, column } = at;
  for (const { item, index } of objectsOf(element, 'quality')) {
    const text = textOf(item, 'query') ?? '';
    const isSame = textOf(item, 'type') === 'sql' && batchQuery(text, column) === query;
    if (isSame) return [...path, 'quality', index, 'query'];
  }
  for (const [key, value] of Object.entries(element)) {
    const inner = Array.isArray(value) ? value : [value];
    for (const [index, part] of inner.entries()) {
      if (!isObject(part) || key === 'quality') continue;
      const below = { path: Array.isArray(value) ? [...path, key, index] : [...path, key], query };
      const name = key === 'properties' ? textOf(part, 'name') : column;
      const found = placeOfQuery(part, { ...below, column: name });
      if (found !== null) return found;
    }
  }
  return null;
}
