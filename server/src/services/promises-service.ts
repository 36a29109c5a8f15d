/**
 * What a product promises beside what was measured, by day and by rule, for whoever asks; and the sweep that follows time.
 *
 * Not the judgement (`core/src/ingest/promises.ts`). Invariants: counts and shares are for every subject of the mesh, as in
 * discovery; a figure that a rule makes of values of rows is for those who see the domain's batches; what time alone
 * makes worse is in the search document within a minute.
 */
import { compileRules, primaryKeyOf } from '@weft/core/contract/compile/ingest-plan';
import { tablesOf } from '@weft/core/contract/compile/tables';
import type { ContractModel } from '@weft/core/contract/model';
import type { Check } from '@weft/core/contract/plan';
import { type MissBudget, type PromiseDay, promiseDays } from '@weft/core/ingest/promise-days';
import type { MeasuredPromise } from '@weft/core/ingest/promises';
import type { Evaluation } from '@weft/core/ingest/report';
import { WeftError } from '@weft/core/lib/error';
import { actsForDomain, seesAll, stewardsDomain } from '@weft/core/registry/authority';
import { joinMeasurements } from '@weft/core/registry/measurement';
import type { Subject } from '@weft/core/registry/types';
import {
  readBatchesSince,
  readBudget,
  readMeasuredPromises,
  readRuleHistory,
  readTurned,
  type StandingSources,
} from '../store/control-promises.ts';
import { readContract, readDomain } from '../store/control-registry.ts';
import { readMeasurements } from '../store/control-search-document.ts';
import { type ControlContext, runControl } from './control-context.ts';
import { decodeCursor, encodeCursor, pageLimit, toPage } from './cursor.ts';
import { refreshProduct } from './registry-products.ts';
import type { Page, PageRequest } from './registry-service.ts';

export interface ProductPromises {
  product: string;
  /** The newest of the major. */
  version: string;
  /** The newest of all. */
  newest: string;
  promises: MeasuredPromise[];
  days: PromiseDay[];
  budget: MissBudget | null;
}

export interface RuleMomentView {
  batch: string;
  at: string;
  checked: number;
  failed: number;
  value: string | null;
  must: string;
  evaluation: Evaluation;
}

export interface PromisesService {
  /** Of the newest major where none is named. Throws NOT_FOUND for a product without a contract, or without that major. */
  show(
    subject: Subject,
    product: string,
    asked: { days: number; major: number | null },
  ): Promise<ProductPromises>;
  /** Results of one rule, the newest first. Throws NOT_FOUND for a rule that the contract does not have. */
  history(
    subject: Subject,
    about: { product: string; rule: string },
    page: PageRequest,
  ): Promise<Page<RuleMomentView>>;
  /** Looks again at what time alone may have changed; resolves to how many products that were. */
  sweep(): Promise<number>;
}

const DAY_MS = 86_400_000;
const SWEEP_MAX = 500;

export function createPromisesService(context: ControlContext): PromisesService {
  return {
    show: (subject, product, asked) => showPromises(context, subject, { product, ...asked }),
    history: (subject, about, page) => showHistory(context, subject, { ...about, page }),
    sweep: () => sweep(context),
  };
}

async function showPromises(
  context: ControlContext,
  subject: Subject,
  { product, days, major }: { product: string; days: number; major: number | null },
): Promise<ProductPromises> {
  const { sources, version } = await readSources(context, product, major);
  const newest = major === null ? null : await readContract(context.db, { product });
  const { model } = sources;
  const now = Date.parse(sources.now);
  const first = new Date((Math.floor(now / DAY_MS) - days + 1) * DAY_MS).toISOString();
  const [promises, batches, budget, seesValues] = [
    await readMeasuredPromises(context.db, sources),
    await readBatchesSince(context.db, sources, first),
    await readBudget(context.db, sources),
    await seesFigures(context, subject, product),
  ];
  const hidden = seesValues ? new Set<string>() : rulesOfValues(model);
  return {
    product,
    version,
    newest: newest?.version ?? version,
    promises: promises.map((promise) =>
      hidden.has(promise.rule ?? '') ? { ...promise, measured: null, headroom: null } : promise,
    ),
    days: promiseDays({ model, batches, now, days }),
    budget,
  };
}

async function readSources(
  context: ControlContext,
  product: string,
  asked: number | null = null,
): Promise<{ sources: StandingSources; version: string }> {
  const contract = await readContract(context.db, { product, major: asked });
  if (contract === null) {
    const name = asked === null ? product : `${product}@${asked}`;
    throw new WeftError('NOT_FOUND', `there is no product "${name}" with a contract`, {
      remedy: 'See `weft find` and `weft product list`.',
    });
  }
  const { major, version } = contract;
  const measurements = await readMeasurements(context.db, product, major);
  const sources = {
    product,
    major,
    model: context.contracts.modelOf(contract),
    lastBatch: joinMeasurements(measurements).lastBatch,
    now: new Date(context.clock.now()).toISOString(),
  };
  return { sources, version };
}

/** True for who sees what rules make of values: the same who see the domain's batches. */
async function seesFigures(
  { db }: ControlContext,
  subject: Subject,
  product: string,
): Promise<boolean> {
  if (seesAll(subject)) return true;
  const domain = await readDomain(db, product.split('.')[0] ?? '');
  return domain !== null && (actsForDomain(subject, domain) || stewardsDomain(subject, domain));
}

/** Rules whose figure is made of values, so that it tells something of rows that policies may hide. */
function rulesOfValues(model: ContractModel): Set<string> {
  const rules = tablesOf(model).flatMap(({ object }) =>
    compileRules(model, object, primaryKeyOf(object)),
  );
  return new Set(rules.filter(({ check }) => isOfValues(check)).map(({ id }) => id));
}

function isOfValues(check: Check): boolean {
  if (check.kind === 'measure') return !['completeness', 'distinct'].includes(check.measure);
  return check.kind === 'sql' || check.kind === 'freshness' || check.kind === 'drift';
}

async function showHistory(
  context: ControlContext,
  subject: Subject,
  { product, rule, page }: { product: string; rule: string; page: PageRequest },
): Promise<Page<RuleMomentView>> {
  const { sources } = await readSources(context, product);
  const known = tablesOf(sources.model).flatMap(({ object }) =>
    compileRules(sources.model, object, primaryKeyOf(object)),
  );
  if (!known.some(({ id }) => id === rule)) {
    throw new WeftError('NOT_FOUND', `${product} has no rule "${rule}"`, {
      remedy: `weft sla ${product} lists its rules.`,
    });
  }
  const seesValues = await seesFigures(context, subject, product);
  const isHidden = !seesValues && rulesOfValues(sources.model).has(rule);
  const limit = pageLimit(page.limit ?? 30);
  const before = page.after === undefined ? null : String(decodeCursor('rule', page.after, 1)[0]);
  const moments = await readRuleHistory(context.db, { product, rule, before, limit: limit + 1 });
  return toPage(moments, limit, {
    item: ({ batch, at, result }) => {
      const { checked, failed, must, evaluation } = result;
      const value = isHidden ? null : result.value;
      return { batch, at, checked, failed, value, must, evaluation };
    },
    cursor: ({ batch }) => encodeCursor('rule', [batch]),
  });
}

async function sweep(context: ControlContext): Promise<number> {
  const now = new Date(context.clock.now()).toISOString();
  const turned = await readTurned(context.db, now, SWEEP_MAX);
  for (const product of turned) {
    await runControl(context, 'weft', (unit) => refreshProduct(unit, context, product));
  }
  return turned.length;
}
