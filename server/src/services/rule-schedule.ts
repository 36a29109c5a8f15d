/**
 * Rules with a schedule, checked on the committed table at their times; what they say is kept, and a failure is an event.
 *
 * Not the checking (`core/ingest/check-table.ts`), and no cron daemon: a time that passed while the node was down is made up
 * for once. Invariants: result and event change in one transaction; a table that cannot be checked now is tried again with
 * the next round, and holds up no other one.
 */
import { compileIngestPlan } from '@weft/core/contract/compile/ingest-plan';
import type { IngestPlan, PlanRule } from '@weft/core/contract/plan';
import type { RowsRequest } from '@weft/core/ingest/check-ports';
import type { RuleResult } from '@weft/core/ingest/report';
import { loadTable } from '@weft/core/lakehouse/commit';
import { planRead } from '@weft/core/lakehouse/scan';
import { currentColumns } from '@weft/core/lakehouse/table';
import { nextRun } from '@weft/core/lib/cron';
import { storableJson } from '@weft/core/lib/storable-text';
import type { Subject } from '@weft/core/registry/types';
import { addEvent, type TableRow } from '../store/node-batches.ts';
import { actsFor, assertMaySee, batchesOf, splitProduct } from './ingest-access.ts';
import type { IngestDeps } from './ingest-ports.ts';
import { nodeDb, referencedTables } from './ingest-tables.ts';

export interface RuleScheduleDeps extends IngestDeps {
  tableChecker: {
    checkTable(request: RowsRequest, options: { signal: AbortSignal }): Promise<RuleResult[]>;
  };
  /** Products whose contracts may have a schedule; null for all. Looking at the others would cost without end. */
  candidates(): Promise<readonly string[] | null>;
}

export interface ScheduledCheck {
  product: string;
  table: string;
  major: number;
  checkedAt: string;
  result: RuleResult;
}

export interface RuleSchedule {
  /** Checks every rule whose time has come; returns how many. */
  runDue(): Promise<number>;
  /** The last check of each scheduled rule of a product. */
  list(product: string, subject: Subject): Promise<ScheduledCheck[]>;
  start(): void;
  /** Resolves when nothing runs any more. */
  stop(): Promise<void>;
}

const ROUND_MS = 30_000;

