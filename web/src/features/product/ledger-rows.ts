/**
 * Which promises of a contract a page shows in one sight: the worst first, then one sentence for each kind of thing, the
 * many small ones (types, never empty) as one.
 *
 * Invariant: nothing that is missed or close is ever folded into another sentence.
 */
import { headroomNumber, type MeasuredPromise, worstOf } from '../../api/promises.ts';
import type { LedgerRow } from '../../components/ContractLedger.tsx';
import { measuredWords, promiseSentence, type RuleNames } from '../../components/words-promise.ts';
import { FOLDED, FOLDED_FOUND, rowsChecked, setAside } from './words.ts';

const ORDER = { missed: 0, close: 1, kept: 2, unknown: 2 } as const;
/** Operators whose sentences differ by the column alone. */
const KINDS = ['rule', 'frequency', 'freshness', 'latency', 'rows', 'availability', 'retention'];

export function ledgerRow(promise: MeasuredPromise, names?: RuleNames): LedgerRow {
  const { finding, note } = measuredWords(promise);
  return {
    id: promise.id,
    sentence: promiseSentence(promise, names),
    headroom: headroomNumber(promise.headroom),
    state: promise.state,
    finding,
    note,
  };
}

export function overviewRows(
  promises: readonly MeasuredPromise[],
  { most, names }: { most: number; names?: RuleNames },
): LedgerRow[] {
  const toRow = (promise: MeasuredPromise): LedgerRow => ledgerRow(promise, names);
  const off = promises.filter(({ state }) => state === 'missed' || state === 'close');
  const rest = promises.filter((promise) => !off.includes(promise));
  const folds = (['hasType', 'present'] as const).map((operator) => ({
    operator,
    members: rest.filter(
      ({ kind, statement }) => kind === 'rule' && statement.operator === operator,
    ),
  }));
  const folded = new Set(folds.flatMap(({ members }) => (members.length > 1 ? members : [])));
  const single = rest
    .filter((promise) => !folded.has(promise))
    .sort((a, b) => rankOf(a) - rankOf(b));
  const worst = off.toSorted((a, b) => ORDER[a.state] - ORDER[b.state]).map(toRow);
  const rows = single.map(toRow);
  const many = folds.flatMap(({ operator, members }) =>
    members.length > 1 ? [foldedRow(operator, members)] : [],
  );
  // Why in this place: what one row is comes first, then when it arrives, then what always holds.
  return [...worst, ...rows.slice(0, 3), ...many, ...rows.slice(3)].slice(0, most);
}

/** What one row is, when it arrives, what it refers to, what it may hold, and the rest. */
function rankOf({ kind, statement }: MeasuredPromise): number {
  if (kind === 'rule' && statement.operator === 'unique') return 0;
  if (kind === 'rule') return statement.operator === 'standsIn' ? 6 : 9;
  return KINDS.indexOf(kind);
}

function foldedRow(operator: keyof typeof FOLDED, members: readonly MeasuredPromise[]): LedgerRow {
  const refused = members.reduce((sum, { refused: own }) => sum + (own ?? 0), 0);
  const checked = Math.max(...members.map(({ checked: own }) => own ?? 0));
  // Why not by the value: it may be told to others alone.
  const isMeasured = members.some(({ state }) => state !== 'unknown');
  return {
    id: `folded ${operator}`,
    sentence: FOLDED[operator](members.length),
    headroom: isMeasured ? Number.POSITIVE_INFINITY : null,
    state: worstOf(members),
    finding: FOLDED_FOUND[isMeasured ? operator : 'none'],
    note: refused > 0 ? setAside(refused) : isMeasured ? rowsChecked(checked) : null,
  };
}
