/**
 * What a reader sees of a table: rows, columns with their treatment, groups, limits.
 */

import { ColumnVeil } from '../../components/ColumnVeil.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Veil } from '../../components/Veil.tsx';
import { hiddenReason, maskReason } from '../../components/words.ts';
import type { Explanation } from './policy-queries.ts';
import classes from './SeeAsPage.module.css';
import { groupsWords, words } from './words-see.ts';

type View = NonNullable<Explanation['seen']>;

export function Seen({ seen, title }: { seen: View; title: string }) {
  const plain = seen.granularity === null ? words.asIs : words.ofGroup;
  return (
    <Panel title={title} isFlush>
      <dl className={classes['facts']}>
        <dt>{words.rows}</dt>
        <dd>
          {seen.rows === null ? words.all : <code>{seen.rows}</code>}
          {seen.rowsAbout === null ? null : ` ${words.about(seen.rowsAbout)}`}
        </dd>
        {seen.granularity === null ? null : (
          <>
            <dt>{words.groups}</dt>
            <dd>
              <Veil kind="grouped">{groupsWords(seen.granularity)}</Veil>
            </dd>
          </>
        )}
        {seen.rowLimit === null ? null : (
          <>
            <dt>{words.anAnswer}</dt>
            <dd>{words.rowLimit(seen.rowLimit)}</dd>
          </>
        )}
        <dt>{words.files}</dt>
        <dd>{seen.mayExport ? words.mayTake : words.lookOnly}</dd>
      </dl>
      <table className={classes['table']}>
        <caption className="unseen">{words.columnsTable}</caption>
        <thead>
          <tr>
            <th scope="col">{words.column}</th>
            <th scope="col">{words.shown}</th>
            <th scope="col">{words.means}</th>
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
