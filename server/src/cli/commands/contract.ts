/**
 * `contract lint|infer|diff|export`: everything about contract files that needs no mesh.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requiredBump } from '@weft/core/contract/compatibility';
import type { ExportLoss } from '@weft/core/contract/compile/losses';
import type { ContractModel } from '@weft/core/contract/model';
import { readContract } from '@weft/core/contract/read';
import { checkRequired } from '@weft/core/contract/required';
import { plansWithSql, sqlRuleDiagnostics } from '@weft/core/contract/sql-rules';
import { type Counterexample, compareWithExamples } from '@weft/core/ingest/counterexamples';
import type { Diagnostic } from '@weft/core/lib/diagnostic';
import { hasErrors } from '@weft/core/lib/diagnostic';
import { WeftError } from '@weft/core/lib/error';
import { type CompiledTarget, exportTo, JSON_TARGETS } from '../../services/contract-exports.ts';
import type { CommandContext } from '../command.ts';
import { readText, withLocalFile, writeResult } from '../files.ts';
import { countOf } from '../output.ts';
import { renderPlaces } from '../problem-text.ts';
import { argument, checkedName, needed } from '../text.ts';

/** With the start of a process, on a machine that has much else to do. */
const TRIAL_SECONDS_MAX = 60;

/** Checks files as publishing would, without a mesh; exit code 3 when one has an error. */
export async function lint(context: CommandContext): Promise<number> {
  const results: { file: string; diagnostics: Diagnostic[] }[] = [];
  for (const file of context.args)
    results.push({ file, diagnostics: await lintFile(context, file) });
  const bad = results.filter((result) => hasErrors(result.diagnostics));
  context.out.document({ items: results, next: null }, () =>
    results.map(({ file, diagnostics }) => lintText({ context, file, diagnostics })).join('\n'),
  );
  return bad.length === 0 ? 0 : 3;
}

async function lintFile(context: CommandContext, file: string): Promise<Diagnostic[]> {
  const { value, diagnostics } = readContract(await readText(context.io, file), { file });
  if (value === null) return diagnostics;
  const plans = plansWithSql(value.model);
  const required = checkRequired(value.document, value.model);
  if (plans.length === 0) return [...diagnostics, ...required];
  return [...diagnostics, ...required, ...sqlRuleDiagnostics(value, await tryRules(plans))];
}

/** As publishing tries them, in a process of their own. */
async function tryRules(plans: ReturnType<typeof plansWithSql>) {
  const { createRuleTrial } = await import('../../adapters/rule-trial.ts');
  const directory = await mkdtemp(join(tmpdir(), 'weft-rules-'));
  const trial = createRuleTrial({ directory, secondsMax: TRIAL_SECONDS_MAX });
  try {
    return await trial.try(plans);
  } finally {
    trial.close();
    await rm(directory, { recursive: true, force: true });
  }
}

interface LintText {
  context: CommandContext;
  file: string;
  diagnostics: Diagnostic[];
}

function lintText({ context, file, diagnostics }: LintText): string {
  const { colors } = context.out;
  if (diagnostics.length === 0) return `${colors.cyan('✓')} ${file}`;
  const errors = diagnostics.filter((d) => d.severity === 'error').length;
  const head =
    errors === 0
      ? `${colors.cyan('✓')} ${file}: ready to publish`
      : `${colors.red('×')} ${file}: ${errors} to mend`;
  const places = diagnostics.map((d) => ({
    ...d,
    file,
    message: `${d.severity} ${d.code}: ${d.message}`,
  }));
  return `${head}\n${renderPlaces(places)}`;
}

/** Drafts a contract from a sample file. */
export async function infer(context: CommandContext): Promise<undefined> {
  const { readSample } = await import('../../adapters/sample-reader.ts');
  const { inferContract } = await import('@weft/core/contract/infer/infer');
  const file = argument(context, 0);
  const product = needed(context, 'product', 'sales.orders');
  const words = product.split('.');
  if (words.length !== 2) {
    throw new WeftError('USAGE', `--product "${product}" is no domain.product`, {
      remedy: 'For example: --product sales.orders',
    });
  }
  const [domain = '', name = ''] = words.map((word, i) =>
    checkedName(word, i === 0 ? 'a domain' : 'a product'),
  );
  const format = context.options.text('format');
  await refuseOverwrite(context);
  const sample = await withLocalFile(context.io, file, (path) =>
    readSample(path, { format, signal: context.signal }),
  );
  const draft = inferContract(sample, {
    domain,
    product: name,
    owner: context.options.text('owner') ?? null,
    now: context.io.now().getTime(),
  });
  const json = { text: draft.text, evidence: draft.evidence };
  await writeResult(context, { text: draft.text, json });
  const out = context.options.text('out');
  if (out !== undefined)
    context.out.say(`Complete the marked lines, then: weft contract lint ${out}`);
  return undefined;
}

