/**
 * Classes, tags and purposes of a policy that nothing in the mesh has: a slip of the pen, most likely, and then the policy hides or
 * permits nothing where its owner thinks that it does.
 *
 * Not refused: a policy may come before the contract that it is for.
 */
import { nearestName } from '@weft/core/contract/schema-check';
import type { ErrorPlace } from '@weft/core/lib/error';
import { type Mention, mentionsOf } from '@weft/core/policy/mentions';
import type { CedarPolicy } from '@weft/core/policy/ports';
import { isWordUsed, type PolicyWord, readWords } from '../store/control-texts.ts';
import type { ControlContext } from './control-context.ts';

type Known = Readonly<Record<PolicyWord['kind'], readonly string[]>>;

/** Used for what they say everywhere, also before a contract has them. */
const WELL_KNOWN: Known = {
  classification: [],
  tag: ['pii', 'personal', 'sensitive'],
  purpose: ['privacy_request'],
};
const WORDS_MAX = 20;
const CANDIDATES_MAX = 5_000;

export interface WordsAsked {
  /** `mesh` for those of the mesh. */
  product: string;
  policies: readonly CedarPolicy[];
  autoApprovePurposes: readonly string[];
  /** Words that count as known here. */
  known: Known;
}

export async function unknownWords(
  context: Pick<ControlContext, 'db' | 'orders'>,
  { product, policies, autoApprovePurposes, known }: WordsAsked,
): Promise<ErrorPlace[]> {
  const short = autoApprovePurposes.map((word) => ({ kind: 'purpose' as const, word }));
  const asked: (PolicyWord & Partial<Mention>)[] = [...mentionsOf(policies), ...short];
  const words = {
    classification: [...context.orders.classification, ...known.classification],
    tag: [...WELL_KNOWN.tag, ...known.tag],
    purpose: [...WELL_KNOWN.purpose, ...known.purpose],
  };
  const odd = asked.filter(({ kind, word }) => !words[kind].some((one) => isSame(kind, one, word)));
  const warnings: ErrorPlace[] = [];
  for (const mention of odd.slice(0, WORDS_MAX)) {
    if (await isWordUsed(context.db, mention, product)) continue;
    const candidates = [
      ...words[mention.kind],
      ...(await readWords(context.db, mention.kind, CANDIDATES_MAX)),
    ];
    warnings.push(warningOf(mention, nearest(mention.word, candidates)));
  }
  return warnings;
}

/** Why the beginning, too: of a short word one letter is too much to be counted as a slip. */
function nearest(word: string, candidates: readonly string[]): string | null {
  return nearestName(word, candidates) ?? candidates.find((one) => one.startsWith(word)) ?? null;
}

/** Classes are the same in any case, tags and purposes are not. */
function isSame(kind: PolicyWord['kind'], a: string, b: string): boolean {
  return kind === 'classification' ? a.toLowerCase() === b.toLowerCase() : a === b;
}

function warningOf(
  { kind, word, policy, line }: PolicyWord & Partial<Mention>,
  near: string | null,
): ErrorPlace {
  const place = policy === undefined ? '' : `${policy}: `;
  const remedy =
    near === null
      ? `It means nothing until a contract${kind === 'purpose' ? ' or an agreement' : ''} has it.`
      : `Did you mean "${near}"?`;
  return {
    code: 'POLICY_WORD_UNKNOWN',
    message: `${place}nothing in the mesh has the ${kind} "${word}"`,
    remedy,
    path: policy === undefined ? '$.autoApprovePurposes' : '$.cedar',
    ...(line === undefined ? {} : { line, column: 1 }),
  };
}
