/**
 * The sets that a decision asks, as explanations name them: version and size for those who decide on the product, the name
 * alone for whoever reads it. Keys are told to nobody: those of a list that was read are on its node.
 */
import { canonicalJson, type Json } from '@weft/core/lib/canonical-json';
import type { AccessDecision } from '@weft/core/policy/decide';
import type { DecisionSet } from '@weft/core/policy/key-sets';
import type { KeyListReport } from '@weft/core/registry/key-list';
import { readKeyLists } from '../store/control-key-lists.ts';
import type { AccessContext } from './access-service.ts';

export interface ExplainedSet {
  name: string;
  /** The table that the list is read from; null for one that the policy writes down, and for who may not know. */
  from: string | null;
  /** Null while no node read it, and for who may not know; so are the counts. */
  version: string | null;
  keys: number | null;
  subjects: number | null;
  readAt: string | null;
  /** Why the list cannot be read: until it can, nobody sees anything by it. */
  problem: string | null;
}

export async function explainSets(
  context: AccessContext,
  { product, sets, policyVersion }: AccessDecision,
  isDecider: boolean,
): Promise<ExplainedSet[]> {
  if (sets.length === 0) return [];
  if (!isDecider) return sets.map(({ name }) => untold(name));
  const lists = await readKeyLists(context.db, product);
  return sets.map((set) => {
    const { values } = set.declaration;
    if (values !== null) return written(set, policyVersion);
    const list = lists.get(set.name);
    return readFrom(set, list?.declaration === declarationHash(context, set) ? list : undefined);
  });
}

function untold(name: string): ExplainedSet {
  const nothing = { from: null, version: null, keys: null, subjects: null };
  return { name, ...nothing, readAt: null, problem: null };
}

function written({ name, declaration }: DecisionSet, policyVersion: number | null): ExplainedSet {
  const values = declaration.values ?? [];
  const lists = Array.isArray(values) ? [values] : Object.values(values);
  return {
    ...untold(name),
    version: `policy ${policyVersion}`,
    keys: lists.reduce((sum, list) => sum + new Set(list).size, 0),
    subjects: Array.isArray(values) ? null : lists.length,
  };
}

function readFrom(
  { name, declaration }: DecisionSet,
  list: KeyListReport | undefined,
): ExplainedSet {
  const {
    version = null,
    keys = null,
    subjects = null,
    readAt = null,
    problem = null,
  } = list ?? {};
  return { name, from: declaration.from, version, keys, subjects, readAt, problem };
}

/** As nodes name it, see `key-lists.ts`. */
function declarationHash(
  { keys }: Pick<AccessContext, 'keys'>,
  { declaration, owner }: DecisionSet,
): string {
  return keys.sha256(canonicalJson({ declaration, owner } as unknown as Json));
}
