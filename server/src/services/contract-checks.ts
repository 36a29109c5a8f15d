/**
 * Contracts before they are published: checked as publishing would, compared, compiled to another form.
 *
 * Not publishing: nothing is written. Invariants: what is said of a document is what `weft contract lint` and `diff` say
 * of its file; SQL that somebody wrote is tried in a process of its own.
 */
import { requiredBump } from '@weft/core/contract/compatibility';
import type { ExportLoss } from '@weft/core/contract/compile/losses';
import type { ContractModel } from '@weft/core/contract/model';
import { readContract } from '@weft/core/contract/read';
import { checkRequired } from '@weft/core/contract/required';
import { plansWithSql, sqlRuleDiagnostics } from '@weft/core/contract/sql-rules';
import type { Bump } from '@weft/core/contract/version';
import { compareWithExamples, type TriedChange } from '@weft/core/ingest/counterexamples';
import type { Diagnostic } from '@weft/core/lib/diagnostic';
import { WeftError } from '@weft/core/lib/error';
import type { EXPORT_TARGETS } from '@weft/core/lib/export-targets';
import type { Clock } from '@weft/core/lib/ports';
import { type CompiledTarget, exportTo } from './contract-exports.ts';
import type { RuleTrial } from './registry-publish.ts';
import type { RegistryService } from './registry-service.ts';

export interface ContractDiff {
  before: string;
  after: string;
  bump: Bump;
  changes: TriedChange[];
}

export interface ContractChecks {
  lint(text: string): Promise<Diagnostic[]>;
  /** Each a reference of a published contract or the text of a document. Throws NOT_FOUND, CONTRACT_INVALID. */
  diff(before: string, after: string): Promise<ContractDiff>;
  /** Throws NOT_FOUND for a contract or object that is not there. */
  export(
    ref: string,
    target: (typeof EXPORT_TARGETS)[number],
    object: string | undefined,
  ): Promise<{ text: string; losses: ExportLoss[] }>;
}

export function createContractChecks(deps: {
  registry: Pick<RegistryService, 'contract'>;
  ruleTrial: RuleTrial | null;
  clock: Clock;
}): ContractChecks {
  const { registry, ruleTrial, clock } = deps;
  const modelOf = async (given: string, name: string): Promise<ContractModel> =>
    isReference(given) ? (await registry.contract(given)).model : readModel(given, name);
  return {
    lint: (text) => lint(text, ruleTrial),
    async diff(a, b) {
      const [before, after] = [await modelOf(a, 'a'), await modelOf(b, 'b')];
      const now = new Date(clock.now()).toISOString();
      const changes = compareWithExamples(before, after, now);
      const bump = requiredBump(changes, before.weft.compatibility);
      return { before: before.version, after: after.version, bump, changes };
    },
    async export(ref, target, object) {
      const contract = await registry.contract(ref);
      if (target === 'odcs') return { text: contract.source, losses: [] };
      return exportTo(target satisfies CompiledTarget, contract.model, object);
    },
  };
}

/** A document has several lines, or is JSON; a reference has no space at all. */
function isReference(text: string): boolean {
  return /^[^\s{}]{1,300}$/.test(text);
}

async function lint(text: string, trial: RuleTrial | null): Promise<Diagnostic[]> {
  const { value, diagnostics } = readContract(text);
  if (value === null) return diagnostics;
  const found = [...diagnostics, ...checkRequired(value.document, value.model)];
  const plans = plansWithSql(value.model);
  if (plans.length === 0 || trial === null) return found;
  return [...found, ...sqlRuleDiagnostics(value, await trial.try(plans))];
}

function readModel(text: string, name: string): ContractModel {
  const { value, diagnostics } = readContract(text);
  if (value !== null) return value.model;
  throw new WeftError('CONTRACT_INVALID', `the document "${name}" is no valid contract`, {
    errors: diagnostics.filter((d) => d.severity === 'error'),
  });
}
