/**
 * `request`, `agreements …`: who may read what, and for what.
 */
import type { Agreement, AskedTerms } from '@weft/core/registry/types';
import type { CommandContext } from '../command.ts';
import { renderFields } from '../document-text.ts';
import { readList } from '../listing.ts';
import { argument, names, needed, pathPart, untilTime } from '../text.ts';

export async function request(context: CommandContext): Promise<undefined> {
  const json = {
    product: argument(context, 0),
    purpose: needed(context, 'purpose', 'category_planning'),
    ...optional('columns', names(context, 'columns')),
    ...optional('filter', context.options.text('filter')),
    ...optional('until', untilTime(context)),
    ...optional('why', context.options.text('why')),
  };
  const agreement = await context.api().call<Agreement>('POST', '/api/v1/agreements', { json });
  context.out.document(agreement, () => {
    const text = `${agreement.agreement} is ${agreement.state}: ${agreement.product} for ${agreement.purpose}.`;
    if (agreement.state !== 'requested') return text;
    return `${text}\nThe owner decides: weft agreements approve ${agreement.agreement}`;
  });
  return undefined;
}

export async function renew(context: CommandContext): Promise<undefined> {
  const json = {
    until: needed(context, 'until', 'P90D') && untilTime(context),
    ...optional('why', context.options.text('why')),
  };
  const path = `/api/v1/agreements/${pathPart(argument(context, 0))}/renew`;
  const agreement = await context.api().call<Agreement>('POST', path, { json });
  context.out.document(agreement, () => {
    const text = `${agreement.agreement} is ${agreement.state}: ${agreement.product} until ${agreement.until}.`;
    if (agreement.state !== 'requested') return text;
    return `${text}\nWhat you have stays in force. The owner decides: weft agreements approve ${agreement.agreement}`;
  });
  return undefined;
}

export async function list(context: CommandContext): Promise<undefined> {
  const found = await readList<Agreement>(context, '/api/v1/agreements', {
    state: context.options.text('state'),
    product: context.options.text('product'),
  });
  context.out.list(
    found,
    [
      { head: 'AGREEMENT', cell: (a) => a.agreement },
      { head: 'STATE', cell: (a) => a.state },
      { head: 'SUBJECT', cell: (a) => a.subject },
      { head: 'PRODUCT', cell: (a) => a.product },
      { head: 'PURPOSE', cell: (a) => a.purpose },
      { head: 'UNTIL', cell: (a) => a.until ?? '-' },
      { head: 'WHY', cell: (a) => a.why ?? '-' },
    ],
    'No agreements.',
  );
  return undefined;
}

export async function show(context: CommandContext): Promise<undefined> {
  const agreement = await context
    .api()
    .call<Agreement>('GET', `/api/v1/agreements/${pathPart(argument(context, 0))}`);
  context.out.document(agreement, () =>
    renderFields({ ...agreement, asked: askedText(agreement) }),
  );
  return undefined;
}

/** What was asked for, where it is another thing than what was offered or agreed to; null where there is nothing to say. */
function askedText({ asked, state, ...terms }: Agreement): string | null {
  if (state === 'requested') return null;
  if (asked === null) return 'not known: it was answered before that was kept';
  const [before, now] = [termsText(asked), termsText(terms)];
  return before === now ? null : before;
}

function termsText({ columns, filter, until }: Omit<AskedTerms, 'granularity'>): string {
  return [
    `columns ${columns === null ? 'as the policy permits' : columns.join(', ')}`,
    `rows ${filter ?? 'as the policy permits'}`,
    `until ${until ?? 'revoked'}`,
  ].join('; ');
}

/** Why a look before: whoever accepts a counter-offer accepts these terms, not others that came a moment ago. */
export async function approve(context: CommandContext): Promise<undefined> {
  const version = await versionToApprove(context);
  return decide(context, 'approve', optional('until', untilTime(context)), version);
}

/** The version that was named, or that of the counter-offer as it was shown just now; null for a request, whose terms stay. */
async function versionToApprove(context: CommandContext): Promise<string | null> {
  const named = context.options.text('terms');
  if (named !== undefined) return named;
  const path = `/api/v1/agreements/${pathPart(argument(context, 0))}`;
  const agreement = await context.api().call<Agreement>('GET', path);
  if (agreement.state !== 'countered') return null;
  const { version } = agreement;
  context.out.say(`Counter-offer, version ${version}: ${termsText(agreement)}`);
  return String(version);
}

export const deny = (context: CommandContext): Promise<undefined> => decide(context, 'deny', {});

export const revoke = (context: CommandContext): Promise<undefined> =>
  decide(context, 'revoke', {});

export const counter = (context: CommandContext): Promise<undefined> =>
  decide(context, 'counter', {
    ...optional('columns', names(context, 'columns')),
    ...optional('filter', context.options.text('filter')),
    ...optional('until', untilTime(context)),
  });

async function decide(
  context: CommandContext,
  step: string,
  terms: Record<string, unknown>,
  version: string | null = null,
): Promise<undefined> {
  const json = { ...terms, ...optional('because', context.options.text('because')) };
  const path = `/api/v1/agreements/${pathPart(argument(context, 0))}/${step}`;
  const headers: Record<string, string> = version === null ? {} : { 'if-match': `"v${version}"` };
  const agreement = await context.api().call<Agreement>('POST', path, { json, headers });
  context.out.document(agreement, () => `${agreement.agreement} is ${agreement.state}.`);
  return undefined;
}

function optional(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}
