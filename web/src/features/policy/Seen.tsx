/**
 * What a reader sees of a table: rows, columns with their treatment, groups, limits.
 */
import { ColumnVeil, hiddenReason, maskReason } from '../../components/ColumnVeil.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Veil } from '../../components/Veil.tsx';
import { formatNumber, plural } from '../../lib/format.ts';
import type { Explanation } from './policy-queries.ts';
import classes from './SeeAsPage.module.css';
import { LIST } from './words.ts';

type View = NonNullable<Explanation['seen']>;

export function Seen({ seen, title }: { seen: View; title: string }) {
  const plain = seen.granularity === null ? 'as it is' : 'of each group';
  return (
    <Panel title={title} isFlush>
      <dl className={classes['facts']}>
        <dt>Rows</dt>
        <dd>
          {seen.rows === null ? 'all' : <code>{seen.rows}</code>}
          {seen.rowsAbout === null ? null : ` (about ${formatNumber(Math.round(seen.rowsAbout))})`}
        </dd>
        {seen.granularity === null ? null : (
          <>
            <dt>Groups</dt>
            <dd>
              <Veil kind="grouped">{groupsWords(seen.granularity)}</Veil>
            </dd>
          </>
        )}
        {seen.rowLimit === null ? null : (
          <>
            <dt>An answer</dt>
            <dd>{plural(seen.rowLimit, { one: 'at most # row', other: 'at most # rows' })}</dd>
          </>
        )}
        <dt>Files</dt>
        <dd>{seen.mayExport ? 'may be taken away' : 'look only, no files'}</dd>
      </dl>
      <table className={classes['table']}>
        <caption className="unseen">Columns and how they are shown</caption>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Shown</th>
            <th scope="col">Which means</th>
          </tr>
        </thead>
        <tbody>
          {seen.columns.map(({ name, mask }) => (
            <tr key={name}>
              <th scope="row" className="mono">
                {name}
              </th>
              <td>{mask === null ? plain : <ColumnVeil mask={mask} />}</td>
              <td>{mask === null ? '' : maskReason(mask)}</td>
            </tr>
          ))}
          {seen.hidden.map(({ column, why }) => (
            <tr key={column}>
              <th scope="row" className="mono">
                {column}
              </th>
              <td>
                <ColumnVeil mask="hidden" />
              </td>
              <td>{hiddenReason(why)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function groupsWords({ by, minimum }: NonNullable<View['granularity']>): string {
  const dimensions = by.map(({ column, unit }) =>
    unit === null ? column : `${column} by ${unit}`,
  );
  const each =
    dimensions.length === 0 ? 'one row in all' : `one row for each ${LIST.format(dimensions)}`;
  return `${each}, only of ${formatNumber(minimum.units)} different ${minimum.of} or more`;
}
