/**
 * What a changed policy, of a product or of the mesh, would change for all who have access or asked for it.
 *
 * Not a permission to apply it (`policies-service.ts` asks for the plan's name). Invariant: both sides of each line come
 * from the function that decides reads.
 */
import { canonicalJson, type Json } from '@weft/core/lib/canonical-json';
import { predicateText } from '@weft/core/lib/predicate-text';
import type { AccessDecision } from '@weft/core/policy/decide';
import type { Mask } from '@weft/core/policy/obligations';
import type { Agreement, MeshPolicy, ProductPolicy, Subject } from '@weft/core/registry/types';
import { readMeshPolicy, readPolicy } from '../store/control-policies.ts';
import { readContract } from '../store/control-registry.ts';
import { agreedQuestion, agreementsOn, decideAgreed, requireDecider } from './access-agreed.ts';
import { type SeenView, seenOf } from './access-explain.ts';
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
  effect: 'gains' | 'loses' | 'changes' | 'same';
  /** What would be different, a phrase each. */
  what: string[];
  changes: PlannedChange[];
}

/** One thing that would be different. Null: not there, or none. */
export interface PlannedChange {
  kind: 'access' | 'column' | 'mask' | 'rows' | 'set' | 'granularity' | 'row limit' | 'export';
  /** Column or place that it is about. */
  of: string | null;
  before: string | null;
  after: string | null;
}

export interface AccessPlan {
  /** `mesh` for the policies of the mesh. */
  product: string;
  /** Version of the policy that it is planned against. */
  version: number;
  items: PlannedEffect[];
  /** Purposes whose requests would be approved by themselves from then on, and those whose would be no longer. */
  selfApproval: { opened: string[]; closed: string[] };
  summary: Record<PlannedEffect['effect'], number>;
}

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
      const effect = compareDecisions(now, then);
      const id = agreement.agreement;
      items.push({ subject, product, purpose, agreement: id, state, table, ...effect });
    }
  }
  return items;
}

function summaryOf(items: readonly PlannedEffect[]): AccessPlan['summary'] {
  const count = (effect: PlannedEffect['effect']): number =>
    items.filter((item) => item.effect === effect).length;
  return {
    gains: count('gains'),
    loses: count('loses'),
    changes: count('changes'),
    same: count('same'),
  };
}

function compareDecisions(
  now: AccessDecision,
  then: AccessDecision,
): Pick<PlannedEffect, 'effect' | 'what' | 'changes'> {
  if (now.decision === 'deny' && then.decision === 'deny') return told('same', []);
  if (now.decision === 'deny') return told('gains', [accessChange(now.reason, null)]);
  if (then.decision === 'deny') return told('loses', [accessChange(null, then.reason)]);
  const [before, after] = [seenOf(now), seenOf(then)];
  const gained = namesOf(after).filter((name) => !namesOf(before).includes(name));
  const lost = namesOf(before).filter((name) => !namesOf(after).includes(name));
  const other = [
    // Why not of columns that come or go: the mask of what is not there is no difference.
    ...maskChanges(now, then).filter(({ of }) => ![...gained, ...lost].includes(columnOf(of))),
    ...change('rows', before.rows ?? 'all', after.rows ?? 'all'),
    ...setChanges(now, then),
    ...change('granularity', rollUpText(now.rollUp), rollUpText(then.rollUp)),
    ...change('row limit', before.rowLimit, after.rowLimit),
    ...change('export', before.mayExport, after.mayExport),
  ];
  const changes = [
    ...gained.map((name) => columnChange(name, { before: null, after: shownAs(then, name) })),
    ...lost.map((name) => columnChange(name, { before: shownAs(now, name), after: null })),
    ...other,
  ];
  if (changes.length === 0) return told('same', changes);
  if (other.length === 0 && lost.length === 0) return told('gains', changes);
  if (other.length === 0 && gained.length === 0) return told('loses', changes);
  return told('changes', changes);
}

