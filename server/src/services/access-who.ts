/**
 * Who can see a column, and what a changed policy would change for whom: the decisions of all who have or asked for access.
 *
 * Not a log of what was read (the audit). Invariant: each line comes from the function that decides reads.
 */
import { canonicalJson, type Json } from '@weft/core/lib/canonical-json';
import { WeftError } from '@weft/core/lib/error';
import { predicateText } from '@weft/core/lib/predicate-text';
import type { AccessDecision } from '@weft/core/policy/decide';
import { type Mask, maskWord } from '@weft/core/policy/obligations';
import { actsForDomain, decidesForDomain, seesAll } from '@weft/core/registry/authority';
import type { Agreement, Domain, ProductPolicy, Subject } from '@weft/core/registry/types';
import { readAgreements } from '../store/control-access.ts';
import { readPolicy } from '../store/control-policies.ts';
import { type ContractRow, readContract, readDomain } from '../store/control-registry.ts';
import { type SeenView, seenOf } from './access-explain.ts';
import { tableFacts } from './access-facts.ts';
import { type AccessContext, decideFrom, type Instead, readFacts } from './access-service.ts';

/** Agreements that one answer looks at. */
const AGREEMENTS_MAX = 10_000;
const PAGE = 200;

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

export interface PlannedEffect {
  subject: string;
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
  product: string;
  /** Version of the policy that it is planned against. */
  version: number;
  items: PlannedEffect[];
  summary: Record<PlannedEffect['effect'], number>;
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
    const decision = await decideAgreement(context, { agreement, domain, table });
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

/** What the policy `instead` would change for all who have access to the product, or asked for it. */
export async function planPolicy(
  context: AccessContext,
  by: Subject,
  { product, policy }: { product: string; policy: ProductPolicy },
): Promise<AccessPlan> {
  const { contract, domain } = await requireDecider(context, by, product);
  const before = await readPolicy(context.db, product);
  const items: PlannedEffect[] = [];
  for (const agreement of await agreementsOn(context, product, [
    'active',
    'requested',
    'countered',
  ])) {
    for (const table of contract.tables) {
      const asked = { agreement, domain, table };
      const now = await decideAgreement(context, asked);
      const then = await decideAgreement(context, {
        ...asked,
        policy,
        instead: { cedar: policy.cedar },
      });
      if (now === null || then === null) continue;
      const { subject, purpose, state } = agreement;
      const effect = compareDecisions(now, then);
      items.push({ subject, purpose, agreement: agreement.agreement, state, table, ...effect });
    }
  }
  const count = (effect: PlannedEffect['effect']): number =>
    items.filter((item) => item.effect === effect).length;
  const summary = {
    gains: count('gains'),
    loses: count('loses'),
    changes: count('changes'),
    same: count('same'),
  };
  return { product, version: before?.policy.version ?? 0, items, summary };
}

async function requireDecider(
  context: AccessContext,
  by: Subject,
  product: string,
): Promise<{ contract: ContractRow; domain: Domain }> {
  const contract = await readContract(context.db, { product });
  const domain = await readDomain(context.db, product.split('.')[0] ?? '');
  if (contract === null || domain === null) {
    throw new WeftError('NOT_FOUND', `there is no product "${product}" with a contract`);
  }
  if (seesAll(by) || decidesForDomain(by, domain)) return { contract, domain };
  throw new WeftError('FORBIDDEN', `who may see ${product} is not shown to ${by.id}`);
}

async function agreementsOn(
  context: AccessContext,
  product: string,
  states: readonly Agreement['state'][],
): Promise<Agreement[]> {
  const now = new Date(context.clock.now()).toISOString();
  const found: Agreement[] = [];
  for (const state of states) {
    for (let before: string | null = null; found.length < AGREEMENTS_MAX; ) {
      const query = { seenBy: null, subject: null, product, state, now };
      const page: Agreement[] = await readAgreements(context.db, { ...query, before, limit: PAGE });
      found.push(...page);
      before = page.at(-1)?.agreement ?? null;
      if (page.length < PAGE) break;
    }
  }
  return found;
}

interface AskedFor {
  agreement: Agreement;
  domain: Domain;
  table: string;
  policy?: ProductPolicy;
  instead?: Instead;
}

/** The decision that an agreement leads to; one that is only asked for as if it were approved. Null without its subject. */
async function decideAgreement(
  context: AccessContext,
  asked: AskedFor,
): Promise<AccessDecision | null> {
  const { agreement, domain, table } = asked;
  const row = await context.db
    .selectFrom('subjects')
    .select(['id', 'name', 'roles', 'domains', 'attributes'])
    .where('id', '=', agreement.subject)
    .executeTakeFirst();
  const subject: Subject = row ?? {
    id: agreement.subject,
    name: agreement.subject,
    roles: [],
    domains: [],
    attributes: {},
  };
  const question = {
    subject,
    purpose: agreement.purpose,
    table: { domain: domain.name, table, major: agreement.major },
  };
  const facts = await readFacts(context, question);
  const holder = facts.contracts.find(({ major }) => major === agreement.major);
  if (holder === undefined || !holder.tables.includes(table)) return null;
  const agreements = [{ ...agreement, state: 'active' as const }];
  const policy = asked.policy ?? facts.policy;
  return (await decideFrom(context, question, { ...facts, agreements, policy }, asked.instead))
    .decision;
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
