/**
 * What became of every record of a product: the sum, drawn in proportion and written.
 */
import { IconCheck, IconX } from '@tabler/icons-react';
import { formatNumber } from '../../../lib/format.ts';
import { words } from '../batch/words-batch.ts';
import table from '../Produce.module.css';
import type { Balance } from '../types.ts';
import classes from './BalanceSum.module.css';

const PARTS = [
  ['committed', words.inTable],
  ['duplicates', words.duplicates],
  ['open', words.openPart],
  ['discarded', words.givenUpPart],
  ['held', words.heldPart],
] as const;

/** Without a balance: the same room, for what is on its way. */
export function BalanceSum({ balance }: { balance: Balance | undefined }) {
  return (
    <div className={`${table['card']} ${classes['sum']}`} aria-busy={balance === undefined}>
      <dl>
        <div>
          <dt>{words.recordsIn}</dt>
          <dd>{balance === undefined ? '–' : formatNumber(balance.in)}</dd>
        </div>
        {PARTS.map(([name, label]) => (
          <div key={name} data-part={name} data-none={(balance?.[name] ?? 0) === 0 || undefined}>
            <dt>{label}</dt>
            <dd>{balance === undefined ? '–' : formatNumber(balance[name])}</dd>
          </div>
        ))}
      </dl>
      {balance === undefined ? <p className={classes['room']} /> : <Proof balance={balance} />}
    </div>
  );
}

function Proof({ balance }: { balance: Balance }) {
  const sum = PARTS.reduce((total, [name]) => total + balance[name], 0);
  const isWhole = sum === balance.in;
  const Icon = isWhole ? IconCheck : IconX;
  return (
    <p>
      <Icon size={15} stroke={1.9} aria-hidden="true" />
      {isWhole
        ? words.allCounted(
            balance.in,
            PARTS.map(([name]) => balance[name]),
          )
        : words.beingChecked(balance.in - sum)}
    </p>
  );
}
