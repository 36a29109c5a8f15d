/**
 * `queue`: what waits for you, the most urgent first; with --snooze an item is put off, with --coming what has a date ahead.
 */
import { WeftError } from '@weft/core/lib/error';
import type { CommandContext } from '../command.ts';
import { readList } from '../listing.ts';
import { pathPart } from '../text.ts';

interface Item {
  id: string;
  kind: string;
  product: string;
  since: string;
  due: string | null;
  facts: Record<string, unknown>;
}

export async function queue(context: CommandContext): Promise<undefined> {
  if (context.options.flag('coming')) return coming(context);
  const [item] = context.args;
  const until = context.options.text('snooze');
  if ((item === undefined) !== (until === undefined)) {
    throw new WeftError('USAGE', 'an item is put off with its id and --snooze', {
      remedy: 'For example: weft queue request:agr_… --snooze P1D',
    });
  }
  if (item !== undefined) {
    const path = `/api/v1/queue/${pathPart(item)}/snooze`;
    if (until === 'none') {
      await context.api().call('DELETE', path);
      context.out.document({ id: item, until: null }, () => `${item} waits again`);
      return undefined;
    }
    const done = await context
      .api()
      .call<{ id: string; until: string }>('POST', path, { json: { until } });
    context.out.document(done, () => `${done.id} is off until ${done.until}`);
    return undefined;
  }
  const list = await readList<Item>(context, '/api/v1/queue', {
    kind: context.options.text('kind'),
  });
  context.out.list(
    list,
    [
      { head: 'DUE', cell: ({ due }) => due ?? '-' },
      { head: 'SINCE', cell: ({ since }) => since },
      { head: 'PRODUCT', cell: ({ product }) => product },
      { head: 'WHAT', cell: whatOf },
      { head: 'ITEM', cell: ({ id }) => id },
    ],
    'Nothing waits for you.',
  );
  return undefined;
}

interface Coming {
  kind: string;
  product: string;
  at: string;
  subject: string | null;
  purpose: string | null;
  major: number | null;
  consumers: number | null;
}

async function coming(context: CommandContext): Promise<undefined> {
  const list = await readList<Coming>(context, '/api/v1/coming', {});
  context.out.list(
    list,
    [
      { head: 'AT', cell: ({ at }) => at },
      { head: 'PRODUCT', cell: ({ product }) => product },
      { head: 'WHAT', cell: comingWhat },
    ],
    'Nothing has a date in the next 60 days.',
  );
  return undefined;
}

function comingWhat({ kind, subject, purpose, major, consumers }: Coming): string {
  if (kind === 'agreement-ends') return `access of ${subject} for ${purpose} ends`;
  const on = consumers === null ? '' : `, ${consumers} agreements on it`;
  return `major ${major} stops serving${on}`;
}

function whatOf({ kind, facts }: Item): string {
  const text = (name: string): string => String(facts[name] ?? '');
  switch (kind) {
    case 'request':
      return `${text('subject')} asks for ${text('purpose')}`;
    case 'countered':
      return `other terms for ${text('purpose')}`;
    case 'batch-held':
      return `held: ${text('because')}`;
    case 'batch-failed':
      return `failed: ${text('because')}`;
    case 'quarantine':
      return `${text('open')} refused records`;
    case 'promise-missed':
      return 'a promise is missed';
    case 'agreement-ends':
      return `access for ${text('purpose')} ends`;
    default:
      return `${text('left')} of ${text('allowed')} misses left`;
  }
}
