/**
 * The check of one batch against the table that it is for: the table is opened, and a child process checks the bytes.
 *
 * Not the verdict's consequences (`ingest-service.ts`). Whoever calls this runs in the lane of the table, and stays in it
 * until the batch has ended: what was compared with would be another's otherwise.
 */
import { compileIngestPlan } from '@weft/core/contract/compile/ingest-plan';
import type { ContractModel } from '@weft/core/contract/model';
import type { IngestPlan } from '@weft/core/contract/plan';
import type { CheckedBatch } from '@weft/core/ingest/check-ports';
import type { Landing } from '@weft/core/ingest/ports';
import { scratchOf } from './ingest-failure.ts';
import type { CheckOptions, IngestDeps } from './ingest-ports.ts';
import { comparedWith, type OpenTable, openTable, tableNameOf } from './ingest-tables.ts';
import { type Lanes, laneOf } from './lanes.ts';

/** Why: `domain.table` names a further table of a contract as well as its product does the first. */
export function tableMeant(model: ContractModel, name: string): string | undefined {
  const table = name.replace(/@\d+$/, '');
  return table === model.product ? undefined : table;
}

/** The plan of a batch for one object of the contract; for its first one when none is named. */
export function planOf(model: ContractModel, hash: string, object: string | undefined): IngestPlan {
  const key = `${hash} ${object ?? ''}`;
  const known = plans.get(model) ?? new Map<string, IngestPlan>();
  plans.set(model, known);
  const plan =
    known.get(key) ?? compileIngestPlan(model, object === undefined ? { hash } : { hash, object });
  known.set(key, plan);
  return plan;
}

/** Plans of models that are in use: a version is read once. */
const plans = new WeakMap<ContractModel, Map<string, IngestPlan>>();

export interface CheckTask {
  batch: string;
  /** When the batch began, RFC 3339. */
  started: string;
  plan: IngestPlan;
  model: ContractModel;
  landing: Landing;
  /** The batch whose family this one belongs to, when it repairs another. */
  root: string | null;
}

export interface TableCheck {
  table: OpenTable;
  checked: CheckedBatch;
}

/** Batches of one table open it one after the other: the first one makes it, or gives it the columns of its contract. */
export type CheckDeps = IngestDeps & { opening: Lanes };

/** Checks the batch; its scratch directory is the caller's to remove. */
export async function checkBatch(
  deps: CheckDeps,
  task: CheckTask,
  options: CheckOptions,
): Promise<TableCheck> {
  const { batch, started: now, plan, model, landing, root } = task;
  const scratch = scratchOf(deps, batch);
  await deps.files.makeScratch(scratch);
  const table = await deps.opening.run(laneOf(tableNameOf(plan)), () =>
    openTable(deps, plan, model),
  );
  const quarantine = `${deps.directories.quarantine}/${plan.domain}`;
  await deps.files.makeDirectory(quarantine);
  const { columns, layout, dataDirectory } = table;
  const quarantinePath = `${quarantine}/${batch}.parquet`;
  const compared = await comparedWith(deps, { plan, table, root });
  const checked = await deps.checker.check(
    {
      batch,
      now,
      landing,
      plan,
      columns,
      layout,
      scratch,
      dataDirectory,
      quarantinePath,
      ...compared,
    },
    options,
  );
  return { table, checked };
}
