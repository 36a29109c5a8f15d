/**
 * Which table each object of a contract becomes.
 *
 * Not a claim: names are claimed in the registry at publish, where a clash or a reserved word is refused.
 * Invariant: the first object takes the product's name, every other object its own (DESIGN.md, rules of the model 1).
 */
import { WeftError } from '../../lib/error.ts';
import type { ContractModel, ContractObject } from '../model.ts';

export interface ContractTable {
  table: string;
  object: ContractObject;
}

/** The tables of a contract in the order of its objects. */
export function tablesOf(model: ContractModel): ContractTable[] {
  return model.objects.map((object, i) => ({
    table: i === 0 && model.product !== null ? model.product : object.name,
    object,
  }));
}

/** The table of one object, named by id, object name or table name; the first one when no name is given. */
export function tableOf(model: ContractModel, name?: string): ContractTable {
  const tables = tablesOf(model);
  const found =
    name === undefined
      ? tables[0]
      : (tables.find((t) => t.object.id === name) ??
        tables.find((t) => t.object.name === name) ??
        tables.find((t) => t.table === name));
  if (found !== undefined) return found;
  throw new WeftError(
    'NOT_FOUND',
    name === undefined
      ? `contract ${model.id} has no object`
      : `contract ${model.id} has no object "${name}"`,
    { remedy: `It has: ${tables.map((t) => t.object.name).join(', ') || 'none'}.` },
  );
}
