/**
 * A privacy budget before a question is asked: what is spent, what this one takes, what is left of the whole.
 *
 * Not a dial, and no verdict. Amounts are decimal text to the last digit; a price that is not there is said, and never drawn
 * beyond the end.
 */
import { useId } from 'react';
import { type BudgetAmounts, budgetMarks, budgetOf } from '../lib/budget.ts';
import { formatDigits } from '../lib/format.ts';
import classes from './BudgetGauge.module.css';
import { Status } from './Status.tsx';
import { budgetFinding, tooDear, words } from './words-room.ts';

export type BudgetGaugeProps = BudgetAmounts;

const HEIGHT = 22;
const BAR = { top: 4, height: 14 };

const percent = (share: number): string => `${share * 100}%`;

export function BudgetGauge(amounts: BudgetGaugeProps) {
  const budget = budgetOf(amounts);
  const stripes = useId();
  if (budget === null) return <Status kind="unknown">{words.noBudget}</Status>;
  const { shares, missing } = budget;
  return (
    <div className={classes['budget']}>
      <svg width="100%" height={HEIGHT} role="img" aria-label={budgetFinding(budget)}>
        <defs>
          <pattern
            id={stripes}
            width={6}
            height={6}
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width={6} height={6} className={classes['veil']} />
            <rect width={1.5} height={6} className={classes['stripe']} />
          </pattern>
        </defs>
        <rect className={classes['whole']} width="100%" y={BAR.top} height={BAR.height} />
        <rect
          className={classes['spent']}
          width={percent(shares.spent)}
          y={BAR.top}
          height={BAR.height}
        />
        <rect
          data-kind="price"
          x={percent(shares.spent)}
          width={percent(shares.price)}
          y={BAR.top}
          height={BAR.height}
          fill={`url(#${stripes})`}
        />
        {[0, ...budgetMarks(budget.whole), 1].map((at) => (
          <line
            key={at}
            className={classes['mark']}
            data-end={at === 0 || at === 1 || undefined}
            x1={percent(at)}
            x2={percent(at)}
            y1={0}
            y2={HEIGHT}
          />
        ))}
      </svg>
      <dl className={classes['legend']}>
        <Amount kind="spent" label={words.spent} amount={budget.spent} />
        <Amount kind="price" label={words.thisQuestion} amount={budget.price} />
        <Amount kind="left" label={words.leftOf(budget.whole)} amount={budget.left} />
      </dl>
      {missing === null ? null : <Status kind="missed">{tooDear(budget)}</Status>}
    </div>
  );
}

interface AmountProps {
  kind: 'spent' | 'price' | 'left';
  label: string;
  amount: string;
}

function Amount({ kind, label, amount }: AmountProps) {
  return (
    <div data-kind={kind}>
      <dt>
        <i aria-hidden="true" />
        {label}
      </dt>
      <dd>{formatDigits(amount)}</dd>
    </div>
  );
}
