/**
 * `access explain|who|plan`: why a subject sees what, who sees a column, what a changed policy would change.
 */
import { WeftError } from '@weft/core/lib/error';
import type { NamedPlan } from '../../services/access-answers.ts';
import type { AccessExplanation } from '../../services/access-explain.ts';
import type { ColumnViewers } from '../../services/access-who.ts';
import type { CommandContext } from '../command.ts';
import { argument, needed } from '../text.ts';
import { completeContent, MESH, readPolicyFile, sayWarnings } from './policy.ts';

/** Exit 3 when the answer is no, as for other checks. */
export async function explain(context: CommandContext): Promise<number | undefined> {
  const [, product, major] = /^(.*?)(?:@(\d{1,6}))?$/.exec(argument(context, 1)) ?? [];
  const query = {
    subject: argument(context, 0),
    product,
    major,
    purpose: needed(context, 'purpose', 'category_planning'),
    table: context.options.text('table'),
    told: context.options.flag('as-told') ? 'subject' : undefined,
  };
  const answer = await context
    .api()
    .call<AccessExplanation>('GET', '/api/v1/access/explain', { query });
  context.out.document(answer, () => explanationText(answer));
  return answer.decision === 'permit' ? undefined : 3;
}

function explanationText(answer: AccessExplanation): string {
  const { subject, product, purpose, decision, reason, policies, seen, change } = answer;
  const head = `${subject} ${decision === 'permit' ? 'may' : 'may not'} read ${product} for ${purpose}. ${reason}`;
  const list = policies.map((policy) => {
    const problem = policy.problem === null ? '' : ` (${policy.problem})`;
    return `  ${policy.effect} ${policy.id}: ${policy.rows ?? policy.applies}${problem}`;
  });
  const turn =
    change === null
      ? []
      : [`To ${change.decision}: ${change.edits.map(({ text }) => text).join(', and ')}.`];
  const then = change?.seen ?? null;
  return [
    head,
    'Policies:',
    ...list,
    ...answer.sets.map(setLine),
    ...(seen === null ? [] : seenLines(seen)),
    ...turn,
    ...(then === null ? [] : ['Then:', ...seenLines(then)]),
  ].join('\n');
}

function setLine(set: AccessExplanation['sets'][number]): string {
  if (set.problem !== null)
    return `Set ${set.name}: its list cannot be read (${set.problem}), so nothing is seen by it`;
  if (set.version === null) return `Set ${set.name}`;
  const whose = set.subjects === null ? '' : ` of ${set.subjects} subjects`;
  const from = set.from === null ? '' : ` from ${set.from}`;
  return `Set ${set.name}: ${set.keys} keys${whose}${from}, version ${set.version}`;
}

function aboutText(rows: number | null): string {
  return rows === null ? '' : ` (about ${rows.toLocaleString('en')})`;
}

function seenLines(seen: NonNullable<AccessExplanation['seen']>): string[] {
  const columns = seen.columns.map(({ name, mask }) =>
    mask === null ? name : `${name} (${mask})`,
  );
  const hidden = seen.hidden.map(({ column, why }) => `${column} (${why})`);
  const cells = seen.granularity?.minimum;
  return [
    `Seen: ${columns.join(', ')}`,
    ...(hidden.length === 0 ? [] : [`Hidden: ${hidden.join(', ')}`]),
    `Rows: ${seen.rows ?? 'all'}${aboutText(seen.rowsAbout)}`,
    ...(cells === undefined
      ? []
      : [`Only in cells of at least ${cells.units} distinct ${cells.of}`]),
    ...(seen.rowLimit === null ? [] : [`At most ${seen.rowLimit} rows in an answer`]),
    ...(seen.mayExport ? [] : ['No export']),
  ];
}

export async function who(context: CommandContext): Promise<undefined> {
  const path = argument(context, 0);
  const [domain, product, column, ...more] = path.split('.');
  if (domain === undefined || product === undefined || column === undefined || more.length > 0) {
    throw new WeftError('USAGE', `"${path}" names no column`, {
      remedy: 'Write DOMAIN.PRODUCT.COLUMN.',
    });
  }
  const query = { product: `${domain}.${product}`, column, table: context.options.text('table') };
  const answer = await context.api().call<ColumnViewers>('GET', '/api/v1/access/who', { query });
  context.out.list(
    { ...answer, next: null },
    [
      { head: 'SUBJECT', cell: (viewer) => viewer.subject },
      { head: 'PURPOSE', cell: (viewer) => viewer.purpose ?? '(owner)' },
      { head: 'AGREEMENT', cell: (viewer) => viewer.agreement ?? '-' },
      { head: 'UNTIL', cell: (viewer) => viewer.until ?? '-' },
      { head: 'MASKS', cell: (viewer) => viewer.masks.join(', ') || '-' },
      { head: 'ROWS', cell: (viewer) => viewer.rows ?? 'all' },
    ],
    'Nobody.',
  );
  return undefined;
}

export async function plan(context: CommandContext): Promise<undefined> {
  const file = await readPolicyFile(context);
  const policy = await completeContent(context, file);
  const ofMesh = file.product === MESH;
  const path = `/api/v1/access/plan${ofMesh ? '/mesh' : ''}`;
  const json = ofMesh ? policy : { product: file.product, policy };
  const answer = await context.api().call<NamedPlan>('POST', path, { json });
  context.out.document(answer, () => planText(answer));
  sayWarnings(context, answer);
  return undefined;
}

function planText({
  product,
  version,
  items,
  summary,
  selfApproval,
  plan: name,
}: NamedPlan): string {
  const lines = items
    .filter(({ effect }) => effect !== 'same')
    .map((item) => {
      const place = product === MESH ? `${item.product} ${item.table}` : item.table;
      const state = item.state === 'active' ? '' : `, ${item.state}`;
      return `  ${item.subject} (${item.purpose}, ${place}${state}) ${item.effect}: ${item.what.join('; ')}`;
    });
  for (const purpose of selfApproval.opened)
    lines.push(`  anybody may have it for ${purpose}, without being asked`);
  for (const purpose of selfApproval.closed) lines.push(`  requests for ${purpose} wait for you`);
  const counts = Object.entries(summary).map(([effect, count]) => `${effect} ${count}`);
  return [
    `${product}, against version ${version}: ${counts.join(', ')}`,
    ...lines,
    `Apply it with --plan ${name}`,
  ].join('\n');
}
