/**
 * Models of published contracts, read again from the published bytes and kept by content hash.
 *
 * Not a source of truth. Why not stored: a model is a pure function of the bytes, and a newer Weft may read more from
 * them. Invariant: what was published is readable; if it is not, that is our fault and fails loudly.
 */

import type { ContractModel } from '@weft/core/contract/model';
import { type Contract, readContract } from '@weft/core/contract/read';
import { assert } from '@weft/core/lib/assert';

const MODELS_MAX = 500;

export interface ContractCache {
  contractOf(published: { hash: string; source: string }): Contract;
  modelOf(published: { hash: string; source: string }): ContractModel;
}

export function createContractCache(): ContractCache {
  const known = new Map<string, Contract>();
  const contractOf: ContractCache['contractOf'] = ({ hash, source }) => {
    const hit = known.get(hash);
    if (hit !== undefined) return hit;
    const contract = readContract(source).value;
    assert(contract !== null, `the published contract ${hash} can be read`);
    const oldest = known.keys().next().value;
    if (known.size >= MODELS_MAX && oldest !== undefined) known.delete(oldest);
    known.set(hash, contract);
    return contract;
  };
  return { contractOf, modelOf: (published) => contractOf(published).model };
}
