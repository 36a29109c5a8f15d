/**
 * The process in which a contract is drafted from a sample file that somebody sent: no reader of such a file runs in the
 * process that serves the API.
 *
 * Its one message is that of `adapters/sample-inference.ts`. It reads the one file, answers and ends.
 */

import type { DataType } from '@weft/core/contract/data-type';
import { spanOfForm } from '@weft/core/contract/infer/foreign-form';
import { inferContract } from '@weft/core/contract/infer/infer';
import type { InferSource } from '@weft/core/contract/infer/source';
import { isWeftError } from '@weft/core/lib/error';
import { readSample } from '../adapters/sample-reader.ts';
import type { ColumnSeen, SampleAnswer, SampleJob } from '../services/inference-ports.ts';

const EXAMPLES = 3;
const EXAMPLE_CHARACTERS = 100;

process.on('disconnect', () => process.exit(0));
process.on('message', (job: SampleJob) => {
  void answer(job).then((found) => process.send?.(found, () => process.exit(0)));
});
process.send?.('ready');

async function answer(job: SampleJob): Promise<SampleAnswer> {
  try {
    const source = await readSample(job.path, { format: job.format ?? undefined });
    source.name = job.name;
    const draft = inferContract(source, {
      domain: job.domain,
      product: job.product,
      owner: job.owner,
      now: job.now,
    });
    const types = draft.model?.objects[0]?.properties.map((property) => property.type) ?? [];
    return {
      document: draft.text,
      rows: draft.evidence.rows,
      truncated: draft.evidence.truncated,
      evidence: source.columns.map((_, i) =>
        columnSeen(source, i, {
          name: draft.evidence.columns[i]?.name ?? source.columns[i] ?? '',
          type: types[i] ?? null,
          looksLike: draft.evidence.columns[i]?.foreign ?? null,
        }),
      ),
      diagnostics: draft.diagnostics,
    };
  } catch (error) {
    if (!isWeftError(error)) return { failed: { code: 'INTERNAL', message: '', remedy: null } };
    const { code, remedy } = error;
    // Why not its path: it names a folder of the node.
    return { failed: { code, remedy, message: error.message.replaceAll(job.path, job.name) } };
  }
}

function columnSeen(
  { rows }: InferSource,
  index: number,
  {
    name,
    type,
    looksLike,
  }: { name: string; type: DataType | null; looksLike: ColumnSeen['looksLike'] },
): ColumnSeen {
  const values = rows.flatMap((row) => {
    const value = row[index];
    return value === null || value === undefined ? [] : [value];
  });
  const distinct = new Set(values);
  const span =
    looksLike === null ? boundsOf(distinct, isNumeric(type)) : spanOfForm(looksLike, distinct);
  return {
    column: name,
    seen: rows.length,
    nulls: rows.length - values.length,
    distinct: distinct.size,
    min: shortOrNull(span?.min),
    max: shortOrNull(span?.max),
    examples: [...distinct].slice(0, EXAMPLES).map(short),
    looksLike,
  };
}

function isNumeric(type: DataType | null): boolean {
  return type !== null && ['int', 'long', 'double', 'decimal'].includes(type.kind);
}

function boundsOf(values: ReadonlySet<string>, isNumber: boolean) {
  let [min, max]: [string | null, string | null] = [null, null];
  const isLess = (a: string, b: string): boolean => (isNumber ? Number(a) < Number(b) : a < b);
  for (const value of values) {
    if (isNumber && Number.isNaN(Number(value))) continue;
    if (min === null || isLess(value, min)) min = value;
    if (max === null || isLess(max, value)) max = value;
  }
  return { min, max };
}

const shortOrNull = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : short(text);

function short(text: string): string {
  return text.length <= EXAMPLE_CHARACTERS ? text : `${text.slice(0, EXAMPLE_CHARACTERS)}…`;
}