export function createRuleSchedule(deps: RuleScheduleDeps): RuleSchedule {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<unknown> = Promise.resolve();
  const round = (): void => {
    running = runDue(deps, stopping.signal)
      .catch((error: unknown) => report(deps, 'all tables', error))
      .finally(() => {
        if (!stopping.signal.aborted) timer = setTimeout(round, ROUND_MS).unref();
      });
  };
  return {
    runDue: () => runDue(deps, stopping.signal),
    list: (product, subject) => list(deps, product, subject),
    start: () => {
      timer = setTimeout(round, ROUND_MS).unref();
    },
    async stop() {
      stopping.abort();
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

async function runDue(deps: RuleScheduleDeps, signal: AbortSignal): Promise<number> {
  const products = await deps.candidates();
  if (products !== null && products.length === 0) return 0;
  let query = nodeDb(deps)
    .selectFrom('tables')
    .selectAll()
    .where('metadata_location', 'is not', null);
  if (products !== null) query = query.where('product', 'in', [...products]);
  let checked = 0;
  for (const row of await query.orderBy('domain').orderBy('table_name').execute()) {
    if (signal.aborted) break;
    try {
      checked += await checkDue(deps, row, signal);
    } catch (error) {
      if (!signal.aborted) report(deps, `${row.domain}.${row.table_name}`, error);
    }
  }
  return checked;
}

function report(deps: RuleScheduleDeps, table: string, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  deps.logger.warn('scheduled rules were not checked', { table, error: text });
}

async function checkDue(
  deps: RuleScheduleDeps,
  row: TableRow,
  signal: AbortSignal,
): Promise<number> {
  const { ref, model } = await deps.contracts.current(`${row.product}@${row.major}`);
  const plan = compileIngestPlan(model, { hash: ref.hash, object: row.object_id });
  const now = deps.clock.now();
  const rules = await dueRules(deps, { row, rules: plan.rules, now });
  if (rules.length === 0) return 0;
  const results = await deps.tableChecker.checkTable(
    await rowsRequest(deps, row, { ...plan, rules }),
    { signal },
  );
  await keep(deps, { row, plan, results });
  return results.length;
}

/** Rules whose time came since they were checked last, or since the table came to be. */
async function dueRules(
  deps: RuleScheduleDeps,
  options: { row: TableRow; rules: readonly PlanRule[]; now: number },
): Promise<PlanRule[]> {
  const { row, now } = options;
  const rules = options.rules.filter((rule) => rule.schedule !== undefined);
  if (rules.length === 0) return [];
  const known = await nodeDb(deps)
    .selectFrom('rule_checks')
    .select(['rule', 'checked_at'])
    .where('domain', '=', row.domain)
    .where('table_name', '=', row.table_name)
    .where('major', '=', row.major)
    .execute();
  const last = new Map(known.map((check) => [check.rule, check.checked_at]));
  return rules.filter(({ id, schedule = '' }) => {
    const since = Date.parse(last.get(id) ?? row.created_at);
    const next = nextRun(schedule, since);
    return next !== null && next <= now;
  });
}

async function rowsRequest(
  deps: RuleScheduleDeps,
  row: TableRow,
  plan: IngestPlan,
): Promise<RowsRequest> {
  const metadata = await loadTable(deps.lakehouse, row.metadata_location ?? '');
  const files = await planRead(deps.lakehouse, metadata);
  return {
    plan,
    columns: currentColumns(metadata),
    tableFiles: files,
    earlierRows: [],
    references: await referencedTables(deps, plan),
    now: new Date(deps.clock.now()).toISOString(),
  };
}

async function keep(
  deps: RuleScheduleDeps,
  options: { row: TableRow; plan: IngestPlan; results: readonly RuleResult[] },
): Promise<void> {
  const { row, plan, results } = options;
  const { domain, table_name, major, product } = row;
  const checked_at = new Date(deps.clock.now()).toISOString();
  await nodeDb(deps)
    .transaction()
    .execute(async (tx) => {
      for (const result of results) {
        const values = { checked_at, result: storableJson(result) };
        await tx
          .insertInto('rule_checks')
          .values({ domain, table_name, major, product, rule: result.id, ...values })
          .onConflict((conflict) =>
            conflict.columns(['domain', 'table_name', 'major', 'rule']).doUpdateSet(values),
          )
          .execute();
        if (result.evaluation === 'pass' || result.evaluation === 'skip') continue;
        await addEvent(tx, {
          id: deps.ids.next('evt'),
          kind: 'quality.failed',
          source: `/domains/${domain}/quality`,
          subject: `${product}@${plan.contract.version}`,
          time: deps.clock.now(),
          sequence: null,
          dataref: `/api/v1/rule-checks?product=${product}`,
          contractHash: plan.contract.hash,
          // Why no value: a maximum is a value of a row, and events leave the node.
          data: { table: table_name, rule: result.id, evaluation: result.evaluation },
        });
      }
    });
  deps.onOutbox();
}

async function list(
  deps: RuleScheduleDeps,
  product: string,
  subject: Subject,
): Promise<ScheduledCheck[]> {
  const { domain, name } = splitProduct(product);
  assertMaySee(subject, domain, batchesOf(product));
  const rows = await nodeDb(deps)
    .selectFrom('rule_checks')
    .selectAll()
    .where('product', '=', `${domain}.${name.replace(/@\d+$/, '')}`)
    .orderBy('table_name')
    .orderBy('major')
    .orderBy('rule')
    .execute();
  return rows.map((row) => {
    const isHidden = row.result.ofValues === true && !actsFor(subject, domain);
    return {
      product: row.product,
      table: row.table_name,
      major: row.major,
      checkedAt: new Date(row.checked_at).toISOString(),
      result: isHidden ? { ...row.result, value: null } : row.result,
    };
  });
}
