/**
 * `audit list|export|verify`: the log of who did what, and the proof that nobody changed it.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { WeftError } from '@weft/core/lib/error';
import type { AuditFinding } from '@weft/core/registry/audit-chain';
import { verifyExport } from '@weft/core/registry/audit-export';
import { verifyingCrypto } from '../../adapters/verifying-crypto.ts';
import type { CommandContext } from '../command.ts';
import { standardInput, writeBody } from '../files.ts';
import { refuseUnknownColumn } from '../known-names.ts';
import { readList } from '../listing.ts';
import { formatBytes, formatCount } from '../output.ts';
import { pastTime } from '../text.ts';

interface Entry {
  chain: string;
  index: number;
  at: string;
  actor: string;
  action: string;
  subject: string;
}

export async function list(context: CommandContext): Promise<undefined> {
  const found = await readList<Entry>(context, '/api/v1/audit', {
    ...chainQuery(context),
    column: context.options.text('column'),
    actor: context.options.text('who'),
    since: pastTime(context, 'since'),
    until: pastTime(context, 'until'),
    order: context.options.flag('newest') ? 'newest' : undefined,
  });
  const column = context.options.text('column');
  if (column !== undefined && found.items.length === 0) await refuseUnread(context, column);
  context.out.list(
    found,
    [
      { head: 'CHAIN', cell: (e) => e.chain },
      { head: 'INDEX', cell: (e) => String(e.index), align: 'right' },
      { head: 'TIME', cell: (e) => e.at },
      { head: 'WHO', cell: (e) => e.actor },
      { head: 'ACTION', cell: (e) => e.action },
      { head: 'WHAT', cell: (e) => e.subject },
    ],
    ['column', 'who', 'since', 'until'].some((name) => context.options.text(name) !== undefined)
      ? 'No entry fits.'
      : 'The log is empty.',
  );
  return undefined;
}

/** Why: nobody was let at a column that is not there, which is no answer to who asks for another. */
async function refuseUnread(context: CommandContext, text: string): Promise<void> {
  const [domain = '', product = '', ...column] = text.split('.');
  await refuseUnknownColumn(context, `${domain}.${product}`, column.join('.'));
}

export async function exportLog(context: CommandContext): Promise<undefined> {
  const response = await context.api().open('GET', '/api/v1/audit/export', {
    query: chainQuery(context),
    headers: { accept: '*/*' },
  });
  const bytes = await writeBody(context, response);
  const out = context.options.text('out');
  if (out === undefined) return undefined;
  if (context.out.json) context.out.document({ out, bytes }, () => '');
  else
    context.out.say(`${formatBytes(bytes)} written to ${out}. Prove it: weft audit verify ${out}`);
  return undefined;
}

interface Report {
  chain: string | null;
  entries: number;
  findings: AuditFinding[];
}

/**
 * Proves the log of the mesh, or an exported file without any mesh; exit code 3 when it was changed. With a key to trust the log
 * of the mesh is proved here, too: a mesh that verifies itself says nothing about its own key.
 */
export async function verify(context: CommandContext): Promise<number> {
  const file = context.args[0];
  const trusted = context.options.text('trust');
  const chains =
    file === undefined && trusted === undefined
      ? await verifyMesh(context)
      : await verifyHere(context, { file, trusted });
  const good = chains.every((report) => report.findings.length === 0);
  context.out.document({ verified: good, chains }, () =>
    chains.map((report) => renderReport(context, report)).join('\n'),
  );
  return good ? 0 : 3;
}

async function verifyMesh(context: CommandContext): Promise<Report[]> {
  const query = chainQuery(context);
  const answer = await context
    .api()
    .call<Report | { chains: Report[] }>('GET', '/api/v1/audit/verify', { query });
  return 'chains' in answer ? answer.chains : [answer];
}

function chainQuery(context: CommandContext): { chain?: string } {
  const chain = context.options.text('chain');
  return chain === undefined ? {} : { chain };
}

const FINDINGS_SHOWN = 10;

function renderReport({ out, args }: CommandContext, report: Report): string {
  const { chain, entries, findings } = report;
  if (findings.length === 0)
    return `${out.colors.cyan('✓')} ${formatCount(entries)} entries of chain ${chain ?? '?'}: none changed, removed or reordered`;
  const isNoExport = entries === 0 && findings.every((f) => f.code === 'AUDIT_FILE_UNREADABLE');
  if (isNoExport) return `${out.colors.red('×')} ${args[0] ?? 'it'} is no export of an audit log`;
  const hidden = findings.length - FINDINGS_SHOWN;
  return [
    `${out.colors.red('×')} the audit log was changed (chain ${chain ?? '?'})`,
    ...findings
      .slice(0, FINDINGS_SHOWN)
      .map((finding) => `  ${finding.code} at entry ${finding.index}: ${finding.message}`),
    ...(hidden > 0 ? [`  and ${formatCount(hidden)} more; --json shows all`] : []),
  ].join('\n');
}

async function verifyHere(
  context: CommandContext,
  { file, trusted }: { file: string | undefined; trusted: string | undefined },
): Promise<Report[]> {
  const trustedKey = trusted ?? context.pinnedRoot();
  if (trustedKey === null) {
    throw new WeftError('USAGE', 'no root key to trust', {
      remedy: 'Give --trust KEY, or pin one with `weft login`.',
    });
  }
  const input = await openLog(context, file);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const reports = await verifyExport(verifyingCrypto, lines, { trustedKey });
  const { chain } = chainQuery(context);
  const chosen = reports.filter((report) => chain === undefined || report.chain === chain);
  if (chosen.length > 0) return chosen;
  throw new WeftError('NOT_FOUND', `${file ?? 'the mesh'} holds no chain ${chain}`);
}

/** An exported file, `-`, or what the mesh exports. */
async function openLog(context: CommandContext, file: string | undefined): Promise<Readable> {
  if (file === '-') return Readable.from(standardInput(context.io));
  if (file !== undefined) return createReadStream(file);
  const { body } = await context.api().open('GET', '/api/v1/audit/export', {
    query: chainQuery(context),
    headers: { accept: '*/*' },
  });
  return body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream);
}