function told(
  effect: PlannedEffect['effect'],
  changes: PlannedChange[],
): Pick<PlannedEffect, 'effect' | 'what' | 'changes'> {
  return { effect, what: changes.map(phraseOf), changes };
}

/** A decision denies for a reason, and permits without one that would matter here. */
function accessChange(before: string | null, after: string | null): PlannedChange {
  return { kind: 'access', of: null, before, after };
}

function columnOf(place: string | null): string {
  return place?.split('.')[0] ?? '';
}

function columnChange(of: string, values: Pick<PlannedChange, 'before' | 'after'>): PlannedChange {
  return { kind: 'column', of, ...values };
}

/** How a column is shown that is there: its mask, or as it is. */
function shownAs({ masks }: AccessDecision, column: string): string {
  const own = masks.find(({ place }) => place === column);
  return own === undefined ? 'shown' : maskText(own.mask);
}

function phraseOf({ kind, of, before, after }: PlannedChange): string {
  if (kind === 'access') return after === null ? 'access' : `access: ${after}`;
  if (kind === 'column') return `${after === null ? '-' : '+'} ${of}`;
  return `${of === null ? kind : `${kind} of ${of}`}: ${before} → ${after}`;
}

function namesOf({ columns }: SeenView): string[] {
  return columns.map(({ name }) => name);
}

function maskChanges(now: AccessDecision, then: AccessDecision): PlannedChange[] {
  const texts = (decision: AccessDecision): Map<string, string> =>
    new Map(decision.masks.map(({ place, mask }) => [place, maskText(mask)]));
  const [before, after] = [texts(now), texts(then)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((place) =>
    change('mask', before.get(place) ?? 'none', after.get(place) ?? 'none').map((one) => ({
      ...one,
      of: place,
    })),
  );
}

/** Sets are named by conditions, so another list behind the same name is another set of rows. */
function setChanges(now: AccessDecision, then: AccessDecision): PlannedChange[] {
  const texts = ({ sets }: AccessDecision): Map<string, string> =>
    new Map(sets.map((set) => [set.name, setText(set)]));
  const [before, after] = [texts(now), texts(then)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
    change('set', before.get(name) ?? 'none', after.get(name) ?? 'none').map((one) => ({
      ...one,
      of: name,
    })),
  );
}

function setText({ declaration, owner }: AccessDecision['sets'][number]): string {
  const { from, key, subject, where, purpose, values, keys } = declaration;
  if (values !== null) return `${keys} ${canonicalJson(values)}`;
  const whose = subject === null ? '' : ` of each ${subject}`;
  return `${key}${whose} from ${from}${where === null ? '' : ` where ${where}`} for ${purpose}, read as ${owner}`;
}

function maskText(mask: Mask): string {
  if (mask.kind === 'cells') {
    const cases = mask.cases.map(
      (one) => `${maskText(one.mask)} where ${predicateText(one.where)}`,
    );
    return [...cases, ...(mask.otherwise === null ? [] : [maskText(mask.otherwise)])].join(
      ', else ',
    );
  }
  const { kind, ...rest } = mask;
  const values = Object.values(rest).map((value) => canonicalJson(value as Json));
  return [kind, ...values].join(' ');
}

/** A roll-up as its annotation reads: `region, sold_at by week; count; at least 10 id`. */
function rollUpText(rollUp: AccessDecision['rollUp']): string {
  if (rollUp === null) return 'none';
  const { by, measures, minimum } = rollUp;
  const dimensions = by.map(({ column, unit }) =>
    unit === null ? column : `${column} by ${unit}`,
  );
  const told = measures.map(({ function: name, column }) =>
    [name.replace('_', ' '), ...(column === null ? [] : [column])].join(' '),
  );
  return [dimensions.join(', '), ...told, `at least ${minimum.units} ${minimum.of}`].join('; ');
}

function change(kind: PlannedChange['kind'], was: unknown, is: unknown): PlannedChange[] {
  const [before, after] = [textOf(was), textOf(is)];
  return before === after ? [] : [{ kind, of: null, before, after }];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value as Json);
}
