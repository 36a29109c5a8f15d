/**
 * What a changed policy, of a product or of the mesh, would change for all who have access or asked for it.
 *
 * Not a permission to apply it (`policies-service.ts` asks for the plan's name). Invariant: both sides of each line come
 * from the function that decides reads.
 */
import type { AccessDecision } from '@weft/core/policy/decide';
import { estimateRows } from '@weft/core/policy/estimate-rows';
import type { Agreement, MeshPolicy, ProductPolicy, Subject } from '@weft/core/registry/types';
import { readMeasurement } from '../store/control-decisions.ts';
import { readMeshPolicy, readPolicy } from '../store/control-policies.ts';
import { readContract } from '../store/control-registry.ts';
import { agreedQuestion, agreementsOn, decideAgreed, requireDecider } from './access-agreed.ts';
import { compareDecisions, type Effect, type PlannedChange } from './access-plan-changes.ts';
import type { AccessContext } from './access-service.ts';

/** Access, and what may become access. */
const STATES: readonly Agreement['state'][] = ['active', 'requested', 'countered'];

export interface PlannedEffect {
  subject: string;
  product: string;
  purpose: string;
  agreement: string;
  state: Agreement['state'];
  table: string;
  effect: Effect;
  /** What would be different, a phrase each. */
  what: string[];
  changes: PlannedChange[];
}

export interface AccessPlan {
  /** `mesh` for the policies of the mesh. */
  product: string;
  /** Version of the policy that it is planned against. */
  version: number;
  items: PlannedEffect[];
  /** Purposes whose requests would be approved by themselves from then on, and those whose would be no longer. */
  selfApproval: { opened: string[]; closed: string[] };
  summary: PlanSummary;
}

/** Those who have access by effect; `waiting` counts requests and offers, which are no access yet, that would be touched. */
export type PlanSummary = Record<Effect | 'waiting', number>;

/** For a policy of a product. Throws NOT_FOUND, FORBIDDEN. */
export async function planPolicy(
  context: AccessContext,
  by: Subject,
  { product, policy }: { product: string; policy: ProductPolicy },
): Promise<AccessPlan> {
  await requireDecider(context, by, product);
  const before = (await readPolicy(context.db, product))?.policy;
  const items = await effectsOn(context, { product, instead: { policy } });
  const [was, is] = [before?.autoApprovePurposes ?? [], policy.autoApprovePurposes];
  const selfApproval = {
    opened: is.filter((purpose) => !was.includes(purpose)),
    closed: was.filter((purpose) => !is.includes(purpose)),
  };
  const version = before?.version ?? 0;
  return { product, version, items, selfApproval, summary: summaryOf(items) };
}

/** For the policies of the mesh, over all products. */
export async function planMeshPolicy(
  context: AccessContext,
  mesh: MeshPolicy,
): Promise<AccessPlan> {
  const before = (await readMeshPolicy(context.db))?.policy;
  const items = await effectsOn(context, { product: null, instead: { mesh } });
  return {
    product: 'mesh',
    version: before?.version ?? 0,
    items,
    selfApproval: { opened: [], closed: [] },
    summary: summaryOf(items),
  };
}

async function effectsOn(
  context: AccessContext,
  asked: { product: string | null; instead: Parameters<typeof decideAgreed>[2] },
): Promise<PlannedEffect[]> {
  const tables = new Map<string, readonly string[]>();
  const items: PlannedEffect[] = [];
  for (const agreement of await agreementsOn(context, asked.product, STATES)) {
    const { product, subject, purpose, state } = agreement;
    const known = tables.get(product);
    const names = known ?? (await readContract(context.db, { product }))?.tables ?? [];
    tables.set(product, names);
    for (const table of names) {
      const question = await agreedQuestion(context, { agreement, table });
      if (question === null) continue;
      const now = await decideAgreed(context, question);
      const then = await decideAgreed(context, question, asked.instead);
      const effect = compareDecisions({ subject, before: now, after: then });
      for (const change of effect.changes) {
        if (change.kind === 'rows') change.about = await rowsAbout(context, now, then);
      }
      const id = agreement.agreement;
      items.push({ subject, product, purpose, agreement: id, state, table, ...effect });
    }
  }
  return items;
}

/** About how many rows each would be; null where that is not known. */
async function rowsAbout(
  { db }: AccessContext,
  now: AccessDecision,
  then: AccessDecision,
): Promise<PlannedChange['about']> {
  const measured = await readMeasurement(db, { ...now.table, product: now.product });
  if (measured === null) return null;
  const [before, after] = [now, then].map(({ rowFilter }) => estimateRows(rowFilter, measured));
  return { before: before ?? null, after: after ?? null };
}

function summaryOf(items: readonly PlannedEffect[]): PlanSummary {
  const held = items.filter(({ state }) => state === 'active');
  const count = (effect: Effect): number => held.filter((item) => item.effect === effect).length;
  return {
    gains: count('gains'),
    loses: count('loses'),
    changes: count('changes'),
    same: count('same'),
    waiting: items.filter(({ state, effect }) => state !== 'active' && effect !== 'same').length,
  };
}
