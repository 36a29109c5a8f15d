/**
 * `sla`: what products promise beside what was measured, the worst first; of one product each promise and the last days.
 */
import type { CommandContext } from '../command.ts';
import { readList } from '../listing.ts';
import { pathPart } from '../text.ts';

interface Budget {
  allowed: number;
  spent: number;
  left: number;
  since: string;
}

interface Hit {
  product: string;
  state: string;
  frequency: string | null;
  measured: { freshness: string | null; passRate: number | null };
  budget: Budget | null;
}

interface Promised {
  id: string;
  kind: string;
  statement: { subject: string; operator: string; value: string | null; unit: string | null };
  promised: string | null;
  measured: string | null;
  headroom: number | 'Infinity' | null;
  state: string;
  failed: number | null;
  refused: number | null;
}

interface ProductPromises {
  product: string;
  version: string;
  promises: Promised[];
  days: { day: string; state: string }[];
  budget: Budget | null;
}

const WORST_FIRST = ['missed', 'close', 'kept', 'unknown'];

export async function sla(context: CommandContext): Promise<undefined> {
  const [product] = context.args;
  if (product === undefined) return listProducts(context);
  const days = context.options.text('days');
  const shown = await context
    .api()
    .call<ProductPromises>('GET', `/api/v1/products/${pathPart(product)}/promises`, {
      query: { days },
    });
  if (context.out.json) context.out.document(shown, () => '');
  else showPromises(context, shown);
  return undefined;
}

async function listProducts(context: CommandContext): Promise<undefined> {
  const where = context.options.flag('missed') ? 'state = missed' : undefined;
  const found = await readList<Hit>(context, '/api/v1/search', { where });
  found.items.sort((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state));
  context.out.list(
    found,
    [
      { head: 'STATE', cell: (hit) => hit.state },
      { head: 'PRODUCT', cell: (hit) => hit.product },
      { head: 'FREQUENCY', cell: (hit) => hit.frequency ?? '-' },
      { head: 'AGE', cell: (hit) => hit.measured.freshness ?? 'not measured yet' },
      { head: 'MISSES LEFT', cell: (hit) => budgetText(hit.budget), align: 'right' },
    ],
    'No product promises anything yet.',
  );
  return undefined;
}

function showPromises(context: CommandContext, shown: ProductPromises): void {
  const { out } = context;
  const items = shown.promises.toSorted(
    (a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state),
  );
  out.list<Promised>(
    { items },
    [
      { head: 'STATE', cell: (item) => item.state },
      { head: 'PROMISE', cell: (item) => item.id },
      { head: 'OF', cell: (item) => item.statement.subject },
      { head: 'PROMISED', cell: promisedText },
      { head: 'MEASURED', cell: (item) => item.measured ?? 'not measured' },
      { head: 'ROOM', cell: roomText, align: 'right' },
      { head: 'REFUSED', cell: (item) => String(item.refused ?? '-'), align: 'right' },
    ],
    `${shown.product} promises nothing.`,
  );
  const days = shown.days.map((day) => DAY_SIGNS[day.state] ?? '?').join('');
  out.say(`Last ${shown.days.length} days: ${days}  (· nothing due, | kept, ~ close, x missed)`);
  if (shown.budget !== null) out.say(`Misses left: ${budgetText(shown.budget)}`);
}

const DAY_SIGNS: Readonly<Record<string, string>> = {
  none: '·',
  kept: '|',
  close: '~',
  missed: 'x',
};

/** Why not what is promised of a rule: that is how many rows may break it, mostly none. */
function promisedText({ kind, statement, promised }: Promised): string {
  const value = kind === 'rule' ? statement.value : promised;
  return [statement.operator, value ?? ''].join(' ').trim();
}

function roomText({ headroom }: Promised): string {
  if (headroom === null) return '-';
  return headroom === 'Infinity' ? '∞' : headroom.toFixed(2);
}

function budgetText(budget: Budget | null): string {
  return budget === null ? '-' : `${budget.left} of ${budget.allowed}`;
}
