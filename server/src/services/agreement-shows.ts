/**
 * Terms under which an agreement shows nothing though the policy would show something: columns by which the policy rolls a table up
 * are left out, for example. Whoever decides hears of it before anybody relies on the agreement.
 */
import { must } from '@weft/core/lib/assert';
import { WeftError } from '@weft/core/lib/error';
import type { AccessDecision } from '@weft/core/policy/decide';
import { decidesForDomain } from '@weft/core/registry/authority';
import type { Agreement, Subject } from '@weft/core/registry/types';
import { readAgreement } from '../store/control-access.ts';
import { readContract, readDomain } from '../store/control-registry.ts';
import { agreedQuestion, decideAgreed } from './access-agreed.ts';
import type { AccessContext } from './access-service.ts';

/**
 * Throws REQUEST_INVALID where the columns of the terms leave nothing to see. Outside of any transaction: it asks the store.
 * Says nothing to who does not decide on the product.
 */
export async function refuseBlindTerms(
  context: AccessContext,
  { subject, id, columns: named }: { subject: Subject; id: string; columns?: string[] | null },
): Promise<void> {
  const stored = await readAgreement(context.db, id);
  const domain = stored === null ? null : await readDomain(context.db, stored.domain);
  if (stored === null || domain === null || !decidesForDomain(subject, domain)) return;
  const { agreement } = stored;
  const columns = named === undefined ? agreement.columns : named;
  if (columns === null) return;
  const shown = await decisionsOf(context, { ...agreement, columns: null });
  const left = await decisionsOf(context, { ...agreement, columns });
  const permitted = shown.filter(isPermit);
  if (permitted.length === 0 || left.some(isPermit)) return;
  throw new WeftError(
    'REQUEST_INVALID',
    `with these columns ${agreement.subject} would see nothing of ${agreement.product}`,
    { remedy: remedyOf(permitted) },
  );
}

function isPermit({ decision }: AccessDecision): boolean {
  return decision === 'permit';
}

/** One for each table of the agreed major. */
async function decisionsOf(
  context: AccessContext,
  agreement: Agreement,
): Promise<AccessDecision[]> {
  const { product, major } = agreement;
  const contract = must(
    await readContract(context.db, { product, major }),
    'the contract of an agreement',
  );
  const decisions: AccessDecision[] = [];
  for (const table of contract.tables) {
    const asked = await agreedQuestion(context, { agreement, table });
    if (asked !== null) decisions.push(await decideAgreed(context, asked));
  }
  return decisions;
}

function remedyOf(permitted: readonly AccessDecision[]): string {
  const grouped = permitted.flatMap(({ rollUp }) => rollUp?.by.map(({ column }) => column) ?? []);
  if (grouped.length === 0) return 'Leave columns in that the policy shows.';
  const by = [...new Set(grouped)].join(', ');
  return `The policy shows it rolled up by ${by}: leave these in, and a column that is measured.`;
}
