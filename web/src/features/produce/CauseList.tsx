/**
 * Why rows were refused: each cause with its rows, its share, and the values that have it most often.
 */
import { Breakable } from '../../components/Breakable.tsx';
import { formatNumber, plural } from '../../lib/format.ts';
import classes from './RefusedPanel.module.css';
import type { Cause } from './types.ts';
import { causeSays, shareWords } from './words.ts';

export interface CauseListProps {
  causes: readonly Cause[];
  selected: Cause;
  onSelect: (cause: Cause) => void;
}

const EXAMPLES = 3;

export function CauseList({ causes, selected, onSelect }: CauseListProps) {
  // Why over causes: a row with two reasons stands under two of them.
  const all = causes.reduce((sum, { records }) => sum + records, 0);
  return (
    <div>
      <h3>
        {causes.length === 1
          ? 'All for one cause'
          : plural(causes.length, { one: '# cause', other: '# causes' })}
      </h3>
      <ul className={classes['list']}>
        {causes.map((cause) => (
          <li key={`${cause.product} ${cause.rule} ${cause.column ?? ''} ${cause.message}`}>
            <button
              type="button"
              className={classes['cause']}
              aria-pressed={cause === selected}
              onClick={() => onSelect(cause)}
            >
              <strong>
                <Breakable text={causeSays(cause)} />
              </strong>
              <span className={classes['count']}>{formatNumber(cause.records)}</span>
              <span className={classes['more']}>{moreOf(cause)}</span>
              <span className={classes['share']}>{shareWords(cause.records, all)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function moreOf({ examples, batches, open, held, records }: Cause): string {
  const parts: string[] = [];
  if (examples.length > 0) {
    parts.push(
      examples
        .slice(0, EXAMPLES)
        .map((value) => (value === '' ? 'no value' : value))
        .join(', '),
    );
  }
  if (batches > 1) parts.push(`in ${plural(batches, { one: '# batch', other: '# batches' })}`);
  if (held > 0) parts.push(held === records ? 'held' : `${formatNumber(held)} held`);
  if (open > 0 && open < records) parts.push(`${formatNumber(open)} open`);
  if (open === 0 && held === 0) parts.push('none open');
  return parts.join(' · ');
}
