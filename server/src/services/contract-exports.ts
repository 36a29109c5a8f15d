/**
 * The forms that a contract can be compiled to, by their names.
 *
 * Not the compilers: each is a module of `core/contract/compile`, loaded when it is asked for.
 */
import { type ExportLoss, lossesOf } from '@weft/core/contract/compile/losses';
import { tablesOf } from '@weft/core/contract/compile/tables';
import type { ContractModel, ContractObject } from '@weft/core/contract/model';
import { WeftError } from '@weft/core/lib/error';
import { type EXPORT_TARGETS, LOSSY_TARGETS } from '@weft/core/lib/export-targets';

/** `odcs` is the contract itself and needs no compiler. */
export type CompiledTarget = Exclude<(typeof EXPORT_TARGETS)[number], 'odcs'>;

/** Targets whose text is one JSON document. */
export const JSON_TARGETS: readonly string[] = ['json-schema', 'avro', 'iceberg'];

type Exporter = (model: ContractModel, objects: ContractObject[]) => Promise<string>;

const EXPORTERS: Readonly<Record<CompiledTarget, Exporter>> = {
  'json-schema': async (model, objects) => {
    const { compileJsonSchema } = await import('@weft/core/contract/compile/json-schema');
    return perObject(objects, (object) => jsonText(compileJsonSchema(model, object)));
  },
  typescript: async (model) =>
    (await import('@weft/core/contract/compile/typescript')).compileTypeScript(model),
  'sql:duckdb': async (model) =>
    (await import('@weft/core/contract/compile/sql')).compileSql(model, 'duckdb'),
  'sql:postgres': async (model) =>
    (await import('@weft/core/contract/compile/sql')).compileSql(model, 'postgres'),
  'sql:trino': async (model) =>
    (await import('@weft/core/contract/compile/sql')).compileSql(model, 'trino'),
  avro: async (model, objects) => {
    const { compileAvro } = await import('@weft/core/contract/compile/avro');
    return perObject(objects, (object) => jsonText(compileAvro(model, object)));
  },
  iceberg: async (_model, objects) => {
    const { compileIcebergSchema } = await import('@weft/core/contract/compile/iceberg');
    return perObject(objects, (object) => jsonText(compileIcebergSchema(object)));
  },
  markdown: async (model) =>
    (await import('@weft/core/contract/compile/markdown')).compileMarkdown(model),
  html: async (model) => (await import('@weft/core/contract/compile/html')).compileHtml(model),
};

/** The text of a target, and the rules that it does not say; with `object` of that object only. */
export async function exportTo(
  target: CompiledTarget,
  model: ContractModel,
  object: string | undefined,
): Promise<{ text: string; losses: ExportLoss[] }> {
  const tables = tablesOf(model).filter(
    (table) => object === undefined || table.table === object || table.object.name === object,
  );
  if (tables.length === 0) {
    throw new WeftError('NOT_FOUND', `the contract has no object "${object ?? ''}"`, {
      remedy: `It has: ${tablesOf(model)
        .map((table) => table.table)
        .join(', ')}.`,
    });
  }
  const objects = tables.map((table) => table.object);
  const lossy = LOSSY_TARGETS.find((name) => name === target);
  const losses = lossy === undefined ? [] : lossesOf(lossy, model, objects);
  return { text: await EXPORTERS[target](model, objects), losses };
}

// Why: one object gives its document, several an array, so that the output is always one JSON document.
function perObject(objects: ContractObject[], compile: (object: ContractObject) => string): string {
  const texts = objects.map(compile);
  return texts.length === 1 ? (texts[0] ?? '') : `[\n${texts.join(',\n')}\n]`;
}

function jsonText(value: unknown): string {
  return typeof value === 'string' ? value.trimEnd() : JSON.stringify(value, null, 2);
}