/** Why: what people put into a draft is not in the sample, and would be gone. */
async function refuseOverwrite(context: CommandContext): Promise<void> {
  const out = context.options.text('out');
  if (out === undefined || context.options.flag('force')) return;
  const found = await stat(out).catch(() => null);
  if (found?.isFile() !== true) return;
  throw new WeftError('CONFLICT', `${out} is there already`, {
    remedy: 'Name another file with --out, or overwrite this one with --force.',
  });
}

/** Compares two contract files; exit code 3 when running consumers break. */
export async function diff(context: CommandContext): Promise<number> {
  const before = await readModel(context, argument(context, 0));
  const after = await readModel(context, argument(context, 1));
  const changes = compareWithExamples(before, after, context.io.now().toISOString());
  const bump = requiredBump(changes, before.weft.compatibility);
  context.out.document({ before: before.version, after: after.version, bump, changes }, () =>
    changes.length === 0
      ? 'No change that matters to consumers or producers.'
      : [
          `Needs a ${bump} version: ${countOf(changes.length, 'change')}.`,
          ...changes.flatMap((c) => [
            `  consumer ${c.consumer.padEnd(5)} producer ${c.producer.padEnd(5)} ${c.message}`,
            ...(c.examples ?? []).map((example) => `    ${exampleLine(example)}`),
          ]),
        ].join('\n'),
  );
  return changes.some((change) => change.consumer === 'break') ? 3 : 0;
}

const EXAMPLE_SHOWN = 60;

/** "aaa… (43 characters) was allowed and is refused now". */
function exampleLine({ value, allowedBy }: Counterexample): string {
  const shown =
    value.length <= EXAMPLE_SHOWN
      ? value
      : `${value.slice(0, EXAMPLE_SHOWN)}… (${value.length} characters)`;
  return allowedBy === 'before'
    ? `${shown} was allowed and is refused now`
    : `${shown} was refused and is allowed now`;
}

/** Compiles a contract file to another form. */
export async function exportContract(context: CommandContext): Promise<undefined> {
  const target = needed(context, 'to', 'json-schema');
  const file = argument(context, 0);
  if (target === 'odcs') {
    const text = await readText(context.io, file);
    await writeResult(context, { text, json: { target, text } });
    return undefined;
  }
  const model = await readModel(context, file);
  const object = context.options.text('object');
  // The grammar lets no other target through.
  const { text, losses } = await exportTo(target as CompiledTarget, model, object);
  const json: unknown = JSON_TARGETS.includes(target) ? JSON.parse(text) : { target, text, losses };
  await writeResult(context, { text, json });
  sayLosses(context, target, losses);
  return undefined;
}

const LOSSES_SHOWN = 8;

function sayLosses(context: CommandContext, target: string, losses: readonly ExportLoss[]): void {
  if (losses.length === 0) return;
  const names = losses.slice(0, LOSSES_SHOWN).map(({ object, rule }) => `${object}: ${rule}`);
  const more = losses.length > LOSSES_SHOWN ? `, and ${losses.length - LOSSES_SHOWN} more` : '';
  context.out.say(
    `not said in ${target}: ${countOf(losses.length, 'rule')} of the contract (${names.join(', ')}${more})`,
  );
}

/** The model of a contract file, or CONTRACT_INVALID with every place. */
export async function readModel(context: CommandContext, file: string): Promise<ContractModel> {
  const { value, diagnostics } = readContract(await readText(context.io, file), { file });
  if (value !== null) return value.model;
  throw new WeftError('CONTRACT_INVALID', `${file} is no valid contract`, {
    errors: diagnostics.filter((d) => d.severity === 'error'),
  });
}
