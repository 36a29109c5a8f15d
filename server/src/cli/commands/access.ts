/**
 * `request`, `agreements …`, `access apply`, `policy show`: who may read what, and for what.
 */
import { WeftError } from '@weft/core/lib/error';
import type { Agreement, ProductPolicy } from '@weft/core/registry/types';
import type { CommandContext } from '../command.ts';
import { renderFields } from '../document-text.ts';
import { readText } from '../files.ts';
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
  context.out.document(agreement, () => renderFields({ ...agreement }));
  return undefined;
}

export const approve = (context: CommandContext): Promise<undefined> =>
  decide(context, 'approve', optional('until', untilTime(context)));

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
): Promise<undefined> {
  const json = { ...terms, ...optional('because', context.options.text('because')) };
  const path = `/api/v1/agreements/${pathPart(argument(context, 0))}/${step}`;
  const agreement = await context.api().call<Agreement>('POST', path, { json });
  context.out.document(agreement, () => `${agreement.agreement} is ${agreement.state}.`);
  return undefined;
}

/** Puts a policy file in force; the product stands in the file. */
const POLICY_KEYS = ['rowFilter', 'hiddenClassifications', 'autoApprovePurposes'];

export async function applyPolicy(context: CommandContext): Promise<undefined> {
  // Why here: the YAML reader takes longer to load than the other commands of this file take at all.
  const { readDocument } = await import('@weft/core/contract/document');
  const path = argument(context, 0);
  const checked = readDocument(await readText(context.io, path), { file: path });
  if (checked.value === null) {
    throw new WeftError('USAGE', `${path} cannot be read`, { errors: checked.diagnostics });
  }
  const file = checked.value.data as Partial<ProductPolicy> & Record<string, unknown>;
  if (typeof file?.product !== 'string') {
    throw new WeftError('USAGE', `${path} names no product`, {
      remedy: 'Start the file with `product: domain.name`.',
    });
  }
  const { product, ...json } = file;
  const odd = Object.keys(json).filter((key) => !POLICY_KEYS.includes(key));
  if (odd.length > 0) {
    throw new WeftError('USAGE', `${path} has ${odd.join(', ')}, which no policy has`, {
      remedy: `A policy has product, ${POLICY_KEYS.join(', ')}; see docs/access.md.`,
    });
  }
  const policy = await context
    .api()
    .call<ProductPolicy>('PUT', `/api/v1/policies/${pathPart(product)}`, { json });
  context.out.document(policy, () => `Policy of ${policy.product} is version ${policy.version}.`);
  return undefined;
}

export async function showPolicy(context: CommandContext): Promise<undefined> {
  const policy = await context
    .api()
    .call<ProductPolicy>('GET', `/api/v1/policies/${pathPart(argument(context, 0))}`);
  context.out.document(policy, () =>
    policy.version === 0
      ? `${policy.product} has no policy of its own. Write one: weft access apply FILE`
      : renderFields({ ...policy }),
  );
  return undefined;
}

function optional(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}
