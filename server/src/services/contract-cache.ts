/**
 * Models of published contracts, read again from the published bytes and kept by content hash.
 *
 * Not a source of truth. Why not stored: a model is a pure function of the bytes, and a newer Weft may read more from
 * them. Invariant: what was published is readable; if it is not, that is our fault and fails loudly.
 */

import type { ContractModel } from '@weft/core/contract/model';
import { type Contract, readContract } from '@weft/core/contract/read';
import { assert } from '@weft/core/lib/assert';

/** Some tens of kilobytes each: every decision needs that of its product. */
const MODELS_MAX = 2_000;
/** With their syntax trees, which few questions need. */
const CONTRACTS_MAX = 100;

export interface ContractCache {
  contractOf(published: { hash: string; source: string }): Contract;
  modelOf(published: { hash: string; source: string }): ContractModel;
  /** The same for whoever has the bytes only when they are needed. */
  modelBy(hash: string, readSource: () => Promise<string>): Promise<ContractModel>;
}

export function createContractCache(): ContractCache {
  const contracts = new Map<string, Contract>();
  const models = new Map<string, ContractModel>();
  const contractOf: ContractCache['contractOf'] = ({ hash, source }) =>
    contracts.get(hash) ?? keep(contracts, hash, read(hash, source), CONTRACTS_MAX);
  const modelOf: ContractCache['modelOf'] = ({ hash, source }) => {
    const model = models.get(hash) ?? contracts.get(hash)?.model ?? read(hash, source).model;
    return keep(models, hash, model, MODELS_MAX);
  };
  return {
    contractOf,
    modelOf,
    async modelBy(hash, readSource) {
      // Why the empty text: it is not looked at when the model is known.
      return modelOf({ hash, source: models.has(hash) ? '' : await readSource() });
    },
  };
}

function read(hash: string, source: string): Contract {
  const contract = readContract(source).value;
  assert(contract !== null, `the published contract ${hash} can be read`);
  return contract;
}

/** The one that was used longest ago goes first. */
function keep<T>(known: Map<string, T>, hash: string, value: T, max: number): T {
  known.delete(hash);
  known.set(hash, value);
  const oldest = known.keys().next().value;
  if (known.size > max && oldest !== undefined) known.delete(oldest);
  return value;
}
