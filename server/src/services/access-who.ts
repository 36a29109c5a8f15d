/**
 * Who can see a column: the decisions of all who have access.
 *
 * Not a log of what was read (the audit). Invariant: each line comes from the function that decides reads.
 */
import { WeftError } from '@weft/core/lib/error';
import type { AccessDecision } from '@weft/core/policy/decide';
import { maskWord } from '@weft/core/policy/obligations';
import { actsForDomain } from '@weft/core/registry/authority';
import type { Domain, Subject } from '@weft/core/registry/types';
import type { ContractRow } from '../store/control-registry.ts';
import { agreedQuestion, agreementsOn, decideAgreed, requireDecider } from './access-agreed.ts';
import { seenOf } from './access-explain.ts';
import { tableFacts } from './access-facts.ts';
import type { AccessContext } from './access-service.ts';

export interface ColumnViewer {
  subject: string;
  /** Null for owners and producers of the domain, who need none. */
  agreement: string | null;
  purpose: string | null;
  until: string | null;
  /** Masks of the column or of places inside it; empty for its values as they are. */
  masks: string[];
  rows: string | null;
}

export interface ColumnViewers {
  product: string;
  table: string;
  column: string;
  items: ColumnViewer[];
}

/** Throws NOT_FOUND, FORBIDDEN, REQUEST_INVALID (no such column). */
export async function viewersOfColumn(
  context: AccessContext,
  by: Subject,
  request: { product: string; table?: string | undefined; column: string },
): Promise<ColumnViewers> {
  const { contract, domain } = await requireDecider(context, by, request.product);
  const table = request.table ?? contract.tables[0] ?? '';
  const { product, column } = request;
  const items: ColumnViewer[] = (await insiders(context, domain)).map((subject) => ({
    subject,
    agreement: null,
    purpose: null,
    until: null,
    masks: [],
    rows: null,
  }));
  for (const agreement of await agreementsOn(context, product, ['active'])) {
    const question = await agreedQuestion(context, { agreement, table });
    const decision = question === null ? null : await decideAgreed(context, question);
    if (decision?.decision !== 'permit' || !shows(decision, column)) continue;
    const { subject, purpose, until } = agreement;
    const masks = decision.masks
      .filter(({ place }) => place === column || place.startsWith(`${column}.`))
      .map(({ place, mask }) =>
        place === column ? maskWord(mask) : `${place}: ${maskWord(mask)}`,
      );
    const id = agreement.agreement;
    items.push({ subject, agreement: id, purpose, until, masks, rows: seenOf(decision).rows });
  }
  // Why last: an agreement on an older major may show a column that the newest contract lacks.
  if (items.every((item) => item.agreement === null)) {
    requireColumn(context, contract, { table, column });
  }
  return { product, table, column, items };
}

/** Why not an empty answer: a slip of the pen would read as "nobody sees it". */
function requireColumn(
  context: AccessContext,
  contract: ContractRow,
  { table, column }: { table: string; column: string },
): void {
  const tables = tableFacts(context.contracts.modelOf(contract));
  const facts = tables.find((one) => one.table === table);
  if (facts === undefined) {
    throw new WeftError('NOT_FOUND', `${contract.product} has no table "${table}"`, {
      remedy: `It has: ${contract.tables.join(', ')}.`,
    });
  }
  const names = facts.columns.map(({ name }) => name);
  if (names.includes(column)) return;
  throw new WeftError('REQUEST_INVALID', `${contract.product} has no column "${column}"`, {
    remedy: `There are: ${names.join(', ')}.`,
  });
}

/** A roll-up shows a column as a dimension, or what a measure tells of it. */
function shows({ columns, rollUp }: AccessDecision, column: string): boolean {
  if (rollUp === null) return columns.includes(column);
  return [...rollUp.by, ...rollUp.measures].some((part) => part.column === column);
}

async function insiders(context: AccessContext, domain: Domain): Promise<string[]> {
  const rows = await context.db
    .selectFrom('subjects')
    .select(['id', 'name', 'roles', 'domains', 'attributes'])
    .orderBy('id')
    .execute();
  const acting = rows.filter((row) => actsForDomain(row, domain)).map(({ id }) => id);
  return [...new Set([...domain.owners, ...acting])];
}
