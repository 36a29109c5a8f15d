/**
 * `doctor --deep`: proves the data directory of a mesh that is stopped, and repairs what is safe when asked to.
 *
 * Not the proof itself (`services/proof`). Exit code 0 when nothing is wrong, 3 when something is, or was not repaired.
 */
import { createLogger } from '../../adapters/logger.ts';
import { proveDataDirectory } from '../../compose-proof.ts';
import { readConfig } from '../../config.ts';
import type { FindingState } from '../../services/proof/findings.ts';
import type { DirectoryProof } from '../../services/proof/prove-directory.ts';
import type { CommandContext } from '../command.ts';
import { dataMeant } from '../context.ts';
import { countOf, formatBytes } from '../output.ts';
import { type FindingEntry, findingEntries } from '../proof-text.ts';

const MARKS: Record<FindingState, string> = {
  note: '·',
  repairable: '!',
  repaired: '✓',
  damaged: '×',
};

export async function deep(context: CommandContext): Promise<number> {
  const { io, out, options } = context;
  const config = readConfig({
    data: dataMeant(io.env, options.text('data')),
    store: options.text('store'),
    env: { ...io.env, WEFT_PORT: undefined },
  });
  const { dataDirectory } = config;
  out.say(`Proving ${dataDirectory} …`);
  const logger = createLogger({ json: out.json, write: io.stderr, now: io.now });
  const proof = await proveDataDirectory(config, { repair: options.flag('repair'), logger });
  out.document({ directory: dataDirectory, ...proof }, () => render(context, proof));
  return proof.ok ? 0 : 3;
}

function render(context: CommandContext, proof: DirectoryProof): string {
  const entries = findingEntries(proof.findings).map((entry) => renderEntry(context, entry));
  return [...entries, total(proof)].join('\n');
}

function renderEntry({ out }: CommandContext, { state, head, lines }: FindingEntry): string {
  const { colors } = out;
  const paint = state === 'damaged' || state === 'repairable' ? colors.red : colors.dim;
  return [`${paint(MARKS[state])} ${head}`, ...lines.map((line) => `    ${line}`)].join('\n');
}

function total({ ok, findings, checked }: DirectoryProof): string {
  const counts = [
    countOf(checked.tables ?? 0, 'table'),
    countOf(checked.snapshots ?? 0, 'snapshot'),
    `${countOf(checked.dataFiles ?? 0, 'data file')} (${formatBytes(checked.dataBytes ?? 0)})`,
    countOf(checked.rows ?? 0, 'row'),
    countOf(checked.batches ?? 0, 'batch').replace(/batchs$/, 'batches'),
    countOf(checked.landings ?? 0, 'landing'),
    countOf(checked.events ?? 0, 'event'),
    countOf(checked.auditEntries ?? 0, 'audit link'),
  ].join(', ');
  const bad = findings.filter(({ state }) => state === 'damaged' || state === 'repairable').length;
  const verdict = ok ? 'nothing is wrong' : `${countOf(bad, 'thing')} wrong`;
  return `Proven: ${counts}. ${verdict[0]?.toUpperCase()}${verdict.slice(1)}.`;
}
