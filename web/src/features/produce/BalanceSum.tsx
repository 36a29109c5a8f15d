/**
 * What became of every record of a product: the sum, drawn in proportion and written.
 */
import { IconCheck, IconX } from '@tabler/icons-react';
import { formatNumber } from '../../lib/format.ts';
import classes from './BalanceSum.module.css';
import table from './Produce.module.css';
import type { Balance } from './types.ts';

const PARTS = [
  ['committed', 'in the table'],
  ['duplicates', 'there already'],
  ['open', 'open'],
  ['discarded', 'given up'],
  ['held', 'held'],
] as const;

export function BalanceSum({ balance }: { balance: Balance }) {
  const sum = PARTS.reduce((total, [name]) => total + balance[name], 0);
  const isWhole = sum === balance.in;
  const Icon = isWhole ? IconCheck : IconX;
  return (
    <div className={`${table['card']} ${classes['sum']}`}>
      <dl>
        <div>
          <dt>records in</dt>
          <dd>{formatNumber(balance.in)}</dd>
        </div>
        {PARTS.map(([name, label]) => (
          <div key={name} data-part={name} data-none={balance[name] === 0 || undefined}>
            <dt>{label}</dt>
            <dd>{formatNumber(balance[name])}</dd>
          </div>
        ))}
      </dl>
      <p>
        <Icon size={15} stroke={1.9} aria-hidden="true" />
        {isWhole
          ? `Every record of batches with refused rows is counted: ${formatNumber(balance.in)} = ${PARTS.map(([name]) => formatNumber(balance[name])).join(' + ')}`
          : `${formatNumber(balance.in - sum)} records are being checked.`}
      </p>
    </div>
  );
}
